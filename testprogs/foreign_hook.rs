//@ case: foreign.hook
//@ says: A hook's frames stand below the whole host stack, on every foreign sample.
//@ origin: the seed, go TestCgoPprof, golang/go#29034
//@ needs: hook
//@ stack: main > ... > host::foreign_hook > ... > cpuHog2 > cpuHog
//@ every cpuHog: main > ... > host::foreign_hook > ... > cpuHog2 > cpuHog
// Also where the leaf is not C.
//@ every: main > ...
//@ top: cpuHog
//@ snapshot
//@ kills: drop-foreign, drop-root-per-foreign, reverse
//! foreign_hook: a C hog under a hook that always answers `cpuHog2 > cpuHog`, although only cpuHog is ever called. What
//! the profile shows of C came through the hook.

use super::ffi::{self, Hook};
use super::session::Session;
use super::table::Program;
use crate::sigprof::foreign;

pub(super) const PROGRAM: Program = Program {
    name: "foreign_hook",
    source: include_str!("foreign_hook.rs"),
    prepare: || ffi::register(Hook::Fixed),
    run,
    after: None,
};

#[inline(never)]
fn run(session: &mut Session) -> Result<(), String> {
    let mut phase = session.phase("cpuHog", session.cpu_ns());
    while phase.more() {
        foreign::call(ffi::foreign_hook);
    }
    Ok(())
}
