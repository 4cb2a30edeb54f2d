//! Running a child with a deadline: a process group of its own, an environment that says all it gets, and nothing left
//! of it afterwards, neither the child nor its children.

use std::io::{self, Read};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, kill_process_group, waitid};

use super::child::{End, Outcome, Spec};

/// More output than this of one stream is not kept: a program prints a line.
const OUTPUT_BYTES_MAX: u64 = 1 << 20;

/// How long the pipes may stay open once the whole group is dead. Only a process that has left the group still has them.
const PIPE_GRACE: Duration = Duration::from_secs(5);

/// Runs a child to its end.
pub fn run(spec: &Spec) -> io::Result<Outcome> {
    run_in(spec, Path::new("."))
}

/// The same in a folder of its own: what its relative paths begin at, and that of its executable where it has slashes.
pub fn run_in(spec: &Spec, folder: &Path) -> io::Result<Outcome> {
    let begin = Instant::now();
    let mut child = Command::new(&spec.exe)
        .current_dir(folder)
        .args(&spec.args)
        .env_clear()
        .envs(spec.env.iter().cloned())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .process_group(0)
        .spawn()?;
    let stdout = collect(child.stdout.take());
    let stderr = collect(child.stderr.take());
    let (timed_out, status) = end_by(&mut child, spec.deadline)?;
    let end = match (timed_out, status.code(), status.signal()) {
        (true, ..) => End::TimedOut,
        (_, Some(code), _) => End::Exited(code),
        (_, _, signal) => End::Signaled(signal.unwrap_or_default()),
    };
    Ok(Outcome {
        end,
        stdout: received(stdout)?,
        stderr: received(stderr)?,
        wall: begin.elapsed(),
    })
}

/// Waits until the child has ended or the deadline has passed, and ends its group in both cases.
fn end_by(child: &mut Child, deadline: Duration) -> io::Result<(bool, ExitStatus)> {
    let pid = Pid::from_child(child);
    let (ended, wait) = mpsc::channel();
    // Without reaping: while the child is a zombie its id is its own, and the group's signal hits nobody else.
    let waiter = thread::spawn(move || {
        let result = waitid(
            WaitId::Pid(pid),
            WaitIdOptions::EXITED | WaitIdOptions::NOWAIT,
        );
        // The receiver stays until the thread is joined.
        let _ = ended.send(());
        result.map(|_| ())
    });
    let timed_out = wait.recv_timeout(deadline) == Err(RecvTimeoutError::Timeout);
    // An error here is a group that has no process left.
    let _ = kill_process_group(pid, Signal::KILL);
    match waiter.join() {
        Ok(result) => result?,
        Err(_) => {
            return Err(io::Error::other(
                "the thread that waits for a child panicked",
            ));
        }
    }
    Ok((timed_out, child.wait()?))
}

/// Reads a pipe to its end in a thread of its own, so that no child blocks on a full one.
fn collect(pipe: Option<impl Read + Send + 'static>) -> Receiver<io::Result<Vec<u8>>> {
    let (send, receive) = mpsc::channel();
    thread::spawn(move || {
        let read = || -> io::Result<Vec<u8>> {
            let mut kept = Vec::new();
            if let Some(mut pipe) = pipe {
                pipe.by_ref()
                    .take(OUTPUT_BYTES_MAX)
                    .read_to_end(&mut kept)?;
                io::copy(&mut pipe, &mut io::sink())?;
            }
            Ok(kept)
        };
        // Nobody waits any more where the grace is over.
        let _ = send.send(read());
    });
    receive
}

fn received(output: Receiver<io::Result<Vec<u8>>>) -> io::Result<Vec<u8>> {
    output.recv_timeout(PIPE_GRACE).unwrap_or_else(|_| {
        Err(io::Error::other(
            "a process that the child started has left its group and holds its output open",
        ))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str, deadline: Duration) -> Outcome {
        let spec = Spec {
            exe: "/bin/sh".into(),
            args: vec!["-c".into(), script.into()],
            env: vec![
                ("PATH".into(), "/usr/bin:/bin".into()),
                ("ONLY".into(), "this".into()),
            ],
            deadline,
        };
        run(&spec).unwrap()
    }

    const LONG: Duration = Duration::from_secs(60);

    #[test]
    fn code_and_output_come_back() {
        let outcome = shell("echo out; echo err >&2; exit 3", LONG);
        assert_eq!(outcome.end, End::Exited(3));
        assert_eq!(
            (outcome.stdout, outcome.stderr),
            (b"out\n".to_vec(), b"err\n".to_vec())
        );
    }

    #[test]
    fn a_signal_is_told_from_a_code() {
        assert_eq!(shell("kill -SEGV $$", LONG).end, End::Signaled(11));
    }

    #[test]
    fn the_environment_is_what_was_given() {
        let outcome = shell("echo \"$ONLY-$HOME-$CARGO\"", LONG);
        assert_eq!(outcome.stdout, b"this--\n");
    }

    #[test]
    fn the_folder_is_what_was_given() {
        let folder = tempfile::tempdir().unwrap();
        let spec = Spec {
            exe: "/bin/sh".into(),
            args: vec!["-c".into(), "pwd -P".into()],
            env: vec![],
            deadline: LONG,
        };
        let outcome = run_in(&spec, folder.path()).unwrap();
        let expected = folder.path().canonicalize().unwrap();
        assert_eq!(
            String::from_utf8(outcome.stdout).unwrap().trim_end(),
            expected.to_str().unwrap()
        );
    }

    #[test]
    fn the_deadline_ends_the_children_too() {
        // Both keep stdout open: `run` comes back early only if both are dead.
        let outcome = shell("sleep 600 & echo $!; sleep 600", Duration::from_millis(300));
        assert_eq!(outcome.end, End::TimedOut);
        assert!(outcome.wall < Duration::from_secs(5), "{:?}", outcome.wall);
    }

    #[test]
    fn a_child_that_outlives_its_parent_is_ended() {
        let outcome = shell("sleep 600 & exit 0", LONG);
        assert_eq!(outcome.end, End::Exited(0));
        assert!(outcome.wall < Duration::from_secs(5), "{:?}", outcome.wall);
    }

    #[test]
    fn more_output_than_is_kept_blocks_nobody() {
        let outcome = shell("head -c 3000000 /dev/zero", LONG);
        assert_eq!(outcome.end, End::Exited(0));
        assert_eq!(outcome.stdout.len() as u64, OUTPUT_BYTES_MAX);
    }
}
