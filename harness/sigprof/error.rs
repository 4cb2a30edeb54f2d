//! The ways in which profiling can fail to start or to end.

use super::Clock;
use std::fmt;
use std::io;

/// Why the profiler did not start, or could not give its profile.
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// This platform has no SIGPROF profiler; the text says what would be needed.
    Unsupported(&'static str),
    /// A profiler is running in this process: there is one SIGPROF, so there is one profiler.
    AlreadyRunning,
    /// The profiler was started in this process's parent; a child has a copy that profiles nothing.
    Forked,
    /// A rate outside 1..=1_000_000 Hz.
    Rate {
        /// What was asked for.
        hz: u32,
    },
    /// The running kernel is known to break this clock.
    BrokenClock {
        /// What was asked for.
        clock: Clock,
        /// What is known, and where it is written.
        reason: &'static str,
    },
    /// Signals are unaccounted for: recorded and lost are not accepted, or what was recorded is not what came through. A
    /// bug of the profiler, which gives no profile then.
    Unbalanced {
        /// Expirations that the handlers have taken.
        accepted: u64,
        /// Those of which they wrote a sample.
        recorded: u64,
        /// Those that did not fit.
        lost: u64,
        /// Those whose sample is there.
        summed: u64,
    },
    /// The system refused something that profiling cannot do without.
    System {
        /// What was tried, as a person would say it.
        what: &'static str,
        /// What the kernel answered.
        source: io::Error,
    },
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Unsupported(reason) => write!(f, "UNSUPPORTED: {reason}"),
            Error::AlreadyRunning => {
                f.write_str("a profiler is running in this process already; stop it first")
            }
            Error::Forked => f.write_str(
                "the profiler was started in the parent of this process, and profiles only that",
            ),
            Error::Rate { hz } => write!(f, "a rate of {hz} Hz is outside 1..=1000000 Hz"),
            Error::BrokenClock { clock, reason } => {
                write!(
                    f,
                    "the clock {clock} does not work on this kernel: {reason}; take another"
                )
            }
            Error::Unbalanced {
                accepted,
                recorded,
                lost,
                summed,
            } => write!(
                f,
                "the profile does not add up: {recorded} recorded and {lost} lost of {accepted} accepted, \
                 {summed} of {recorded} recorded are there; this is a bug of the profiler, please report it"
            ),
            Error::System { what, source } => write!(f, "could not {what}: {source}"),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Error::System { source, .. } => Some(source),
            _ => None,
        }
    }
}
