//! In place of running a child where there are no process groups. Nothing gets here: no program is supported there.

use std::io;
use std::path::Path;

use super::child::{Outcome, Spec};

/// Refuses.
pub fn run(_spec: &Spec) -> io::Result<Outcome> {
    Err(io::Error::from(io::ErrorKind::Unsupported))
}

/// Refuses.
pub fn run_in(spec: &Spec, _folder: &Path) -> io::Result<Outcome> {
    run(spec)
}
