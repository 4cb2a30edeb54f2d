//@ case: foreign.symbolizer
//@ says: A program's symbolizer names the hook's frames, inlined ones too, and nobody else does.
//@ origin: go tcSymbolizer, CgoCrashTraceback
//@ needs: hook, symbolizer
// 100 signals, at the rate that ticks allow.
//@ hz: 250
//@ cpu: 400ms
//@ stack: main > ... > host::foreign_symbolizer > ... > symbolizedCaller > outlinedHog > inlinedHog
//@ every inlinedHog: main > ... > host::foreign_symbolizer > ... > symbolizedCaller > outlinedHog > inlinedHog
//@ top: inlinedHog
// What the executable calls them.
//@ never: ... > symHog
//@ never: ... > symCaller > ...
//@ never: ... > dataLost > ...
// Also where the leaf is not C.
//@ every: main > ...
//@ snapshot
//@ kills: drop-inlines
//! foreign_symbolizer: the program names its own frames, two functions for one address. What the executable calls them is in no sample.

use super::ffi_crossing::{self as ffi, Functions};
use super::session::Session;
use super::table::Program;
use crate::sigprof::foreign;

pub(super) const PROGRAM: Program = Program {
    name: "foreign_symbolizer",
    source: include_str!("foreign_symbolizer.rs"),
    prepare: || ffi::register(Functions::Symbolizer),
    run,
    after: None,
};

#[inline(never)]
fn run(session: &mut Session) -> Result<(), String> {
    let mut phase = session.phase("inlinedHog", session.cpu_ns());
    while phase.more() {
        foreign::call(ffi::foreign_symbolizer);
    }
    Ok(())
}
