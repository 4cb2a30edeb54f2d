//@ case: foreign.hook_once
//@ says: What a hook answered belongs to one sample, and to none outside the foreign call.
//@ origin: the seed's cgoCallers[0] = 0
//@ needs: hook
// Turns are drawn from one distribution for both sides: half of the samples each, and 44 are needed of each.
//@ hz: 250
//@ cpu: 600ms
//@ every cpuHog: main > ... > host::foreign_hook_once > framecheck::programs::foreign_hook_once::inside > ... > cpuHog2 > cpuHog
//@ every framecheck::programs::foreign_hook_once::outside: main > ... > host::foreign_hook_once > framecheck::programs::foreign_hook_once::outside
//@ never: ... > framecheck::programs::foreign_hook_once::outside > ... > cpuHog > ...
// Also where the leaf is not C.
//@ every: main > ...
//@ snapshot
//@ kills: stale-foreign
//! foreign_hook_once: inside and outside the foreign call in turn. What a hook answered belongs to one sample, and
//! to none outside.

use std::hint::black_box;

use super::ffi::{self, Hook};
use super::session::Session;
use super::table::Program;
use crate::sigprof::foreign;

const OUTSIDE: &str = "framecheck::programs::foreign_hook_once::outside";

/// Half a period at 100 Hz: consecutive samples fall on different sides as often as on the same.
const TURN_NS: u64 = 5_000_000;

pub(super) const PROGRAM: Program = Program {
    name: "foreign_hook_once",
    source: include_str!("foreign_hook_once.rs"),
    prepare: || ffi::register(Hook::Once),
    run,
    after: None,
};

#[inline(never)]
fn run(session: &mut Session) -> Result<(), String> {
    let mut left_ns = session.cpu_ns();
    while left_ns > 0 {
        let inside_ns = session.random().dithered_ns(TURN_NS).min(left_ns);
        let mut phase = session.phase("cpuHog", inside_ns);
        while phase.more() {
            inside();
        }
        left_ns -= inside_ns;
        let outside_ns = session.random().dithered_ns(TURN_NS).min(left_ns);
        let mut phase = session.phase(OUTSIDE, outside_ns);
        while phase.more() {
            black_box(outside(1));
        }
        left_ns -= outside_ns;
    }
    Ok(())
}

#[inline(never)]
fn inside() {
    foreign::call(ffi::foreign_hook_once);
    // Something to do after the call, or it becomes a jump.
    black_box(());
}

/// Xorshift, 0.2 ms of it, in operators of the language alone.
#[inline(never)]
fn outside(salt: u64) -> u64 {
    let mut value = black_box(salt);
    let mut turn = 0u32;
    while turn < 100_000 {
        value ^= value << 13;
        value ^= value >> 7;
        value ^= value << 17;
        turn += 1;
    }
    black_box(value)
}
