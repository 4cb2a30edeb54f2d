//! The messages of profile.proto, by hand, for prost: what is written to a file, field for field.
//!
//! Strings are bytes: the schema says `string`, and pprof takes any bytes. Nothing here resolves an id or an index;
//! [`super::Profile`] is the model in which they are resolved. Reading does not go through these types (see
//! [`super::wire`]): pprof accepts encodings that prost refuses, and a million samples must not be a million small vectors.
//! Source: google/pprof, proto/profile.proto (Apache-2.0).

/// `perftools.profiles.Profile`. Every `i64` that names a string is an index into `string_table`.
#[derive(Clone, PartialEq, prost::Message)]
pub struct Profile {
    /// What each value of a sample measures.
    #[prost(message, repeated, tag = "1")]
    pub sample_type: Vec<ValueType>,
    /// The samples.
    #[prost(message, repeated, tag = "2")]
    pub sample: Vec<Sample>,
    /// Mapped files; the first is the main binary.
    #[prost(message, repeated, tag = "3")]
    pub mapping: Vec<Mapping>,
    /// Locations, referred to by samples.
    #[prost(message, repeated, tag = "4")]
    pub location: Vec<Location>,
    /// Functions, referred to by the lines of locations.
    #[prost(message, repeated, tag = "5")]
    pub function: Vec<Function>,
    /// Element 0 is the empty string.
    #[prost(bytes = "vec", repeated, tag = "6")]
    pub string_table: Vec<Vec<u8>>,
    /// Regexp: frames whose names match it, and their callees, are dropped.
    #[prost(int64, tag = "7")]
    pub drop_frames: i64,
    /// Regexp: exempt from `drop_frames`.
    #[prost(int64, tag = "8")]
    pub keep_frames: i64,
    /// Start of collection, nanoseconds since the epoch.
    #[prost(int64, tag = "9")]
    pub time_nanos: i64,
    /// Length of collection, nanoseconds.
    #[prost(int64, tag = "10")]
    pub duration_nanos: i64,
    /// What the period counts.
    #[prost(message, optional, tag = "11")]
    pub period_type: Option<ValueType>,
    /// Events between samples, in the unit of `period_type`.
    #[prost(int64, tag = "12")]
    pub period: i64,
    /// Free text.
    #[prost(int64, repeated, tag = "13")]
    pub comment: Vec<i64>,
    /// The sample type that views show first.
    #[prost(int64, tag = "14")]
    pub default_sample_type: i64,
    /// A page about this kind of profile.
    #[prost(int64, tag = "15")]
    pub doc_url: i64,
}

/// `perftools.profiles.ValueType`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, prost::Message)]
pub struct ValueType {
    /// For example `cpu`.
    #[prost(int64, tag = "1")]
    pub r#type: i64,
    /// For example `nanoseconds`.
    #[prost(int64, tag = "2")]
    pub unit: i64,
}

/// `perftools.profiles.Sample`.
#[derive(Clone, PartialEq, prost::Message)]
pub struct Sample {
    /// Leaf first.
    #[prost(uint64, repeated, tag = "1")]
    pub location_id: Vec<u64>,
    /// One for each sample type.
    #[prost(int64, repeated, tag = "2")]
    pub value: Vec<i64>,
    /// Labels.
    #[prost(message, repeated, tag = "3")]
    pub label: Vec<Label>,
}

/// `perftools.profiles.Label`: a key with a string or with a number.
#[derive(Clone, Copy, PartialEq, Eq, Hash, prost::Message)]
pub struct Label {
    /// The name of the label.
    #[prost(int64, tag = "1")]
    pub key: i64,
    /// Its value, if it is a string.
    #[prost(int64, tag = "2")]
    pub str: i64,
    /// Its value, if it is a number.
    #[prost(int64, tag = "3")]
    pub num: i64,
    /// The unit of the number.
    #[prost(int64, tag = "4")]
    pub num_unit: i64,
}

/// `perftools.profiles.Mapping`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, prost::Message)]
pub struct Mapping {
    /// Not zero, unique.
    #[prost(uint64, tag = "1")]
    pub id: u64,
    /// First address.
    #[prost(uint64, tag = "2")]
    pub memory_start: u64,
    /// First address after it.
    #[prost(uint64, tag = "3")]
    pub memory_limit: u64,
    /// Offset in the file of the first address.
    #[prost(uint64, tag = "4")]
    pub file_offset: u64,
    /// The file that is mapped.
    #[prost(int64, tag = "5")]
    pub filename: i64,
    /// Its build id, in hexadecimal.
    #[prost(int64, tag = "6")]
    pub build_id: i64,
    /// Its locations have function names.
    #[prost(bool, tag = "7")]
    pub has_functions: bool,
    /// They have file names.
    #[prost(bool, tag = "8")]
    pub has_filenames: bool,
    /// They have line numbers.
    #[prost(bool, tag = "9")]
    pub has_line_numbers: bool,
    /// They have inlined frames.
    #[prost(bool, tag = "10")]
    pub has_inline_frames: bool,
}

/// `perftools.profiles.Location`.
#[derive(Clone, PartialEq, prost::Message)]
pub struct Location {
    /// Not zero, unique.
    #[prost(uint64, tag = "1")]
    pub id: u64,
    /// 0 if none.
    #[prost(uint64, tag = "2")]
    pub mapping_id: u64,
    /// The instruction's address; for a caller an address inside its call instruction.
    #[prost(uint64, tag = "3")]
    pub address: u64,
    /// Innermost inlined function first.
    #[prost(message, repeated, tag = "4")]
    pub line: Vec<Line>,
    /// Several symbols share this address.
    #[prost(bool, tag = "5")]
    pub is_folded: bool,
}

/// `perftools.profiles.Line`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, prost::Message)]
pub struct Line {
    /// The function.
    #[prost(uint64, tag = "1")]
    pub function_id: u64,
    /// The line in its file, 1 the first; 0 if not known.
    #[prost(int64, tag = "2")]
    pub line: i64,
    /// The column, 1 the first; 0 if not known.
    #[prost(int64, tag = "3")]
    pub column: i64,
}

/// `perftools.profiles.Function`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, prost::Message)]
pub struct Function {
    /// Not zero, unique.
    #[prost(uint64, tag = "1")]
    pub id: u64,
    /// As people read it.
    #[prost(int64, tag = "2")]
    pub name: i64,
    /// As the linker knows it.
    #[prost(int64, tag = "3")]
    pub system_name: i64,
    /// The source file.
    #[prost(int64, tag = "4")]
    pub filename: i64,
    /// The line on which it starts.
    #[prost(int64, tag = "5")]
    pub start_line: i64,
}
