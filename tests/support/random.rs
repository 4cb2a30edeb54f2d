//! Random valid profiles, and random flags for them.
//!
//! pprof sorts rows by value and printed name; rows that are different and print alike come in any order. So what makes
//! them differ without being printed is not generated: a mapping's base name and its source files are its own, a function
//! without a name has a file, a column needs a line, and no function has a start line.

use framecheck::pprof::proto::{
    Function, Label, Line, Location, Mapping, Profile, Sample, ValueType,
};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

/// Profiles and arguments that name them as `0.pb`, `1.pb`, `2.pb`.
#[derive(Clone, Debug)]
pub struct Case {
    pub profiles: Vec<Profile>,
    pub args: Vec<String>,
}

impl Case {
    /// Whether what is printed is a profile again.
    pub fn is_encoded(&self) -> bool {
        self.args.iter().any(|arg| arg == "-proto")
    }
}

pub fn case() -> impl Strategy<Value = Case> {
    let bases = select(vec!["", "", "", "-base=2.pb", "-diff_base=2.pb"]);
    let types = vec(value_type(), 1..4);
    (types, flags(), bases, any::<bool>(), 0..4)
        .prop_flat_map(|(types, flags, base, normalize, sources)| {
            let profiles = vec(profile(types), 3);
            (profiles, Just((flags, base, normalize, sources)))
        })
        .prop_map(|(profiles, (mut args, base, normalize, sources))| {
            if !base.is_empty() {
                args.push(base.to_owned());
                if normalize {
                    args.push("-normalize".to_owned());
                }
            }
            args.push("0.pb".to_owned());
            if sources == 0 {
                args.push("1.pb".to_owned());
            }
            Case { profiles, args }
        })
}

type Names = (&'static str, &'static str);

fn value_type() -> impl Strategy<Value = Names> {
    let kinds = select(vec![
        "cpu",
        "samples",
        "space",
        "alloc_space",
        "inuse_space",
        "delay",
        "contentions",
    ]);
    let units = select(vec![
        "nanoseconds",
        "ms",
        "seconds",
        "hours",
        "us",
        "count",
        "bytes",
        "kb",
        "MB",
        "samples",
        "furlongs",
        "",
        "GCU",
        "milligcu",
        "minutes",
        "sample",
        "unit",
    ]);
    (kinds, units)
}

fn value() -> impl Strategy<Value = i64> {
    prop_oneof![
        8 => 0i64..200,
        4 => 0i64..2_000_000_000,
        2 => Just(0),
        2 => -1000i64..0,
        1 => select(vec![i64::MAX, i64::MIN, i64::MAX / 3, -1, 1 << 53, (1 << 53) + 1]),
    ]
}

const FUNCTIONS: [&str; 14] = [
    "main",
    "work",
    "work",
    "leaf",
    "runtime.mallocgc",
    "a.(*T).Run",
    "std::vector<int>::push_back(int)",
    "operator()",
    "(anonymous namespace)::f(int)",
    ".dotted",
    "naïve",
    "f[...]",
    "",
    "malloc",
];
const FILES: [&str; 8] = [
    "x.c",
    "./x.c",
    "/src//deep/../x.h",
    "y.go",
    "/proc/self/cwd/z.cc",
    "",
    "very/long/path/to/a/file.cc",
    "x.c",
];

#[derive(Clone, Debug)]
struct Shape {
    mappings: usize,
    functions: Vec<(usize, usize)>,
    locations: Vec<Place>,
    samples: Vec<(Vec<usize>, Vec<i64>, Vec<Tag>)>,
    head: Head,
}

#[derive(Clone, Debug)]
struct Place {
    mapping: usize,
    address: u64,
    lines: Vec<(usize, i64, i64)>,
    folded: bool,
}

#[derive(Clone, Debug)]
struct Tag {
    key: &'static str,
    text: &'static str,
    number: i64,
    unit: &'static str,
}

#[derive(Clone, Debug)]
struct Head {
    time_nanos: i64,
    duration_nanos: i64,
    period: i64,
    comments: Vec<&'static str>,
    drop_frames: &'static str,
    keep_frames: &'static str,
    default: usize,
    doc_url: &'static str,
    sparse: bool,
    flags: u8,
}

fn head() -> impl Strategy<Value = Head> {
    let expressions = || {
        select(vec![
            "",
            "",
            "",
            "malloc",
            "runtime\\..*|leaf",
            "work",
            "([",
            "a)|(main",
            ".*",
        ])
    };
    (
        prop_oneof![Just(0), any::<i64>(), 0..2_000_000_000_000_000_000i64],
        prop_oneof![Just(0), 0..20_000_000_000i64, any::<i64>(), 0..1_000_000i64],
        prop_oneof![Just(0), 0..100_000_000i64],
        vec(select(vec!["one", "# two", "three  "]), 0..3),
        (expressions(), expressions()),
        0..6usize,
        select(vec!["", "", "https://example.org/doc"]),
        any::<bool>(),
        any::<u8>(),
    )
        .prop_map(
            |(
                time_nanos,
                duration_nanos,
                period,
                comments,
                drop,
                default,
                doc_url,
                sparse,
                flags,
            )| Head {
                time_nanos,
                duration_nanos,
                period,
                comments,
                drop_frames: drop.0,
                keep_frames: drop.1,
                default,
                doc_url,
                sparse,
                flags,
            },
        )
}

