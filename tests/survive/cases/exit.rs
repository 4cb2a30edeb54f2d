//! The process exits while it is profiled, by each of its ways, while two threads burn: nothing faults, the code is the
//! program's own. Nothing that a handler uses is ever freed.
//!
//! With what handlers look at gone at exit (mutant crash-at-exit): SIGSEGV in one of the threads that still run.
#![allow(unsafe_code)]

use std::thread;

use framecheck::sigprof::Clock;

use crate::case::{Case, End, Killer};
use crate::child::{burn_ms, profiler};

pub const CASES: &[Case] = &[
    Case {
        name: "exit",
        child: || exit_while_profiling(|| std::process::exit(0)),
        clocks: Clock::ALL,
        killers: &[Killer {
            mutant: "crash-at-exit",
            clock: Clock::Thread,
            end: End::Killed(libc::SIGSEGV),
        }],
    },
    Case {
        name: "exit_at_once",
        // SAFETY: ends the process.
        child: || exit_while_profiling(|| unsafe { libc::_exit(0) }),
        clocks: Clock::ALL,
        killers: &[],
    },
    Case {
        name: "exit_of_another_thread",
        child: || {
            exit_while_profiling(|| {
                // Not std's exit: it takes the main thread's alternate stack away, for which that thread is not asked,
                // and any handler with SA_ONSTACK then faults there, ours or not.
                // SAFETY: ends the process.
                thread::spawn(|| unsafe { libc::exit(0) });
                burn_ms(10_000);
            });
        },
        clocks: Clock::ALL,
        killers: &[],
    },
    Case {
        name: "exit_of_the_main_thread_only",
        child: || {
            exit_while_profiling(|| {
                thread::spawn(|| {
                    burn_ms(50);
                    std::process::exit(0);
                });
                // SAFETY: ends this thread: its frames have nothing to drop that anybody waits for. By system call:
                // pthread_exit unwinds, which Rust forbids.
                unsafe { libc::syscall(libc::SYS_exit, 0) };
            });
        },
        clocks: Clock::ALL,
        killers: &[],
    },
];

extern "C" fn linger() {
    burn_ms(100);
}

fn exit_while_profiling(exit: fn()) {
    // What a program does at exit takes time, and is profiled. Registered before the profiler: it runs after what the
    // profiler may have registered.
    // SAFETY: the function lives as long as the process.
    unsafe { libc::atexit(linger) };
    let profiler = profiler().start().unwrap();
    for _ in 0..2 {
        thread::spawn(|| burn_ms(60_000));
    }
    burn_ms(50);
    std::mem::forget(profiler);
    exit();
}
