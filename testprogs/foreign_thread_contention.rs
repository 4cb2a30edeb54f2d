//! foreign_thread_contention: four threads that C makes, and a hook that is slow to answer for each. Each thread's samples have all
//! of its own frames, whoever else is being sampled at the moment.

use super::ffi_crossing::{self as ffi, Functions};
use super::session::Session;
use super::table::Program;
use crate::case::claim::Claim;

pub(super) const PROGRAM: Program = Program {
    name: "foreign_thread_contention",
    says: "four threads that C made are sampled at once, and none for less",
    claims: &[
        // A quarter of the time each; the clock is looked at every 10 ms, and a thread ends that late.
        Claim::Every {
            leaf: Some("hog1"),
            stack: "cpuHogThread2 > caller1 > hog1",
            share_min: 0.2,
        },
        Claim::Every {
            leaf: Some("hog2"),
            stack: "cpuHogThread2 > caller2 > hog2",
            share_min: 0.2,
        },
        Claim::Every {
            leaf: Some("hog3"),
            stack: "cpuHogThread2 > caller3 > hog3",
            share_min: 0.2,
        },
        Claim::Every {
            leaf: Some("hog4"),
            stack: "cpuHogThread2 > caller4 > hog4",
            share_min: 0.2,
        },
        Claim::Never {
            stack: "_ExternalCode > ...",
        },
    ],
    prepare: || ffi::register(Functions::Contention),
    run,
};

#[inline(never)]
fn run(session: &mut Session) -> Result<(), String> {
    let used_ns = ffi::foreign_thread_contention(session.cpu_ns() / 4)?;
    session.add_thread("contenders", used_ns);
    Ok(())
}
