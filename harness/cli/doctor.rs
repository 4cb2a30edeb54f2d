//! `framecheck doctor`: what this host can do, in lines that a bug report can begin with. It looks and judges nothing.

use std::fs;
use std::io::{self, Write};
use std::process::{Command, Stdio};
use std::thread;

use super::EXIT_EXPECTED;
use crate::programs::unsupported;
use crate::sigprof::Clock;

pub fn doctor(out: &mut dyn Write) -> io::Result<i32> {
    let processors = thread::available_parallelism().map_or(0, usize::from);
    row(out, "framecheck", env!("CARGO_PKG_VERSION"))?;
    row(out, "kernel", &read("/proc/sys/kernel/osrelease"))?;
    row(out, "processors", &processors.to_string())?;
    match unsupported() {
        Some(reason) => row(out, "sigprof", &format!("UNSUPPORTED: {reason}"))?,
        None => clocks(out)?,
    }
    row(
        out,
        "perf_event_paranoid",
        &read("/proc/sys/kernel/perf_event_paranoid"),
    )?;
    row(
        out,
        "ptrace_scope",
        &read("/proc/sys/kernel/yama/ptrace_scope"),
    )?;
    for (tool, argument) in [
        ("cc", "--version"),
        ("c++", "--version"),
        ("clang", "--version"),
        ("go", "version"),
    ] {
        row(out, tool, &first_line(tool, argument))?;
    }
    Ok(EXIT_EXPECTED)
}

fn row(out: &mut dyn Write, name: &str, value: &str) -> io::Result<()> {
    writeln!(out, "{name:<20} {value}")
}

fn clocks(out: &mut dyn Write) -> io::Result<()> {
    #[cfg(sigprof)]
    row(out, "tick", &tick())?;
    for clock in Clock::ALL {
        let found = clock.availability();
        let says = match found.refusal {
            Some(refusal) => format!("no: {refusal}"),
            None => format!("yes: {}", found.remark),
        };
        row(out, &format!("clock {clock}"), &says)?;
    }
    let best = Clock::best();
    row(
        out,
        "best clock",
        &format!("{} ({})", best.clock, best.reason),
    )
}

#[cfg(sigprof)]
fn tick() -> String {
    crate::sigprof::host::tick_ns().map_or("not known".to_owned(), |tick_ns| {
        format!("{tick_ns} ns, {} Hz", 1_000_000_000 / tick_ns.max(1))
    })
}

/// A one-line file's line, or why there is none.
fn read(path: &str) -> String {
    match fs::read_to_string(path) {
        Ok(text) => text.trim().to_owned(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => "not there".to_owned(),
        Err(error) => error.to_string(),
    }
}

fn first_line(tool: &str, argument: &str) -> String {
    let run = Command::new(tool)
        .arg(argument)
        .stdin(Stdio::null())
        .output();
    match run {
        Ok(run) => String::from_utf8_lossy(&run.stdout)
            .lines()
            .next()
            .unwrap_or("")
            .to_owned(),
        Err(_) => "not found".to_owned(),
    }
}
