//! A storm of SIGPROF: a hundred thousand at full speed. Those that the program sends itself are none of ours and count
//! for nothing. Those that carry a timer's mark are taken for expirations: of one thread they weigh the CPU time since the last,
//! and what that comes to is recorded or counted as lost.
//!
//! With losses that are not counted (mutant lose-silently) the profile's numbers no longer add up.
#![allow(unsafe_code)]

use std::hint::black_box;

use framecheck::sigprof::Clock;

use crate::case::{Case, End, Killer};
use crate::child::{burn_ms, cpu_ms, profiler, total};

pub const CASES: &[Case] = &[
    Case {
        name: "storm",
        child: of_its_own,
        clocks: Clock::ALL,
        killers: &[],
    },
    Case {
        name: "storm_of_somebody_elses",
        child: of_somebody_elses,
        clocks: &[Clock::Thread],
        killers: &[],
    },
    Case {
        name: "storm_of_expirations",
        child: of_expirations,
        clocks: &[Clock::Thread],
        killers: &[Killer {
            mutant: "lose-silently",
            clock: Clock::Thread,
            end: End::Failed("recorded and lost"),
        }],
    },
];

const SIGNALS: u32 = 100_000;

fn of_its_own() {
    let profiler = profiler().start().unwrap();
    let start_ms = cpu_ms();
    for _ in 0..SIGNALS {
        // SAFETY: no memory is involved.
        unsafe { libc::raise(libc::SIGPROF) };
    }
    burn_ms(20);
    let used_ms = cpu_ms() - start_ms;
    let total = total(&profiler.stop().unwrap());
    // At 500 Hz there is an expiration every 2 ms; half as many again for the thread that collects, and for luck.
    let most = (used_ms / 2.0 * 1.5) as i64 + 10;
    assert!(
        (1..=most).contains(&total),
        "{total} samples in {used_ms} ms"
    );
}

/// What timer_create's signals look like: include/uapi/asm-generic/siginfo.h, `_timer`.
#[repr(C)]
struct TimerInfo {
    signal: i32,
    errno: i32,
    code: i32,
    padding: i32,
    timer_id: i32,
    overrun: i32,
    cookie: u64,
    rest: [u64; 12],
}

/// Fewer, for each is a walk of a thousand frames.
const EXPIRATIONS: u32 = 20_000;

/// So short a period, 1 µs, is over with each of them.
const HZ: u32 = 1_000_000;

/// The slot that the first thread of a process has, in its first generation, as its timer's signals name it.
const COOKIE: u64 = 1 << 32;

/// The mark of one thread's timer on another thread, which is sampled meanwhile: it is not for that thread, whose handler
/// has its own slot to work with.
fn of_somebody_elses() {
    let profiler = profiler().start().unwrap();
    let process_start_ms = process_cpu_ms();
    std::thread::scope(|scope| {
        scope.spawn(|| send_expirations(EXPIRATIONS));
        burn_ms(100);
    });
    let used_ms = process_cpu_ms() - process_start_ms;
    let total = total(&profiler.stop().unwrap());
    // At 500 Hz there is an expiration every 2 ms.
    let most = (used_ms / 2.0 * 1.5) as i64 + 10;
    assert!(
        (1..=most).contains(&total),
        "{total} samples in {used_ms} ms"
    );
}

fn process_cpu_ms() -> f64 {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    time.tv_sec as f64 * 1e3 + time.tv_nsec as f64 / 1e6
}

/// To the calling thread, which takes each before the next.
fn send_expirations(count: u32) {
    let info = TimerInfo {
        signal: libc::SIGPROF,
        errno: 0,
        code: libc::SI_TIMER,
        padding: 0,
        timer_id: 0,
        overrun: 0,
        cookie: COOKIE,
        rest: [0; 12],
    };
    for _ in 0..count {
        // SAFETY: a siginfo of the kernel's size (128 bytes), which a process may send to itself.
        let answer = unsafe {
            let (process, thread) = (libc::getpid(), libc::gettid());
            libc::syscall(
                libc::SYS_rt_tgsigqueueinfo,
                process,
                thread,
                libc::SIGPROF,
                &raw const info,
            )
        };
        assert_eq!(answer, 0);
    }
}

fn of_expirations() {
    let profiler = profiler().hz(HZ).start().unwrap();
    deep(1000, &mut || send_expirations(EXPIRATIONS));
    let profile = profiler.stop().unwrap();
    let lost = profile.comments().find_map(|text| {
        let (lost, accepted) = text.strip_prefix("lost samples: ")?.split_once(" of ")?;
        Some((lost.parse().unwrap(), accepted.parse().unwrap()))
    });
    let (lost, accepted): (i64, i64) = lost.unwrap();
    let total = total(&profile);
    println!("note: {accepted} accepted, {lost} lost");
    assert!(accepted >= i64::from(EXPIRATIONS), "{accepted} accepted");
    assert_eq!(total, accepted, "recorded and lost");
    assert!(lost > 0, "the ring was never full: this shows nothing");
}

/// Far from the root, so that a record is large.
#[inline(never)]
fn deep(levels: u32, work: &mut dyn FnMut()) {
    match levels {
        0 => work(),
        _ => deep(black_box(levels - 1), work),
    }
    black_box(levels);
}
