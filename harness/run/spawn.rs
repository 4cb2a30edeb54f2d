//! Running a child with a deadline: a process group of its own, an environment that says all it gets, and nothing left
//! of it afterwards, neither the child nor its children.

use std::io;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use rustix::process::{Pid, WaitId, WaitIdOptions, waitid};

use super::child::{End, Outcome, Spec};
use super::core_limit;
use super::debugger;
use super::family::Family;
use super::hang::Hang;
use super::kernel_log::KernelLog;
use super::live;
use super::pipe::{self, Keep, Output};
use super::proc;
use super::scratch::Scratch;
use super::watch::Watch;

/// Runs a child to its end, in the current folder.
pub fn run(spec: &Spec) -> io::Result<Outcome> {
    let begin = Instant::now();
    let (running, _) = Running::start(spec, None)?;
    running.outcome(spec, begin, None)
}

/// The same in a folder: what its relative paths begin at.
pub fn run_at(spec: &Spec, folder: &Path) -> io::Result<Outcome> {
    let begin = Instant::now();
    let (running, _) = Running::start(spec, Some(folder))?;
    running.outcome(spec, begin, None)
}

/// Runs a child to its end, in a folder that is to be its TMPDIR too, and looks closely at an end that is not one: a crash
/// has an address, a hang has stacks.
pub fn run_in(spec: &Spec, scratch: &Scratch) -> io::Result<Outcome> {
    let begin = Instant::now();
    let (running, watch) = Running::start(spec, Some(scratch.path()))?;
    running.outcome(spec, begin, watch.zip(Some(scratch.path())))
}

/// A child that runs. Whichever way this is left, the child and whoever came of it are gone.
#[derive(Debug)]
struct Running {
    child: Child,
    family: live::Shared,
    /// Waits for the child without reaping it: while it is a zombie its id is its own.
    waiter: Option<JoinHandle<io::Result<()>>>,
    is_over: bool,
}

impl Running {
    fn start(spec: &Spec, folder: Option<&Path>) -> io::Result<(Self, Option<Watch>)> {
        let mut command = Command::new(&spec.exe);
        command
            .args(&spec.args)
            .env_clear()
            .envs(spec.env.iter().cloned())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .process_group(0);
        let mut watch = None;
        let wrap = |start: &mut dyn FnMut() -> io::Result<Child>| {
            if folder.is_none() {
                return start();
            }
            let log = KernelLog::open();
            let (child, cores) = core_limit::with_cores(start);
            watch = Some(Watch { log, cores });
            child
        };
        let family = |child: &Child| {
            let pipes = [
                child.stdout.as_ref().and_then(pipe::name),
                child.stderr.as_ref().and_then(pipe::name),
            ];
            let folder = folder.map(Path::to_owned);
            Family::new(child, folder, pipes.into_iter().flatten().collect())
        };
        if let Some(folder) = folder {
            command.current_dir(folder);
        }
        let (child, family) = live::start(&mut command, wrap, family).map_err(|error| {
            io::Error::new(error.kind(), format!("{}: {error}", spec.exe.display()))
        })?;
        let running = Running {
            child,
            family,
            waiter: None,
            is_over: false,
        };
        Ok((running, watch))
    }

    fn outcome(
        mut self,
        spec: &Spec,
        begin: Instant,
        watch: Option<(Watch, &Path)>,
    ) -> io::Result<Outcome> {
        let stdout = Output::collect(self.child.stdout.take(), Keep::Head);
        let stderr = Output::collect(self.child.stderr.take(), Keep::Tail);
        let timed_out = self.wait(spec.deadline)?;
        let wall = begin.elapsed();
        let hang = timed_out.then(|| self.hang(watch.is_some()));
        let process = PathBuf::from(format!("/proc/{}", self.child.id()));
        let name = proc::text(&process, "comm");
        let status = self.end()?;
        let end = match (timed_out, status.code(), status.signal()) {
            (true, ..) => End::TimedOut,
            (_, Some(code), _) => End::Exited(code),
            (_, _, signal) => End::Signaled(signal.unwrap_or_default()),
        };
        let crash = match (end, watch) {
            (End::Signaled(signal), Some((watch, folder))) => {
                Some(watch.crash(self.child.id() as i32, name, signal, folder))
            }
            _ => None,
        };
        Ok(Outcome {
            end,
            stdout: stdout.received()?,
            stderr: stderr.received()?,
            wall,
            crash,
            hang,
        })
    }

