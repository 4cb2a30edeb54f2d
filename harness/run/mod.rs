//! Child processes. It starts them, waits, ends what does not end by itself and leaves nothing behind; it judges
//! nothing and prints nothing.
//!
//! - [`child`]: what to run and what is left of it; [`spawn`]: with a deadline, in a group of its own.
//! - [`program`]: the protocol of the test programs on top of it.

pub mod child;
pub mod program;
#[cfg_attr(not(unix), path = "spawn_absent.rs")]
pub mod spawn;
