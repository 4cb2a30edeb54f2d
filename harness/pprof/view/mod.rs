//! The views: what `go tool pprof` prints for a profile, byte for byte.
//!
//! Each view is a function from a profile and [`Options`] to a writer. They change no profile, open no file,
//! and read nothing of the environment but the local time zone.

mod graph;
mod header;
mod nodes;
mod paths;
mod report;
mod time;
mod top;
mod traces;
mod units;

use std::fmt;
use std::io;

pub use top::top;
pub use traces::traces;

/// What makes two frames the same row.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Granularity {
    /// The function's name.
    #[default]
    Functions,
    /// Its name and file.
    FileFunctions,
    /// The file.
    Files,
    /// Name, file and line.
    Lines,
    /// Everything, the address too.
    Addresses,
}

/// How a profile is shown: pprof's flags, with its defaults.
#[derive(Clone, Debug)]
pub struct Options {
    /// A sample type's name or index; the profile's default, or else its last, if empty.
    pub sample_index: String,
    /// Rows.
    pub granularity: Granularity,
    /// Leave inlined functions out: their samples count for the function that they were inlined into.
    pub no_inlines: bool,
    /// Show columns with lines.
    pub show_columns: bool,
    /// Sort by cum and not by flat.
    pub cum: bool,
    /// At most so many rows; 0 for all, `None` for the view's own default.
    pub node_count: Option<usize>,
    /// Rows below this fraction of the total are dropped.
    pub node_fraction: f64,
    /// Edges below this fraction of the total are dropped.
    pub edge_fraction: f64,
    /// Drop what the three options above say.
    pub trim: bool,
    /// The unit of values; `minimum` lets the values decide.
    pub unit: String,
    /// Show the mean: values divided by the first value of the sample.
    pub mean: bool,
    /// Divide all values by this.
    pub divide_by: f64,
    /// Leave the first lines of the header out.
    pub compact_labels: bool,
    /// Drop rows with negative values.
    pub drop_negative: bool,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            sample_index: String::new(),
            granularity: Granularity::default(),
            no_inlines: false,
            show_columns: false,
            cum: false,
            node_count: None,
            node_fraction: 0.005,
            edge_fraction: 0.001,
            trim: true,
            unit: "minimum".to_owned(),
            mean: false,
            divide_by: 1.0,
            compact_labels: false,
            drop_negative: false,
        }
    }
}

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
