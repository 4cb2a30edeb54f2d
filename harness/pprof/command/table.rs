//! Which flags there are, what each is for, and which of pprof's there are not.

use super::flags::Kind;

/// Name, kind and help of each flag.
const FLAGS: [(&str, Kind, &str); 59] = [
    ("top", Kind::Bool, "a row a function, by its own weight"),
    ("text", Kind::Bool, "the same"),
    (
        "traces",
        Kind::Bool,
        "every sample with its labels and its whole stack",
    ),
    ("raw", Kind::Bool, "everything that is in the profile"),
    (
        "tree",
        Kind::Bool,
        "every function between its callers and its callees",
    ),
    (
        "peek",
        Kind::Value,
        "the same, of functions that match a regexp",
    ),
    (
        "tags",
        Kind::Bool,
        "the values of each label and their weights",
    ),
    ("comments", Kind::Bool, "the profile's comments"),
    (
        "proto",
        Kind::Bool,
        "the profile itself, as gzipped protobuf",
    ),
    ("json", Kind::Bool, "-top or -traces as JSON (not in pprof)"),
    (
        "output",
        Kind::Value,
        "the file that is written, instead of stdout",
    ),
    ("functions", Kind::Bool, "rows are functions (the default)"),
    ("filefunctions", Kind::Bool, "rows are functions of a file"),
    ("files", Kind::Bool, "rows are source files"),
    ("lines", Kind::Bool, "rows are source lines"),
    ("addresses", Kind::Bool, "rows are addresses"),
    (
        "noinlines",
        Kind::Bool,
        "inlined functions count for the one that they are in",
    ),
    ("showcolumns", Kind::Bool, "columns after line numbers"),
    (
        "cum",
        Kind::Bool,
        "sort by the weight with all that is called",
    ),
    (
        "flat",
        Kind::Bool,
        "sort by a row's own weight (the default)",
    ),
    ("nodecount", Kind::Value, "rows at most"),
    ("nodefraction", Kind::Value, "the smallest share of a row"),
    ("edgefraction", Kind::Value, "the smallest share of a call"),
    ("trim", Kind::Bool, "whether these three hold"),
    (
        "focus",
        Kind::Value,
        "samples with a frame that matches a regexp",
    ),
    ("ignore", Kind::Value, "samples without one"),
    ("hide", Kind::Value, "frames that do not match"),
    ("show", Kind::Value, "frames that match"),
    (
        "show_from",
        Kind::Value,
        "frames below the highest that matches",
    ),
    (
        "prune_from",
        Kind::Value,
        "frames above the lowest that matches",
    ),
    (
        "tagfocus",
        Kind::Value,
        "samples with a label in a range, or that matches",
    ),
    ("tagignore", Kind::Value, "samples without one"),
    ("tagshow", Kind::Value, "labels whose key matches"),
    ("taghide", Kind::Value, "labels whose key does not"),
    (
        "tagroot",
        Kind::Value,
        "labels that become the outermost frames",
    ),
    (
        "tagleaf",
        Kind::Value,
        "labels that become the innermost frames",
    ),
    (
        "relative_percentages",
        Kind::Bool,
        "percentages of what the filters left",
    ),
    (
        "sample_index",
        Kind::Value,
        "the value that is shown, by name or number",
    ),
    ("unit", Kind::Value, "the unit that it is shown in"),
    ("mean", Kind::Bool, "the value divided by the first one"),
    ("divide_by", Kind::Value, "divides all values"),
    ("compact_labels", Kind::Bool, "a shorter header"),
    ("drop_negative", Kind::Bool, "no rows with negative values"),
    (
        "call_tree",
        Kind::Bool,
        "taken, and without effect on these views",
    ),
    ("base", Kind::Value, "a profile that is subtracted"),
    (
        "diff_base",
        Kind::Value,
        "the same, and percentages are of it",
    ),
    ("normalize", Kind::Bool, "scales to the base first"),
    ("add_comment", Kind::Value, "a comment that is added"),
    (
        "all_frames",
        Kind::Bool,
        "also frames that the profile wants dropped",
    ),
    (
        "buildid",
        Kind::Value,
        "the main binary's, if the profile has none",
    ),
    (
        "symbolize",
        Kind::Value,
        "none, local, demangle=none|templates|full",
    ),
    ("inuse_space", Kind::Bool, "-sample_index=inuse_space"),
    ("inuse_objects", Kind::Bool, "-sample_index=inuse_objects"),
    ("alloc_space", Kind::Bool, "-sample_index=alloc_space"),
    ("alloc_objects", Kind::Bool, "-sample_index=alloc_objects"),
    ("total_delay", Kind::Bool, "-sample_index=delay"),
    ("contentions", Kind::Bool, "-sample_index=contentions"),
    ("mean_delay", Kind::Bool, "-mean -sample_index=delay"),
    ("help", Kind::Bool, "this text"),
];

/// Flags that stand for a sample type, in the order in which pprof asks for them.
pub(super) const SHORTCUTS: [(&str, &str); 7] = [
    ("total_delay", "delay"),
    ("mean_delay", "delay"),
    ("contentions", "contentions"),
    ("inuse_space", "inuse_space"),
    ("inuse_objects", "inuse_objects"),
    ("alloc_space", "alloc_space"),
    ("alloc_objects", "alloc_objects"),
];

/// pprof's flags that we do not have: naming one is an error of its own, for silence would change the meaning.
const OTHERS: [&str; 27] = [
    "callgrind",
    "disasm",
    "dot",
    "eog",
    "evince",
    "gif",
    "gv",
    "http",
    "intel_syntax",
    "kcachegrind",
    "list",
    "no_browser",
    "pdf",
    "png",
    "ps",
    "seconds",
    "source_path",
    "svg",
    "timeout",
    "tls_ca",
    "tls_cert",
    "tls_key",
    "tools",
    "topproto",
    "trim_path",
    "web",
    "weblist",
];

/// What a flag wants, or why there is none of that name.
pub(super) fn kind(name: &str) -> Result<Kind, String> {
    if name == "h" {
        return Ok(Kind::Bool);
    }
    match FLAGS.iter().find(|(known, ..)| *known == name) {
        Some((_, kind, _)) => Ok(*kind),
        None if OTHERS.contains(&name) => Err(format!(
            "pprof's flag -{name} is not supported here; framecheck pprof -help lists those that are"
        )),
        None => Err(format!("flag provided but not defined: -{name}")),
    }
}

/// The text of `-help`.
pub(super) fn help() -> String {
    let mut text = String::from(
        "framecheck pprof VIEW [flags] [executable] profile …\n\n\
         What go tool pprof prints, without Go. Flags come before files, and are written -x=v, --x=v or -x v.\n\
         Several profiles are summed. docs/pprof.md has the differences to pprof.\n\n",
    );
    for (name, kind, help) in FLAGS {
        let flag = match kind {
            Kind::Bool => format!("-{name}"),
            Kind::Value => format!("-{name}=…"),
        };
        text += &format!("  {flag:<24} {help}\n");
    }
    text
}