fn place(functions: usize) -> impl Strategy<Value = Place> {
    // Mostly named, sometimes inlined, sometimes only an address.
    let line = (
        0..functions,
        prop_oneof![Just(0i64), 1i64..40, Just(-3)],
        0i64..4,
    );
    let lines = prop_oneof![4 => vec(line.clone(), 1), 2 => vec(line, 2..4), 1 => Just(Vec::new())];
    let address = prop_oneof![4 => 0u64..8, 1 => any::<u64>(), 1 => Just(0x40_0000)];
    (0..4usize, address, lines, prop::bool::weighted(0.1)).prop_map(
        |(mapping, address, lines, folded)| Place {
            mapping,
            address,
            lines,
            folded,
        },
    )
}

fn tag() -> impl Strategy<Value = Tag> {
    (
        select(vec!["op", "thread", "bytes", "request", "latency"]),
        select(vec!["", "", "read", "write", "t1", "naïve"]),
        prop_oneof![0i64..5_000, Just(0), any::<i64>()],
        select(vec!["", "", "bytes", "kilobytes", "ms", "widgets"]),
    )
        .prop_map(|(key, text, number, unit)| Tag {
            key,
            text,
            number,
            unit,
        })
}

fn profile(types: Vec<Names>) -> impl Strategy<Value = Profile> {
    let count = types.len();
    (
        0..4usize,
        vec((0..FUNCTIONS.len(), 0..FILES.len()), 1..12),
        head(),
    )
        .prop_flat_map(move |(mappings, functions, head)| {
            let locations = vec(place(functions.len()), 1..12);
            (Just((mappings, functions, head)), locations)
        })
        .prop_flat_map(move |(rest, locations)| {
            let stack = vec(0..locations.len(), 0..9);
            let sample = (stack, vec(value(), count), vec(tag(), 0..4));
            (Just(rest), Just(locations), vec(sample, 0..14))
        })
        .prop_map(move |((mappings, functions, head), locations, samples)| {
            build(
                &types,
                &Shape {
                    mappings,
                    functions,
                    locations,
                    samples,
                    head,
                },
            )
        })
}

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

fn build(types: &[Names], shape: &Shape) -> Profile {
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
    let files = ["/bin/app", "[vdso]", "/lib/libx.so", ""];
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
        for &(name, file) in &shape.functions {
            let name_text = FUNCTIONS[name];
            let file = match FILES[file] {
                "" if name_text.is_empty() => format!("only{mapping}.c"),
                "" => String::new(),
                file => format!("{file}{mapping}"),
            };
            let name = intern(profile, name_text);
            let function = Function {
                id: id(profile.function.len(), shape.head.sparse),
                name,
                system_name: name,
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

const VIEWS: [&str; 14] = [
    "-top",
    "-top",
    "-text",
    "-traces",
    "-raw",
    "-tree",
    "-tree",
    "-tags",
    "-comments",
    "-proto",
    "-peek=work",
    "-peek=.",
    "-peek=(?i)MAIN",
    "-peek=x\\.c",
];
const EXPRESSIONS: [&str; 16] = [
    "main",
    "work",
    "leaf|f",
    "^a\\.",
    "\\.c",
    "x",
    ".",
    "nothing",
    "lib",
    "[vw]",
    "(?i)MAIN",
    "\\Q.(*T)\\E",
    "\\<int\\>",
    "na.ve",
    "[[]",
    "\\d$",
];
const OPTIONS: [&str; 49] = [
    "-functions",
    "-filefunctions",
    "-files",
    "-lines",
    "-lines",
    "-addresses",
    "-noinlines",
    "-showcolumns",
    "-cum",
    "-flat",
    "-nodecount=0",
    "-nodecount=1",
    "-nodecount=3",
    "-nodecount=0x5",
    "-nodefraction=0",
    "-nodefraction=0.1",
    "-nodefraction=0.3",
    "-edgefraction=0",
    "-edgefraction=0.2",
    "-trim=false",
    "-compact_labels",
    "-mean",
    "-divide_by=2",
    "-divide_by=0.001",
    "-divide_by=-3",
    "-unit=ms",
    "-unit=auto",
    "-unit=kb",
    "-unit=count",
    "-unit=furlongs",
    "-sample_index=0",
    "-sample_index=1",
    "-sample_index=cpu",
    "-sample_index=inuse_space",
    "-inuse_space",
    "-mean_delay",
    "-drop_negative",
    "-call_tree",
    "-relative_percentages",
    "-all_frames",
    "-add_comment=added",
    "-buildid=feed",
    "-divide_by=0",
    "-tagroot=op",
    "-tagroot=thread,bytes",
    "-tagleaf=op,request",
    "-tagleaf=bytes",
    "-tagroot=none",
    "-unit=minimum",
];
const TAGS: [&str; 14] = [
    "op",
    "op=read",
    "read,t1",
    "op=read,write",
    "bytes=1kb:4mb",
    ":100",
    "1000:",
    "17",
    "request=:2kb",
    "1ms:2s",
    "latency=0ms:",
    "op:read",
    "t1",
    "none=x",
];

fn flags() -> impl Strategy<Value = Vec<String>> {
    let named = |names: Vec<&'static str>, values: &'static [&'static str]| {
        (select(names), select(values)).prop_map(|(name, value)| format!("-{name}={value}"))
    };
    let names = named(
        vec!["focus", "ignore", "hide", "show", "show_from", "prune_from"],
        &EXPRESSIONS,
    );
    let tags = named(vec!["tagfocus", "tagignore"], &TAGS);
    let keys = named(vec!["tagshow", "taghide"], &["op", "b", "^t", "none", "."]);
    let options = select(&OPTIONS[..]).prop_map(str::to_owned);
    (
        select(&VIEWS[..]),
        vec(options, 0..5),
        vec(names, 0..3),
        vec(tags, 0..2),
        vec(keys, 0..2),
    )
        .prop_map(|(view, options, names, tags, keys)| {
            let mut args = vec![view.to_owned(), "-symbolize=none".to_owned()];
            args.extend([options, names, tags, keys].concat());
            args
        })
}
