//! Foreign (C) frames on host stacks: the traceback hook, and the boundary between host and foreign code.
//!
//! A program registers a hook with [`set_traceback`] and calls C inside [`call`]. A sample taken there is what the hook
//! answers, and below it the whole host stack from the boundary on. The semantics are those of Go's
//! `runtime.SetCgoTraceback`, and so are the argument structs, so that one C hook serves both runtimes.

mod abi;
#[cfg(sigprof)]
pub(super) mod boundary;
#[cfg(sigprof)]
pub(super) mod buffer;
mod hook;

pub use abi::{
    Context, ContextArg, MAX_FRAMES, Symbolizer, SymbolizerArg, Traceback, TracebackArg,
};
#[cfg(sigprof)]
pub use boundary::call;
#[cfg(sigprof)]
pub(super) use hook::traceback;
pub use hook::{SetTracebackError, set_traceback};

/// Calls `f`. Nothing samples here, so that there is no boundary to mark.
#[cfg(not(sigprof))]
pub fn call<R>(f: impl FnOnce() -> R) -> R {
    f()
}
