//@ case: foreign.thread_no_hook
//@ says: A thread that C made, without a hook, has its own stack.
//@ origin: go TestCgoPprofThreadNoTraceback
//@ needs: threads, native-c
// Three fifths of the time are the C thread's, the rest is the main thread's: 44 samples are needed of each.
//@ hz: 250
//@ cpu: 600ms
//@ stack: cpuHogThreadMain > cpuHogThread
//@ every cpuHogThread: cpuHogThreadMain > cpuHogThread
//@ every framecheck::programs::foreign_none::hog: main > ... > host::foreign_thread_no_hook > framecheck::programs::foreign_none::hog
//@ never: _ExternalCode > ...
//@ never: ... > cpuHogThread2 > ...
//@ snapshot
//@ kills: main-thread-only
//! foreign_thread_no_hook: the same thread without a hook: its own stack, unwound.

use std::hint::black_box;

use super::ffi_crossing::{self as ffi};
use super::session::Session;
use super::table::Program;

use super::foreign_none::hog;

pub(super) const PROGRAM: Program = Program {
    name: "foreign_thread_no_hook",
    source: include_str!("foreign_thread_no_hook.rs"),
    prepare: || Ok(()),
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
