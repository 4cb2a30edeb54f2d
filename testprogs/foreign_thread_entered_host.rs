//@ case: foreign.thread_entered_host
//@ says: A thread that C made, called the host once and spins in C is still C, and the hook is asked.
//@ origin: never checked in Go
//@ needs: threads, hook
// Three fifths of the time are the C thread's, the rest is the main thread's: 44 samples are needed of each.
//@ hz: 250
//@ cpu: 600ms
//@ stack: cpuHogThread2 > cpuHogThread
//@ every cpuHogThread: cpuHogThread2 > cpuHogThread
//@ every framecheck::programs::foreign_none::hog: main > ... > host::foreign_thread_entered_host > framecheck::programs::foreign_none::hog
//@ never: _ExternalCode > ...
//@ never: ... > cpuHogThreadMain > cpuHogThread
//@ snapshot
//@ kills: forget-entered-threads
//! foreign_thread_entered_host: the thread that C made calls into the host once, comes back, and spins in C: it is still C, and the
//! hook is still asked.

use std::hint::black_box;

use super::ffi_crossing::{self as ffi, Functions};
use super::foreign_none::hog;
use super::session::Session;
use super::table::Program;
use crate::sigprof::foreign;

pub(super) const PROGRAM: Program = Program {
    name: "foreign_thread_entered_host",
    source: include_str!("foreign_thread_entered_host.rs"),
    prepare: || ffi::register(Functions::Thread),
    run,
    after: None,
};

const HOG: &str = "framecheck::programs::foreign_none::hog";

#[inline(never)]
fn run(session: &mut Session) -> Result<(), String> {
    let used_ns = ffi::foreign_thread(session.cpu_ns() / 5 * 3, Some(enter))?;
    session.add_threads("cpuHogThread", &[("cpuHogThread", used_ns)]);
    let mut phase = session.phase(HOG, session.cpu_ns() / 5 * 2);
    while phase.more() {
        black_box(hog(1));
    }
    Ok(())
}

extern "C" fn enter() {
    foreign::callback(|| {
        black_box(());
    });
}
