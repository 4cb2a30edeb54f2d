//! foreign_symbolizer: the program names its own frames, two functions for one address. What the executable calls them is in no sample.

use super::ffi_crossing::{self as ffi, Functions};
use super::session::Session;
use super::table::Program;
use crate::case::claim::Claim;
use crate::sigprof::foreign;

pub(super) const PROGRAM: Program = Program {
    name: "foreign_symbolizer",
    says: "a symbolizer names the hook's frames, with an inlined one",
    claims: &[
        // All but the clock reading between two batches, under 1 µs in 150.
        Claim::Every {
            leaf: Some("inlinedHog"),
            stack: "main > ... > host::foreign_symbolizer > ... > symbolizedCaller > outlinedHog > inlinedHog",
            share_min: 0.98,
        },
        Claim::Top {
            function: "inlinedHog",
        },
        Claim::Never {
            stack: "... > symHog",
        },
        Claim::Never {
            stack: "... > symCaller > ...",
        },
        Claim::Never {
            stack: "... > dataLost > ...",
        },
        Claim::Every {
            leaf: None,
            stack: "main > ...",
            share_min: 0.98,
        },
    ],
    prepare: || ffi::register(Functions::Symbolizer),
    run,
};

#[inline(never)]
fn run(session: &mut Session) -> Result<(), String> {
    let mut phase = session.phase("hog", session.cpu_ns());
    while phase.more() {
        foreign::call(ffi::foreign_symbolizer);
    }
    Ok(())
}
