//! The tables of a merged profile, each element once.

use std::hash::{BuildHasher, Hash};

use hashbrown::{DefaultHashBuilder, HashMap, HashTable};

use super::super::model::{
    Function, Label, LabelId, Line, Location, Mapping, NONE, Profile, Sample, Span,
};
use super::super::strings::StrId;

/// Sizes of mappings are compared in whole pages.
const PAGE_BYTES: u64 = 0x1000;

/// A profile that grows, and where what it has is found.
pub(super) struct Merger {
    pub(super) merged: Profile,
    samples: HashTable<u32>,
    locations: HashMap<LocationKey, u32>,
    functions: HashMap<FunctionKey, u32>,
    mappings: HashMap<MappingKey, u32>,
    hasher: DefaultHashBuilder,
}

#[derive(PartialEq, Eq, Hash)]
struct LocationKey {
    /// From the start of its mapping: the same code may be loaded anywhere.
    address: u64,
    mapping: u32,
    is_folded: bool,
    lines: Vec<(u32, i64)>,
    last_column: i64,
}

/// Name, system name, file, first line.
type FunctionKey = (StrId, StrId, StrId, i64);

/// Size, offset, build id or else file.
type MappingKey = (u64, u64, StrId);

/// What of one source is already in the merged profile, by its index there.
struct Source<'a> {
    profile: &'a Profile,
    strings: Vec<Option<StrId>>,
    locations: Vec<Option<u32>>,
    functions: Vec<Option<u32>>,
    mappings: Vec<Option<u32>>,
}

impl Merger {
    pub(super) fn new() -> Merger {
        Merger {
            merged: Profile::empty(),
            samples: HashTable::new(),
            locations: HashMap::new(),
            functions: HashMap::new(),
            mappings: HashMap::new(),
            hasher: DefaultHashBuilder::default(),
        }
    }

    /// Adds all samples that are not zero, and what they refer to.
    pub(super) fn add(&mut self, profile: &Profile) {
        let mut source = Source {
            profile,
            strings: vec![None; profile.strings.iter().count()],
            locations: vec![None; profile.locations.len()],
            functions: vec![None; profile.functions.len()],
            mappings: vec![None; profile.mappings.len()],
        };
        if self.merged.mappings.is_empty() && !profile.mappings.is_empty() {
            // The main binary is the first, used or not.
            self.mapping(&mut source, 0);
        }
        for sample in &profile.samples {
            if profile.values(sample).iter().any(|&value| value != 0) {
                self.sample(&mut source, sample);
            }
        }
    }

    /// Appends the stack and labels, and takes them back if they are there already.
    fn sample(&mut self, source: &mut Source<'_>, sample: &Sample) {
        let profile = source.profile;
        let (stack, labels) = (self.merged.stacks.len(), self.merged.labels.len());
        for &location in &profile.stacks[sample.stack.range()] {
            let location = self.location(source, location);
            self.merged.stacks.push(location);
        }
        for label in &profile.labels[sample.labels.range()] {
            let label = self.label(source, label);
            self.merged.labels.push(label);
        }
        let strings = &self.merged.strings;
        // Numbers after texts, by key; the values of a key keep their order.
        self.merged.labels[labels..].sort_by_key(|label| {
            (
                matches!(label.value, LabelId::Num(..)),
                strings.get(label.key),
            )
        });
        let stack = Span::new(stack, self.merged.stacks.len());
        let labels = Span::new(labels, self.merged.labels.len());
        let merged = &mut self.merged;
        let hash = hash(&self.hasher, merged, stack, labels);
        let is_equal = |&at: &u32| {
            let other = &merged.samples[at as usize];
            merged.stacks[other.stack.range()] == merged.stacks[stack.range()]
                && merged.labels[other.labels.range()] == merged.labels[labels.range()]
        };
        let values = profile.values(sample);
        if let Some(&at) = self.samples.find(hash, is_equal) {
            merged.stacks.truncate(stack.start as usize);
            merged.labels.truncate(labels.start as usize);
            let sums = &mut merged.values[merged.samples[at as usize].values.range()];
            for (sum, value) in sums.iter_mut().zip(values) {
                *sum = sum.wrapping_add(*value);
            }
            return;
        }
        let start = merged.values.len();
        merged.values.extend_from_slice(values);
        let values = Span::new(start, merged.values.len());
        let at = merged.samples.len() as u32;
        merged.samples.push(Sample {
            stack,
            values,
            labels,
        });
        let hasher = &self.hasher;
        self.samples.insert_unique(hash, at, |&at| {
            let sample = &merged.samples[at as usize];
            self::hash(hasher, merged, sample.stack, sample.labels)
        });
    }

