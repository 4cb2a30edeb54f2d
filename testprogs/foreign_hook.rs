//! foreign_hook: a C hog under a hook that always answers `cpuHog2 > cpuHog`, although only cpuHog is ever called. What
//! the profile shows of C came through the hook.

use super::ffi::{self, Hook};
use super::session::Session;
use super::table::Program;
use crate::case::claim::Claim;
use crate::sigprof::foreign;

pub(super) const PROGRAM: Program = Program {
    name: "foreign_hook",
    says: "a C hog, and a hook that always answers the same two frames",
    claims: &[
        // All but the clock reading between two batches, under 1 µs in 150.
        Claim::Every {
            leaf: Some("cpuHog"),
            stack: "main > ... > host::foreign_hook > ... > cpuHog2 > cpuHog",
            share_min: 0.98,
        },
        Claim::Every {
            leaf: None,
            stack: "main > ...",
            share_min: 0.98,
        },
        Claim::Top { function: "cpuHog" },
    ],
    prepare: || ffi::register(Hook::Fixed),
    run,
};

#[inline(never)]
fn run(session: &mut Session) -> Result<(), String> {
    let mut phase = session.phase("hog", session.cpu_ns());
    while phase.more() {
        foreign::call(ffi::foreign_hook);
    }
    Ok(())
}
