//! How a profiler makes a [`Profile`]: ids and strings are taken care of, equal things are kept once.
//!
//! It computes nothing: no symbol is looked up and no sample merged here.

use hashbrown::HashMap;

use super::model::{
    Function, Label, LabelId, Line, Location, Mapping, NONE, Profile, Sample, Span, ValueType,
};
use super::strings::StrId;

/// A profile in the making.
#[derive(Debug)]
pub struct Builder {
    profile: Profile,
    mappings: HashMap<Mapping, MappingId>,
    functions: HashMap<(StrId, StrId, i64), u32>,
    locations: HashMap<(u32, u64, Box<[Line]>), LocationId>,
}

/// A mapping of the profile that a [`Builder`] makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct MappingId(u32);

/// A location of the profile that a [`Builder`] makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct LocationId(u32);

/// A mapped file: addresses are those of the running program, the offset is in bytes.
#[derive(Clone, Copy, Debug, Default)]
pub struct NewMapping<'a> {
    /// First address.
    pub start: u64,
    /// First address after it.
    pub limit: u64,
    /// Offset in the file of the first address.
    pub file_offset: u64,
    /// Path of the file.
    pub file: &'a str,
    /// Build id in hexadecimal, or "".
    pub build_id: &'a str,
}

/// A source line of a location.
#[derive(Clone, Copy, Debug, Default)]
pub struct NewLine<'a> {
    /// The function's name.
    pub function: &'a str,
    /// Its source file, or "".
    pub file: &'a str,
    /// The line, or 0.
    pub line: i64,
    /// The line on which the function starts, or 0.
    pub start_line: i64,
}

/// A label of a sample. A string and a number without unit that are empty and zero are not kept by the format.
#[derive(Clone, Copy, Debug)]
pub struct NewLabel<'a> {
    /// Its name.
    pub key: &'a str,
    /// Its value.
    pub value: LabelValue<'a>,
}

/// The value of a [`NewLabel`].
#[derive(Clone, Copy, Debug)]
pub enum LabelValue<'a> {
    /// A string.
    Str(&'a str),
    /// A number and its unit, or "".
    Num(i64, &'a str),
}

impl Builder {
    /// A profile without samples; types are pairs of a name and a unit, for example `("cpu", "nanoseconds")`,
    /// and the period is in the unit of its type.
    pub fn new(sample_types: &[(&str, &str)], period_type: (&str, &str), period: i64) -> Builder {
        let mut profile = Profile::empty();
        let mut value_type = |(kind, unit): (&str, &str)| ValueType {
            kind: profile.strings.intern(kind.as_bytes()),
            unit: profile.strings.intern(unit.as_bytes()),
        };
        let period_type = value_type(period_type);
        let sample_types = sample_types.iter().map(|&t| value_type(t)).collect();
        profile.sample_types = sample_types;
        profile.period_type = period_type;
        profile.period = period;
        Builder {
            profile,
            mappings: HashMap::new(),
            functions: HashMap::new(),
            locations: HashMap::new(),
        }
    }

    /// When the collection began, nanoseconds since the epoch, and how many it took.
    pub fn time(&mut self, time_nanos: i64, duration_nanos: i64) {
        self.profile.time_nanos = time_nanos;
        self.profile.duration_nanos = duration_nanos;
    }

    /// Adds a line of free text.
    pub fn comment(&mut self, text: &str) {
        let text = self.intern(text);
        self.profile.comments.push(text);
    }

    /// A mapped file; equal arguments give the same one. The first is the main binary.
    pub fn mapping(&mut self, new: NewMapping<'_>) -> MappingId {
        let mapping = Mapping {
            id: 0,
            start: new.start,
            limit: new.limit,
            file_offset: new.file_offset,
            file: self.intern(new.file),
            build_id: self.intern(new.build_id),
            has_functions: false,
            has_filenames: false,
            has_line_numbers: false,
            has_inline_frames: false,
        };
        let mappings = &mut self.profile.mappings;
        *self.mappings.entry(mapping).or_insert_with(|| {
            let index = mappings.len() as u32;
            mappings.push(Mapping {
                id: u64::from(index) + 1,
                ..mapping
            });
            MappingId(index)
        })
    }

    /// A location without lines; equal arguments give the same one. A caller's address is that of its call.
    pub fn location(&mut self, mapping: Option<MappingId>, address: u64) -> LocationId {
        self.named_location(mapping, address, &[])
    }

    /// A location whose lines are known, innermost first; equal arguments give the same one.
    pub fn named_location(
        &mut self,
        mapping: Option<MappingId>,
        address: u64,
        lines: &[NewLine<'_>],
    ) -> LocationId {
        let lines: Box<[Line]> = lines
            .iter()
            .map(|new| Line {
                function: self.function(new),
                line: new.line,
                column: 0,
            })
            .collect();
        let mapping = mapping.map_or(NONE, |MappingId(index)| index);
        let profile = &mut self.profile;
        *self
            .locations
            .entry((mapping, address, lines))
            .or_insert_with_key(|(_, _, lines)| {
                let index = profile.locations.len() as u32;
                let first_line = profile.lines.len();
                profile.lines.extend_from_slice(lines);
                let lines = Span::new(first_line, profile.lines.len());
                profile.locations.push(Location {
                    id: u64::from(index) + 1,
                    mapping,
                    address,
                    lines,
                    is_folded: false,
                });
                LocationId(index)
            })
    }

    fn function(&mut self, new: &NewLine<'_>) -> u32 {
        let key = (
            self.intern(new.function),
            self.intern(new.file),
            new.start_line,
        );
        let functions = &mut self.profile.functions;
        *self.functions.entry(key).or_insert_with(|| {
            let index = functions.len() as u32;
            let (name, filename, start_line) = key;
            functions.push(Function {
                id: u64::from(index) + 1,
                name,
                system_name: name,
                filename,
                start_line,
            });
            index
        })
    }

    /// Adds a sample: its locations leaf first, and a value for each sample type. Equal samples are not merged.
    ///
    /// # Panics
    /// If the number of values is not that of the sample types.
    pub fn sample(
        &mut self,
        locations_leaf_first: &[LocationId],
        values: &[i64],
        labels: &[NewLabel<'_>],
    ) {
        assert_eq!(
            values.len(),
            self.profile.sample_types.len(),
            "a value for each sample type"
        );
        let profile = &mut self.profile;
        let (stack, first_value, first_label) = (
            profile.stacks.len(),
            profile.values.len(),
            profile.labels.len(),
        );
        profile
            .stacks
            .extend(locations_leaf_first.iter().map(|location| location.0));
        profile.values.extend_from_slice(values);
        for label in labels {
            let value = match label.value {
                LabelValue::Str("") | LabelValue::Num(0, "") => continue,
                LabelValue::Str(text) => LabelId::Str(profile.strings.intern(text.as_bytes())),
                LabelValue::Num(number, unit) => {
                    LabelId::Num(number, profile.strings.intern(unit.as_bytes()))
                }
            };
            let key = profile.strings.intern(label.key.as_bytes());
            profile.labels.push(Label { key, value });
        }
        profile.samples.push(Sample {
            stack: Span::new(stack, profile.stacks.len()),
            values: Span::new(first_value, profile.values.len()),
            labels: Span::new(first_label, profile.labels.len()),
        });
    }

    /// The profile.
    pub fn finish(self) -> Profile {
        self.profile
    }

    fn intern(&mut self, text: &str) -> StrId {
        self.profile.strings.intern(text.as_bytes())
    }
}
