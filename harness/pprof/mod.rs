//! pprof profiles: the model, its encoding, symbols for it, and the views that `go tool pprof` prints.
//!
//! - [`Profile`] and what it is made of; [`Builder`] makes one, [`Profile::stack`] reads it.
//! - [`Profile::decode`], [`Profile::encode`], [`Profile::check_valid`]; [`proto`] has the messages as they are written.
//! - [`symbolize`]: names for addresses, from the files on this machine.
//! - [`view`]: `-top` and `-traces` as text.
//! - [`command`]: the arguments of `pprof`, and an exit code.
//!
//! This room knows nothing of the others: not how a profile came to be, nor what it should contain.

pub mod command;
pub mod proto;
pub mod symbolize;
pub mod view;

mod access;
mod binaries;
mod builder;
mod decode;
mod encode;
mod error;
mod frame;
mod gzip;
mod ids;
mod model;
mod prune;
mod strings;
mod valid;
mod wire;

#[cfg(test)]
mod tests;

pub use builder::{Builder, LabelValue, LocationId, MappingId, NewLabel, NewLine, NewMapping};
pub use error::{DecodeError, Invalid, Table};
pub use frame::Frame;
pub use model::{LabelData, Mapping, Profile, Sample, ValueType};
pub use strings::StrId;
pub use wire::WireError;
