//! FrameCheck: does a CPU profiler see the frames it must see, the foreign (C) ones above all?
//!
//! This file is a map and nothing else.
//!
//! - [`sigprof`]: the reference profiler, and the foreign traceback hook.
//! - [`pprof`]: the profile model, its encoding, symbols, and the views that `pprof` prints.
//! - [`case`]: stack patterns, and what makes stacks comparable with them.
//! - [`programs`] (testprogs/): the test programs, and what their profiles must show.

pub mod case;
pub mod pprof;
#[cfg(feature = "programs")]
#[path = "../testprogs/mod.rs"]
pub mod programs;
pub mod sigprof;
