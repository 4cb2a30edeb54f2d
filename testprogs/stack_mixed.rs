//@ case: stack.mixed
//@ says: Rust > C > Rust > C are in order, and none is there twice.
//@ origin: pprof-rs
//@ needs: native-c
// 100 signals, at the rate that ticks allow.
//@ hz: 250
//@ cpu: 400ms
//@ stack: main > ... > host::stack_mixed > host::*? > bounce > framecheck::programs::stack_mixed::enter > host::*? > cpuHog
//@ every cpuHog: main > ... > host::stack_mixed > host::*? > bounce > framecheck::programs::stack_mixed::enter > host::*? > cpuHog
//@ never: ... > framecheck::programs::stack_mixed::enter > framecheck::programs::stack_mixed::enter > ...
//@ top: cpuHog
//@ snapshot
//@ kills: duplicate-frame, reverse
//! stack_mixed: Rust calls C, which calls Rust, which calls C; no boundary is marked, and no hook is there.

use std::hint::black_box;

use super::session::Session;
use super::table::Program;
use super::{ffi, ffi_crossing};

pub(super) const PROGRAM: Program = Program {
    name: "stack_mixed",
    source: include_str!("stack_mixed.rs"),
    prepare: || Ok(()),
    run,
    after: None,
};

#[inline(never)]
fn run(session: &mut Session) -> Result<(), String> {
    let mut phase = session.phase("cpuHog", session.cpu_ns());
    while phase.more() {
        ffi_crossing::bounce(enter);
    }
    Ok(())
}

extern "C" fn enter() {
    ffi::foreign_hook();
    // Something to do after the call, or it becomes a jump.
    black_box(());
}
