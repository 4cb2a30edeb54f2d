//! pprof profiles: the model, its encoding, symbols for it, and the views that `go tool pprof` prints.
//!
//! - [`Profile`] and what it is made of; [`Builder`] makes one, [`Profile::stack`] reads it.
//! - [`Profile::decode`], [`Profile::encode`], [`Profile::check_valid`]; [`proto`] has the messages as they are written.
//! - [`Profile::read_as`]: what other profilers write, by its [`Format`], as they wrote it.
//! - [`symbolize`]: names for addresses, from the files on this machine.
//! - [`Filters`]: what of a profile is looked at; [`Profile::merge`]: several as one.
//! - [`view`]: what `go tool pprof` prints; [`lint`]: what it does not complain of.
//! - [`command`]: the arguments of `pprof`, and an exit code.
//!
//! This room knows nothing of the others: not how a profile came to be, nor what it should contain.

pub mod command;
pub mod legacy;
pub mod lint;
pub mod merge;
pub mod proto;
pub mod symbolize;
pub mod view;

mod access;
mod binaries;
mod builder;
mod decode;
mod encode;
mod error;
mod expression;
mod filter;
mod folded;
mod format;
mod frame;
mod gperftools;
mod gzip;
mod ids;
mod label_units;
mod model;
mod perf_script;
mod prune;
mod strings;
mod units;
mod unknown;
mod url;
mod valid;
mod wire;

#[cfg(test)]
mod tests;

pub use builder::{Builder, LabelValue, LocationId, MappingId, NewLabel, NewLine, NewMapping};
pub use error::{DecodeError, Invalid, Table};
pub use filter::Filters;
pub use format::{Format, Place, ReadError, UnknownFormat};
pub use frame::Frame;
pub use model::{LabelData, Mapping, Profile, Sample, ValueType};
pub use strings::StrId;
pub use wire::WireError;
