//! In place of C artefacts where no program is supported. Nothing gets here.

use std::path::Path;

/// An open artefact, of which there is none.
#[derive(Debug)]
pub(super) struct Artefact;

pub(super) fn set_truth(_path: &Path) -> Result<(), String> {
    Err("not on this platform".into())
}

impl Artefact {
    pub fn open(_path: &Path) -> Result<Self, String> {
        Err("not on this platform".into())
    }

    pub fn run(&self) {}

    pub fn close(self) {}
}

/// The library of foreign_salted, of which there is none.
#[derive(Debug)]
pub(super) struct Salted;

impl Salted {
    pub fn open(_path: &Path) -> Result<Self, String> {
        Err("not on this platform".into())
    }

    pub fn register(&self) -> Result<(), String> {
        Ok(())
    }

    pub fn run(&self) {}

    pub fn leaf(&self) -> &str {
        ""
    }
}
