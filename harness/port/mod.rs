//! Profilers under test: how a port is run, what it has, and what it calls things. So far there is one, the reference.

mod reference;

pub use reference::Reference;

#[cfg(feature = "cli")]
pub use endpoint::Port;

#[cfg(feature = "cli")]
mod endpoint;
