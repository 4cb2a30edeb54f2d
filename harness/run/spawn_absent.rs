//! In place of running a child where there are no process groups. Nothing gets here: no program is supported there.

use std::io;

use super::child::{Outcome, Spec};

/// Refuses.
pub fn run(_spec: &Spec) -> io::Result<Outcome> {
    Err(io::Error::from(io::ErrorKind::Unsupported))
}
