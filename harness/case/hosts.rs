//! What `host::NAME` and `host::*` in a pattern stand for: each port has its own names, and says them here.

/// A port's names for host functions.
pub trait Hosts {
    /// The whole name of the port's function for the program `name`.
    fn function(&self, name: &str) -> Option<String>;
    /// Whether a frame of this name is one of the host language.
    fn is_host(&self, frame: &str) -> bool;
    /// Whether a stack, root first and with its start-up frames, begins where a thread begins. A port that cuts start-up
    /// frames itself cannot be asked; one that has them shows by them that nothing is missing at the root: with two
    /// foreign frames the seed's own bug costs two frames of the start-up, and nothing that a program would miss.
    fn is_whole(&self, stack: &[String]) -> bool {
        !stack.is_empty()
    }
}
