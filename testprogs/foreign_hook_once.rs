//! foreign_hook_once: inside and outside the foreign call in turn. What a hook answered belongs to one sample, and
//! to none outside.

use std::hint::black_box;

use super::ffi::{self, Hook};
use super::session::Session;
use super::table::Program;
use crate::case::claim::Claim;
use crate::sigprof::foreign;

/// Half a period at 100 Hz: consecutive samples fall on different sides as often as on the same.
const TURN_NS: u64 = 5_000_000;

pub(super) const PROGRAM: Program = Program {
    name: "foreign_hook_once",
    says: "inside and outside the foreign call in turn: no foreign frame outside",
    claims: &[
        // Turns are drawn from one distribution for both sides. With 100 pairs of 1 s the share has a standard
        // deviation of 0.02; 0.35 is 7 of them away from one half.
        Claim::Every {
            leaf: Some("cpuHog"),
            stack: "main > ... > host::foreign_hook_once > framecheck::programs::foreign_hook_once::inside > ... > \
                    cpuHog2 > cpuHog",
            share_min: 0.35,
        },
        Claim::Every {
            leaf: Some("framecheck::programs::foreign_hook_once::outside"),
            stack: "main > ... > host::foreign_hook_once > framecheck::programs::foreign_hook_once::outside",
            share_min: 0.35,
        },
        Claim::Never {
            stack: "... > framecheck::programs::foreign_hook_once::outside > ... > cpuHog > ...",
        },
        Claim::Every {
            leaf: None,
            stack: "main > ...",
            share_min: 0.98,
        },
    ],
    prepare: || ffi::register(Hook::Once),
    run,
};

#[inline(never)]
fn run(session: &mut Session) -> Result<(), String> {
    let mut left_ns = session.cpu_ns();
    while left_ns > 0 {
        let inside_ns = session.random().dithered_ns(TURN_NS).min(left_ns);
        let mut phase = session.phase("inside", inside_ns);
        while phase.more() {
            inside();
        }
        left_ns -= inside_ns;
        let outside_ns = session.random().dithered_ns(TURN_NS).min(left_ns);
        let mut phase = session.phase("outside", outside_ns);
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
