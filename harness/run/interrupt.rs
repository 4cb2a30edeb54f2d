//! SIGINT, SIGTERM and SIGHUP: all runs end, and then the signal does what it does by default, so that the exit status is
//! what the shell expects (130, 143, 129).

use std::ffi::c_int;
use std::thread;

use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;
use signal_hook::low_level::emulate_default_handler;

use super::{live, proc};

/// Installs the handlers. A signal that is ignored (nohup) stays ignored, and one that has a handler keeps it: its owner may
/// call [`live::end_all`].
pub fn install() {
    let taken = taken();
    let free = [SIGINT, SIGTERM, SIGHUP]
        .into_iter()
        .filter(|&signal| taken & (1 << (signal - 1)) == 0);
    // Without handlers or without the thread a run is as good as before, until it is interrupted.
    let Ok(mut signals) = Signals::new(free) else {
        return;
    };
    let _ = thread::Builder::new()
        .name("interrupt".to_owned())
        .spawn(move || {
            if let Some(signal) = signals.forever().next() {
                end_by(signal);
            }
        });
}

fn end_by(signal: c_int) {
    // Held to the end: no run may start any more, and none may report that its child was killed.
    let _ended = live::end_all();
    let _ = emulate_default_handler(signal);
    std::process::exit(128 + signal);
}

/// The signals that are ignored or handled already, as bits; signal 1 is bit 0.
fn taken() -> u64 {
    let status = proc::text(std::path::Path::new("/proc/self"), "status").unwrap_or_default();
    let mask = |key: &str| {
        status
            .lines()
            .find_map(|line| line.strip_prefix(key))
            .and_then(|hex| u64::from_str_radix(hex.trim(), 16).ok())
            .unwrap_or_default()
    };
    mask("SigIgn:") | mask("SigCgt:")
}
