//! foreign_thread_empty_hook: a hook that answers nothing for the thread that C made. Nothing is no answer: the stack is unwound,
//! and no sample is empty.

use std::hint::black_box;

use super::ffi_crossing::{self as ffi, Functions};
use super::session::Session;
use super::table::Program;
use crate::case::claim::Claim;

use super::foreign_none::hog;

pub(super) const PROGRAM: Program = Program {
    name: "foreign_thread_empty_hook",
    says: "a thread that C made, and a hook that answers nothing: its native stack, and no empty one",
    claims: &[
        // Three fifths of the time are the thread's, the rest is the main thread's; the clock is looked at every 10 ms.
        // So much is left where only one of them is sampled that the claims about the other are decided.
        Claim::Some {
            stack: "cpuHogThreadMain > cpuHogThread",
            share_min: 0.45,
        },
        Claim::Every {
            leaf: Some("cpuHogThread"),
            stack: "cpuHogThreadMain > cpuHogThread",
            share_min: 0.45,
        },
        Claim::Every {
            leaf: Some("framecheck::programs::foreign_none::hog"),
            stack: "main > ... > host::foreign_thread_empty_hook > framecheck::programs::foreign_none::hog",
            share_min: 0.3,
        },
        Claim::Never {
            stack: "_ExternalCode > ...",
        },
        Claim::Never {
            stack: "... > cpuHogThread2 > ...",
        },
    ],
    prepare: || ffi::register(Functions::ThreadNothing),
    run,
};

#[inline(never)]
fn run(session: &mut Session) -> Result<(), String> {
    let used_ns = ffi::foreign_thread(session.cpu_ns() / 5 * 3, None)?;
    session.add_thread("cpuHogThread", used_ns);
    let mut phase = session.phase("host", session.cpu_ns() / 5 * 2);
    while phase.more() {
        black_box(hog(1));
    }
    Ok(())
}
