//@ case: foreign.c_nops
//@ says: A function of C that is interrupted at its first instruction is that function, and not the one before it.
//@ origin: golang/go#14599
//@ needs: native-c
// Beside the 10^7 calls, which take half a second or a little more.
//@ cpu: 1500ms
// A deadline for hangs: thirty times the two seconds of both together.
//@ finishes: 60s
//@ every cNops: main > ... > host::foreign_c_nops > framecheck::programs::foreign_c_nops::loops > ... > nopsCaller > cNops
//@ never: ... > nopsNeighbour
//@ never: ... > nopNeighbour
//@ never: ... > nopNeighbour > ...
// Also where the leaf is not C.
//@ every: main > ...
//@ kills: pc-minus-one-leaf
//! foreign_c_nops: ten million calls of a function of C that only returns, then one that stays at its first instruction. Both have
//! a known neighbour right before them.

use std::hint::black_box;

use super::ffi;
use super::session::Session;
use super::table::Program;
use crate::sigprof::foreign;

const CALLS: u32 = 10_000_000;

pub(super) const PROGRAM: Program = Program {
    name: "foreign_c_nops",
    source: include_str!("foreign_c_nops.rs"),
    prepare: || Ok(()),
    run,
    after: None,
};

#[inline(never)]
fn run(session: &mut Session) -> Result<(), String> {
    calls();
    let mut phase = session.phase("cNops", session.cpu_ns());
    while phase.more() {
        loops();
    }
    Ok(())
}

#[inline(never)]
fn calls() {
    for _ in 0..CALLS {
        foreign::call(ffi::c_nop);
    }
    black_box(());
}

#[inline(never)]
fn loops() {
    foreign::call(ffi::c_nops);
    black_box(());
}
