//! foreign_callback: C thread > host > C > host, without a hook: everything is unwound, and host code on a thread that C made is host
//! code. The innermost host returns, and its caller goes on spinning.

use std::hint::black_box;

use super::ffi_crossing as ffi;
use super::foreign_none::hog;
use super::session::Session;
use super::table::Program;
use crate::case::claim::Claim;
use crate::sigprof::foreign;

const HOG: &str = "framecheck::programs::foreign_none::hog";

pub(super) const PROGRAM: Program = Program {
    name: "foreign_callback",
    says: "a thread that C made calls the host, which calls C, which calls the host",
    claims: &[
        // The two spins are one function called from two places, half of the time each.
        Claim::Some {
            stack: "callbackThreadMain > framecheck::programs::foreign_callback::first > ... > framecheck::programs::foreign_callback::spin > \
                    framecheck::programs::foreign_none::hog",
            share_min: 0.35,
        },
        Claim::Some {
            stack: "callbackThreadMain > framecheck::programs::foreign_callback::first > ... > framecheck::programs::foreign_callback::callee > ... > \
                    bounce > framecheck::programs::foreign_callback::second > ... > framecheck::programs::foreign_callback::spin_again > \
                    framecheck::programs::foreign_none::hog",
            share_min: 0.35,
        },
        Claim::Every {
            leaf: Some(HOG),
            stack: "callbackThreadMain > framecheck::programs::foreign_callback::first > ... > framecheck::programs::foreign_callback::callee > ... > \
                    framecheck::programs::foreign_callback::spin|framecheck::programs::foreign_callback::spin_again > framecheck::programs::foreign_none::hog",
            share_min: 0.9,
        },
        Claim::Never {
            stack: "_ExternalCode > ...",
        },
        Claim::Top { function: HOG },
    ],
    prepare: || Ok(()),
    run,
};

#[inline(never)]
fn run(session: &mut Session) -> Result<(), String> {
    let used_ns = ffi::foreign_callback(session.cpu_ns(), first)?;
    session.add_thread("callback", used_ns);
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
