//! A finished profile, taken apart into places and put together again. It knows no defect.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use crate::pprof::{
    Builder, LabelData, LabelValue, LocationId, Mapping, MappingId, NewLabel, NewLine, NewMapping,
    Profile, Sample,
};

/// A location as it is: an address and the functions there, innermost first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Place {
    /// None for what lies in no file.
    pub mapping: Option<usize>,
    /// 0 for what has none.
    pub address: u64,
    /// Empty for an address without a name.
    pub lines: Vec<Line>,
}

/// A function in a place.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Line {
    pub function: String,
    pub file: String,
    pub line: i64,
}

impl Place {
    /// The name of the function whose code it is; "" if it has none.
    pub fn function(&self) -> &str {
        self.lines.last().map_or("", |line| &line.function)
    }
}

/// A sample: its places, leaf first, and its values.
#[derive(Clone, Debug)]
pub(super) struct Taken {
    pub places: Vec<Place>,
    pub values: Vec<i64>,
    labels: Vec<(String, LabelOf)>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum LabelOf {
    Str(String),
    Num(i64, String),
}

/// A profile in pieces.
#[derive(Clone, Debug)]
pub(super) struct Pieces {
    pub samples: Vec<Taken>,
    pub period: i64,
}

/// The pieces of a profile.
pub(super) fn take_apart(profile: &Profile) -> Pieces {
    Pieces {
        samples: profile
            .samples()
            .iter()
            .map(|sample| taken(profile, sample))
            .collect(),
        period: profile.period(),
    }
}

fn taken(profile: &Profile, sample: &Sample) -> Taken {
    let mut places: Vec<Place> = Vec::new();
    let mut is_open = false;
    for frame in profile.stack(sample) {
        if !is_open {
            let index = |wanted: &Mapping| profile.mappings().iter().position(|m| m == wanted);
            places.push(Place {
                mapping: frame.mapping.and_then(index),
                address: frame.address,
                lines: Vec::new(),
            });
        }
        is_open = frame.inlined;
        if let (Some(place), false) = (places.last_mut(), frame.function.is_empty()) {
            place.lines.push(Line {
                function: frame.function.into_owned(),
                file: frame.file.into_owned(),
                line: frame.line,
            });
        }
    }
    let labels = profile.labels(sample).map(|(key, value)| {
        let value = match value {
            LabelData::Str(text) => LabelOf::Str(text.into_owned()),
            LabelData::Num(number, unit) => LabelOf::Num(number, unit.into_owned()),
        };
        (key.into_owned(), value)
    });
    Taken {
        places,
        values: profile.values(sample).to_vec(),
        labels: labels.collect(),
    }
}

/// A profile of these pieces, with the header and, if they are wanted, the mappings of `from`.
pub(super) fn put_together(from: &Profile, pieces: &Pieces, with_mappings: bool) -> Profile {
    let text = |id| from.text(id).into_owned();
    let types: Vec<(String, String)> = from
        .sample_types()
        .iter()
        .map(|t| (text(t.kind), text(t.unit)))
        .collect();
    let types: Vec<(&str, &str)> = types
        .iter()
        .map(|(k, u)| (k.as_str(), u.as_str()))
        .collect();
    let (kind, unit) = (text(from.period_type().kind), text(from.period_type().unit));
    let mut builder = Builder::new(&types, (&kind, &unit), pieces.period);
    builder.time(from.time_nanos(), from.duration_nanos());
    for comment in from.comments() {
        builder.comment(&comment);
    }
    let mut mappings = vec![None; from.mappings().len()];
    if let (Some(main), true) = (from.mappings().first(), with_mappings) {
        // The main binary is the first, used or not.
        mappings[0] = Some(mapping(&mut builder, from, main));
    }
    for sample in merged(&pieces.samples) {
        for place in &sample.places {
            if let Some(index) = place.mapping.filter(|&index| mappings[index].is_none()) {
                mappings[index] = Some(mapping(&mut builder, from, &from.mappings()[index]));
            }
        }
        let locations: Vec<LocationId> = sample
            .places
            .iter()
            .map(|place| location(&mut builder, &mappings, place))
            .collect();
        let labels: Vec<NewLabel<'_>> = sample.labels.iter().map(label).collect();
        builder.sample(&locations, &sample.values, &labels);
    }
    builder.finish()
}

/// Samples that have become equal are one, as a profiler would have written them.
fn merged(samples: &[Taken]) -> Vec<Taken> {
    let mut indices = HashMap::new();
    let mut merged: Vec<Taken> = Vec::new();
    for sample in samples {
        match indices.entry((&sample.places, &sample.labels)) {
            Entry::Occupied(index) => {
                let known: &mut Taken = &mut merged[*index.get()];
                for (sum, value) in known.values.iter_mut().zip(&sample.values) {
                    *sum = sum.saturating_add(*value);
                }
            }
            Entry::Vacant(index) => {
                index.insert(merged.len());
                merged.push(sample.clone());
            }
        }
    }
    merged
}

fn mapping(builder: &mut Builder, from: &Profile, mapping: &Mapping) -> MappingId {
    builder.mapping(NewMapping {
        start: mapping.start,
        limit: mapping.limit,
        file_offset: mapping.file_offset,
        file: &from.text(mapping.file),
        build_id: &from.text(mapping.build_id),
    })
}

fn location(builder: &mut Builder, mappings: &[Option<MappingId>], place: &Place) -> LocationId {
    let lines: Vec<NewLine<'_>> = place
        .lines
        .iter()
        .map(|line| NewLine {
            function: &line.function,
            file: &line.file,
            line: line.line,
            start_line: 0,
        })
        .collect();
    let mapping = place.mapping.and_then(|index| mappings[index]);
    builder.named_location(mapping, place.address, &lines)
}

fn label((key, value): &(String, LabelOf)) -> NewLabel<'_> {
    NewLabel {
        key,
        value: match value {
            LabelOf::Str(text) => LabelValue::Str(text),
            LabelOf::Num(number, unit) => LabelValue::Num(*number, unit),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One with everything that a sample can have: an inlined function, an unnamed place, labels.
    fn profile() -> Profile {
        let mut builder = Builder::new(&[("samples", "count")], ("cpu", "nanoseconds"), 7);
        builder.time(1, 2);
        builder.comment("clock: thread");
        let mapping = builder.mapping(NewMapping {
            start: 0x1000,
            limit: 0x2000,
            file_offset: 0x100,
            file: "/bin/x",
            build_id: "abcd",
        });
        let line = |function| NewLine {
            function,
            file: "x.c",
            line: 3,
            start_line: 0,
        };
        let places = [
            builder.named_location(Some(mapping), 0x1800, &[line("inlined"), line("outer")]),
            builder.location(Some(mapping), 0x1900),
            builder.named_location(None, 0, &[line("_ExternalCode")]),
        ];
        let labels = [
            NewLabel {
                key: "thread",
                value: LabelValue::Str("main"),
            },
            NewLabel {
                key: "bytes",
                value: LabelValue::Num(5, "byte"),
            },
        ];
        builder.sample(&places, &[4], &labels);
        builder.finish()
    }

    #[test]
    fn what_is_taken_apart_is_put_together_again() {
        let profile = profile();
        let again = put_together(&profile, &take_apart(&profile), true);
        assert_eq!(again.encode(), profile.encode());
    }

    #[test]
    fn inlined_functions_are_one_place() {
        let pieces = take_apart(&profile());
        let names: Vec<Vec<&str>> = pieces.samples[0]
            .places
            .iter()
            .map(|place| {
                place
                    .lines
                    .iter()
                    .map(|line| line.function.as_str())
                    .collect()
            })
            .collect();
        assert_eq!(
            names,
            [vec!["inlined", "outer"], vec![], vec!["_ExternalCode"]]
        );
    }
}
