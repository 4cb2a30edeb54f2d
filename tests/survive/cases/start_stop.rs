//! A thousand starts and stops, a thread blocked in C throughout: no file descriptor, timer, thread or slot is left, and
//! no sample is taken after the last stop.
//!
//! With timers that are not deleted (mutant leak-timer) /proc/self/timers had two more after each cycle.
#![allow(unsafe_code)]

use std::fs;
use std::os::fd::AsRawFd as _;
use std::thread;

use framecheck::sigprof::{Clock, foreign};

use crate::case::{Case, End, Killer};
use crate::child::{burn_ms, profiler, total};

pub const CASES: &[Case] = &[Case {
    name: "start_stop",
    child: thousand_cycles,
    clocks: Clock::ALL,
    killers: &[Killer {
        mutant: "leak-timer",
        clock: Clock::Thread,
        end: End::Failed("after 0 cycles"),
    }],
}];

/// What a process may leak: descriptors, timers, threads.
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

fn thousand_cycles() {
    let (reader, writer) = std::io::pipe().unwrap();
    let blocked = thread::spawn(move || {
        let mut byte = 0u8;
        // SAFETY: one byte of our own.
        foreign::call(|| unsafe { libc::read(reader.as_raw_fd(), (&raw mut byte).cast(), 1) })
    });
    // The first time makes what stays: a mapping or two, and slots.
    drop(profiler().start().unwrap());
    let before = held();
    for cycle in 0..1000 {
        drop(profiler().start().unwrap());
        if cycle % 100 == 0 {
            assert_eq!(held(), before, "after {cycle} cycles");
        }
    }
    assert_eq!(held(), before);
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
