//@ case: foreign.hook_real
//@ says: A hook that walks the real C stack gives the true chain, whole, under the whole host stack.
//@ origin: nsrip-dd/cgotraceback
//@ needs: hook
// 100 signals, at the rate that ticks allow.
//@ hz: 250
//@ cpu: 400ms
//@ stack: main > ... > host::foreign_hook_real > ... > level1 > level2 > cpuHog
//@ every cpuHog: main > ... > host::foreign_hook_real > ... > level1 > level2 > cpuHog
// Also where the leaf is not C.
//@ every: main > ...
//@ never: ... > level1 > cpuHog
//@ top: cpuHog
//@ snapshot
//@ kills: always-says-cpuHog, drop-root-per-foreign
//! foreign_hook_real: C functions three deep, and a hook that walks the real C stack, exact at every instruction.

use super::ffi::{self, Hook};
use super::session::Session;
use super::table::Program;
use crate::sigprof::foreign;

pub(super) const PROGRAM: Program = Program {
    name: "foreign_hook_real",
    source: include_str!("foreign_hook_real.rs"),
    prepare: || {
        ffi::prepare_real()?;
        ffi::register(Hook::Real)
    },
    run,
    after: None,
};

#[inline(never)]
fn run(session: &mut Session) -> Result<(), String> {
    let mut phase = session.phase("cpuHog", session.cpu_ns());
    while phase.more() {
        foreign::call(ffi::foreign_hook_real);
    }
    Ok(())
}
