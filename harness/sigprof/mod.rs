//! The reference profiler: SIGPROF, whole stacks through C and Rust, and a foreign traceback hook.
//!
//! This file is a map. The way of a sample through the room:
//!
//! 1. [`timer`] makes the kernel send SIGPROF; [`handler`] takes it, on the stack of its thread's [`slot`].
//! 2. [`assemble`] goes from leaf to root across the boundaries of [`foreign`]: what its hook answers, and what [`unwind`]
//!    finds, go into one [`sample`].
//! 3. The record goes through the slot's [`ring`] to the [`collector`], which sums in an [`aggregate`].
//! 4. [`finish`] makes a [`pprof::Profile`](crate::pprof::Profile) of it when the profiler stops.
//!
//! Everything that runs in the handler keeps these rules, which `tests/handler.rs` holds it to: no allocation,
//! no lock, no panic path of ours, bounded stack, errno kept, and reads only of memory known to be mapped.
//! The room knows nothing of cases, judges or ports.

mod clock;
mod defect;
mod error;
pub mod foreign;
mod stack;

pub use clock::{Availability, Best, Clock, ParseClockError};
#[doc(hidden)]
pub use defect::{Defect, Defects};
pub use error::Error;
pub use stack::{Stack, StackFrame};

#[cfg(sigprof)]
mod action;
#[cfg(sigprof)]
mod aggregate;
#[cfg(sigprof)]
mod arch;
#[cfg(sigprof)]
mod assemble;
#[cfg(sigprof)]
mod atomic;
#[cfg(sigprof)]
mod best;
#[cfg(sigprof)]
mod build_id;
#[cfg(sigprof)]
mod capture;
#[cfg(sigprof)]
mod collector;
#[cfg(sigprof)]
mod errand;
#[cfg(sigprof)]
mod finish;
#[cfg(sigprof)]
mod gear;
#[cfg(sigprof)]
mod handler;
#[cfg(sigprof)]
pub mod host;
#[cfg(sigprof)]
mod mapbook;
#[cfg(sigprof)]
mod maps;
#[cfg(sigprof)]
mod memory;
#[cfg(sigprof)]
mod meter;
#[cfg(sigprof)]
mod modules;
#[cfg(sigprof)]
mod own_stack;
#[cfg(sigprof)]
mod perf;
#[cfg(sigprof)]
mod process;
#[cfg(sigprof)]
mod profiler;
#[cfg(sigprof)]
mod pseudo;
#[cfg(sigprof)]
mod record;
#[cfg(sigprof)]
mod registry;
#[cfg(sigprof)]
mod ring;
#[cfg(sigprof)]
mod sample;
#[cfg(sigprof)]
mod sampling;
#[cfg(sigprof)]
mod session;
#[cfg(sigprof)]
mod shortage;
#[cfg(sigprof)]
mod slot;
#[cfg(sigprof)]
mod source;
#[cfg(sigprof)]
mod sys;
#[cfg(sigprof)]
mod tally;
#[cfg(sigprof)]
mod threads;
#[cfg(sigprof)]
mod ticker;
#[cfg(sigprof)]
mod timer;
#[cfg(sigprof)]
mod unwind;
#[cfg(sigprof)]
mod visited;

#[cfg(sigprof)]
pub use capture::capture;
#[cfg(sigprof)]
pub use profiler::{Builder, Profiler};

#[cfg(not(sigprof))]
mod unsupported;
#[cfg(not(sigprof))]
pub use unsupported::{Builder, Profiler, capture};
