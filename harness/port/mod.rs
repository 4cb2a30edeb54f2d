//! Profilers under test. So far there is one, the reference.

mod reference;

pub use reference::Reference;
