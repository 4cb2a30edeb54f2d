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
}

/// Registers a program's hook.
pub(super) fn register(hook: Hook) -> Result<(), String> {
    let traceback = match hook {
        Hook::Fixed => foreign_hook_traceback,
        Hook::Real => foreign_hook_real_traceback,
        Hook::Depth => foreign_hook_depth_traceback,
        Hook::Once => foreign_hook_once_traceback,
        Hook::Busy => foreign_hook_busy_traceback,
    };
    // SAFETY: the five hooks call no library function, allocate nothing, take no lock, and store at most `max` words
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

#[cfg(test)]
#[path = "ffi_step.rs"]
mod step;
