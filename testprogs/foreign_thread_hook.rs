//! foreign_thread_hook: a thread that C makes after the start. The hook answers for it, and the sample is the hook's frames, C only; the
//! host's threads are none of its business.

use std::hint::black_box;

use super::ffi_crossing::{self as ffi, Functions};
use super::session::Session;
use super::table::Program;
use crate::case::claim::Claim;

use super::foreign_none::hog;

pub(super) const PROGRAM: Program = Program {
    name: "foreign_thread_hook",
    says: "a thread that C made, and a hook that answers for it: C frames only",
    claims: &[
        // Three fifths of the time are the thread's, the rest is the main thread's; the clock is looked at every 10 ms.
        // So much is left where only one of them is sampled that the claims about the other are decided.
        Claim::Some {
            stack: "cpuHogThread2 > cpuHogThread",
            share_min: 0.45,
        },
        Claim::Every {
            leaf: Some("cpuHogThread"),
            stack: "cpuHogThread2 > cpuHogThread",
            share_min: 0.45,
        },
        Claim::Every {
            leaf: Some("framecheck::programs::foreign_none::hog"),
            stack: "main > ... > host::foreign_thread_hook > framecheck::programs::foreign_none::hog",
            share_min: 0.3,
        },
        Claim::Never {
            stack: "_ExternalCode > ...",
        },
        Claim::Never {
            stack: "... > cpuHogThreadMain > cpuHogThread",
        },
    ],
    prepare: || ffi::register(Functions::Thread),
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
