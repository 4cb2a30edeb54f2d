//! Foreign (C) frames on host stacks: the traceback hook, and the boundary between host and foreign code.
//!
//! A program registers a hook with [`set_traceback`], calls C inside [`call`], and is called back inside [`callback`]. A
//! sample taken in C is what the hook answers, and below it the whole host stack from the boundary on; and so on through
//! all boundaries, in true order. The semantics are those of Go's `runtime.SetCgoTraceback`, and so are the argument
//! structs, so that one C hook serves both runtimes.

mod abi;
#[cfg(sigprof)]
pub(super) mod ask;
#[cfg(sigprof)]
pub(super) mod boundary;
#[cfg(sigprof)]
pub(super) mod buffer;
#[cfg(sigprof)]
mod crossing;
mod hook;
#[cfg(sigprof)]
pub(super) mod naming;
#[cfg(all(sigprof, feature = "interpose"))]
pub(super) mod origin;

pub use abi::{
    Context, ContextArg, MAX_FRAMES, Symbolizer, SymbolizerArg, Traceback, TracebackArg,
};
#[cfg(sigprof)]
pub use crossing::{call, callback};
pub use hook::{SetTracebackError, set_traceback};
#[cfg(sigprof)]
pub(super) use hook::{ask_late, traceback};

/// Calls `f`. Nothing samples here, so that there is no boundary to mark.
#[cfg(not(sigprof))]
pub fn call<R>(f: impl FnOnce() -> R) -> R {
    f()
}

/// Calls `f`. Nothing samples here, so that there is no boundary to mark.
#[cfg(not(sigprof))]
pub fn callback<R>(f: impl FnOnce() -> R) -> R {
    f()
}