    /// Waits until the child has ended or the deadline has passed, which it says.
    fn wait(&mut self, deadline: Duration) -> io::Result<bool> {
        let pid = Pid::from_child(&self.child);
        let (ended, wait) = mpsc::channel();
        let waiter = thread::Builder::new().spawn(move || {
            let options = WaitIdOptions::EXITED | WaitIdOptions::NOWAIT;
            let result = waitid(WaitId::Pid(pid), options);
            // Nobody listens any more once the deadline has passed.
            let _ = ended.send(());
            Ok(result.map(|_| ())?)
        })?;
        self.waiter = Some(waiter);
        Ok(wait.recv_timeout(deadline) == Err(RecvTimeoutError::Timeout))
    }

    /// What all threads of the family do.
    fn hang(&self, with_stacks: bool) -> Hang {
        let processes = live::lock(&self.family).look();
        let end = Instant::now() + debugger::DEADLINE;
        Hang::of(&processes, |process| {
            if !with_stacks {
                return Err("they were not asked for".to_owned());
            }
            match end.checked_duration_since(Instant::now()) {
                Some(left) if !left.is_zero() => debugger::stacks(process, left),
                _ => Err("the time for gdb was over".to_owned()),
            }
        })
    }

    /// Ends the whole family and reaps the child last.
    fn end(&mut self) -> io::Result<ExitStatus> {
        self.is_over = true;
        let ended = live::lock(&self.family).end();
        // Waits here, for good, if the whole process is being ended: nobody is to hear that a child was killed.
        live::forget(&self.family);
        // Who cannot be killed cannot be waited for either.
        ended?;
        if let Some(waiter) = self.waiter.take() {
            waiter.join().unwrap_or_else(|_| {
                Err(io::Error::other(
                    "the thread that waits for a child panicked",
                ))
            })?;
        }
        self.child.wait()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if !self.is_over {
            // On the way out of an error or a panic, which says more.
            let _ = self.end();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::pipe::OUTPUT_BYTES_MAX;

    fn spec(script: &str, deadline: Duration) -> Spec {
        Spec {
            exe: "/bin/sh".into(),
            args: vec!["-c".into(), script.into()],
            env: vec![
                ("PATH".into(), "/usr/bin:/bin".into()),
                ("ONLY".into(), "this".into()),
            ],
            deadline,
        }
    }

    fn shell(script: &str, deadline: Duration) -> Outcome {
        run(&spec(script, deadline)).unwrap()
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
        assert_eq!(outcome.stdout.len(), OUTPUT_BYTES_MAX);
    }

    #[test]
    fn a_panic_here_ends_the_child() {
        let (running, _) = Running::start(&spec("sleep 600", LONG), None).unwrap();
        let process = PathBuf::from(format!("/proc/{}", running.child.id()));
        assert!(process.exists());
        let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(move || {
            let _running = running;
            panic!("on purpose");
        }));
        assert!(panicked.is_err());
        assert!(!process.exists());
    }

    #[test]
    fn who_leaves_the_group_is_ended_by_his_open_output() {
        // An orphan in a session of its own and without environment; there is no folder to know it by.
        let script = "(env -i setsid sleep 600 &)";
        let outcome = shell(script, LONG);
        assert!(outcome.wall < Duration::from_secs(30), "{:?}", outcome.wall);
        assert_eq!(outcome.end, End::Exited(0));
    }

    #[test]
    fn what_cannot_be_started_is_named() {
        let none = Spec {
            exe: "/nonexistent/program".into(),
            ..spec("", LONG)
        };
        let error = run(&none).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::NotFound);
        assert!(
            error.to_string().starts_with("/nonexistent/program: "),
            "{error}"
        );
    }
}
