//! What `host::NAME` and `host::*` in a pattern stand for: each port has its own names, and says them here.

/// A port's names for host functions.
pub trait Hosts {
    /// The whole name of the port's function for the program `name`.
    fn function(&self, name: &str) -> Option<String>;
    /// Whether a frame of this name is one of the host language.
    fn is_host(&self, frame: &str) -> bool;
}
