//! A child process: what to run, and what is left of it.

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use super::crash::Crash;
use super::hang::Hang;

/// What to run.
#[derive(Clone, Debug)]
pub struct Spec {
    /// The executable.
    pub exe: PathBuf,
    /// Its arguments.
    pub args: Vec<OsString>,
    /// Its whole environment.
    pub env: Vec<(OsString, OsString)>,
    /// Wall time that it has.
    pub deadline: Duration,
}

/// How a child ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// By itself, with this code.
    Exited(i32),
    /// By this signal.
    Signaled(i32),
    /// By us: the deadline had passed.
    TimedOut,
}

/// What is left of a child.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// How it ended.
    pub end: End,
    /// What it wrote to stdout, its beginning.
    pub stdout: Vec<u8>,
    /// What it wrote to stderr, its end.
    pub stderr: Vec<u8>,
    /// How long it took.
    pub wall: Duration,
    /// Where it crashed: of a child in a scratch folder that a signal ended.
    pub crash: Option<Crash>,
    /// What its threads did when the deadline had passed.
    pub hang: Option<Hang>,
}
