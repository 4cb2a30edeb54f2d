//! A thousand starts and stops, a thread blocked in C throughout: no file descriptor, timer, thread or slot is left, and
//! no sample is taken after the last stop.
//!
//! With timers that are not deleted (mutant leak-timer) /proc/self/timers had two more after each cycle, and on the clock perf
//! /proc/self/fd; with a collector that is not ended (mutant leak-thread) there is one thread more.
#![allow(unsafe_code)]

use std::fs;
use std::os::fd::AsRawFd as _;
use std::thread;
use std::time::{Duration, Instant};

use framecheck::sigprof::{Clock, foreign};

use crate::case::{Case, End, Killer};
use crate::child::{burn_ms, profiler, total};

pub const CASES: &[Case] = &[Case {
    name: "start_stop",
    child: thousand_cycles,
    clocks: Clock::ALL,
    killers: &[
        Killer {
            mutant: "leak-timer",
            clock: Clock::Thread,
            end: End::Failed("timers: after 0 cycles"),
        },
        Killer {
            mutant: "leak-timer",
            clock: Clock::Perf,
            end: End::Failed("descriptors: after 0 cycles"),
        },
        Killer {
            mutant: "leak-thread",
            clock: Clock::Thread,
            end: End::Failed("threads: after 0 cycles"),
        },
    ],
}];

const HELD: [&str; 3] = ["descriptors", "timers", "threads"];

/// What a process may leak, as many of each as it holds now.
fn held() -> [usize; 3] {
    let count = |folder: &str| fs::read_dir(folder).unwrap().count();
    let timers = fs::read_to_string("/proc/self/timers").unwrap();
    [
        count("/proc/self/fd"),
        timers
            .lines()
            .filter(|line| line.starts_with("ID:"))
            .count(),
        count("/proc/self/task"),
    ]
}

/// What is held when there are no more than so many threads; at the latest in two seconds. The kernel lists a thread for a
/// moment after it has been joined.
fn settled(threads: usize) -> [usize; 3] {
    let start = Instant::now();
    loop {
        let now = held();
        if now[2] <= threads || start.elapsed() > Duration::from_secs(2) {
            return now;
        }
        thread::yield_now();
    }
}

fn thousand_cycles() {
    let (reader, writer) = std::io::pipe().unwrap();
    let blocked = thread::spawn(move || {
        let mut byte = 0u8;
        // SAFETY: one byte of our own.
        foreign::call(|| unsafe { libc::read(reader.as_raw_fd(), (&raw mut byte).cast(), 1) })
    });
    let threads = held()[2];
    // The first time makes what stays: a mapping or two, and slots; but no thread.
    drop(profiler().start().unwrap());
    let before = [held()[0], held()[1], threads];
    for cycle in 0..1000 {
        drop(profiler().start().unwrap());
        if cycle % 100 == 0 || cycle == 999 {
            let now = settled(threads);
            for (what, (now, before)) in HELD.iter().zip(now.into_iter().zip(before)) {
                assert_eq!(now, before, "{what}: after {cycle} cycles");
            }
        }
    }
    burn_ms(50);
    let last = profiler().start().unwrap();
    // Nothing of what was burned before is in it.
    let nothing = total(&last.stop().unwrap());
    assert!(nothing <= 5, "{nothing}");
    drop(writer);
    assert_eq!(
        blocked.join().unwrap(),
        0,
        "the end of the pipe, and no EINTR"
    );
}
