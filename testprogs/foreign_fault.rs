//@ case: foreign.fault
//@ says: A fault in C whose handler jumps out of the foreign call ends nothing, and the stacks that follow are whole.
//@ origin: go TestCgoTracebackSigpanic
//@ needs: hook
// A third of the time in each; 44 samples are needed of each leaf, and the two that follow the fault have one.
//@ hz: 250
//@ cpu: 1200ms
// A deadline for hangs: thirty times that.
//@ finishes: 36s
//@ every cpuHog: main > ... > host::foreign_fault > framecheck::programs::foreign_fault::attempt > ... > framecheck::programs::foreign_fault::enter > ... > cpuHog2 > cpuHog
//@ stack: main > ... > host::foreign_fault > framecheck::programs::foreign_fault::right_after > framecheck::programs::foreign_none::hog
//@ stack: main > ... > host::foreign_fault > framecheck::programs::foreign_fault::deep_after > framecheck::programs::foreign_none::hog
//@ every framecheck::programs::foreign_none::hog: main > ... > host::foreign_fault > framecheck::programs::foreign_fault::right_after|framecheck::programs::foreign_fault::deep_after > framecheck::programs::foreign_none::hog
// Also where the leaf is neither.
//@ every: main > ...
//@ self: faulted
//@ snapshot
//@ kills: boundary-not-popped
//! foreign_fault: C below the host calls the host, which calls C, which writes to NULL; the program's handler jumps out to the
//! outer C. What the host does next is host code, at a depth where nothing was overwritten yet and at one where it was.

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
    name: "foreign_fault",
    source: include_str!("foreign_fault.rs"),
    prepare: || {
        ffi::prepare_fault()?;
        ffi::register(Hook::Fault)
    },
    run,
    after: None,
};

#[inline(never)]
fn run(session: &mut Session) -> Result<(), String> {
    let mut left_ns = session.cpu_ns();
    let (mut attempts, mut faults) = (0, 0);
    while left_ns > 0 {
        let fault_ns = session.random().dithered_ns(TURN_NS).min(left_ns);
        let mut phase = session.phase("cpuHog", fault_ns);
        while phase.more() {
            attempts += 1;
            faults += u32::from(attempt());
        }
        left_ns -= fault_ns;
        for after in [right_after, deep_after] {
            let after_ns = session.random().dithered_ns(TURN_NS).min(left_ns);
            let mut phase = session.phase(HOG, after_ns);
            while phase.more() {
                after();
            }
            left_ns -= after_ns;
        }
    }
    let says = format!("{faults} of {attempts} calls ended in the handler's jump");
    let is_right = faults == attempts && attempts > 0;
    session.check("faulted", if is_right { Ok(says) } else { Err(says) });
    Ok(())
}

/// Whether it ended in the fault. The outer C is called as host code calls what it says nothing of to the profiler: when a
/// foreign call comes back, all that was left above it is forgotten, and there would be nothing to get wrong.
#[inline(never)]
fn attempt() -> bool {
    black_box(ffi::catch_fault(enter))
}

/// Left by the jump: nothing in it is to be dropped.
extern "C" fn enter() {
    foreign::call(ffi::fault);
    black_box(());
}

/// Less deep than the call that was left.
#[inline(never)]
fn right_after() {
    black_box(hog(11));
}

/// As deep, with a hole where the frame of the call was.
#[inline(never)]
fn deep_after() {
    let space = black_box([0u8; 2048]);
    black_box(hog(12));
    black_box(space);
}
