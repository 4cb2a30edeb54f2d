//! FrameCheck: does a CPU profiler see the frames it must see, the foreign (C) ones above all?
//!
//! This file is a map and nothing else.
//!
//! - [`sigprof`]: the reference profiler, and the foreign traceback hook.
//! - [`pprof`]: the profile model, its encoding, symbols, and the views that `pprof` prints.
//! - [`case`]: annotated files: what a profile must show, and what makes stacks comparable with it.
//! - [`judge`]: from a case and a profile to verdicts.
//! - [`mutant`]: the reference with one known defect each.
//! - [`port`]: the profilers under test, and their names for things.
//! - [`programs`] (testprogs/): the test programs.
//! - [`corpus`]: the cases that there are.
//! - [`build`]: the C compiler at run time.
//! - [`run`]: child processes and the protocol of the programs.
//! - [`trial`]: one case, built, run and judged.
//! - [`report`]: verdicts as text and json.
//! - [`cli`]: arguments in, exit code out.
//!
//! [`main`] is what a test of another crate hands its profiler to.

#[cfg(feature = "suite")]
pub mod build;
#[cfg(feature = "judge")]
pub mod case;
#[cfg(feature = "cli")]
pub mod cli;
#[cfg(feature = "suite")]
pub mod corpus;
#[cfg(feature = "judge")]
pub mod judge;
pub mod mutant;
#[cfg(feature = "judge")]
pub mod port;
pub mod pprof;
#[cfg(feature = "programs")]
#[path = "../testprogs/mod.rs"]
pub mod programs;
#[cfg(feature = "suite")]
pub mod report;
#[cfg(feature = "suite")]
pub mod run;
pub mod sigprof;
#[cfg(feature = "suite")]
pub mod trial;

#[cfg(feature = "suite")]
pub use port::suite::main;
