//! FrameCheck: does a CPU profiler see the frames it must see, the foreign (C) ones above all?
//!
//! This file is a map and nothing else.
//!
//! - [`sigprof`]: the reference profiler, and the foreign traceback hook.
//! - [`pprof`]: the profile model, its encoding, symbols, and the views that `pprof` prints.
//! - [`build`]: from a C case to the artefact that a port runs, at run time.
//! - [`case`]: stack patterns, claims, and what makes stacks comparable with them.
//! - [`judge`]: from claims and stacks to verdicts.
//! - [`mutant`]: the reference with one known defect each.
//! - [`port`]: the profilers under test, and their names for things.
//! - [`programs`] (testprogs/): the test programs, and what their profiles must show.
//! - [`run`]: child processes and the protocol of the programs.
//! - [`cli`]: arguments in, exit code out.

#[cfg(feature = "cli")]
pub mod build;
pub mod case;
#[cfg(feature = "cli")]
pub mod cli;
pub mod judge;
pub mod mutant;
pub mod port;
pub mod pprof;
#[cfg(feature = "programs")]
#[path = "../testprogs/mod.rs"]
pub mod programs;
#[cfg(feature = "cli")]
pub mod run;
pub mod sigprof;
