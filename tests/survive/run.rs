//! The parent's side: a child for each case and clock, a deadline, and a report of where a child hangs.

use std::fs;
use std::os::unix::process::{CommandExt as _, ExitStatusExt as _};
use std::process::{Child, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use framecheck::sigprof::Clock;
use libtest_mimic::{Failed, Trial};
use rustix::process::{Pid, Signal, kill_process_group};
use tempfile::NamedTempFile;

use crate::case::{Case, End, Killer};
use crate::child;

/// Every case takes a second or two of CPU time; the rest is for machines that are busy. A thousand starts and stops, in each of
/// which threads wait for each other three times, took 1.5 minutes where ten processes shared each processor.
const DEADLINE: Duration = Duration::from_secs(300);
/// Where a hang is what is expected: long for a case that takes 0.3 s, and waited for in full.
const HANG_DEADLINE: Duration = Duration::from_secs(5);

/// The case on each of its clocks, and with each protection taken out.
pub fn trials(case: Case) -> Vec<Trial> {
    let whole = case.clocks.iter().map(move |clock| {
        let run = move || expect(case, *clock, "", End::Well);
        Trial::test(format!("{}::{clock}", case.name), run)
    });
    let killed = case.killers.iter().map(move |killer| {
        let Killer { mutant, clock, end } = *killer;
        let run = move || match clock.availability().refusal {
            Some(refusal) => {
                eprintln!(
                    "SKIPPED {} without {mutant} on {clock}: {refusal}; allow it",
                    case.name
                );
                Ok(())
            }
            None => expect(case, clock, mutant, end),
        };
        Trial::test(format!("{}::{clock}::without_{mutant}", case.name), run)
    });
    whole.chain(killed).collect()
}

fn expect(case: Case, clock: Clock, mutant: &str, expected: End) -> Result<(), Failed> {
    let output = NamedTempFile::new()?;
    let mut command = child::again(case.name);
    command
        .env(child::CLOCK, clock.name())
        .env(child::MUTANT, mutant);
    command.stdin(Stdio::null());
    command
        .stdout(output.reopen()?)
        .stderr(output.reopen_appending()?);
    command.process_group(0);
    let mut child = command.spawn()?;
    let deadline = if expected == End::Hangs {
        HANG_DEADLINE
    } else {
        DEADLINE
    };
    let (end, hang) = wait(&mut child, deadline)?;
    let said = String::from_utf8_lossy(&fs::read(output.path())?).into_owned();
    let is_said = match expected {
        End::Failed(text) => said.contains(text),
        _ => true,
    };
    if same_kind(end, expected) && is_said {
        // What a case reports, without a verdict.
        for line in said.lines().filter(|line| line.starts_with("note: ")) {
            eprintln!("{}::{clock}: {line}", case.name);
        }
        return Ok(());
    }
    Err(format!("{end:?} instead of {expected:?}\n{hang}{said}").into())
}

trait ReopenAppending {
    fn reopen_appending(&self) -> std::io::Result<fs::File>;
}

impl ReopenAppending for NamedTempFile {
    /// Both of the child's outputs go to one file, and must not overwrite each other.
    fn reopen_appending(&self) -> std::io::Result<fs::File> {
        fs::OpenOptions::new().append(true).open(self.path())
    }
}

/// How the child ends; at the deadline a look at its threads, and then its whole group is killed.
fn wait(child: &mut Child, deadline: Duration) -> std::io::Result<(End, String)> {
    let start = Instant::now();
    loop {
        if let Some(status) = child.try_wait()? {
            kill_group(child);
            return Ok((end_of(status), String::new()));
        }
        if start.elapsed() > deadline {
            let report = report_of(child.id());
            kill_group(child);
            child.wait()?;
            return Ok((End::Hangs, report));
        }
        thread::sleep(Duration::from_millis(5));
    }
}

/// What the child has left behind goes with it.
fn kill_group(child: &Child) {
    if let Some(group) = Pid::from_raw(child.id() as i32) {
        // There is nobody left in most groups, and that is fine.
        let _ = kill_process_group(group, Signal::KILL);
    }
}

fn end_of(status: ExitStatus) -> End {
    match (status.code(), status.signal()) {
        (Some(0), _) => End::Well,
        (_, Some(signal)) => End::Killed(signal),
        _ => End::Failed(""),
    }
}

fn same_kind(one: End, other: End) -> bool {
    one == other || matches!((one, other), (End::Failed(_), End::Failed(_)))
}

/// Where the threads of a process and of its children are.
fn report_of(id: u32) -> String {
    let mut report = threads_of(id);
    let children = fs::read_to_string(format!("/proc/{id}/task/{id}/children")).unwrap_or_default();
    for child in children
        .split_whitespace()
        .filter_map(|child| child.parse().ok())
    {
        report += &format!("its child {child}:\n{}", report_of(child));
    }
    report
}

/// Each thread's name, state and what it waits for in the kernel.
fn threads_of(id: u32) -> String {
    let Ok(tasks) = fs::read_dir(format!("/proc/{id}/task")) else {
        return String::new();
    };
    let mut report = String::new();
    for task in tasks.flatten() {
        let read = |file: &str| fs::read_to_string(task.path().join(file)).unwrap_or_default();
        let status = read("status");
        let state = status.lines().find(|line| line.starts_with("State:"));
        report += &format!(
            "thread {:?} {}: {}, waits in {:?}, system call {}\n",
            task.file_name(),
            read("comm").trim_end(),
            state.unwrap_or("no state"),
            read("wchan"),
            read("syscall").trim_end(),
        );
    }
    report
}
