//! From a C case to the artefact that a port runs: compiled at run time, with the compiler that cc finds, in one of the
//! variants. It knows neither the judge nor the profiler nor profiles; what a case means is not its matter, it gets
//! texts, names and words.
//!
//! - [`Source`]: what is compiled; [`flags`]: the variants' words and what they change; [`Artefact`]: what comes out.
//! - [`Builder`]: one a run; [`store`] is its cache, [`hash`] what the cache goes by, and [`once`] why nothing is
//!   made twice.
//! - [`compiler`]: finding and calling it; [`recipe`]: what one artefact is made of, and [`make`] how; [`runtime`]:
//!   what each is linked with.
//! - [`edges`]: whether a call that a case claims is one in the code, read by way of [`image`].
//! - [`embedded`]: the cases and the runtime that the library has as text.

mod artefact;
mod builder;
mod compiler;
mod edges;
pub mod embedded;
mod error;
pub mod flags;
mod hash;
mod image;
mod make;
mod once;
mod recipe;
mod runtime;
mod source;
mod store;
mod unit;

pub use artefact::Artefact;
pub use builder::Builder;
pub use error::BuildError;
pub use flags::{Flags, Host};
pub use source::Source;
