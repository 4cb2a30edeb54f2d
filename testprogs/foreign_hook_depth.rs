//! foreign_hook_depth: hooks that answer 0, 1, 2, 31, 32 and 33 frames into room for 32. Adding foreign frames must
//! never cost a host frame, and none beyond the room may appear.

use super::ffi::{self, Hook};
use super::session::Session;
use super::table::Program;
use crate::case::claim::Claim;
use crate::sigprof::foreign;

/// The callers of a leaf, outermost first: the hook's answer the other way round.
macro_rules! deep {
    (31 > $leaf:literal) => {
        deep!("frame30" > $leaf)
    };
    (32 > $leaf:literal) => {
        deep!("frame31 > frame30" > $leaf)
    };
    ($outermost:literal > $leaf:literal) => {
        concat!(
            "main > ... > host::foreign_hook_depth > host::*? > host::*? > host::*? > host::*? > ",
            $outermost,
            " > frame29 > frame28 > frame27 > frame26 > frame25 > frame24 > frame23 > frame22 > frame21 > frame20",
            " > frame19 > frame18 > frame17 > frame16 > frame15 > frame14 > frame13 > frame12 > frame11 > frame10",
            " > frame9 > frame8 > frame7 > frame6 > frame5 > frame4 > frame3 > frame2 > frame1 > ",
            $leaf
        )
    };
    ($leaf:literal) => {
        concat!("main > ... > host::foreign_hook_depth > host::*? > host::*? > host::*? > host::*? > ", $leaf)
    };
}

/// A mode has a seventh of the time, dithered by a fifth either way, and no less than 0.8 / (0.8 + 6 × 1.2) = 0.1 of it.
const fn every(leaf: &'static str, stack: &'static str) -> Claim {
    Claim::Every {
        leaf: Some(leaf),
        stack,
        share_min: 0.1,
    }
}

/// In the order of the modes in csrc/foreign_hook_depth.c.
const PHASES: [&str; ffi::DEPTH_MODES] = ["0", "1", "2", "31", "32", "32 open", "33"];

pub(super) const PROGRAM: Program = Program {
    name: "foreign_hook_depth",
    says: "hooks that answer 0, 1, 2, 31, 32 and 33 frames into room for 32",
    claims: &[
        // Without an answer the profiler finds the leaf by itself.
        every("hog0", deep!("hog0")),
        every("hog1", deep!("hog1")),
        every("hog2", deep!("frame1 > hog2")),
        every("hog31", deep!(31 > "hog31")),
        every("hog32", deep!(32 > "hog32")),
        every("hog32open", deep!(32 > "hog32open")),
        every("hog33", deep!(32 > "hog33")),
        Claim::Never {
            stack: "... > frame32 > ...",
        },
        Claim::Every {
            leaf: None,
            stack: "main > ...",
            share_min: 0.98,
        },
    ],
    prepare: || ffi::register(Hook::Depth),
    run,
};

#[inline(never)]
fn run(session: &mut Session) -> Result<(), String> {
    let mean_ns = session.cpu_ns() / ffi::DEPTH_MODES as u64;
    for (mode, name) in PHASES.into_iter().enumerate() {
        ffi::set_depth_mode(mode);
        let cpu_ns = session
            .random()
            .between(mean_ns * 4 / 5, mean_ns * 6 / 5 + 1);
        let mut phase = session.phase(name, cpu_ns);
        while phase.more() {
            foreign::call(|| ffi::foreign_hook_depth(mode));
        }
    }
    match ffi::depth_wrong_max() {
        None => Ok(()),
        Some(max) => Err(format!(
            "the hook was given room for {max} frames instead of 32"
        )),
    }
}
