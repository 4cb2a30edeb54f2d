//@ case: foreign.jit
//@ says: Code made at run time is named by the program's symbolizer, and never as its neighbour.
//@ origin: opentelemetry-ebpf-profiler, ddprof
//@ needs: hook, symbolizer
// 100 signals, at the rate that ticks allow.
//@ hz: 250
//@ cpu: 400ms
//@ stack: main > ... > host::foreign_jit > ... > jitHog
//@ every jitHog: main > ... > host::foreign_jit > ... > jitHog
//@ top: jitHog
//@ never: ... > jitBefore
//@ never: ... > jitAfter
// Also where the leaf is not C.
//@ every: main > ...
//@ snapshot
//@ kills: symbol-of-next
//! foreign_jit: code that no file has a symbol for, between two neighbours that never run, and a symbolizer that knows it.

use super::ffi_crossing::{self as ffi, Functions};
use super::session::Session;
use super::table::Program;
use crate::sigprof::foreign;

pub(super) const PROGRAM: Program = Program {
    name: "foreign_jit",
    source: include_str!("foreign_jit.rs"),
    prepare: || ffi::prepare_jit().and_then(|()| ffi::register(Functions::Jit)),
    run,
    after: None,
};

#[inline(never)]
fn run(session: &mut Session) -> Result<(), String> {
    let mut phase = session.phase("jitHog", session.cpu_ns());
    while phase.more() {
        foreign::call(ffi::foreign_jit);
    }
    Ok(())
}
