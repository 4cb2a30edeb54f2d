//@ case: foreign.callback
//@ says: C thread > host > C > host are in order, none twice, and host code on a thread that C made is host code.
//@ origin: golang/go#72870
//@ needs: threads, native-c
// 100 signals, at the rate that ticks allow.
//@ hz: 250
//@ cpu: 400ms
// The two spins are one function called from two places, half of the time each.
//@ stack: callbackThreadMain > framecheck::programs::foreign_callback::first > ... > framecheck::programs::foreign_callback::spin > framecheck::programs::foreign_none::hog
//@ stack: callbackThreadMain > framecheck::programs::foreign_callback::first > ... > framecheck::programs::foreign_callback::callee > ... > bounce > framecheck::programs::foreign_callback::second > ... > framecheck::programs::foreign_callback::spin_again > framecheck::programs::foreign_none::hog
//@ every framecheck::programs::foreign_none::hog: callbackThreadMain > framecheck::programs::foreign_callback::first > ... > framecheck::programs::foreign_callback::callee > ... > framecheck::programs::foreign_callback::spin|framecheck::programs::foreign_callback::spin_again > framecheck::programs::foreign_none::hog
//@ never: _ExternalCode > ...
//@ top: framecheck::programs::foreign_none::hog
//@ snapshot
//@ kills: external-root-always
//! foreign_callback: C thread > host > C > host, without a hook: everything is unwound, and host code on a thread that C made is host
//! code. The innermost host returns, and its caller goes on spinning.

use std::hint::black_box;

use super::ffi_crossing as ffi;
use super::foreign_none::hog;
use super::session::Session;
use super::table::Program;
use crate::sigprof::foreign;

const HOG: &str = "framecheck::programs::foreign_none::hog";

pub(super) const PROGRAM: Program = Program {
    name: "foreign_callback",
    source: include_str!("foreign_callback.rs"),
    prepare: || Ok(()),
    run,
    after: None,
};

#[inline(never)]
fn run(session: &mut Session) -> Result<(), String> {
    let used_ns = ffi::foreign_callback(session.cpu_ns(), first)?;
    session.add_threads("callback", &[(HOG, used_ns)]);
    Ok(())
}

extern "C" fn first() {
    foreign::callback(callee);
    black_box(());
}

#[inline(never)]
fn callee() {
    foreign::call(|| ffi::bounce(second));
    spin();
    black_box(());
}

extern "C" fn second() {
    foreign::callback(spin_again);
    black_box(());
}

#[inline(never)]
fn spin() {
    black_box(hog(1));
}

#[inline(never)]
fn spin_again() {
    black_box(hog(2));
}
