//! The profile in memory: flat tables, ids resolved to indices, strings to numbers.
//!
//! A sample owns nothing: it is three ranges into the tables of its profile, so a million samples are six allocations.
//! It knows the whole of profile.proto and nothing of how it is encoded, checked or shown.

use std::borrow::Cow;
use std::ops::Range;

use super::strings::{StrId, Strings};

/// The index that stands for a reference to nothing.
pub(super) const NONE: u32 = u32::MAX;

/// A profile: what profile.proto holds.
///
/// Values are `i64` in the unit of their sample type; times are nanoseconds; strings may be any bytes, and what
/// is handed out as `str` has the invalid ones replaced.
#[derive(Clone, Debug)]
pub struct Profile {
    pub(super) strings: Strings,
    pub(super) sample_types: Vec<ValueType>,
    pub(super) samples: Vec<Sample>,
    /// Location indices of all samples, leaf first.
    pub(super) stacks: Vec<u32>,
    pub(super) values: Vec<i64>,
    pub(super) labels: Vec<Label>,
    pub(super) mappings: Vec<Mapping>,
    pub(super) locations: Vec<Location>,
    pub(super) lines: Vec<Line>,
    pub(super) functions: Vec<Function>,
    pub(super) comments: Vec<StrId>,
    pub(super) drop_frames: StrId,
    pub(super) keep_frames: StrId,
    pub(super) default_sample_type: StrId,
    pub(super) doc_url: StrId,
    pub(super) period_type: ValueType,
    pub(super) period: i64,
    pub(super) time_nanos: i64,
    pub(super) duration_nanos: i64,
}

/// What a value measures, and in which unit; the strings are those of the profile.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ValueType {
    /// For example `cpu`.
    pub kind: StrId,
    /// For example `nanoseconds`.
    pub unit: StrId,
}

/// One sample: where its stack, values and labels are. Read it through its [`Profile`].
#[derive(Clone, Copy, Debug)]
pub struct Sample {
    pub(super) stack: Span,
    pub(super) values: Span,
    pub(super) labels: Span,
}

/// A range of a table, in eight bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) start: u32,
    pub(super) len: u32,
}

impl Span {
    /// From `start` to the end of a table that has `end` elements.
    ///
    /// # Panics
    /// Above 2^32 - 1 elements; decoders refuse inputs that could hold as many.
    pub(super) fn new(start: usize, end: usize) -> Span {
        let end = u32::try_from(end).expect("fewer than 2^32 elements");
        Span {
            start: start as u32,
            len: end - start as u32,
        }
    }

    pub(super) fn range(self) -> Range<usize> {
        self.start as usize..self.start as usize + self.len as usize
    }
}

/// A label of a sample, with a string or a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Label {
    pub(super) key: StrId,
    pub(super) value: LabelId,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum LabelId {
    Str(StrId),
    Num(i64, StrId),
}

/// A mapped file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Mapping {
    /// As in the file; unique in a valid profile, and not 0.
    pub id: u64,
    /// First address.
    pub start: u64,
    /// First address after it.
    pub limit: u64,
    /// Offset in the file of `start`, in bytes.
    pub file_offset: u64,
    /// Its file: [`Profile::text`] has the name.
    pub file: StrId,
    /// Its build id in hexadecimal, or empty.
    pub build_id: StrId,
    /// Its locations have function names.
    pub has_functions: bool,
    /// They have file names.
    pub has_filenames: bool,
    /// They have line numbers.
    pub has_line_numbers: bool,
    /// They have inlined frames.
    pub has_inline_frames: bool,
}

/// An address, or a place that stands for one, with its lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Location {
    pub(super) id: u64,
    /// An index, or [`NONE`].
    pub(super) mapping: u32,
    pub(super) address: u64,
    /// Innermost first.
    pub(super) lines: Span,
    pub(super) is_folded: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Line {
    /// An index, or [`NONE`].
    pub(super) function: u32,
    pub(super) line: i64,
    pub(super) column: i64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Function {
    pub(super) id: u64,
    pub(super) name: StrId,
    pub(super) system_name: StrId,
    pub(super) filename: StrId,
    pub(super) start_line: i64,
}

/// The value of a label.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LabelData<'a> {
    /// A string.
    Str(Cow<'a, str>),
    /// A number, and its unit or "".
    Num(i64, Cow<'a, str>),
}

impl Profile {
    pub(super) fn empty() -> Profile {
        Profile {
            strings: Strings::new(),
            sample_types: Vec::new(),
            samples: Vec::new(),
            stacks: Vec::new(),
            values: Vec::new(),
            labels: Vec::new(),
            mappings: Vec::new(),
            locations: Vec::new(),
            lines: Vec::new(),
            functions: Vec::new(),
            comments: Vec::new(),
            drop_frames: StrId::EMPTY,
            keep_frames: StrId::EMPTY,
            default_sample_type: StrId::EMPTY,
            doc_url: StrId::EMPTY,
            period_type: ValueType::default(),
            period: 0,
            time_nanos: 0,
            duration_nanos: 0,
        }
    }
}
