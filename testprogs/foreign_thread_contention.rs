//@ case: foreign.thread_contention
//@ says: Four threads that C made are sampled at once, and each has all of its own frames, always.
//@ origin: never checked in Go
//@ needs: threads, hook
// A quarter of the time each: 100 signals a thread, and 44 are needed.
//@ hz: 250
//@ cpu: 1600ms
//@ every hog1: cpuHogThread2 > caller1 > hog1
//@ every hog2: cpuHogThread2 > caller2 > hog2
//@ every hog3: cpuHogThread2 > caller3 > hog3
//@ every hog4: cpuHogThread2 > caller4 > hog4
//@ never: _ExternalCode > ...
//@ snapshot
//@ kills: one-global-buffer
//! foreign_thread_contention: four threads that C makes, and a hook that is slow to answer for each. Each thread's samples have all
//! of its own frames, whoever else is being sampled at the moment.

use super::ffi_crossing::{self as ffi, Functions};
use super::session::Session;
use super::table::Program;

pub(super) const PROGRAM: Program = Program {
    name: "foreign_thread_contention",
    source: include_str!("foreign_thread_contention.rs"),
    prepare: || ffi::register(Functions::Contention),
    run,
    after: None,
};

#[inline(never)]
fn run(session: &mut Session) -> Result<(), String> {
    let used_ns = ffi::foreign_thread_contention(session.cpu_ns() / 4)?;
    // Each of them stops by its own clock after a quarter, which it looks at every 10 ms.
    let leaves = ["hog1", "hog2", "hog3", "hog4"].map(|leaf| (leaf, used_ns / 4));
    session.add_threads("contender", &leaves);
    Ok(())
}
