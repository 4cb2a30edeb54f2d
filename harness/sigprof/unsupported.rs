//! Where there is no SIGPROF profiler: the same names, and one answer.

use super::{Availability, Best, Clock, Defects, Error, Stack};
use crate::pprof::Profile;

const REASON: &str = "the reference profiler needs Linux on x86-64";

impl Clock {
    /// None works here; the first of the list, and why.
    pub fn best() -> Best {
        Best {
            clock: Clock::Process,
            reason: REASON.to_owned(),
        }
    }

    /// Not here.
    pub fn availability(self) -> Availability {
        Availability {
            clock: self,
            refusal: Some(REASON.to_owned()),
            remark: String::new(),
        }
    }
}

/// What a profiler is made of; here it never is.
#[derive(Clone, Debug)]
pub struct Builder(());

impl Builder {
    /// The rate, in samples for each second of CPU time.
    #[must_use]
    pub fn hz(self, _hz: u32) -> Builder {
        self
    }

    /// The clock.
    #[must_use]
    pub fn clock(self, _clock: Clock) -> Builder {
        self
    }

    #[doc(hidden)]
    #[must_use]
    pub fn defects(self, _defects: Defects) -> Builder {
        self
    }

    /// Says that this platform is not supported.
    pub fn start(self) -> Result<Profiler, Error> {
        Err(Error::Unsupported(REASON))
    }
}

/// A running profiler: there is none here.
#[derive(Debug)]
pub enum Profiler {}

impl Profiler {
    /// A builder.
    pub fn builder() -> Builder {
        Builder(())
    }

    /// Never called: no profiler was ever started.
    pub fn stop(self) -> Result<Profile, Error> {
        match self {}
    }
}

/// No stack.
pub fn capture() -> Stack {
    Stack::default()
}
