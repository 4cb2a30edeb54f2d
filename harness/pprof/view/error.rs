//! Why there is nothing to show, in pprof's words.

use std::fmt;
use std::io;

/// Why there is nothing to show.
#[derive(Debug)]
pub enum Error {
    /// The profile has no sample types.
    NoSamples,
    /// No sample type has this name.
    UnknownSampleType {
        /// What was asked for.
        asked: String,
        /// The names there are.
        known: Vec<String>,
    },
    /// No sample type has this index.
    SampleTypeRange {
        /// What was asked for.
        asked: String,
        /// How many there are.
        types: usize,
    },
    /// `divide_by` is zero.
    ZeroDivisor,
    /// An expression that cannot be read.
    Expression(String),
    /// No row is called what `-peek` asks for.
    NoMatch(String),
    /// The writer failed.
    Io(io::Error),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::NoSamples => f.write_str("profile has no samples"),
            Error::UnknownSampleType { asked, known } => {
                write!(
                    f,
                    "sample_index {asked:?} must be one of: [{}]",
                    known.join(" ")
                )
            }
            Error::SampleTypeRange { asked, types } => {
                write!(
                    f,
                    "sample_index {asked} is outside the range [0..{}]",
                    types.saturating_sub(1)
                )
            }
            Error::ZeroDivisor => f.write_str("zero divisor specified"),
            Error::Expression(cause) => f.write_str(cause),
            Error::NoMatch(expression) => {
                write!(f, "no matches found for regexp: {expression}")
            }
            Error::Io(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for Error {}

impl From<io::Error> for Error {
    fn from(error: io::Error) -> Error {
        Error::Io(error)
    }
}
