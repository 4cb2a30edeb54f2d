//@ case: foreign.context
//@ says: Host and C frames interleave in true order, the C from recorded contexts, which are released last in first out.
//@ origin: go TestCgoTracebackContext
//@ needs: hook, context
// A third of the time in each of the three hogs, with turns of 0.1 to 0.2 ms; 44 samples are needed of each leaf.
//@ hz: 250
//@ cpu: 800ms
//@ every cpuHog: main > ... > host::foreign_context > ... > first1 > first2 > ... > framecheck::programs::foreign_context::middle > ... > second1 > second2 > ... > framecheck::programs::foreign_context::innermost > ... > cpuHog2 > cpuHog
//@ stack: main > ... > host::foreign_context > ... > first1 > first2 > ... > framecheck::programs::foreign_context::middle > framecheck::programs::foreign_none::hog
//@ stack: main > ... > host::foreign_context > ... > first1 > first2 > ... > framecheck::programs::foreign_context::middle > ... > second1 > second2 > ... > framecheck::programs::foreign_context::innermost > framecheck::programs::foreign_none::hog
//@ every framecheck::programs::foreign_none::hog: main > ... > host::foreign_context > ... > first1 > first2 > ... > framecheck::programs::foreign_context::middle > ... > framecheck::programs::foreign_none::hog
// What is really there, and was not to be unwound.
//@ never: ... > outer > ...
//@ never: ... > inner > ...
//@ never: ... > staleContext > ...
//@ self: released
//@ snapshot
//@ kills: flatten-contexts
//! foreign_context: host > C > host > C > host > C, with a context function. The C between two hosts is what the hook answers for
//! the context that was recorded on the way back, in its own place on the stack; records are released in reverse order.

use std::hint::black_box;

use super::ffi_crossing::{self as ffi, Functions};
use super::foreign_none::hog;
use super::session::Session;
use super::table::Program;
use crate::sigprof::foreign;

pub(super) const PROGRAM: Program = Program {
    name: "foreign_context",
    source: include_str!("foreign_context.rs"),
    prepare: || ffi::register(Functions::Context),
    run,
    after: None,
};

#[inline(never)]
fn run(session: &mut Session) -> Result<(), String> {
    let mut phase = session.phase("hogs", session.cpu_ns());
    while phase.more() {
        foreign::call(|| ffi::context_outer(enter_middle));
    }
    let (wrong, recorded) = ffi::contexts_wrong_of();
    let says = format!("of {recorded} contexts {wrong} were released out of order or not at all");
    session.check(
        "released",
        if wrong == 0 && recorded >= 2 {
            Ok(says)
        } else {
            Err(says)
        },
    );
    Ok(())
}

extern "C" fn enter_middle() {
    foreign::callback(middle);
    black_box(());
}

#[inline(never)]
fn middle() {
    black_box(hog(1));
    foreign::call(|| ffi::context_inner(enter_innermost));
    black_box(());
}

extern "C" fn enter_innermost() {
    foreign::callback(innermost);
    black_box(());
}

#[inline(never)]
fn innermost() {
    black_box(hog(2));
    foreign::call(ffi::context_hog);
    black_box(());
}
