//! The C functions of csrc/, made safe to call. The only file of the programs with `unsafe` in it, beside its test.
#![allow(unsafe_code)]

use crate::sigprof::foreign::{self, SetTracebackError, Traceback};

// SAFETY: each declaration repeats its definition in csrc/NAME.c, where all functions take and return integers or
// nothing. Those declared safe touch nothing but statics of their own file, which are volatile and written by one thread,
// and have no preconditions. The statics are `const` in C: the loader relocates them before main, and nobody writes
// them afterwards.
unsafe extern "C" {
    safe static foreign_hook_run: extern "C" fn();
    safe static foreign_hook_traceback: Traceback;

    safe static foreign_hook_real_run: extern "C" fn();
    safe static foreign_hook_real_traceback: Traceback;
    safe fn foreign_hook_real_prepare() -> i32;

    safe static foreign_hook_depth_run: [extern "C" fn(); DEPTH_MODES];
    safe static foreign_hook_depth_traceback: Traceback;
    /// Unsafe to call: an index without a bounds check.
    fn foreign_hook_depth_mode(mode: usize);
    safe fn foreign_hook_depth_wrong_max() -> usize;

    safe static foreign_hook_once_run: extern "C" fn();
    safe static foreign_hook_once_traceback: Traceback;

    safe static foreign_hook_busy_run: extern "C" fn();
    safe static foreign_hook_busy_traceback: Traceback;
    safe fn foreign_hook_busy_silent(on: i32);
    safe fn foreign_hook_busy_reentered() -> usize;
    safe fn foreign_hook_busy_frame(index: usize) -> usize;

    safe static foreign_hook_other_signal_run: extern "C" fn();
    safe static foreign_hook_other_signal_traceback: Traceback;
    safe fn foreign_hook_other_signal_prepare() -> i32;
    safe fn foreign_hook_other_signal_sent() -> usize;
    safe fn foreign_hook_other_signal_delivered() -> usize;

    safe static foreign_hook_api_early: extern "C" fn();
    safe static foreign_hook_api_run: extern "C" fn();
    safe fn foreign_hook_api_register(version: i32, is_other: i32) -> i32;
    safe fn foreign_hook_api_calls() -> usize;
    safe fn foreign_hook_api_strays();

    safe static foreign_c_nops_one: extern "C" fn();
    safe static foreign_c_nops_run: extern "C" fn();

    /// Unsafe to call: `enter` may be left by a jump.
    safe static foreign_fault_catch: unsafe extern "C" fn(enter: extern "C" fn()) -> i32;
    /// Unsafe to call: a jump to the last `foreign_fault_catch`, which has to be running.
    safe static foreign_fault_run: unsafe extern "C" fn();
    safe static foreign_fault_traceback: Traceback;
    safe fn foreign_fault_prepare() -> i32;
}

/// How many modes foreign_hook_depth has.
pub(super) const DEPTH_MODES: usize = 7;

/// The hooks, by the program that they belong to.
#[derive(Clone, Copy, Debug)]
pub(super) enum Hook {
    Fixed,
    Real,
    Depth,
    Once,
    Busy,
    OtherSignal,
    Fault,
}

/// Registers a program's hook.
pub(super) fn register(hook: Hook) -> Result<(), String> {
    let traceback = match hook {
        Hook::Fixed => foreign_hook_traceback,
        Hook::Real => foreign_hook_real_traceback,
        Hook::Depth => foreign_hook_depth_traceback,
        Hook::Once => foreign_hook_once_traceback,
        Hook::Busy => foreign_hook_busy_traceback,
        Hook::OtherSignal => foreign_hook_other_signal_traceback,
        Hook::Fault => foreign_fault_traceback,
    };
    // SAFETY: the hooks call no library function, allocate nothing, take no lock, and store at most `max` words
    // at `buf`. foreign_hook_real reads the stack through the context, at offsets that the unwind tables of the
    // interrupted function state, and only where the interrupted counter lies in one of its own functions.
    let result = unsafe { foreign::set_traceback(0, Some(traceback), None, None) };
    result.map_err(|error| match error {
        SetTracebackError::UnsupportedVersion => {
            "the profiler does not take version 0 of the hook's arguments".into()
        }
        SetTracebackError::AlreadySet => "another hook is registered already".into(),
    })
}

/// One call of foreign_hook's hog.
pub(super) fn foreign_hook() {
    foreign_hook_run();
}

/// One call of foreign_hook_real's chain.
pub(super) fn foreign_hook_real() {
    foreign_hook_real_run();
}

