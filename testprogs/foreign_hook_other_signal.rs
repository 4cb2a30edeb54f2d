//@ case: foreign.hook_other_signal
//@ says: Signals that are no ticks bring no sample, and leave no foreign frame behind.
//@ origin: golang/go#37201, golang/go#49401
//@ needs: hook, sigprof-in-process
// Turns are drawn from one distribution for both sides: half of the samples each. 400 signals find that half as much again
// is there; taken for ticks, two signals for each 0.1 to 0.2 ms would be a hundred times as much.
//@ hz: 250
//@ cpu: 1600ms
//@ every cpuHog: main > ... > host::foreign_hook_other_signal > framecheck::programs::foreign_hook_other_signal::inside > ... > cpuHog2 > cpuHog
//@ every framecheck::programs::foreign_none::hog: main > ... > host::foreign_hook_other_signal > framecheck::programs::foreign_hook_other_signal::outside > framecheck::programs::foreign_none::hog
//@ never: ... > framecheck::programs::foreign_hook_other_signal::outside > ... > cpuHog > ...
// Also where the leaf is not C.
//@ every: main > ...
//@ total: truth
//@ self: delivered
//@ snapshot
//@ kills: count-every-signal
//! foreign_hook_other_signal: C that sends itself SIGUSR1 and SIGPROF in the foreign call, between ticks. A port that takes each
//! SIGPROF for a tick, as Go does, says so (`accepts-self-sent`) and fails this as expected.

use std::hint::black_box;

use super::ffi::{self, Hook};
use super::foreign_none::hog;
use super::session::Session;
use super::table::Program;
use crate::sigprof::foreign;

const HOG: &str = "framecheck::programs::foreign_none::hog";

/// Half a period at 100 Hz: consecutive samples fall on different sides as often as on the same.
const TURN_NS: u64 = 5_000_000;

pub(super) const PROGRAM: Program = Program {
    name: "foreign_hook_other_signal",
    source: include_str!("foreign_hook_other_signal.rs"),
    prepare: || {
        ffi::prepare_other_signal()?;
        ffi::register(Hook::OtherSignal)
    },
    run,
    after: None,
};

#[inline(never)]
fn run(session: &mut Session) -> Result<(), String> {
    let mut left_ns = session.cpu_ns();
    while left_ns > 0 {
        let inside_ns = session.random().dithered_ns(TURN_NS).min(left_ns);
        let mut phase = session.phase("cpuHog", inside_ns);
        while phase.more() {
            inside();
        }
        left_ns -= inside_ns;
        let outside_ns = session.random().dithered_ns(TURN_NS).min(left_ns);
        let mut phase = session.phase(HOG, outside_ns);
        while phase.more() {
            outside();
        }
        left_ns -= outside_ns;
    }
    let (sent, delivered) = ffi::other_signals_sent_of();
    let says = format!("of {sent} SIGUSR1 {delivered} reached the program's handler");
    session.check(
        "delivered",
        if sent > 0 && delivered == sent {
            Ok(says)
        } else {
            Err(says)
        },
    );
    Ok(())
}

#[inline(never)]
fn inside() {
    foreign::call(ffi::foreign_hook_other_signal);
    // Something to do after the call, or it becomes a jump.
    black_box(());
}

#[inline(never)]
fn outside() {
    black_box(hog(13));
}
