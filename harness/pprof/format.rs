//! The formats that profilers write, by name, and one way to read any of them.
//!
//! Each format is read by a file of its own; here is only which one, and what an error has in common with others.

use std::fmt;
use std::str::FromStr;

use super::legacy::records;
use super::model::Profile;
use super::{folded, gperftools, perf_script};

/// How a profiler writes its profile. Its name is what [`Display`](fmt::Display) and [`FromStr`] have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// `pprof`: profile.proto, gzipped or not, as [`Profile::decode`] takes it. A file of gperftools is refused.
    Pprof,
    /// `gperftools`: the binary CPU profile that libprofiler writes (gperftools' docs/cpuprofile-fileformat.html).
    ///
    /// Each record is a sample as it was recorded: no frame is taken away, and nothing is merged. Values: `samples` in
    /// `count`, `cpu` in `nanoseconds`. The first address of a stack is kept; those of callers are return addresses and
    /// moved by one into the call. Mappings are the executable ones of the map in the file; an address outside all of
    /// them has none. There are no names: [`symbolize::local`](super::symbolize::local) finds them.
    Gperftools,
    /// `perf-script`: the text that `perf script -F comm,tid,time,period,ip,sym,dso` prints, or with its default fields.
    ///
    /// Each event is a sample: 1 in `samples` as `count`, its period in `cpu` as `nanoseconds`, with the labels
    /// `thread` (the command name) and `thread_id`. Its event must be cpu-clock or task-clock, where it is named. Names and
    /// addresses are perf's own (by the version of perf, an address is an offset in its file or that of the running
    /// program); a frame is in the mapping of its file, of which there are no bounds. What perf marks `(inlined)` is a
    /// line of the location of the frame below, if they have one address. What `--show-lost-events` prints becomes a sample
    /// whose only frame is `lost samples`, each of the period of the first sample.
    PerfScript,
    /// `folded`: `root;caller;leaf COUNT`, a stack a line.
    ///
    /// Each line is a sample of `samples` in `count` and `cpu` in `nanoseconds`; frames are names without addresses. The
    /// period has to be given.
    Folded,
}

impl Format {
    /// All of them.
    pub const ALL: [Format; 4] = [
        Format::Pprof,
        Format::Gperftools,
        Format::PerfScript,
        Format::Folded,
    ];

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Format::Pprof => "pprof",
            Format::Gperftools => "gperftools",
            Format::PerfScript => "perf-script",
            Format::Folded => "folded",
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// A name that no format has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownFormat(String);

impl fmt::Display for UnknownFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = Format::ALL.map(Format::name).join(", ");
        write!(f, "unknown profile format {:?}: one of {names}", self.0)
    }
}

impl std::error::Error for UnknownFormat {}

impl FromStr for Format {
    type Err = UnknownFormat;

    fn from_str(name: &str) -> Result<Format, UnknownFormat> {
        let found = Format::ALL.into_iter().find(|format| format.name() == name);
        found.ok_or_else(|| UnknownFormat(name.to_owned()))
    }
}

/// Where in a file an error is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Everywhere.
    File,
    /// A line of a text, counted from 1.
    Line(usize),
    /// Bytes from the start.
    Byte(usize),
}

/// Why bytes are not a profile in the format that they should be in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadError {
    /// That format.
    pub format: Format,
    /// Where.
    pub place: Place,
    /// What is wrong there, in a line.
    pub cause: String,
}

impl ReadError {
    pub(super) fn new(format: Format, place: Place, cause: impl Into<String>) -> ReadError {
        ReadError {
            format,
            place,
            cause: cause.into(),
        }
    }

    /// With the beginning of the line's text.
    pub(super) fn line(format: Format, line: usize, cause: &str, text: &str) -> ReadError {
        /// Characters of it.
        const SHOWN: usize = 80;
        let shown: String = text.chars().take(SHOWN).collect();
        let more = if shown.len() < text.len() { "..." } else { "" };
        ReadError::new(
            format,
            Place::Line(line),
            format!("{cause}: {shown:?}{more}"),
        )
    }
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ReadError {
            format,
            place,
            cause,
        } = self;
        match place {
            Place::File => write!(f, "{format}: {cause}"),
            Place::Line(line) => write!(f, "{format}, line {line}: {cause}"),
            Place::Byte(byte) => write!(f, "{format}, byte {byte}: {cause}"),
        }
    }
}

impl std::error::Error for ReadError {}

impl Profile {
    /// Reads what a profiler wrote, as it wrote it; [`Format`] says what becomes of each format.
    ///
    /// `period_ns`, nanoseconds between samples and above zero, is for what does not say it: folded stacks, where it must
    /// be given, and the samples that perf lost where it recorded none. Whether the profile is valid is not decided here
    /// ([`Profile::check_valid`]); one without samples is no error, except where a format has a header.
    pub fn read_as(
        format: Format,
        bytes: &[u8],
        period_ns: Option<u64>,
    ) -> Result<Profile, ReadError> {
        let period_ns = period_ns.and_then(|period_ns| i64::try_from(period_ns).ok());
        let period_ns = period_ns.filter(|&period_ns| period_ns > 0);
        match format {
            Format::Pprof => pprof(bytes),
            Format::Gperftools => gperftools::read(bytes),
            Format::PerfScript => perf_script::read(bytes, period_ns),
            Format::Folded => {
                let no_period = || ReadError::new(format, Place::File, "no period is given");
                folded::read(bytes, period_ns.ok_or_else(no_period)?)
            }
        }
    }
}

fn pprof(bytes: &[u8]) -> Result<Profile, ReadError> {
    let fail = |cause: String| ReadError::new(Format::Pprof, Place::File, cause);
    if records::Header::read(bytes).is_some() {
        return Err(fail("this is a file of gperftools".to_owned()));
    }
    Profile::decode(bytes).map_err(|cause| fail(cause.to_string()))
}
