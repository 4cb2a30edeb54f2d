//! The registered functions: set once, read by handlers without a lock.
#![allow(unsafe_code)]

use std::ffi::c_int;
use std::fmt;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use super::abi::{Context, Symbolizer, Traceback};
#[cfg(sigprof)]
use super::abi::{ContextArg, MAX_FRAMES, TracebackArg};

/// The functions as addresses, 0 for none: what a handler can load in one instruction.
static TRACEBACK: AtomicUsize = AtomicUsize::new(0);
static CONTEXT: AtomicUsize = AtomicUsize::new(0);
static SYMBOLIZER: AtomicUsize = AtomicUsize::new(0);
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
/// takes effect with the next sample. `traceback` is called for each sample taken in foreign code and for the recorded
/// contexts below it, and never after the profiler has stopped, but by [`capture`](crate::sigprof::capture).
/// Foreign code is what runs inside [`call`](super::call), and on threads that C made while a profiler runs, outside
/// [`callback`](super::callback). `context` is called by `callback`, `symbolizer` when the profile is made.
///
/// # Safety
/// `traceback` is called in a signal handler, on a stack of some 100 KiB: it must be async-signal-safe, and must not
/// write beyond what it is given. A signal may come while `context` runs, so that `traceback` must bear that. All
/// stay callable for as long as the process lives; strings of `symbolizer` stay valid until it is called to release.
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
            let [traceback, context, symbolizer] = functions;
            SYMBOLIZER.store(symbolizer, Ordering::Release);
            CONTEXT.store(context, Ordering::Release);
            TRACEBACK.store(traceback, Ordering::Release);
            Ok(())
        }
    }
}

/// [`set_traceback`] for C, declared in `foreign_traceback.h`: 0, or an errno: EINVAL for a version that is not 0,
/// EBUSY for functions other than those registered.
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
        Err(SetTracebackError::AlreadySet) => libc::EBUSY,
    }
}

/// The traceback function, if one is registered. Async-signal-safe.
#[cfg(sigprof)]
#[inline]
pub fn traceback() -> Option<Traceback> {
    let address = TRACEBACK.load(Ordering::Acquire);
    // SAFETY: not 0, so it was stored from a function of this very type.
    (address != 0).then(|| unsafe { std::mem::transmute::<usize, Traceback>(address) })
}

/// A mutant's: a thread that nobody has told of the stop goes on asking the hook, for a fifth of a second.
#[cfg(sigprof)]
pub fn ask_late() {
    std::thread::spawn(|| {
        for _ in 0..200 {
            let Some(traceback) = traceback() else { return };
            let mut frames = [0; MAX_FRAMES];
            let mut arg = TracebackArg {
                context: 0,
                sig_context: 0,
                buf: frames.as_mut_ptr(),
                max: frames.len(),
            };
            // SAFETY: a registered function keeps the promises of `set_traceback`; `arg` and `frames` live across the call.
            unsafe { traceback(&raw mut arg) };
            std::thread::sleep(std::time::Duration::from_millis(1));
        }
    });
}

/// The symbolizer, if one is registered.
#[cfg(sigprof)]
pub fn symbolizer() -> Option<Symbolizer> {
    let address = SYMBOLIZER.load(Ordering::Acquire);
    // SAFETY: not 0, so it was stored from a function of this very type.
    (address != 0).then(|| unsafe { std::mem::transmute::<usize, Symbolizer>(address) })
}

/// Lets the context function record where this thread is; 0 if it keeps nothing. None if there is no such function,
/// or no traceback function that could tell what a record stands for.
#[cfg(sigprof)]
pub fn record_context() -> Option<usize> {
    let context = context()?;
    traceback()?;
    let mut arg = ContextArg { context: 0 };
    // SAFETY: a registered function keeps the promises of `set_traceback`; `arg` lives across the call.
    unsafe { context(&raw mut arg) };
    Some(arg.context)
}

/// Lets the context function release what it has recorded.
#[cfg(sigprof)]
pub fn release_context(recorded: usize) {
    let Some(context) = context() else { return };
    let mut arg = ContextArg { context: recorded };
    // SAFETY: as in `record_context`.
    unsafe { context(&raw mut arg) };
}

#[cfg(sigprof)]
fn context() -> Option<Context> {
    let address = CONTEXT.load(Ordering::Acquire);
    // SAFETY: not 0, so it was stored from a function of this very type.
    (address != 0).then(|| unsafe { std::mem::transmute::<usize, Context>(address) })
}
