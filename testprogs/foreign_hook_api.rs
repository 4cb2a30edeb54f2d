//@ case: foreign.hook_api
//@ says: A hook may be registered while a profiler runs, once; it is asked from the next sample on, and never after the stop.
//@ origin: go SetCgoTraceback
//@ needs: hook
// Three quarters of the time with the hook, one before it: 150 and 50 samples at 100 Hz, and 44 are needed.
//@ cpu: 2s
//@ every cpuHog: main > ... > host::foreign_hook_api > framecheck::programs::foreign_hook_api::hooked > ... > cpuHog2 > cpuHog
//@ never: ... > framecheck::programs::foreign_hook_api::early > ... > cpuHog2 > ...
//@ never: ... > otherHook > ...
// Also where the leaf is not C.
//@ every: main > ...
//@ self: version
//@ self: first
//@ self: second
//@ self: same
//@ self: after_stop
//@ self: silent
//@ snapshot
//@ kills: hook-after-stop
//! foreign_hook_api: what csrc/include/foreign_traceback.h says of registering, tried out while the profiler runs and after it has
//! stopped.

use std::hint::black_box;

use super::ffi::{self, ApiHook};
use super::meter;
use super::session::Session;
use super::table::Program;
use crate::sigprof::foreign;

pub(super) const PROGRAM: Program = Program {
    name: "foreign_hook_api",
    source: include_str!("foreign_hook_api.rs"),
    prepare: || Ok(()),
    run,
    after: Some(after),
};

/// 20 ticks at 100 Hz.
const AFTER_NS: u64 = 200_000_000;

#[inline(never)]
fn run(session: &mut Session) -> Result<(), String> {
    let version = refused(1, ApiHook::Meant, libc::EINVAL);
    let mut phase = session.phase("earlyHog", session.cpu_ns() / 4);
    while phase.more() {
        early();
    }
    session.check("version", version.and_then(not_asked));
    session.check("first", taken(ApiHook::Meant));
    session.check("second", refused(0, ApiHook::Other, libc::EBUSY));
    session.check("same", taken(ApiHook::Meant));
    let mut phase = session.phase("cpuHog", session.cpu_ns() / 4 * 3);
    while phase.more() {
        hooked();
    }
    Ok(())
}

/// What is so when the profiler has stopped: the hook stays what it is, and nobody asks it, whatever is sent.
fn after(session: &mut Session) {
    let answers = taken(ApiHook::Meant)
        .and_then(|_| refused(0, ApiHook::Other, libc::EBUSY))
        .and_then(|_| refused(1, ApiHook::Meant, libc::EINVAL));
    session.check(
        "after_stop",
        answers.map(|_| "as while the profiler ran".into()),
    );
    let before = ffi::api_calls();
    let begin_ns = meter::thread_cpu_ns();
    while meter::thread_cpu_ns() - begin_ns < AFTER_NS {
        hooked();
    }
    foreign::call(ffi::api_strays);
    let calls = ffi::api_calls() - before;
    session.check(
        "silent",
        match (before, calls) {
            (0, _) => Err("the hook was never called at all".into()),
            (_, 0) => Ok(format!("{before} calls, and none after the stop")),
            _ => Err(format!("{calls} calls after the stop")),
        },
    );
}

fn taken(hook: ApiHook) -> Result<String, String> {
    match ffi::api_register(0, hook) {
        0 => Ok("taken".into()),
        errno => Err(format!("refused with {errno}")),
    }
}

fn refused(version: i32, hook: ApiHook, expected: i32) -> Result<String, String> {
    match ffi::api_register(version, hook) {
        errno if errno == expected => Ok(format!("refused with {errno}")),
        0 => Err("taken".into()),
        errno => Err(format!("refused with {errno} instead of {expected}")),
    }
}

fn not_asked(says: String) -> Result<String, String> {
    match ffi::api_calls() {
        0 => Ok(says),
        calls => Err(format!("refused, and called {calls} times")),
    }
}

#[inline(never)]
fn early() {
    foreign::call(ffi::api_early);
    // Something to do after the call, or it becomes a jump.
    black_box(());
}

#[inline(never)]
fn hooked() {
    foreign::call(ffi::api_hog);
    black_box(());
}
