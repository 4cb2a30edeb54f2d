//@ case: foreign.thread_hook
//@ says: A thread that C made has the frames that the hook answers for it, C only.
//@ origin: go TestCgoPprofThread, golang/go#15994, golang/go#43174, golang/go#52726
//@ needs: threads, hook
// Three fifths of the time are the C thread's, the rest is the main thread's: 44 samples are needed of each.
//@ hz: 250
//@ cpu: 600ms
//@ stack: cpuHogThread2 > cpuHogThread
//@ every cpuHogThread: cpuHogThread2 > cpuHogThread
//@ every framecheck::programs::foreign_none::hog: main > ... > host::foreign_thread_hook > framecheck::programs::foreign_none::hog
//@ never: _ExternalCode > ...
//@ never: ... > cpuHogThreadMain > cpuHogThread
//@ snapshot
//@ kills: main-thread-only
//! foreign_thread_hook: a thread that C makes after the start. The hook answers for it, and the sample is the hook's frames, C only; the
//! host's threads are none of its business.

use std::hint::black_box;

use super::ffi_crossing::{self as ffi, Functions};
use super::session::Session;
use super::table::Program;

use super::foreign_none::hog;

pub(super) const PROGRAM: Program = Program {
    name: "foreign_thread_hook",
    source: include_str!("foreign_thread_hook.rs"),
    prepare: || ffi::register(Functions::Thread),
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