/// Looks up the unwind tables that foreign_hook_real's hook walks by.
pub(super) fn prepare_real() -> Result<(), String> {
    match foreign_hook_real_prepare() {
        0 => Ok(()),
        _ => Err(
            "csrc/foreign_hook_real.c has no unwind tables that its hook can read: compile it with gcc or clang and \
                  -fasynchronous-unwind-tables"
                .into(),
        ),
    }
}

/// One call of the leaf of a mode of foreign_hook_depth.
pub(super) fn foreign_hook_depth(mode: usize) {
    foreign_hook_depth_run[mode]();
}

/// Says which mode the hook of foreign_hook_depth is to answer for.
pub(super) fn set_depth_mode(mode: usize) {
    assert!(mode < DEPTH_MODES);
    // SAFETY: the mode is an index into arrays of DEPTH_MODES entries, checked above.
    unsafe { foreign_hook_depth_mode(mode) }
}

/// A `max` other than 32 that the hook was given, if it ever was.
pub(super) fn depth_wrong_max() -> Option<usize> {
    Some(foreign_hook_depth_wrong_max()).filter(|&max| max != 0)
}

/// One call of foreign_hook_once's hog.
pub(super) fn foreign_hook_once() {
    foreign_hook_once_run();
}

/// One call of foreign_hook_busy's hog.
pub(super) fn foreign_hook_busy() {
    foreign_hook_busy_run();
}

/// Whether the hook of foreign_hook_busy gives signals no frames.
pub(super) fn set_busy_silent(on: bool) {
    foreign_hook_busy_silent(i32::from(on));
}

/// How often the hook of foreign_hook_busy was called while it was being called.
pub(super) fn busy_reentered() -> usize {
    foreign_hook_busy_reentered()
}

/// What the hook of foreign_hook_busy answers.
pub(super) fn busy_frames() -> Vec<usize> {
    (0..)
        .map(|index| foreign_hook_busy_frame(index))
        .take_while(|&pc| pc != 0)
        .collect()
}

/// Installs foreign_hook_other_signal's handler of SIGUSR1.
pub(super) fn prepare_other_signal() -> Result<(), String> {
    match foreign_hook_other_signal_prepare() {
        0 => Ok(()),
        _ => Err("SIGUSR1 cannot be given a handler".into()),
    }
}

/// One call of foreign_hook_other_signal's hog, which sends itself both signals.
pub(super) fn foreign_hook_other_signal() {
    foreign_hook_other_signal_run();
}

/// How often SIGUSR1 was sent, and how often its handler was called.
pub(super) fn other_signals_sent_of() -> (usize, usize) {
    (
        foreign_hook_other_signal_sent(),
        foreign_hook_other_signal_delivered(),
    )
}

/// The hooks that foreign_hook_api tries to register.
#[derive(Clone, Copy, Debug)]
pub(super) enum ApiHook {
    Meant,
    Other,
}

/// Registers as C does it; what the profiler says, 0 or an errno.
pub(super) fn api_register(version: i32, hook: ApiHook) -> i32 {
    foreign_hook_api_register(version, i32::from(matches!(hook, ApiHook::Other)))
}

/// How often foreign_hook_api's hook was called.
pub(super) fn api_calls() -> usize {
    foreign_hook_api_calls()
}

/// SIGPROFs to this thread, where that is safe.
pub(super) fn api_strays() {
    foreign_hook_api_strays();
}

/// One call of the hog that foreign_hook_api has before its hook.
pub(super) fn api_early() {
    foreign_hook_api_early();
}

/// One call of foreign_hook_api's hog.
pub(super) fn api_hog() {
    foreign_hook_api_run();
}

/// One call of foreign_c_nops' function that only returns.
pub(super) fn c_nop() {
    foreign_c_nops_one();
}

/// One call of its function that stays at its first instruction.
pub(super) fn c_nops() {
    foreign_c_nops_run();
}

/// Installs foreign_fault's handler of SIGSEGV.
pub(super) fn prepare_fault() -> Result<(), String> {
    match foreign_fault_prepare() {
        0 => Ok(()),
        _ => Err("SIGSEGV cannot be given a handler".into()),
    }
}

/// Calls `enter` so that a fault in it comes back here; whether there was one. Frames between have nothing to drop.
pub(super) fn catch_fault(enter: extern "C" fn()) -> bool {
    // SAFETY: `enter` is foreign_fault's, and between it and the fault are `call` and functions without anything to drop:
    // a jump may leave all of them. The jump comes back to the C function itself, once.
    unsafe { foreign_fault_catch(enter) == 1 }
}

/// Writes to NULL after some work. In [`catch_fault`] only.
pub(super) fn fault() {
    // SAFETY: called by foreign_fault's `enter`, which only `catch_fault` calls.
    unsafe { foreign_fault_run() }
}

#[cfg(test)]
#[path = "ffi_step.rs"]
mod step;
