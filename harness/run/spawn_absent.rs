//! In place of running a child where there are no process groups. Nothing gets here: no program is supported there.

use std::io;

use super::child::{Outcome, Spec};
use super::scratch::Scratch;

/// Refuses.
pub fn run(_spec: &Spec) -> io::Result<Outcome> {
    Err(io::Error::from(io::ErrorKind::Unsupported))
}

/// Refuses.
pub fn run_in(_spec: &Spec, _scratch: &Scratch) -> io::Result<Outcome> {
    Err(io::Error::from(io::ErrorKind::Unsupported))
}

/// Refuses.
pub fn run_at(_spec: &Spec, _folder: &std::path::Path) -> io::Result<Outcome> {
    Err(io::Error::from(io::ErrorKind::Unsupported))
}