    fn label(&mut self, source: &mut Source<'_>, label: &Label) -> Label {
        Label {
            key: self.string(source, label.key),
            value: match label.value {
                LabelId::Str(text) => LabelId::Str(self.string(source, text)),
                LabelId::Num(number, unit) => LabelId::Num(number, self.string(source, unit)),
            },
        }
    }

    fn location(&mut self, source: &mut Source<'_>, at: u32) -> u32 {
        if let Some(known) = source.locations[at as usize] {
            return known;
        }
        let location = source.profile.locations[at as usize];
        let mapping = self.mapping(source, location.mapping);
        let start_of = |mapping: Option<&Mapping>| mapping.map_or(0, |mapping| mapping.start);
        let offset = location
            .address
            .wrapping_sub(start_of(source.profile.mapping(location.mapping)));
        let mut lines = Vec::with_capacity(location.lines.len as usize);
        for line in &source.profile.lines[location.lines.range()] {
            lines.push(Line {
                function: self.function(source, line.function),
                ..*line
            });
        }
        let key = LocationKey {
            address: offset,
            mapping,
            is_folded: location.is_folded,
            lines: lines
                .iter()
                .map(|line| (line.function, line.line))
                .collect(),
            // pprof compares the column of the outermost line alone.
            last_column: lines.last().map_or(0, |line| line.column),
        };
        let merged = &mut self.merged;
        let found = *self.locations.entry(key).or_insert_with(|| {
            let start = merged.lines.len();
            merged.lines.extend_from_slice(&lines);
            merged.locations.push(Location {
                id: merged.locations.len() as u64 + 1,
                mapping,
                address: offset.wrapping_add(start_of(merged.mapping(mapping))),
                lines: Span::new(start, merged.lines.len()),
                is_folded: location.is_folded,
            });
            merged.locations.len() as u32 - 1
        });
        source.locations[at as usize] = Some(found);
        found
    }

    fn mapping(&mut self, source: &mut Source<'_>, at: u32) -> u32 {
        if at == NONE {
            return NONE;
        }
        if let Some(known) = source.mappings[at as usize] {
            return known;
        }
        let mapping = source.profile.mappings[at as usize];
        let (file, build_id) = (
            self.string(source, mapping.file),
            self.string(source, mapping.build_id),
        );
        let size = mapping
            .limit
            .wrapping_sub(mapping.start)
            .wrapping_add(PAGE_BYTES - 1);
        let name = if build_id.is_empty() { file } else { build_id };
        let key = (size - size % PAGE_BYTES, mapping.file_offset, name);
        let merged = &mut self.merged;
        let found = *self.mappings.entry(key).or_insert_with(|| {
            merged.mappings.push(Mapping {
                id: merged.mappings.len() as u64 + 1,
                file,
                build_id,
                ..mapping
            });
            merged.mappings.len() as u32 - 1
        });
        source.mappings[at as usize] = Some(found);
        found
    }

    fn function(&mut self, source: &mut Source<'_>, at: u32) -> u32 {
        if at == NONE {
            return NONE;
        }
        if let Some(known) = source.functions[at as usize] {
            return known;
        }
        let function = source.profile.functions[at as usize];
        let name = self.string(source, function.name);
        let system_name = self.string(source, function.system_name);
        let filename = self.string(source, function.filename);
        let merged = &mut self.merged;
        let key = (name, system_name, filename, function.start_line);
        let found = *self.functions.entry(key).or_insert_with(|| {
            merged.functions.push(Function {
                id: merged.functions.len() as u64 + 1,
                name,
                system_name,
                filename,
                start_line: function.start_line,
            });
            merged.functions.len() as u32 - 1
        });
        source.functions[at as usize] = Some(found);
        found
    }

    fn string(&mut self, source: &mut Source<'_>, id: StrId) -> StrId {
        let profile = source.profile;
        let merged = &mut self.merged;
        *source.strings[id.0 as usize]
            .get_or_insert_with(|| merged.strings.intern(profile.bytes(id)))
    }
}

fn hash(hasher: &DefaultHashBuilder, merged: &Profile, stack: Span, labels: Span) -> u64 {
    let mut state = hasher.build_hasher();
    merged.stacks[stack.range()].hash(&mut state);
    merged.labels[labels.range()].hash(&mut state);
    std::hash::Hasher::finish(&state)
}
