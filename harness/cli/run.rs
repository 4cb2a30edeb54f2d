//! `framecheck run`: each program in a process of its own, its profile judged by the claims beside it.

use std::ffi::OsString;
use std::io::Write;
use std::num::NonZeroUsize;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

use super::args::{Format, Run};
use super::report::{self, Result as Verdicted};
use super::{EXIT_EXPECTED, EXIT_UNEXPECTED, EXIT_WRONG_CALL, PROGRAM, select};
use crate::judge::{Verdict, judge, stacks};
use crate::port::Reference;
use crate::programs::settings::{CLOCK, CPU_MS, HZ};
use crate::programs::{Program, unsupported};
use crate::run::program::{self, Ended, Endpoint, Job, Request};
use crate::sigprof::Clock;

/// Wall time for one second of CPU time: thirty times that, for a machine where others compile at the same time.
const DEADLINE: Duration = Duration::from_secs(30);

pub fn run(request: &Run, out: &mut dyn Write) -> Result<i32, String> {
    let programs = select::select(&request.programs)?;
    let clock = clock(request.clock.as_deref().unwrap_or(CLOCK))?;
    let exe = std::env::current_exe()
        .map_err(|error| format!("this executable cannot be found: {error}"))?;
    let endpoint = Endpoint {
        exe,
        args: vec![PROGRAM.into()],
    };
    let jobs = request
        .jobs
        .or_else(|| thread::available_parallelism().ok())
        .map_or(1, NonZeroUsize::get);
    let results = each(&programs, jobs, |program| one(program, &endpoint, clock));
    let printed = match request.format {
        Format::Text => report::text(&results, out),
        Format::Json => report::json(&results, clock, out),
    };
    printed.map_err(|error| format!("stdout: {error}"))?;
    Ok(exit_code(&results))
}

/// The name of the clock to run on. Which one is best is asked here, once, so that all programs run on the same.
fn clock(name: &str) -> Result<&'static str, String> {
    if name == "best" {
        return Ok(Clock::best().clock.name());
    }
    let clock = name.parse::<Clock>();
    clock
        .map(Clock::name)
        .map_err(|error| format!("--clock {name}: {error}"))
}

fn exit_code(results: &[Verdicted]) -> i32 {
    match results.iter().map(|result| result.verdict).max() {
        Some(Verdict::Pass | Verdict::Unsupported) => EXIT_EXPECTED,
        Some(Verdict::Broken) | None => EXIT_WRONG_CALL,
        Some(_) => EXIT_UNEXPECTED,
    }
}

/// Runs `work` on all programs, `jobs` at once, and keeps their order.
fn each(
    programs: &[&'static Program],
    jobs: usize,
    work: impl Fn(&'static Program) -> Verdicted + Sync,
) -> Vec<Verdicted> {
    let bar = progress_bar(programs.len());
    let next = AtomicUsize::new(0);
    let done = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..jobs.min(programs.len()) {
            scope.spawn(|| {
                while let Some(&program) = programs.get(next.fetch_add(1, Ordering::Relaxed)) {
                    bar.set_message(program.name);
                    let result = work(program);
                    bar.inc(1);
                    done.lock()
                        .unwrap_or_else(|poisoned| poisoned.into_inner())
                        .push(result);
                }
            });
        }
    });
    bar.finish_and_clear();
    let mut results = done
        .into_inner()
        .unwrap_or_else(|poisoned| poisoned.into_inner());
    results.sort_by_key(|result| {
        programs
            .iter()
            .position(|program| program.name == result.program)
    });
    results
}

/// On stderr, and only where that is a terminal: indicatif sees to it.
fn progress_bar(len: usize) -> ProgressBar {
    let style = ProgressStyle::with_template("{bar:24} {pos}/{len} {msg}");
    let bar = ProgressBar::new(len as u64);
    match style {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}

/// How much CPU time a program gets, as multiples of the usual. Fixed beforehand: more is taken only where there was
/// too little evidence either way, never because of a failure. A clock may be short of evidence by nature: on a host
/// whose cores are busy ITIMER_PROF, which the kernel charges at its tick, gave 33 to 46 of 100 due.
const LOOKS: [u64; 3] = [1, 2, 4];

fn one(program: &'static Program, endpoint: &Endpoint, clock: &str) -> Verdicted {
    let [first, later @ ..] = LOOKS;
    let look = |times| look(program, endpoint, clock, times);
    later
        .into_iter()
        .fold(look(first), |result, times| match result.verdict {
            Verdict::Inconclusive => look(times),
            _ => result,
        })
}

fn look(program: &'static Program, endpoint: &Endpoint, clock: &str, times: u64) -> Verdicted {
    let verdict = |verdict, says: String| Verdicted {
        program: program.name,
        verdict,
        says,
        findings: vec![],
    };
    if let Some(reason) = unsupported() {
        return verdict(Verdict::Unsupported, reason);
    }
    let env = |key: &str, value: &str| (OsString::from(key), OsString::from(value));
    let env = vec![
        env("FRAMECHECK_CLOCK", clock),
        env("FRAMECHECK_CPU_MS", &(CPU_MS * times).to_string()),
        env("FRAMECHECK_HZ", &HZ.to_string()),
    ];
    let request = Request {
        job: Job::Program(program.name.into()),
        env,
        deadline: DEADLINE * times as u32,
    };
    match program::run(endpoint, &request) {
        Err(error) => verdict(Verdict::Broken, error.to_string()),
        Ok(Ended::Profile { profile, .. }) => judged(program, &profile),
        Ok(Ended::CheckFailed(says)) => verdict(Verdict::Fail, says),
        Ok(Ended::SetUpFailed(says) | Ended::OffProtocol(says)) => verdict(Verdict::Broken, says),
        Ok(Ended::Unsupported(says)) => verdict(Verdict::Unsupported, says),
        Ok(Ended::Crashed { crash, .. }) => verdict(Verdict::Crash, crash.to_string()),
        Ok(Ended::TimedOut { wall, hang, .. }) => verdict(
            Verdict::Timeout,
            format!("not done after {:.1} s\n{hang}", wall.as_secs_f64()),
        ),
    }
}

fn judged(program: &'static Program, profile: &[u8]) -> Verdicted {
    let (verdict, says, findings) = match stacks::decode(profile, &Reference) {
        Err(error) => (Verdict::Fail, format!("its profile: {error}"), vec![]),
        Ok(stacks) => {
            let samples: u64 = stacks.iter().map(|stack| stack.count).sum();
            // What the first look is due, at each look: that much evidence is enough, whenever it comes.
            let due = CPU_MS as f64 / 1000.0 * f64::from(HZ);
            let findings = judge(program.claims, &stacks, due, &Reference);
            let worst = findings.iter().map(|finding| finding.verdict).max();
            (
                worst.unwrap_or(Verdict::Inconclusive),
                format!("{samples} samples"),
                findings,
            )
        }
    };
    Verdicted {
        program: program.name,
        verdict,
        says,
        findings,
    }
}
