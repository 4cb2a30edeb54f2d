//@ case: foreign.none
//@ says: Host code only, the control: a profiler that shows a C frame here makes it up.
//@ origin: control
// 100 signals, at the rate that ticks allow.
//@ hz: 250
//@ cpu: 400ms
//@ stack: main > ... > host::foreign_none > framecheck::programs::foreign_none::level > framecheck::programs::foreign_none::hog
//@ every framecheck::programs::foreign_none::hog: main > ... > host::foreign_none > framecheck::programs::foreign_none::level > framecheck::programs::foreign_none::hog
//@ never: ... > cpuHog > ...
//@ never: ... > cpuHog2 > ...
//@ top: framecheck::programs::foreign_none::hog
//@ snapshot
//@ kills: always-says-cpuHog
//! foreign_none: host code only, the control. A profiler that shows a C frame here makes them up.

use std::hint::black_box;

use super::session::Session;
use super::table::Program;

pub(super) const PROGRAM: Program = Program {
    name: "foreign_none",
    source: include_str!("foreign_none.rs"),
    prepare: || Ok(()),
    run,
    after: None,
};

#[inline(never)]
fn run(session: &mut Session) -> Result<(), String> {
    let mut phase = session.phase("framecheck::programs::foreign_none::hog", session.cpu_ns());
    while phase.more() {
        black_box(level(1));
    }
    Ok(())
}

#[inline(never)]
fn level(salt: u64) -> u64 {
    // Used after the call: a call that is the last thing done becomes a jump.
    black_box(hog(salt)) + 1
}

/// Xorshift, 0.2 ms of it: operators of the language alone, so that no library function is a leaf in debug builds. A function
/// that does nothing but call it gives a salt of its own: optimised builds merge functions that are equal.
#[inline(never)]
pub(super) fn hog(salt: u64) -> u64 {
    let mut value = black_box(salt);
    let mut turn = 0u32;
    while turn < 100_000 {
        value ^= value << 13;
        value ^= value >> 7;
        value ^= value << 17;
        turn += 1;
    }
    // Below its highest bit: the caller adds to it.
    black_box(value) >> 1
}
