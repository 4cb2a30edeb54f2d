//! The registered functions: set once, read by handlers without a lock.
#![allow(unsafe_code)]

use std::ffi::c_int;
use std::fmt;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use super::abi::{Context, Symbolizer, Traceback};

/// The functions as addresses, 0 for none: what a handler can load in one instruction.
static TRACEBACK: AtomicUsize = AtomicUsize::new(0);
/// What was registered, for comparison with a later registration.
static REGISTERED: Mutex<Option<[usize; 3]>> = Mutex::new(None);

/// Why a registration was refused. Go panics in these cases; here the caller may decide.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SetTracebackError {
    /// The version is not 0, the only one there is.
    UnsupportedVersion,
    /// Other functions are registered; only the same may be registered again.
    AlreadySet,
}

impl fmt::Display for SetTracebackError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            SetTracebackError::UnsupportedVersion => "unsupported version: 0 is the only one",
            SetTracebackError::AlreadySet => "other functions are registered: only once",
        })
    }
}

impl std::error::Error for SetTracebackError {}

/// Registers the foreign traceback functions of this program, as Go's `runtime.SetCgoTraceback` does.
///
/// `version` is 0. The same functions may be registered again, others may not. Registration while a profiler runs
/// takes effect with the next sample. `traceback` is called for each sample taken inside [`call`](super::call) and
/// never after the profiler has stopped, but by [`capture`](crate::sigprof::capture).
///
/// # Safety
/// `traceback` and `context` are called in a signal handler, on a stack of some 100 KiB: they must be
/// async-signal-safe, and must not write beyond what they are given. They stay callable for as long as the process
/// lives.
pub unsafe fn set_traceback(
    version: i32,
    traceback: Option<Traceback>,
    context: Option<Context>,
    symbolizer: Option<Symbolizer>,
) -> Result<(), SetTracebackError> {
    if version != 0 {
        return Err(SetTracebackError::UnsupportedVersion);
    }
    let functions = [
        traceback.map_or(0, |function| function as usize),
        context.map_or(0, |function| function as usize),
        symbolizer.map_or(0, |function| function as usize),
    ];
    let mut registered = REGISTERED.lock().unwrap_or_else(PoisonError::into_inner);
    match *registered {
        Some(earlier) if earlier != functions => Err(SetTracebackError::AlreadySet),
        _ => {
            *registered = Some(functions);
            TRACEBACK.store(functions[0], Ordering::Release);
            Ok(())
        }
    }
}

/// [`set_traceback`] for C, declared in `foreign_traceback.h`: 0, or an errno: EINVAL for a version that is not 0,
/// EEXIST for functions other than those registered.
///
/// # Safety
/// As for [`set_traceback`]; null stands for no function.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn framecheck_set_traceback(
    version: c_int,
    traceback: Option<Traceback>,
    context: Option<Context>,
    symbolizer: Option<Symbolizer>,
) -> c_int {
    // SAFETY: the caller's promise is the same.
    match unsafe { set_traceback(version, traceback, context, symbolizer) } {
        Ok(()) => 0,
        Err(SetTracebackError::UnsupportedVersion) => libc::EINVAL,
        Err(SetTracebackError::AlreadySet) => libc::EEXIST,
    }
}

/// The traceback function, if one is registered. Async-signal-safe.
#[inline]
pub fn traceback() -> Option<Traceback> {
    let address = TRACEBACK.load(Ordering::Acquire);
    // SAFETY: not 0, so it was stored from a function of this very type.
    (address != 0).then(|| unsafe { std::mem::transmute::<usize, Traceback>(address) })
}
