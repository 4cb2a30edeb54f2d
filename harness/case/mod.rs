//! Reading what a case says, and making stacks comparable with it. Parsing only: nothing is run or judged here, and
//! no other room is known.
//!
//! - [`claim`]: what a profile must show.
//! - [`pattern`]: the stack patterns; [`hosts`]: what `host::NAME` in them stands for.
//! - [`normalize`]: start-up frames and decorations of names; [`elide`]: what a snapshot leaves out.

pub mod claim;
pub mod elide;
pub mod hosts;
pub mod normalize;
pub mod pattern;
