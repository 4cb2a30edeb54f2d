//@ case: foreign.thread_empty_hook
//@ says: A hook that answers nothing for the thread that C made costs no stack, and no sample is empty.
//@ origin: never checked in Go
//@ needs: threads, hook, native-c
// Three fifths of the time are the C thread's, the rest is the main thread's: 44 samples are needed of each.
//@ hz: 250
//@ cpu: 600ms
//@ stack: cpuHogThreadMain > cpuHogThread
//@ every cpuHogThread: cpuHogThreadMain > cpuHogThread
//@ every framecheck::programs::foreign_none::hog: main > ... > host::foreign_thread_empty_hook > framecheck::programs::foreign_none::hog
//@ never: _ExternalCode > ...
//@ never: ... > cpuHogThread2 > ...
//@ snapshot
//@ kills: empty-stack
//! foreign_thread_empty_hook: a hook that answers nothing for the thread that C made. Nothing is no answer: the stack is unwound,
//! and no sample is empty.

use std::hint::black_box;

use super::ffi_crossing::{self as ffi, Functions};
use super::session::Session;
use super::table::Program;

use super::foreign_none::hog;

pub(super) const PROGRAM: Program = Program {
    name: "foreign_thread_empty_hook",
    source: include_str!("foreign_thread_empty_hook.rs"),
    prepare: || ffi::register(Functions::ThreadNothing),
    run,
    after: None,
};

const HOG: &str = "framecheck::programs::foreign_none::hog";

#[inline(never)]
fn run(session: &mut Session) -> Result<(), String> {
    let used_ns = ffi::foreign_thread(session.cpu_ns() / 5 * 3, None)?;
    session.add_threads("cpuHogThread", &[("cpuHogThread", used_ns)]);
    let mut phase = session.phase(HOG, session.cpu_ns() / 5 * 2);
    while phase.more() {
        black_box(hog(1));
    }
    Ok(())
}
