//! foreign_jit: code that no file has a symbol for, between two neighbours that never run, and a symbolizer that knows it.

use super::ffi_crossing::{self as ffi, Functions};
use super::session::Session;
use super::table::Program;
use crate::case::claim::Claim;
use crate::sigprof::foreign;

pub(super) const PROGRAM: Program = Program {
    name: "foreign_jit",
    says: "code made at run time is named by the program, and never as its neighbour",
    claims: &[
        // All but the call and the clock reading between two batches, under 1 µs in 100.
        Claim::Every {
            leaf: Some("jitHog"),
            stack: "main > ... > host::foreign_jit > ... > jitHog",
            share_min: 0.98,
        },
        Claim::Top { function: "jitHog" },
        Claim::Never {
            stack: "... > jitBefore",
        },
        Claim::Never {
            stack: "... > jitAfter",
        },
        Claim::Every {
            leaf: None,
            stack: "main > ...",
            share_min: 0.98,
        },
    ],
    prepare: || ffi::prepare_jit().and_then(|()| ffi::register(Functions::Jit)),
    run,
};

#[inline(never)]
fn run(session: &mut Session) -> Result<(), String> {
    let mut phase = session.phase("hog", session.cpu_ns());
    while phase.more() {
        foreign::call(ffi::foreign_jit);
    }
    Ok(())
}
