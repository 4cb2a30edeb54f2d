//! What a run has come to, for people and for programs: consumers of one stream of events. They decide nothing and write to
//! what they are given.
//!
//! - [`Report`]: the events; [`text`], [`json`], [`junit`]: the consumers. [`summary`]: the counts at the end; [`matrix`]: those of
//!   several ports, side by side.
//! - [`host`]: what a bug report has to say of the machine; `wrap`: text that fits 100 columns.

pub mod host;
pub mod json;
#[cfg(feature = "cli")]
pub mod junit;
pub mod matrix;
pub mod summary;
pub mod text;
mod wrap;

use std::io;

pub use summary::Summary;

use crate::trial::Outcome;

/// A consumer of what happens in a run, in the order in which it is to be told.
pub trait Report: Send {
    /// A case has been judged.
    fn outcome(&mut self, outcome: &Outcome) -> io::Result<()>;
    /// All have.
    fn end(&mut self, summary: &Summary) -> io::Result<()>;
}
