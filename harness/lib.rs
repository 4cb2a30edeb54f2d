//! FrameCheck: does a CPU profiler see the frames it must see, the foreign (C) ones above all?
//!
//! This file is a map and nothing else.
//!
//! - [`sigprof`]: the reference profiler, and the foreign traceback hook.
//! - [`pprof`]: the profile model, its encoding, symbols, and the views that `pprof` prints.

pub mod mutant;
pub mod pprof;
pub mod sigprof;
