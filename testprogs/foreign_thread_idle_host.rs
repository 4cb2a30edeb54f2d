//@ case: foreign.thread_idle_host
//@ says: Samples of C threads with 32 frames each are all there or declared as lost, while all of the host sleeps.
//@ origin: never checked in Go
//@ needs: threads, hook
// Two threads have 6 s and 1 s. A stack of 32 frames takes 33 words or more in any buffer: at a tick of 250 Hz the first one's
// 1500 signals are 49 500, and 256 KiB hold 32 768. A third of all is lost then, and 1750 signals find that a sixth is missing.
//@ cpu: 7s
//@ hz: 1000
//@ long
//@ every idleHog: cpuHogThread2 > idle30 > idle29 > idle28 > idle27 > idle26 > idle25 > idle24 > idle23 > idle22 > idle21 > idle20 > idle19 > idle18 > idle17 > idle16 > idle15 > idle14 > idle13 > idle12 > idle11 > idle10 > idle9 > idle8 > idle7 > idle6 > idle5 > idle4 > idle3 > idle2 > idle1 > idleHog
//@ never: _ExternalCode > ...
//@ total: truth
//@ kills: lose-silently
//! foreign_thread_idle_host: C threads alone are busy. Go empties their buffer when a thread of Go is sampled, and of 32 frames
//! it has room for 30 samples; here a sleeping thread of the host keeps the loader's list locked, which a reader may need.

use std::thread;

use super::ffi_crossing::{self as ffi, Functions};
use super::meter;
use super::session::Session;
use super::table::Program;

pub(super) const PROGRAM: Program = Program {
    name: "foreign_thread_idle_host",
    source: include_str!("foreign_thread_idle_host.rs"),
    prepare: || {
        ffi::prepare_idle_host()?;
        ffi::register(Functions::IdleHost)
    },
    run,
    after: None,
};

#[inline(never)]
fn run(session: &mut Session) -> Result<(), String> {
    let sleepers =
        [hold, sleep].map(|sleeps| thread::Builder::new().name("sleeper".into()).spawn(sleeps));
    let used_ns = ffi::foreign_thread_idle_host(session.cpu_ns())?;
    for sleeper in sleepers {
        let sleeper = sleeper.map_err(|error| format!("a thread could not be made: {error}"))?;
        let used_ns = sleeper.join().map_err(|_| "a thread has panicked")?;
        session.add_threads("sleeper", &[("sleeping", used_ns)]);
    }
    session.add_threads("idle", &used_ns.map(|used_ns| ("idleHog", used_ns)));
    Ok(())
}

/// What sleeping costs: with a clock of the wall the signals are for sleepers too.
fn hold() -> u64 {
    ffi::idle_host_hold();
    meter::thread_cpu_ns()
}

fn sleep() -> u64 {
    ffi::idle_host_sleep();
    meter::thread_cpu_ns()
}
