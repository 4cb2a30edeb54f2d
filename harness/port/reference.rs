//! The reference port's names: the profiler in this crate, on the programs in this crate.

use crate::case::hosts::Hosts;

/// The in-crate profiler.
#[derive(Clone, Copy, Debug)]
pub struct Reference;

impl Hosts for Reference {
    fn function(&self, name: &str) -> Option<String> {
        Some(format!("framecheck::programs::{name}::run"))
    }

    /// A Rust function has a path. The C of the plain set has none, and there is no C++ in it.
    fn is_host(&self, frame: &str) -> bool {
        frame == "main" || frame.contains("::")
    }
}
