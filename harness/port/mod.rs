//! Profilers under test: how a port is run, what it has, what it calls things, and what it is known to fail.
//!
//! - [`Profiler`]: one that is linked into the program; [`Description`]: what it says of itself. [`Reference`]: ours.
//! - [`Port`]: one as it is run; [`find`]: by name or path; `manifest`: ports/NAME/port.toml; `names`: what it calls things.
//! - [`Expectations`]: ports/NAME/expect.toml; `write`: what would have to be in it.
//! - `suite`: a test of another crate, made of the corpus and its profiler.

mod profiler;
mod reference;

pub use profiler::{Description, Profiler, ProfilerError};
pub use reference::Reference;

#[cfg(feature = "suite")]
pub use {
    expect::{BadList, Expectations},
    manifest::Manifest,
    under_test::{How, Port},
};

#[cfg(feature = "suite")]
mod expect;
#[cfg(feature = "suite")]
pub mod find;
#[cfg(feature = "suite")]
mod manifest;
#[cfg(feature = "suite")]
mod names;
#[cfg(feature = "suite")]
pub mod suite;
#[cfg(feature = "suite")]
mod under_test;
#[cfg(feature = "cli")]
pub mod write;
