//! Random flags: a view, options and filters, of which some match and some do not.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

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
const EXPRESSIONS: [&str; 18] = [
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
    "a(?i)*N",
    "(?P<n>a)|(?P<n>w)",
];
const OPTIONS: [&str; 52] = [
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
    "-divide_by=0x1p4",
    "-divide_by=Inf",
    "-text",
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

/// Mostly none: what pprof says of files that it does not find is the same for all.
const SYMBOLIZE: [&str; 9] = [
    "-symbolize=none",
    "-symbolize=none",
    "-symbolize=none",
    "-symbolize=local",
    "-symbolize=force",
    "-symbolize=demangle=full",
    "-symbolize=demangle=templates",
    "-symbolize=demangle=none",
    "-symbolize=NO:bogus",
];

pub fn flags() -> impl Strategy<Value = Vec<String>> {
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
        (select(&VIEWS[..]), select(&SYMBOLIZE[..])),
        vec(options, 0..5),
        vec(names, 0..3),
        vec(tags, 0..2),
        vec(keys, 0..2),
    )
        .prop_map(|((view, symbolize), options, names, tags, keys)| {
            let mut args = vec![view.to_owned(), symbolize.to_owned()];
            args.extend([options, names, tags, keys].concat());
            args
        })
}
