//@ case: foreign.callback_storm
//@ says: With 64 threads of C that do nothing but cross into the host and back, no sample is lost, broken or on the wrong side.
//@ origin: golang/go#50936, golang/go#54778
//@ needs: threads, hook, native-c
// Of all threads together: 500 signals at a tick of 250 Hz, of which a third or more are on either side of the boundary, and
// 44 are needed there.
//@ cpu: 2s
//@ hz: 1000
// A deadline for hangs: sixty times as long.
//@ finishes: 120s
// What stands above a stack whose root is missing. What does not begin with the thread's own function is glibc's and the
// profiler's: the thread begins or ends.
//@ never: <cut> > ...
//@ never: _ExternalCode > ...
//@ every stormC: cpuHogThread2 > stormC
//@ every framecheck::programs::foreign_callback_storm::callee: stormThreadMain > framecheck::programs::foreign_callback_storm::enter > ... > framecheck::programs::foreign_callback_storm::callee
//@ never: ... > framecheck::programs::foreign_callback_storm::enter > ... > stormC
//@ total: truth
// A boundary that is believed while it is armed shows at a few instructions only, which time seldom finds: boundary-race is for
// foreign.boundary, instruction by instruction.
//@ kills: external-root-always
//! foreign_callback_storm: 64 threads that C makes call a host function that does next to nothing, again and again.

use std::hint::black_box;

use super::ffi_crossing::{self as ffi, Functions};
use super::session::Session;
use super::table::Program;
use crate::sigprof::foreign;

const THREADS: u64 = 64;

pub(super) const PROGRAM: Program = Program {
    name: "foreign_callback_storm",
    source: include_str!("foreign_callback_storm.rs"),
    prepare: || ffi::register(Functions::CallbackStorm),
    run,
    after: None,
};

#[inline(never)]
fn run(session: &mut Session) -> Result<(), String> {
    let share_ns = session.cpu_ns() / THREADS;
    let used_ns = ffi::foreign_callback_storm(share_ns, enter, THREADS as usize)?;
    let crossings: Vec<_> = used_ns.iter().map(|&ns| ("crossings", ns)).collect();
    session.add_threads("storm", &crossings);
    Ok(())
}

extern "C" fn enter() {
    foreign::callback(callee);
    // Something to do after the call, or it becomes a jump.
    black_box(());
}

/// As long as the crossing, some 30 ns, so that both have their part of the samples.
#[inline(never)]
fn callee() {
    let mut value = black_box(1u64);
    let mut turn = 0u32;
    while turn < 20 {
        value ^= value << 13;
        value ^= value >> 7;
        value ^= value << 17;
        turn += 1;
    }
    black_box(value);
}
