//! What each thread of a child does that does not end: read from /proc before it is killed, and from gdb where that is
//! installed.

use std::collections::HashMap;
use std::fmt::{self, Display};
use std::path::PathBuf;
use std::time::Duration;

use super::proc::{self, Stat};
use super::syscall;

/// Columns of a line that is printed. What is longer is cut off.
const COLUMNS_MAX: usize = 110;
/// Threads that are printed; all are kept.
const THREADS_MAX: usize = 16;
/// Frames of a stack that are printed; all are kept.
const FRAMES_MAX: usize = 12;

/// What there was when the deadline had passed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hang {
    /// The threads of the child, and then those of its descendants.
    pub threads: Vec<ThreadState>,
    /// Why threads have no user stack, where one has none.
    pub no_user_stack: Option<String>,
}

/// A thread.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ThreadState {
    /// Its process.
    pub pid: i32,
    /// Its id.
    pub tid: i32,
    /// Its name.
    pub name: String,
    /// `R` runs, `S` sleeps, `D` sleeps and hears no signal, `T` is stopped, `Z` has ended, and others of proc(5).
    pub state: char,
    /// CPU time that it has had.
    pub cpu: Duration,
    /// The kernel's function that it waits in, if it waits.
    pub wchan: Option<String>,
    /// The system call that it is in, by name where that is a known one.
    pub syscall: Option<String>,
    /// The kernel's functions, leaf first. Root may read them.
    pub kernel_stack: Vec<String>,
    /// The program's functions, leaf first, as gdb writes them.
    pub user_stack: Vec<String>,
}

impl Hang {
    /// Looks at the threads of these processes. `stacks` gives the user stacks of a process, by thread.
    pub(super) fn of(
        processes: &[Stat],
        mut stacks: impl FnMut(i32) -> Result<HashMap<i32, Vec<String>>, String>,
    ) -> Self {
        let mut hang = Hang::default();
        for process in processes {
            hang.threads.extend(
                proc::threads(process.id)
                    .into_iter()
                    .filter_map(|tid| ThreadState::read(process.id, tid)),
            );
        }
        // After all have been read: who is stopped by a debugger is in another state.
        for process in processes {
            let threads = hang.threads.iter_mut();
            let mut threads = threads
                .filter(|thread| thread.pid == process.id && thread.state != 'Z')
                .peekable();
            if threads.peek().is_none() {
                continue;
            }
            match stacks(process.id) {
                Ok(mut stacks) => {
                    for thread in threads {
                        thread.user_stack = stacks.remove(&thread.tid).unwrap_or_default();
                    }
                }
                Err(why) => hang.no_user_stack = Some(why),
            }
        }
        hang
    }
}

impl ThreadState {
    fn read(pid: i32, tid: i32) -> Option<Self> {
        let folder = PathBuf::from(format!("/proc/{pid}/task/{tid}"));
        let stat = proc::stat(&folder)?;
        let some = |text: String| (!text.is_empty() && text != "0").then_some(text);
        // `[<0>] futex_do_wait+0x46/0x90`
        let function = |line: &str| {
            let name = line.rsplit(' ').next()?.split('+').next()?;
            Some(name.to_owned())
        };
        Some(ThreadState {
            pid,
            tid,
            name: stat.name,
            state: stat.state,
            cpu: ticks(stat.cpu_ticks),
            wchan: proc::text(&folder, "wchan").and_then(some),
            syscall: proc::text(&folder, "syscall").and_then(|text| syscall::of(&text)),
            kernel_stack: proc::text(&folder, "stack")
                .unwrap_or_default()
                .lines()
                .filter_map(function)
                .collect(),
            user_stack: Vec::new(),
        })
    }
}

fn ticks(ticks: u64) -> Duration {
    #[cfg(unix)]
    let hz = rustix::param::clock_ticks_per_second();
    #[cfg(not(unix))]
    let hz = 100;
    Duration::from_millis(ticks * 1000 / hz.max(1))
}

impl Display for Hang {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut lines = Vec::new();
        let mut process = None;
        for thread in self.threads.iter().take(THREADS_MAX) {
            if process.replace(thread.pid) != Some(thread.pid) {
                lines.push(format!("process {}", thread.pid));
            }
            lines.extend(thread.lines());
        }
        if let Some(more) = self.threads.len().checked_sub(THREADS_MAX + 1) {
            lines.push(format!("and {} more threads", more + 1));
        }
        if let Some(why) = &self.no_user_stack {
            lines.push(format!("user stacks are missing: {why}"));
        }
        let lines: Vec<String> = lines.into_iter().map(fitted).collect();
        f.write_str(&lines.join("\n"))
    }
}

impl ThreadState {
    fn lines(&self) -> Vec<String> {
        let mut line = format!(
            "  thread {} {:?}: {}, {:.2} s of CPU time",
            self.tid,
            self.name,
            meaning(self.state),
            self.cpu.as_secs_f64()
        );
        if let Some(syscall) = &self.syscall {
            line += &format!(", in {syscall}");
        }
        if let Some(wchan) = &self.wchan {
            line += &format!(", waits in {wchan}");
        }
        let mut lines = vec![line];
        if !self.kernel_stack.is_empty() {
            lines.push(format!("    kernel: {}", self.kernel_stack.join(" < ")));
        }
        let frames = self.user_stack.iter().enumerate().take(FRAMES_MAX);
        lines.extend(frames.map(|(index, frame)| format!("    #{index} {frame}")));
        if let Some(more) = self.user_stack.len().checked_sub(FRAMES_MAX + 1) {
            lines.push(format!("    and {} more frames", more + 1));
        }
        lines
    }
}

fn meaning(state: char) -> String {
    match state {
        'R' => "running".to_owned(),
        'S' => "sleeping".to_owned(),
        'D' => "sleeping, deaf to signals".to_owned(),
        'T' | 't' => "stopped".to_owned(),
        'Z' => "ended, not reaped".to_owned(),
        other => format!("state {other}"),
    }
}

fn fitted(line: String) -> String {
    if line.chars().count() <= COLUMNS_MAX {
        return line;
    }
    line.chars().take(COLUMNS_MAX - 1).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_fits_a_terminal() {
        let thread = ThreadState {
            name: "worker".into(),
            state: 'S',
            kernel_stack: vec!["futex_do_wait".into(); 40],
            user_stack: vec!["an_é_function at file.c:1".repeat(9); 40],
            ..ThreadState::default()
        };
        let hang = Hang {
            threads: vec![thread; 500],
            no_user_stack: Some("gdb is not installed".into()),
        };
        let text = hang.to_string();
        assert!(text.lines().all(|line| line.chars().count() <= COLUMNS_MAX));
        assert!(text.lines().count() < 300, "{}", text.lines().count());
        assert!(text.contains("and 484 more threads"), "{text}");
        assert!(text.contains("and 28 more frames"), "{text}");
        assert!(text.contains("gdb is not installed"), "{text}");
    }
}
