//! From random shapes to profiles.

use framecheck::pprof::proto::{
    Function, Label, Line, Location, Mapping, Profile, Sample, ValueType,
};

use super::{FILES, FUNCTIONS, Names, Shape};

fn intern(profile: &mut Profile, text: &str) -> i64 {
    let table = &mut profile.string_table;
    let known = table.iter().position(|known| known == text.as_bytes());
    known.unwrap_or_else(|| {
        table.push(text.as_bytes().to_vec());
        table.len() - 1
    }) as i64
}

/// From 1, or far apart.
fn id(index: usize, sparse: bool) -> u64 {
    if sparse {
        (index as u64 + 3).wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1
    } else {
        index as u64 + 1
    }
}

pub fn build(types: &[Names], shape: &Shape) -> Profile {
    let head = &shape.head;
    let mut profile = Profile::default();
    intern(&mut profile, "");
    for (kind, unit) in types {
        let (r#type, unit) = (intern(&mut profile, kind), intern(&mut profile, unit));
        profile.sample_type.push(ValueType { r#type, unit });
    }
    profile.period_type = Some(profile.sample_type[0]);
    profile.period = head.period;
    profile.time_nanos = head.time_nanos;
    profile.duration_nanos = head.duration_nanos;
    profile.comment = head
        .comments
        .iter()
        .map(|text| intern(&mut profile, text))
        .collect();
    profile.drop_frames = intern(&mut profile, head.drop_frames);
    profile.keep_frames = intern(&mut profile, head.keep_frames);
    profile.default_sample_type = types
        .get(head.default)
        .map_or(0, |t| intern(&mut profile, t.0));
    profile.doc_url = intern(&mut profile, head.doc_url);
    add_mappings(&mut profile, shape);
    add_functions(&mut profile, shape);
    add_locations(&mut profile, shape);
    add_samples(&mut profile, shape);
    profile
}

fn add_mappings(profile: &mut Profile, shape: &Shape) {
    let head = &shape.head;
    // With a build id a URL is a name like any other.
    let third = if head.url {
        "http://host/profile"
    } else {
        "/lib/libx.so"
    };
    let files = ["/bin/app", "[vdso]", third, ""];
    for (at, file) in files.into_iter().enumerate().take(shape.mappings) {
        let has = |bit: u8| head.flags & (bit << at) != 0;
        let mapping = Mapping {
            id: id(at, head.sparse),
            memory_start: 0x1000 * at as u64,
            memory_limit: 0x1000 * at as u64 + 0x1000,
            file_offset: if has(2) { 0x100 } else { 0 },
            filename: intern(profile, file),
            build_id: intern(profile, if has(1) { "abcd" } else { "" }),
            has_functions: has(1),
            has_filenames: has(4),
            has_line_numbers: has(8),
            has_inline_frames: has(16),
        };
        profile.mapping.push(mapping);
    }
}

/// Each function once for every mapping, with a file of that mapping's own.
fn add_functions(profile: &mut Profile, shape: &Shape) {
    for mapping in 0..4 {
        for &(name, file, linkers) in &shape.functions {
            let name_text = FUNCTIONS[name];
            let of = if mapping == 2 && shape.head.url {
                "2u".to_owned()
            } else {
                mapping.to_string()
            };
            let file = match FILES[file] {
                "" if name_text.is_empty() => format!("only{of}.c"),
                "" => String::new(),
                file => format!("{file}{of}"),
            };
            let name = intern(profile, name_text);
            let linkers = linkers.map_or(name_text, |linkers| FUNCTIONS[linkers]);
            let system_name = intern(profile, linkers);
            let function = Function {
                id: id(profile.function.len(), shape.head.sparse),
                name,
                system_name,
                filename: intern(profile, &file),
                // Of a row that is called by its file alone it would be another row.
                start_line: 0,
            };
            profile.function.push(function);
        }
    }
}

fn add_locations(profile: &mut Profile, shape: &Shape) {
    for (at, place) in shape.locations.iter().enumerate() {
        let of_mapping = place.mapping * shape.functions.len();
        let line = |&(function, line, column): &(usize, i64, i64)| Line {
            function_id: profile.function[of_mapping + function].id,
            line,
            column: if line == 0 { 0 } else { column },
        };
        let mapping = profile.mapping.get(place.mapping);
        let location = Location {
            id: id(at, shape.head.sparse),
            mapping_id: mapping.map_or(0, |mapping| mapping.id),
            address: place.address,
            line: place.lines.iter().map(line).collect(),
            is_folded: place.folded,
        };
        profile.location.push(location);
    }
}

fn add_samples(profile: &mut Profile, shape: &Shape) {
    for (stack, values, tags) in &shape.samples {
        let label = tags
            .iter()
            .map(|tag| Label {
                key: intern(profile, tag.key),
                str: intern(profile, tag.text),
                num: if tag.text.is_empty() { tag.number } else { 0 },
                num_unit: if tag.text.is_empty() {
                    intern(profile, tag.unit)
                } else {
                    0
                },
            })
            .collect();
        let location_id = stack.iter().map(|&at| profile.location[at].id).collect();
        profile.sample.push(Sample {
            location_id,
            value: values.clone(),
            label,
        });
    }
}
