//! Limits: five hundred threads, few file descriptors, few queued signals. Every thread is seen, or the profile says how
//! many were not.
//!
//! Without the declaration (mutant silent-zero) most threads are missing and nothing says so. Before `all_ids` could say
//! that it does not know, a process that had run out of descriptors lost the timers of all its threads (mutant
//! believe-listing).
#![allow(unsafe_code)]

use std::collections::BTreeSet;
use std::sync::Barrier;
use std::thread;

use framecheck::pprof::{LabelData, Profile};
use framecheck::sigprof::Clock;

use crate::case::{Case, End, Killer};
use crate::child::{burn_ms, clock, declarations, profiler, total};

pub const CASES: &[Case] = &[
    Case {
        name: "limit_of_signals",
        child: || drop(five_hundred(libc::RLIMIT_SIGPENDING, 100)),
        clocks: NOT_WALL,
        killers: &[Killer {
            mutant: "silent-zero",
            clock: Clock::Thread,
            end: End::Failed("not declared"),
        }],
    },
    Case {
        name: "limit_of_files",
        child: few_files,
        clocks: NOT_WALL,
        killers: &[Killer {
            mutant: "silent-zero",
            clock: Clock::Perf,
            end: End::Failed("not declared"),
        }],
    },
    Case {
        name: "no_more_files",
        child: no_more_files,
        clocks: Clock::ALL,
        killers: &[Killer {
            mutant: "believe-listing",
            clock: Clock::Thread,
            end: End::Failed("samples of 210"),
        }],
    },
];

const THREADS: usize = 500;

/// 500 timers on the wall at 500 Hz are 250 000 signals a second, which two processors do not get done: a limit of that
/// clock, and not what these cases are about.
const NOT_WALL: &[Clock] = &[Clock::Process, Clock::Thread, Clock::Perf];

/// Sets the soft limit, and answers what it was.
fn limit(resource: libc::__rlimit_resource_t, most: u64) -> u64 {
    // SAFETY: values of our own.
    unsafe {
        let mut limit: libc::rlimit = std::mem::zeroed();
        assert_eq!(libc::getrlimit(resource, &raw mut limit), 0);
        let before = limit.rlim_cur;
        limit.rlim_cur = most.min(limit.rlim_max);
        assert_eq!(libc::setrlimit(resource, &raw const limit), 0);
        before
    }
}

/// Of 500 threads at most 40 have an event.
fn few_files() {
    let declarations = five_hundred(libc::RLIMIT_NOFILE, 40);
    let on_other_clock = "threads on the clock thread, perf being refused: ";
    let count: Option<usize> = declarations
        .lines()
        .find_map(|line| line.strip_prefix(on_other_clock)?.parse().ok());
    let is_perf = clock() == Clock::Perf && clock().availability().refusal.is_none();
    assert!(
        !is_perf || count.is_some_and(|count| count >= THREADS - 40),
        "other clocks are not declared: {declarations}"
    );
}

/// 500 threads of 4 ms each: two periods, and one tick of a coarse kernel.
fn five_hundred(resource: libc::__rlimit_resource_t, most: u64) -> String {
    limit(resource, most);
    let profiler = profiler().start().unwrap();
    let all_are_there = Barrier::new(THREADS);
    thread::scope(|scope| {
        for number in 0..THREADS {
            let builder = thread::Builder::new().name(format!("burner {number}"));
            let run = || {
                all_are_there.wait();
                burn_ms(4);
            };
            builder
                .stack_size(64 * 1024)
                .spawn_scoped(scope, run)
                .unwrap();
        }
    });
    let profile = profiler.stop().unwrap();
    let seen = burners(&profile);
    let declarations = declarations(&profile).join("\n");
    println!(
        "note: {seen} of {THREADS} threads seen, {} samples; {declarations}",
        total(&profile)
    );
    let unsampled: usize = declarations
        .lines()
        .find_map(|line| {
            line.strip_prefix("threads that could not be sampled: ")?
                .parse()
                .ok()
        })
        .unwrap_or(0);
    // Every thread, or how many were refused, or how much of the time is missing.
    let is_told = seen + unsampled >= THREADS
        || declarations.contains("CPU time seen")
        || declarations.contains("rate: ");
    // Where ticks are coarse a thread is missed by chance; a quarter of the time is then still not missing.
    let is_chance = unsampled == 0 && total(&profile) * 2 > (THREADS * 4) as i64 * 3 / 4;
    assert!(
        is_told || is_chance,
        "{seen} seen, not declared: {declarations}"
    );
    assert!(
        unsampled < THREADS + 2,
        "a thread is counted once: {unsampled}"
    );
    declarations
}

fn burners(profile: &Profile) -> usize {
    let names = profile
        .samples()
        .iter()
        .flat_map(|sample| profile.labels(sample));
    let names: BTreeSet<String> = names
        .filter_map(|(key, value)| match value {
            LabelData::Str(name) if key == "thread" && name.starts_with("burner") => {
                Some(name.into_owned())
            }
            _ => None,
        })
        .collect();
    names.len()
}

/// All descriptors are taken while the profiler runs: what it has it keeps.
fn no_more_files() {
    let profiler = profiler().start().unwrap();
    burn_ms(20);
    let before = limit(libc::RLIMIT_NOFILE, 0);
    // The collector looks at /proc every 100 ms.
    burn_ms(400);
    limit(libc::RLIMIT_NOFILE, before);
    let profile = profiler.stop().unwrap();
    // 420 ms are 210 periods. A timer that is gone after 100 ms has given 60; one that is charged at the tick and tells of no
    // overrun has 105 at 250 Hz, of which a busy machine misses many.
    let least = if clock() == Clock::Process { 20 } else { 150 };
    let total = total(&profile);
    assert!(total >= least, "{total} samples of 210");
}
