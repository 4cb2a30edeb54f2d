//! Profilers under test: how a port is run, what it has, what it calls things, and what it is known to fail. So far there is one,
//! the reference.

mod reference;

pub use reference::Reference;

#[cfg(feature = "cli")]
pub use {
    endpoint::Port,
    expect::{BadList, Expectations},
};

#[cfg(feature = "cli")]
mod endpoint;
#[cfg(feature = "cli")]
mod expect;
