//! Reading what a case says, and making stacks comparable with it. Parsing only: nothing is run or judged here, and
//! no other room is known. INTERPRETING.md is what the language means.
//!
//! - [`parse`]: from a file's text to a [`Case`], or to all its [`Errors`].
//! - [`model`]: a parsed case; [`assertion`]: its claims, what a profile must show.
//! - [`capability`], [`variant`]: the closed lists of words.
//! - [`pattern`]: the stack patterns; [`name`]: what one frame may be called; [`hosts`]: what `host::NAME` stands for.
//! - [`normalize`]: start-up frames and decorations of names; [`elide`]: what a snapshot leaves out.
//! - [`glob`]: globs over names. [`source`]: which lines are directives; [`directive`]: their keys; [`error`]: what is wrong, shown at its place.
//! - [`truth`]: what a program measured of itself; [`departure`]: where a stack departs from a pattern.

pub mod assertion;
pub mod capability;
mod code;
mod consistency;
pub mod departure;
pub mod directive;
pub mod elide;
pub mod error;
pub mod glob;
pub mod hosts;
mod impossible;
pub mod lint;
mod lists;
pub mod model;
pub mod name;
mod nearest;
pub mod normalize;
mod parse;
pub mod pattern;
pub mod source;
mod spelling;
mod spot;
mod statements;
#[cfg(test)]
mod testing;
pub mod truth;
mod values;
pub mod variant;

pub use assertion::{Claim, Kind, Range, Subject};
pub use capability::Capability;
pub use error::{Error, Errors};
pub use model::{Case, Level};
pub use name::Names;
pub use parse::parse;
pub use pattern::Pattern;
pub use source::is_case;
pub use values::CLOCKS;
pub use variant::Variant;

/// The version of the contract with ports and cases that INTERPRETING.md specifies.
pub const CONTRACT_VERSION: u32 = 2;
