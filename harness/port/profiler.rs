//! A profiler that is linked into the program that it profiles: the trait, and what it says of itself. How its program is
//! asked for a run is in `programs`; how runs are judged it does not know.

use std::error::Error;

use crate::case::Capability;

/// What a profiler's own error is. It ends the run as one that could not be set up.
pub type ProfilerError = Box<dyn Error>;

/// What a profiler says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Description {
    /// What reports call it.
    pub name: String,
    /// Its version.
    pub version: String,
    /// Where to find it; may be empty.
    pub url: String,
    /// What it has: a case that needs anything else is UNSUPPORTED.
    pub capabilities: Vec<Capability>,
    /// What drives it: `process`, `thread`, `perf` or `wall`. A clock that knows no tick (`perf`, `wall`) is held to more
    /// samples than one that the tick drives.
    pub clock: String,
    /// Its list of expected failings, as INTERPRETING.md has it; may be empty.
    pub expectations: String,
}

impl Description {
    /// A profiler that the tick drives, one timer for the process, and of which no failing is known.
    pub fn new(name: &str, version: &str, capabilities: &[Capability]) -> Self {
        Description {
            name: name.to_owned(),
            version: version.to_owned(),
            url: String::new(),
            capabilities: capabilities.to_vec(),
            clock: "process".to_owned(),
            expectations: String::new(),
        }
    }
}

/// A profiler under test, in-process.
///
/// A process has one, and it runs once: [`start`](Profiler::start), the program, [`stop`](Profiler::stop).
pub trait Profiler {
    /// What it is, and what it has.
    fn describe(&self) -> Description;

    /// Begins to sample the process, `hz` times a second of CPU time.
    ///
    /// # Errors
    /// It cannot: the run is BROKEN, with this message.
    fn start(&mut self, hz: u32) -> Result<(), ProfilerError>;

    /// Ends it, and gives the profile: in pprof's format, gzipped or not, with sample types `samples/count` and, as a rule,
    /// `cpu/nanoseconds`.
    ///
    /// # Errors
    /// It cannot: the run is BROKEN, with this message.
    fn stop(&mut self) -> Result<Vec<u8>, ProfilerError>;
}
