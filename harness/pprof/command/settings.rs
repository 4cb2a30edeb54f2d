//! Which flags there are, and what they set.

use std::ffi::OsString;

use super::super::symbolize::{self, Demangle};
use super::super::view::{Granularity, Options};
use super::flags::{self, Flag, Kind, parse_bool, parse_number};

/// A view that can be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum View {
    Top,
    Traces,
}

/// What the flags say.
#[derive(Debug, Default)]
pub(super) struct Settings {
    pub(super) view: Option<View>,
    pub(super) options: Options,
    pub(super) symbolize: bool,
    pub(super) lookup: symbolize::Options,
    granularities: Vec<String>,
    sorts: Vec<String>,
}

/// The flags that we have. [`OTHERS`] has the rest of pprof's.
const BOOLS: [&str; 22] = [
    "addresses",
    "alloc_objects",
    "alloc_space",
    "compact_labels",
    "contentions",
    "cum",
    "drop_negative",
    "filefunctions",
    "files",
    "flat",
    "functions",
    "inuse_objects",
    "inuse_space",
    "lines",
    "mean",
    "noinlines",
    "showcolumns",
    "text",
    "top",
    "total_delay",
    "traces",
    "trim",
];

const VALUES: [&str; 7] = [
    "divide_by",
    "edgefraction",
    "nodecount",
    "nodefraction",
    "sample_index",
    "symbolize",
    "unit",
];

/// pprof's flags that we do not have: naming one is an error of its own, for silence would change the meaning.
const OTHERS: [&str; 57] = [
    "add_comment",
    "all_frames",
    "base",
    "buildid",
    "call_tree",
    "callgrind",
    "comments",
    "diff_base",
    "disasm",
    "dot",
    "eog",
    "evince",
    "focus",
    "gif",
    "gv",
    "hide",
    "http",
    "ignore",
    "intel_syntax",
    "kcachegrind",
    "list",
    "mean_delay",
    "no_browser",
    "normalize",
    "output",
    "pdf",
    "peek",
    "png",
    "proto",
    "prune_from",
    "ps",
    "raw",
    "relative_percentages",
    "seconds",
    "show",
    "show_from",
    "source_path",
    "svg",
    "tagfocus",
    "taghide",
    "tagignore",
    "tagleaf",
    "tagroot",
    "tags",
    "tagshow",
    "timeout",
    "tls_ca",
    "tls_cert",
    "tls_key",
    "tools",
    "topproto",
    "tree",
    "trim_path",
    "web",
    "weblist",
    "h",
    "help",
];

fn kind(name: &str) -> Result<Kind, String> {
    if BOOLS.contains(&name) {
        Ok(Kind::Bool)
    } else if VALUES.contains(&name) {
        Ok(Kind::Value)
    } else if OTHERS.contains(&name) {
        Err(format!(
            "pprof's flag -{name} is not supported here; flags that are: {}",
            [&BOOLS[..], &VALUES[..]].concat().join(" ")
        ))
    } else {
        Err(format!("flag provided but not defined: -{name}"))
    }
}

/// The settings, and the arguments after the flags.
pub(super) fn parse(args: &[OsString]) -> Result<(Settings, &[OsString]), String> {
    let (flags, files) = flags::split(args, kind)?;
    let mut settings = Settings {
        symbolize: true,
        ..Settings::default()
    };
    let mut views = Vec::new();
    for flag in &flags {
        settings.set(flag, &mut views)?;
    }
    settings.choose_granularity()?;
    views.dedup();
    settings.view = match views[..] {
        [] => None,
        [view] => Some(view),
        _ => return Err("must set at most one output format".to_owned()),
    };
    Ok((settings, files))
}

impl Settings {
    fn set(&mut self, flag: &Flag, views: &mut Vec<View>) -> Result<(), String> {
        let options = &mut self.options;
        match flag.name.as_str() {
            "top" | "text" | "traces" if !parse_bool(flag)? => {}
            "top" | "text" => views.push(View::Top),
            "traces" => views.push(View::Traces),
            "compact_labels" => options.compact_labels = parse_bool(flag)?,
            "drop_negative" => options.drop_negative = parse_bool(flag)?,
            "mean" => options.mean = parse_bool(flag)?,
            "noinlines" => options.no_inlines = parse_bool(flag)?,
            "showcolumns" => options.show_columns = parse_bool(flag)?,
            "trim" => options.trim = parse_bool(flag)?,
            "divide_by" => options.divide_by = parse_number(flag)?,
            "edgefraction" => options.edge_fraction = parse_number(flag)?,
            "nodefraction" => options.node_fraction = parse_number(flag)?,
            "nodecount" => {
                let count: i64 = parse_number(flag)?;
                // -1 is pprof's "the view's own default"; anything else below 1 is all.
                options.node_count = (count != -1).then(|| usize::try_from(count).unwrap_or(0));
            }
            "sample_index" => options.sample_index.clone_from(&flag.value),
            "unit" => options.unit.clone_from(&flag.value),
            "symbolize" => self.set_symbolize(&flag.value)?,
            "cum" | "flat" => choose(&mut self.sorts, flag)?,
            "addresses" | "filefunctions" | "files" | "functions" | "lines" => {
                choose(&mut self.granularities, flag)?
            }
            name => {
                // What is left are names for sample types: inuse_space and the like.
                if parse_bool(flag)? {
                    options.sample_index = name.strip_prefix("total_").unwrap_or(name).to_owned();
                }
            }
        }
        Ok(())
    }

    fn choose_granularity(&mut self) -> Result<(), String> {
        self.options.cum = only(&self.sorts)? == Some("cum");
        self.options.granularity = match only(&self.granularities)? {
            Some("filefunctions") => Granularity::FileFunctions,
            Some("files") => Granularity::Files,
            Some("lines") => Granularity::Lines,
            Some("addresses") => Granularity::Addresses,
            _ => Granularity::Functions,
        };
        Ok(())
    }

    /// Parts between colons, as in pprof: `none`, `local`, `demangle=full`.
    fn set_symbolize(&mut self, value: &str) -> Result<(), String> {
        for part in value.to_lowercase().split(':') {
            match part {
                "" | "local" => {}
                "none" | "no" => self.symbolize = false,
                "demangle=none" => self.lookup.demangle = Demangle::None,
                "demangle=templates" => self.lookup.demangle = Demangle::Templates,
                "demangle=full" => self.lookup.demangle = Demangle::Full,
                "demangle=default" => self.lookup.demangle = Demangle::Simple,
                other => {
                    return Err(format!(
                        "-symbolize={other} is not supported here; local, none and demangle=… are"
                    ));
                }
            }
        }
        Ok(())
    }
}

fn choose(chosen: &mut Vec<String>, flag: &Flag) -> Result<(), String> {
    if parse_bool(flag)? && !chosen.contains(&flag.name) {
        chosen.push(flag.name.clone());
    }
    Ok(())
}

/// The one choice of a group of flags of which one may be set.
fn only(chosen: &[String]) -> Result<Option<&str>, String> {
    match chosen {
        [] => Ok(None),
        [one] => Ok(Some(one)),
        _ => Err(format!("conflicting options set: [{}]", chosen.join(" "))),
    }
}
