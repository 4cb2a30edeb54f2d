//! Why bytes are not a profile, and in which words pprof says so.

use std::fmt;

use super::wire::WireError;

/// Why bytes could not be decoded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DecodeError {
    /// There are no bytes.
    Empty,
    /// Two profiles in one file: the time of collection occurs twice.
    Concatenated,
    /// The gzip stream is broken.
    Gzip(String),
    /// More than the decoder takes: bytes, the most that it takes.
    TooLarge {
        /// Bytes.
        limit: u64,
    },
    /// A text in one of the formats from before profile.proto, and broken.
    MalformedText,
    /// One of those formats that pprof reads and we do not.
    Unsupported {
        /// For example `heap`.
        format: &'static str,
    },
    /// Not the protobuf message that profile.proto describes.
    Malformed {
        /// The field, for example `sample[3].label[0].key`.
        path: String,
        /// What is wrong with it.
        cause: WireError,
    },
}

impl fmt::Display for DecodeError {
    /// pprof's words first, then, where they name no cause, ours.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            DecodeError::Empty => f.write_str("parsing profile: empty input file"),
            DecodeError::Concatenated => {
                f.write_str("parsing profile: concatenated profiles detected")
            }
            DecodeError::Gzip(cause) => write!(f, "decompressing profile: {cause}"),
            DecodeError::TooLarge { limit } => {
                write!(
                    f,
                    "decompressing profile: more than {limit} bytes, the most that is taken for a file of this size"
                )
            }
            DecodeError::MalformedText => f.write_str("parsing profile: malformed profile format"),
            DecodeError::Unsupported { format } => write!(
                f,
                "parsing profile: a {format} profile in the format from before profile.proto, which is not supported \
                 (go tool pprof -proto converts it)"
            ),
            DecodeError::Malformed { path, cause } => {
                write!(
                    f,
                    "parsing profile: unrecognized profile format ({path}: {cause})"
                )
            }
        }
    }
}

impl std::error::Error for DecodeError {}

/// Why a decoded profile is not a valid one: what pprof's CheckValid refuses, in its words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Invalid {
    /// Samples, and no sample type.
    NoSampleTypes,
    /// A sample with another number of values than there are sample types.
    ValueCount {
        /// Index of the sample.
        sample: usize,
        /// Values that it has.
        values: usize,
        /// Sample types.
        types: usize,
    },
    /// A sample that refers to a location that does not exist.
    NilLocation {
        /// Index of the sample.
        sample: usize,
    },
    /// A mapping, function or location with id 0.
    ReservedId(Table),
    /// Two of them with the same id.
    DuplicateId(Table, u64),
    /// A line of the location with this id refers to a function that does not exist.
    NilFunction {
        /// Id of the location.
        location: u64,
    },
}

impl Invalid {
    /// Where it is: `sample[3].location_id`; for tables with ids, the id.
    pub fn path(&self) -> String {
        match *self {
            Invalid::NoSampleTypes => "sample_type".to_owned(),
            Invalid::ValueCount { sample, .. } => format!("sample[{sample}].value"),
            Invalid::NilLocation { sample } => format!("sample[{sample}].location_id"),
            Invalid::ReservedId(table) => table.name().to_owned(),
            Invalid::DuplicateId(table, id) => format!("{}[id {id}]", table.name()),
            Invalid::NilFunction { location } => format!("location[id {location}].line"),
        }
    }
}

/// The tables whose elements have ids.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Table {
    /// Mapped files.
    Mapping,
    /// Functions.
    Function,
    /// Locations.
    Location,
}

impl Table {
    fn name(self) -> &'static str {
        match self {
            Table::Mapping => "mapping",
            Table::Function => "function",
            Table::Location => "location",
        }
    }
}

impl fmt::Display for Invalid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Invalid::NoSampleTypes => f.write_str("missing sample type information"),
            Invalid::ValueCount { values, types, .. } => {
                write!(f, "mismatch: sample has {values} values vs. {types} types")
            }
            Invalid::NilLocation { .. } => f.write_str("sample has nil location"),
            // pprof spells it so for locations alone.
            Invalid::ReservedId(Table::Location) => {
                f.write_str("found location with reserved id=0")
            }
            Invalid::ReservedId(table) => write!(f, "found {} with reserved ID=0", table.name()),
            Invalid::DuplicateId(table, id) => {
                write!(f, "multiple {}s with same id: {id}", table.name())
            }
            Invalid::NilFunction { location } => {
                write!(f, "location id: {location} has a line with nil function")
            }
        }
    }
}

impl std::error::Error for Invalid {}
