//! foreign_hook_real: C functions three deep, and a hook that walks the real C stack, exact at every instruction.

use super::ffi::{self, Hook};
use super::session::Session;
use super::table::Program;
use crate::case::claim::Claim;
use crate::sigprof::foreign;

pub(super) const PROGRAM: Program = Program {
    name: "foreign_hook_real",
    says: "a C chain three deep, and a hook that walks it",
    claims: &[
        Claim::Every {
            leaf: Some("cpuHog"),
            stack: "main > ... > host::foreign_hook_real > ... > level1 > level2 > cpuHog",
            share_min: 0.98,
        },
        Claim::Every {
            leaf: None,
            stack: "main > ...",
            share_min: 0.98,
        },
        Claim::Never {
            stack: "... > level1 > cpuHog",
        },
        Claim::Top { function: "cpuHog" },
    ],
    prepare: || {
        ffi::prepare_real()?;
        ffi::register(Hook::Real)
    },
    run,
};

#[inline(never)]
fn run(session: &mut Session) -> Result<(), String> {
    let mut phase = session.phase("chain", session.cpu_ns());
    while phase.more() {
        foreign::call(ffi::foreign_hook_real);
    }
    Ok(())
}
