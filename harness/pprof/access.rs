//! What others read of a profile: samples, values, labels, and the facts about the collection.
//!
//! Nothing here changes a profile or decides how it is shown.

use std::borrow::Cow;

use super::model::{LabelData, LabelId, Mapping, NONE, Profile, Sample, ValueType};
use super::strings::StrId;

impl Profile {
    /// The samples, in file order.
    pub fn samples(&self) -> &[Sample] {
        &self.samples
    }

    /// What each value of a sample measures; [`Profile::text`] has the names.
    pub fn sample_types(&self) -> &[ValueType] {
        &self.sample_types
    }

    /// The index of the values of the type with this name.
    pub fn sample_type_index(&self, kind: &str) -> Option<usize> {
        self.sample_types
            .iter()
            .position(|t| self.strings.get(t.kind) == kind.as_bytes())
    }

    /// The values of a sample, one for each sample type, in its unit.
    pub fn values(&self, sample: &Sample) -> &[i64] {
        &self.values[sample.values.range()]
    }

    /// The labels of a sample, in file order; a key may occur several times.
    pub fn labels(&self, sample: &Sample) -> impl Iterator<Item = (Cow<'_, str>, LabelData<'_>)> {
        self.labels[sample.labels.range()].iter().map(|label| {
            let value = match label.value {
                LabelId::Str(text) => LabelData::Str(self.text(text)),
                LabelId::Num(number, unit) => LabelData::Num(number, self.text(unit)),
            };
            (self.text(label.key), value)
        })
    }

    /// A string of this profile, as text.
    pub fn text(&self, id: StrId) -> Cow<'_, str> {
        self.strings.text(id)
    }

    /// A string of this profile, as it is in the file.
    pub fn bytes(&self, id: StrId) -> &[u8] {
        self.strings.get(id)
    }

    /// The mapped files; the first is the main binary.
    pub fn mappings(&self) -> &[Mapping] {
        &self.mappings
    }

    /// Free text that came with the profile, a line each.
    pub fn comments(&self) -> impl Iterator<Item = Cow<'_, str>> {
        self.comments.iter().map(|&id| self.text(id))
    }

    /// What the period counts, for example `cpu` in `nanoseconds`.
    pub fn period_type(&self) -> ValueType {
        self.period_type
    }

    /// Events between samples, in the unit of [`Profile::period_type`].
    pub fn period(&self) -> i64 {
        self.period
    }

    /// The period in nanoseconds, if it is a time and above zero.
    pub fn period_ns(&self) -> Option<i64> {
        let factor = match self.strings.get(self.period_type.unit) {
            b"nanoseconds" | b"nanosecond" | b"ns" => 1,
            b"microseconds" | b"microsecond" | b"us" => 1_000,
            b"milliseconds" | b"millisecond" | b"ms" => 1_000_000,
            b"seconds" | b"second" | b"s" => 1_000_000_000,
            _ => return None,
        };
        self.period
            .checked_mul(factor)
            .filter(|&period_ns| period_ns > 0)
    }

    /// The start of the collection, nanoseconds since the epoch; 0 if not known.
    pub fn time_nanos(&self) -> i64 {
        self.time_nanos
    }

    /// Its length, nanoseconds; 0 if not known.
    pub fn duration_nanos(&self) -> i64 {
        self.duration_nanos
    }

    pub(super) fn mapping(&self, index: u32) -> Option<&Mapping> {
        if index == NONE {
            None
        } else {
            self.mappings.get(index as usize)
        }
    }
}
