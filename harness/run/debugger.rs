//! Stacks by gdb, where it is installed. It stops a process, so it is asked of those that are about to be killed, and of
//! core dumps.

use std::collections::HashMap;
use std::ffi::OsString;
use std::io;
use std::path::Path;
use std::time::Duration;

use super::child::{End, Spec};
use super::spawn;

/// Enough for an executable with all its debug information, on a busy machine.
pub const DEADLINE: Duration = Duration::from_secs(10);
/// Frames of a thread. Deeper ones are not asked for.
const FRAMES_MAX: &str = "48";

/// The stacks of all threads of a process, leaf first, by thread id. The error says why there are none.
pub fn stacks(process: i32, deadline: Duration) -> Result<HashMap<i32, Vec<String>>, String> {
    let command = format!("thread apply all backtrace {FRAMES_MAX}");
    let args = ["-ex", &command, "-p", &process.to_string()].map(OsString::from);
    let said = gdb(args.into(), deadline)?;
    let stacks = parse(&said.stdout);
    if stacks.is_empty() {
        return Err(said.complaint());
    }
    Ok(stacks)
}

/// The stack of the thread that a core dump is about.
pub fn core_stack(exe: Option<&Path>, core: &Path) -> Result<Vec<String>, String> {
    let mut args: Vec<OsString> = vec!["-ex".into(), format!("backtrace {FRAMES_MAX}").into()];
    args.extend(exe.map(|exe| exe.as_os_str().to_owned()));
    args.extend(["-c".into(), core.as_os_str().to_owned()]);
    let said = gdb(args, DEADLINE)?;
    // The current frame is printed before the stack is.
    let lines: Vec<&str> = said.stdout.lines().collect();
    let first = lines.iter().rposition(|line| line.starts_with("#0 "));
    let frames: Vec<String> = lines[first.unwrap_or(lines.len())..]
        .iter()
        .map_while(|line| frame(line))
        .collect();
    if frames.is_empty() {
        return Err(said.complaint());
    }
    Ok(frames)
}

struct Said {
    stdout: String,
    stderr: String,
}

impl Said {
    /// The first line that says what is wrong.
    fn complaint(&self) -> String {
        let lines = || self.stderr.lines().filter(|line| !line.trim().is_empty());
        let telling = lines()
            .find(|line| line.contains("ptrace"))
            .or(lines().next());
        match telling {
            Some(line) if line.contains("Operation not permitted") => {
                format!("gdb: {line} (`sysctl kernel.yama.ptrace_scope=0` may help)")
            }
            Some(line) => format!("gdb: {line}"),
            None => "gdb has found no stack".to_owned(),
        }
    }
}

fn gdb(args: Vec<OsString>, deadline: Duration) -> Result<Said, String> {
    // No settings of the user's, no scripts that come with what is looked at, no downloads.
    let quiet = [
        "-nx",
        "-batch",
        "-iex",
        "set auto-load off",
        "-iex",
        "set debuginfod enabled off",
        "-ex",
        "set width 0",
        "-ex",
        "set print frame-arguments presence",
        "-ex",
        "set filename-display basename",
    ];
    let path = std::env::var_os("PATH").unwrap_or_default();
    let spec = Spec {
        exe: "gdb".into(),
        args: quiet.into_iter().map(OsString::from).chain(args).collect(),
        env: vec![("PATH".into(), path), ("LC_ALL".into(), "C".into())],
        deadline,
    };
    let outcome = spawn::run(&spec).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => "gdb is not installed".to_owned(),
        _ => format!("gdb: {error}"),
    })?;
    if outcome.end == End::TimedOut {
        return Err(format!(
            "gdb was not done after {:.0} s",
            deadline.as_secs_f64()
        ));
    }
    Ok(Said {
        stdout: String::from_utf8_lossy(&outcome.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&outcome.stderr).into_owned(),
    })
}

/// `Thread 2 (Thread 0x7f3635 (LWP 20375) "name"):`, or `(process 20375)` where it has one, and frames below it.
fn parse(text: &str) -> HashMap<i32, Vec<String>> {
    let mut stacks = HashMap::new();
    let mut current = None;
    for line in text.lines() {
        if line.starts_with("Thread ") && line.ends_with(':') {
            current = ["(LWP ", "(process "].iter().find_map(|before| {
                let (_, rest) = line.split_once(before)?;
                rest.split(')').next()?.parse::<i32>().ok()
            });
        } else if let (Some(tid), Some(frame)) = (current, frame(line)) {
            stacks.entry(tid).or_insert_with(Vec::new).push(frame);
        }
    }
    stacks
}

/// `#1  0x00007f in NAME (…) at FILE:LINE` without number, address and arguments.
fn frame(line: &str) -> Option<String> {
    let rest = line
        .strip_prefix('#')?
        .trim_start_matches(|c: char| c.is_ascii_digit());
    let rest = rest.trim_start();
    let rest = match rest.split_once(" in ") {
        Some((address, rest)) if address.starts_with("0x") => rest,
        _ => rest,
    };
    Some(without_arguments(rest))
}

/// They are not asked for, and ` (...)` stands for some, ` ()` for none. A Rust path may have parentheses of its own.
fn without_arguments(frame: &str) -> String {
    for arguments in [" (...)", " ()"] {
        for (at, _) in frame.match_indices(arguments) {
            let (name, rest) = (&frame[..at], &frame[at + arguments.len()..]);
            if rest.is_empty() || rest.starts_with(" at ") || rest.starts_with(" from ") {
                return format!("{name}{rest}");
            }
        }
    }
    frame.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_thread_has_its_frames() {
        let text = "\
[New LWP 12]
0x00007f in pause () from /lib/libc.so.6

Thread 2 (Thread 0x7f3635 (LWP 12) \"a b\"):
#0  spin (...) at h.c:3
#1  0x00007f36 in run<fn() -> (), ()> () at h.rs:4
#2  0x00007f36 in start_thread (...) at pthread_create.c:442

Thread 1 (process 11):
#0  0x00007f in pause () from /lib/libc.so.6
#1  0x00005f in ?? ()
[Inferior 1 (process 11) detached]
";
        let stacks = parse(text);
        assert_eq!(stacks.len(), 2);
        assert_eq!(
            stacks[&12],
            [
                "spin at h.c:3",
                "run<fn() -> (), ()> at h.rs:4",
                "start_thread at pthread_create.c:442"
            ]
        );
        assert_eq!(stacks[&11], ["pause from /lib/libc.so.6", "??"]);
    }
}
