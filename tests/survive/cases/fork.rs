//! fork: the child has no collector, no timer and no lock that somebody else holds, and may start a profiler itself.
//!
//! Without `process::fork` (mutant timer-in-child) the child's own profiler answers that one is running, and its first new
//! thread waits for the registry's lock where another thread held it when the process was copied.
#![allow(unsafe_code)]

use std::ffi::c_void;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use framecheck::sigprof::{Clock, Error, Profiler, capture, foreign};

use super::small_stack::on_small_stack;
use crate::case::{Case, End, Killer};
use crate::child::{burn_ms, clock, profiler, total};

pub const CASES: &[Case] = &[
    Case {
        name: "fork",
        child: fork_while_threads_come_and_go,
        clocks: Clock::ALL,
        killers: &[Killer {
            mutant: "timer-in-child",
            clock: Clock::Thread,
            end: End::Hangs,
        }],
    },
    Case {
        name: "fork_and_profile",
        child: children_profile_themselves,
        clocks: Clock::ALL,
        killers: &[Killer {
            mutant: "timer-in-child",
            clock: Clock::Process,
            end: End::Failed("AlreadyRunning"),
        }],
    },
];

/// Runs `child` in a forked child, which ends with 0 if it returns.
fn fork(child: impl FnOnce()) {
    // SAFETY: what the child calls of libc and std is what glibc makes ready in a child: memory, threads, exit.
    match unsafe { libc::fork() } {
        -1 => panic!("no fork: {}", std::io::Error::last_os_error()),
        0 => {
            child();
            // SAFETY: ends the child, without the parent's handlers for that.
            unsafe { libc::_exit(0) }
        }
        id => {
            let mut status = 0;
            // SAFETY: our own child.
            while unsafe { libc::waitpid(id, &raw mut status, 0) } != id {}
            assert_eq!(status, 0, "wait status of a child");
        }
    }
}

/// Three hundred forks while another thread makes threads, and so holds the registry's lock half of the time.
fn fork_while_threads_come_and_go() {
    let is_over = AtomicBool::new(false);
    let profiler = profiler().start().unwrap();
    thread::scope(|scope| {
        scope.spawn(|| {
            while !is_over.load(Ordering::Relaxed) {
                thread::spawn(|| ()).join().unwrap();
            }
        });
        for _ in 0..300 {
            fork(|| {
                assert_unarmed();
                // Not by std: its lock for stack guards may be held by a thread that is not there.
                on_small_stack(64 * 1024, call_foreign);
                assert!(!capture().unwound().is_empty());
            });
        }
        is_over.store(true, Ordering::Relaxed);
    });
    burn_ms(100);
    assert!(
        total(&profiler.stop().unwrap()) > 0,
        "the parent is profiled still"
    );
}

extern "C" fn call_foreign(_: *mut c_void) -> *mut c_void {
    foreign::call(|| ());
    std::ptr::null_mut()
}

/// No timer of ours is in this process.
fn assert_unarmed() {
    // SAFETY: all zeroes is a valid itimerval, and the call fills it.
    let timer = unsafe {
        let mut timer: libc::itimerval = std::mem::zeroed();
        libc::getitimer(libc::ITIMER_PROF, &raw mut timer);
        timer
    };
    assert_eq!((timer.it_value.tv_sec, timer.it_value.tv_usec), (0, 0));
    let timers = std::fs::read_to_string("/proc/self/timers").unwrap_or_default();
    assert_eq!(timers, "");
}

/// The parent's profiler is none in the child; the child's own is one, and both see what they are about.
fn children_profile_themselves() {
    let mut parents = Some(profiler().start().unwrap());
    for _ in 0..3 {
        fork(|| {
            let copy = parents.take().unwrap();
            if std::process::id().is_multiple_of(2) {
                assert!(matches!(copy.stop(), Err(Error::Forked)));
            } else {
                drop(copy);
            }
            let own = Profiler::builder().hz(250).clock(clock()).start().unwrap();
            thread::spawn(|| burn_ms(40)).join().unwrap();
            burn_ms(40);
            let profile = own.stop().unwrap();
            // 80 ms are 20 periods, of which a coarse tick on a busy machine misses many.
            assert!(total(&profile) >= 3, "{}", total(&profile));
        });
        burn_ms(50);
    }
    assert!(total(&parents.take().unwrap().stop().unwrap()) > 3);
}
