//@ case: foreign.context_profile
//@ says: The stacks of foreign.context, from a hundred thousand short calls on four threads at once.
//@ origin: golang/go#71395, golang/go#47441
//@ needs: threads, hook, context
// A third of the time or a little less in each of the hogs, on all threads together; 44 samples are needed of each leaf.
//@ cpu: 3s
//@ every cpuHog: framecheck::programs::foreign_context_profile::work > ... > first1 > first2 > ... > framecheck::programs::foreign_context_profile::middle > ... > second1 > second2 > ... > framecheck::programs::foreign_context_profile::innermost > ... > cpuHog2 > cpuHog
//@ stack: framecheck::programs::foreign_context_profile::work > ... > first1 > first2 > ... > framecheck::programs::foreign_context_profile::middle > framecheck::programs::foreign_context_profile::spin
//@ stack: framecheck::programs::foreign_context_profile::work > ... > first1 > first2 > ... > framecheck::programs::foreign_context_profile::middle > ... > second1 > second2 > ... > framecheck::programs::foreign_context_profile::innermost > framecheck::programs::foreign_context_profile::spin
//@ every framecheck::programs::foreign_context_profile::spin: framecheck::programs::foreign_context_profile::work > ... > first1 > first2 > ... > framecheck::programs::foreign_context_profile::middle > ... > framecheck::programs::foreign_context_profile::spin
// What is really there, and was not to be unwound.
//@ never: ... > outer > ...
//@ never: ... > inner > ...
//@ never: ... > staleContext > ...
//@ self: released
//@ snapshot
//@ kills: flatten-contexts
//! foreign_context_profile: foreign_context on several threads, with calls so short that contexts are recorded and released all the
//! time.

use std::hint::black_box;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use super::ffi_crossing::{self as ffi, Functions};
use super::meter;
use super::session::Session;
use super::table::Program;
use crate::sigprof::foreign;

const THREADS: usize = 4;
/// Of each thread, 100 000 together.
const CALLS_MIN: u64 = 25_000;
/// Calls between two looks at the clock: of some 20 µs each, so that the clock is none of the work.
const BATCH: u64 = 100;

/// CPU time of each thread. A thread's function has no arguments: a closure would be a frame, in some builds.
static SHARE_NS: AtomicU64 = AtomicU64::new(0);

pub(super) const PROGRAM: Program = Program {
    name: "foreign_context_profile",
    source: include_str!("foreign_context_profile.rs"),
    prepare: || ffi::register(Functions::ContextProfile),
    run,
    after: None,
};

/// What a thread has done.
struct Work {
    used_ns: u64,
    calls: u64,
    wrong: usize,
    recorded: usize,
}

#[inline(never)]
fn run(session: &mut Session) -> Result<(), String> {
    SHARE_NS.store(session.cpu_ns() / THREADS as u64, Ordering::Relaxed);
    let threads: Vec<_> = (0..THREADS)
        .map(|_| thread::Builder::new().name("worker".into()).spawn(work))
        .collect();
    let mut works = Vec::new();
    for thread in threads {
        let thread = thread.map_err(|error| format!("a thread could not be made: {error}"))?;
        works.push(thread.join().map_err(|_| "a thread has panicked")?);
    }
    let leaves: Vec<_> = works.iter().map(|work| ("hogs", work.used_ns)).collect();
    session.add_threads("worker", &leaves);
    let calls: u64 = works.iter().map(|work| work.calls).sum();
    let wrong: usize = works.iter().map(|work| work.wrong).sum();
    let recorded: usize = works.iter().map(|work| work.recorded).sum();
    let says = format!(
        "{recorded} contexts in {calls} calls, {wrong} released out of order or not at all"
    );
    // Two callbacks a call.
    let is_right = wrong == 0 && recorded as u64 == 2 * calls;
    session.check("released", if is_right { Ok(says) } else { Err(says) });
    Ok(())
}

#[inline(never)]
fn work() -> Work {
    let share_ns = SHARE_NS.load(Ordering::Relaxed);
    let (mut calls, mut used_ns) = (0, 0);
    while used_ns < share_ns || calls < CALLS_MIN {
        for _ in 0..BATCH {
            foreign::call(|| ffi::context_profile_outer(enter_middle));
        }
        calls += BATCH;
        used_ns = meter::thread_cpu_ns();
    }
    let (wrong, recorded) = ffi::context_profile_wrong_of();
    Work {
        used_ns,
        calls,
        wrong,
        recorded,
    }
}

extern "C" fn enter_middle() {
    foreign::callback(middle);
    black_box(());
}

#[inline(never)]
fn middle() {
    black_box(spin(1));
    foreign::call(|| ffi::context_profile_inner(enter_innermost));
    black_box(());
}

extern "C" fn enter_innermost() {
    foreign::callback(innermost);
    black_box(());
}

#[inline(never)]
fn innermost() {
    black_box(spin(2));
    foreign::call(ffi::context_profile_hog);
    black_box(());
}

/// A twentieth of foreign_none's hog: some 10 µs.
#[inline(never)]
fn spin(salt: u64) -> u64 {
    let mut value = black_box(salt);
    let mut turn = 0u32;
    while turn < 5_000 {
        value ^= value << 13;
        value ^= value >> 7;
        value ^= value << 17;
        turn += 1;
    }
    black_box(value)
}
