//! Random valid profiles, and random flags for them.
//!
//! pprof sorts rows by value and printed name; rows that are different and print alike come in any order. So what makes
//! them differ without being printed is not generated: a mapping's base name and its source files are its own, a function
//! without a name has a file, a column needs a line, and no function has a start line.

use framecheck::pprof::proto::Profile;
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

#[path = "random_build.rs"]
mod build;
#[path = "random_flags.rs"]
mod flags;

pub fn case() -> impl Strategy<Value = Case> {
    let bases = select(vec!["", "", "", "-base=2.pb", "-diff_base=2.pb"]);
    let types = vec(value_type(), 1..4);
    (types, flags::flags(), bases, any::<bool>(), 0..4)
        .prop_flat_map(|(types, flags, base, normalize, sources)| {
            let profiles = vec(profile(types), 3);
            (profiles, Just((flags, base, normalize, sources)))
        })
        .prop_map(|(profiles, (mut args, base, normalize, sources))| {
            if !base.is_empty() {
                // The last one counts.
                args.extend((sources == 1).then(|| base.replace('2', "1")));
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

const FUNCTIONS: [&str; 20] = [
    "_ZNSt6vectorIiSaIiEE9push_backEOi",
    "_ZN4core3fmt5Write9write_fmt17h0123456789abcdefE",
    "_RNvC6_123foo3bar",
    "github.com/a/b.(*C[...]).D",
    "java.lang.String.<init>",
    "tab\tand\nline",
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
    /// Name, file, and the linker's name, if it is another.
    functions: Vec<(usize, usize, Option<usize>)>,
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
    url: bool,
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
        (any::<bool>(), any::<bool>()),
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
                (sparse, url),
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
                url,
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

fn function() -> impl Strategy<Value = (usize, usize, Option<usize>)> {
    let linkers = prop::option::weighted(0.3, 0..FUNCTIONS.len());
    (0..FUNCTIONS.len(), 0..FILES.len(), linkers)
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
    (0..4usize, vec(function(), 1..12), head())
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
            build::build(
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
