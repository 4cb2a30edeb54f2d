//! The program has a SIGPROF handler of its own: from before the start, and then it gets what is not ours, and is back
//! exactly at the end; or from after the start, and then it stays, and the profile says what that means.
//!
//! Without the declaration (mutant silent-zero) a profile of nothing looks like a program that did nothing. Without
//! `action::restore` (mutant forget-restore) our handler is still there after the stop; where it puts back the default
//! action (mutant default-after-stop), a signal that was on its way ends the process. Without `action::forward` (mutant
//! swallow-signals) the program's handler waits in vain.
#![allow(unsafe_code)]

use std::ffi::{c_int, c_void};
use std::sync::atomic::{AtomicUsize, Ordering};

use framecheck::sigprof::Clock;

use crate::case::{Case, End, Killer};
use crate::child::{burn_ms, declarations, profiler, total};

pub const CASES: &[Case] = &[
    Case {
        name: "own_handler_before",
        child: before,
        clocks: Clock::ALL,
        killers: &[
            Killer {
                mutant: "forget-restore",
                clock: Clock::Thread,
                end: End::Failed("assertion `left == right` failed: handler"),
            },
            Killer {
                mutant: "swallow-signals",
                clock: Clock::Thread,
                end: End::Failed("what is not ours goes to the program"),
            },
        ],
    },
    Case {
        name: "own_handler_after",
        child: after,
        clocks: Clock::ALL,
        killers: &[Killer {
            mutant: "silent-zero",
            clock: Clock::Thread,
            end: End::Failed("not declared"),
        }],
    },
    Case {
        name: "no_handler",
        child: none,
        clocks: Clock::ALL,
        killers: &[Killer {
            mutant: "default-after-stop",
            clock: Clock::Thread,
            end: End::Killed(libc::SIGPROF),
        }],
    },
    Case {
        name: "programs_started_after_the_stop",
        child: programs_after,
        clocks: Clock::ALL,
        killers: &[],
    },
    Case {
        name: "own_timer",
        child: timer,
        clocks: Clock::ALL,
        killers: &[Killer {
            mutant: "forget-timer",
            clock: Clock::Process,
            end: End::Failed("the program's timer"),
        }],
    },
];

static TAKEN: AtomicUsize = AtomicUsize::new(0);

unsafe extern "C" fn take(_: c_int, _: *mut libc::siginfo_t, _: *mut c_void) {
    TAKEN.fetch_add(1, Ordering::Relaxed);
}

fn install() -> libc::sigaction {
    // SAFETY: all zeroes is a valid sigaction; the handler is of the type that SA_SIGINFO asks for.
    unsafe {
        let mut action: libc::sigaction = std::mem::zeroed();
        action.sa_sigaction = take as *const () as usize;
        action.sa_flags = libc::SA_SIGINFO | libc::SA_NODEFER;
        libc::sigaddset(&raw mut action.sa_mask, libc::SIGUSR2);
        assert_eq!(
            libc::sigaction(libc::SIGPROF, &raw const action, std::ptr::null_mut()),
            0
        );
    }
    current()
}

fn current() -> libc::sigaction {
    // SAFETY: all zeroes is a valid sigaction, and the call fills it.
    unsafe {
        let mut action: libc::sigaction = std::mem::zeroed();
        assert_eq!(
            libc::sigaction(libc::SIGPROF, std::ptr::null(), &raw mut action),
            0
        );
        action
    }
}

/// Sends SIGPROF to this thread, which takes it before this returns.
fn send() {
    // SAFETY: no memory is involved.
    assert_eq!(unsafe { libc::raise(libc::SIGPROF) }, 0);
}

#[track_caller]
fn assert_same(one: &libc::sigaction, other: &libc::sigaction) {
    assert_eq!(one.sa_sigaction, other.sa_sigaction, "handler");
    assert_eq!(one.sa_flags, other.sa_flags, "flags");
    for signal in 1..=64 {
        // SAFETY: sets of our own.
        let [a, b] = [one, other]
            .map(|action| unsafe { libc::sigismember(&raw const action.sa_mask, signal) });
        assert_eq!(a, b, "signal {signal} in the mask");
    }
}

fn before() {
    let own = install();
    let profiler = profiler().start().unwrap();
    send();
    assert_eq!(
        TAKEN.load(Ordering::Relaxed),
        1,
        "what is not ours goes to the program"
    );
    burn_ms(100);
    assert_eq!(TAKEN.load(Ordering::Relaxed), 1, "what is ours does not");
    let profile = profiler.stop().unwrap();
    assert!(total(&profile) > 2);
    let declarations = declarations(&profile).join("\n");
    assert!(!declarations.contains("handler"), "{declarations}");
    assert_same(&current(), &own);
    send();
    assert_eq!(TAKEN.load(Ordering::Relaxed), 2);
}

fn after() {
    let profiler = profiler().start().unwrap();
    let own = install();
    burn_ms(200);
    assert!(
        TAKEN.load(Ordering::Relaxed) > 2,
        "the program took what was ours"
    );
    let profile = profiler.stop().unwrap();
    let declarations = declarations(&profile).join("\n");
    assert!(
        declarations.contains("installed its own SIGPROF handler"),
        "not declared: {declarations}"
    );
    assert!(declarations.contains("CPU time seen: "), "{declarations}");
    assert_same(&current(), &own);
    send();
}

/// There was none: stray signals do not kill, neither after the first time nor after the second.
fn none() {
    for _ in 0..2 {
        let profiler = profiler().start().unwrap();
        send();
        burn_ms(50);
        assert!(total(&profiler.stop().unwrap()) > 1);
        send();
    }
}

/// A program that is started afterwards finds SIGPROF as it would have without a profiler: neither ignored nor blocked. What
/// is ignored goes over to a new program, and a timer of its own would then never end it.
fn programs_after() {
    drop(profiler().start().unwrap());
    let status = std::process::Command::new("cat")
        .arg("/proc/self/status")
        .output()
        .unwrap();
    let status = String::from_utf8(status.stdout).unwrap();
    for set in ["SigIgn:", "SigBlk:"] {
        let line = status.lines().find_map(|line| line.strip_prefix(set));
        let signals = u64::from_str_radix(line.unwrap().trim(), 16).unwrap();
        assert_eq!(signals >> (libc::SIGPROF - 1) & 1, 0, "SIGPROF in {set}");
    }
}

/// ITIMER_PROF is the program's: set before, it is what it was afterwards.
fn timer() {
    let second = libc::timeval {
        tv_sec: 3600,
        tv_usec: 0,
    };
    let hour = libc::itimerval {
        it_interval: second,
        it_value: second,
    };
    let nowhere = std::ptr::null_mut();
    // SAFETY: the old value is not asked for.
    let answer = unsafe { libc::setitimer(libc::ITIMER_PROF, &raw const hour, nowhere) };
    assert_eq!(answer, 0);
    let profiler = profiler().start().unwrap();
    burn_ms(100);
    assert!(total(&profiler.stop().unwrap()) > 2);
    // SAFETY: all zeroes is a valid itimerval, and the call fills it.
    let now = unsafe {
        let mut now: libc::itimerval = std::mem::zeroed();
        assert_eq!(libc::getitimer(libc::ITIMER_PROF, &raw mut now), 0);
        now
    };
    let interval = (now.it_interval.tv_sec, now.it_interval.tv_usec);
    assert_eq!(interval, (3600, 0), "the program's timer");
    assert!(
        (3590..=3600).contains(&now.it_value.tv_sec),
        "{}",
        now.it_value.tv_sec
    );
}
