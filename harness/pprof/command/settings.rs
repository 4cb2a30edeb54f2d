//! What the flags set.

use std::ffi::OsString;

use super::super::symbolize::{self, Demangle};
use super::super::view::{Granularity, Options, View};
use super::flags::{self, Flag};
use super::table;
use super::values::{parse_bool, parse_integer, parse_number};

/// What the flags say.
#[derive(Debug)]
pub(super) struct Settings {
    pub(super) help: bool,
    pub(super) json: bool,
    pub(super) view: Option<View>,
    pub(super) options: Options,
    pub(super) symbolize: bool,
    pub(super) lookup: symbolize::Options,
    /// Instead of stdout.
    pub(super) output: Option<String>,
    pub(super) comment: String,
    pub(super) build_id: String,
    pub(super) all_frames: bool,
    /// The last one that is named, as in pprof.
    pub(super) base: Option<String>,
    /// The base is marked as what percentages are of.
    pub(super) is_diff: bool,
    pub(super) normalize: bool,
    /// What is said on stderr, and changes nothing.
    pub(super) notes: Vec<String>,
    /// The same, of -symbolize: said when it is done.
    pub(super) symbolize_notes: Vec<String>,
    /// With the names of their flags: -top and -text are two.
    views: Vec<(&'static str, View)>,
    granularities: Vec<String>,
    sorts: Vec<String>,
    /// Flags that stand for a sample type, that are set.
    shortcuts: Vec<String>,
    diff_base: Option<String>,
}

/// The settings, and the arguments after the flags.
pub(super) fn parse(args: &[OsString]) -> Result<(Settings, &[OsString]), String> {
    let (flags, files) = flags::split(args, table::kind)?;
    let mut settings = Settings {
        help: false,
        json: false,
        view: None,
        options: Options::default(),
        symbolize: true,
        lookup: symbolize::Options::default(),
        output: None,
        comment: String::new(),
        build_id: String::new(),
        all_frames: false,
        base: None,
        is_diff: false,
        normalize: false,
        notes: Vec::new(),
        symbolize_notes: Vec::new(),
        views: Vec::new(),
        granularities: Vec::new(),
        sorts: Vec::new(),
        shortcuts: Vec::new(),
        diff_base: None,
    };
    for flag in &flags {
        if !settings.set_text(flag) && !settings.set_number(flag)? {
            settings.set_bool(flag)?;
        }
    }
    settings.finish()?;
    Ok((settings, files))
}

impl Settings {
    /// Flags with a text. Whether it was one.
    fn set_text(&mut self, flag: &Flag) -> bool {
        let filters = &mut self.options.filters;
        let place = match flag.name.as_str() {
            "focus" => &mut filters.focus,
            "ignore" => &mut filters.ignore,
            "hide" => &mut filters.hide,
            "show" => &mut filters.show,
            "show_from" => &mut filters.show_from,
            "prune_from" => &mut filters.prune_from,
            "tagfocus" => &mut filters.tag_focus,
            "tagignore" => &mut filters.tag_ignore,
            "tagshow" => &mut filters.tag_show,
            "taghide" => &mut filters.tag_hide,
            "tagroot" => &mut filters.tag_root,
            "tagleaf" => &mut filters.tag_leaf,
            "sample_index" => &mut self.options.sample_index,
            "unit" => &mut self.options.unit,
            "add_comment" => &mut self.comment,
            "buildid" => &mut self.build_id,
            "output" => self.output.insert(String::new()),
            "base" => self.base.insert(String::new()),
            "diff_base" => self.diff_base.insert(String::new()),
            "peek" => {
                // An empty expression asks for no view, as in pprof.
                let view = View::Peek(flag.value.clone());
                self.set_view("peek", view, !flag.value.is_empty());
                return true;
            }
            _ => return false,
        };
        place.clone_from(&flag.value);
        true
    }

    /// Flags with a number, and -symbolize. Whether it was one.
    fn set_number(&mut self, flag: &Flag) -> Result<bool, String> {
        let options = &mut self.options;
        match flag.name.as_str() {
            "divide_by" => options.divide_by = parse_number(flag)?,
            "edgefraction" => options.edge_fraction = parse_number(flag)?,
            "nodefraction" => options.node_fraction = parse_number(flag)?,
            "nodecount" => {
                let count = parse_integer(flag)?;
                // -1 is pprof's "the view's own default"; anything else below 1 is all.
                options.node_count = (count != -1).then(|| usize::try_from(count).unwrap_or(0));
            }
            "symbolize" => self.set_symbolize(&flag.value)?,
            _ => return Ok(false),
        }
        Ok(true)
    }

    fn set_bool(&mut self, flag: &Flag) -> Result<(), String> {
        let set = parse_bool(flag)?;
        let options = &mut self.options;
        match flag.name.as_str() {
            "h" | "help" => self.help = set,
            "json" => self.json = set,
            "top" => self.set_view("top", View::Top, set),
            "text" => self.set_view("text", View::Top, set),
            "traces" => self.set_view("traces", View::Traces, set),
            "raw" => self.set_view("raw", View::Raw, set),
            "tree" => self.set_view("tree", View::Tree, set),
            "tags" => self.set_view("tags", View::Tags, set),
            "comments" => self.set_view("comments", View::Comments, set),
            "proto" => self.set_view("proto", View::Proto, set),
            "all_frames" => self.all_frames = set,
            // In pprof it changes graphs that are drawn, and none of these views.
            "call_tree" => {}
            "normalize" => self.normalize = set,
            "relative_percentages" => options.filters.relative_percentages = set,
            "compact_labels" => options.compact_labels = set,
            "drop_negative" => options.drop_negative = set,
            "mean" => options.mean = set,
            "noinlines" => options.no_inlines = set,
            "showcolumns" => options.show_columns = set,
            "trim" => options.trim = set,
            "cum" | "flat" => choose(&mut self.sorts, flag, set),
            "addresses" | "filefunctions" | "files" | "functions" | "lines" => {
                choose(&mut self.granularities, flag, set);
            }
            // What is left are names for sample types: inuse_space and the like.
            _ => choose(&mut self.shortcuts, flag, set),
        }
        Ok(())
    }

    fn set_view(&mut self, flag: &'static str, view: View, set: bool) {
        self.views.retain(|(other, _)| *other != flag);
        if set {
            self.views.push((flag, view));
        }
    }

    /// What several flags decide together.
    fn finish(&mut self) -> Result<(), String> {
        self.options.cum = only(&self.sorts)? == Some("cum");
        self.options.granularity = match only(&self.granularities)? {
            Some("filefunctions") => Granularity::FileFunctions,
            Some("files") => Granularity::Files,
            Some("lines") => Granularity::Lines,
            Some("addresses") => Granularity::Addresses,
            _ => Granularity::Functions,
        };
        self.choose_sample_type();
        self.view = match &self.views[..] {
            [] => None,
            [(_, view)] => Some(view.clone()),
            _ => return Err("must set at most one output format".to_owned()),
        };
        // What is empty is not set.
        for place in [&mut self.base, &mut self.diff_base, &mut self.output] {
            *place = place.take().filter(|name| !name.is_empty());
        }
        if self.base.is_some() && self.diff_base.is_some() {
            return Err("-base and -diff_base flags cannot both be specified".to_owned());
        }
        if self.diff_base.is_some() {
            self.is_diff = true;
            self.base = self.diff_base.take();
        }
        if self.normalize && self.base.is_none() {
            return Err("must have base profile to normalize by".to_owned());
        }
        if self.json {
            let view = self.view.take().and_then(as_json);
            self.view = Some(view.ok_or("-json goes with -top and -traces")?);
        }
        Ok(())
    }

    /// -sample_index wins over the flags that stand for one, and the first of these, in pprof's order, over the others.
    fn choose_sample_type(&mut self) {
        for &(name, kind) in &table::SHORTCUTS {
            if !self.shortcuts.iter().any(|set| set == name) {
                continue;
            }
            if self.options.sample_index.is_empty() {
                kind.clone_into(&mut self.options.sample_index);
            } else {
                self.notes
                    .push(format!("Multiple value selections, ignoring -{name}"));
            }
            self.options.mean |= name == "mean_delay";
        }
    }

    /// Parts between colons, as in pprof: `none`, `local`, `demangle=full`.
    fn set_symbolize(&mut self, value: &str) -> Result<(), String> {
        self.symbolize = true;
        self.lookup = symbolize::Options::default();
        self.symbolize_notes.clear();
        let lower = value.to_lowercase();
        for part in lower.split(':') {
            let style = match part.strip_prefix("demangle=").unwrap_or(part) {
                "none" => Some(Demangle::None),
                "templates" => Some(Demangle::Templates),
                "full" => Some(Demangle::Full),
                _ => None,
            };
            match (part, style) {
                // Ours is fast.
                ("" | "local" | "fastlocal" | "default" | "demangle=default", _) => {}
                ("force", _) => self.lookup.force = true,
                ("none" | "no", _) => {
                    self.symbolize = false;
                    break;
                }
                ("remote", _) => {
                    return Err(
                        "-symbolize=remote is not supported here: nothing is fetched".to_owned(),
                    );
                }
                (_, Some(style)) => {
                    self.lookup.demangle = style;
                    self.lookup.force = true;
                }
                _ => self.symbolize_notes.extend([
                    format!("ignoring unrecognized symbolization option: {value}"),
                    "expecting -symbolize=[local|fastlocal|remote|none][:force][:demangle=[none|full|templates|default]"
                        .to_owned(),
                ]),
            }
        }
        Ok(())
    }
}

fn choose(chosen: &mut Vec<String>, flag: &Flag, set: bool) {
    chosen.retain(|name| *name != flag.name);
    if set {
        chosen.push(flag.name.clone());
    }
}

/// The one choice of a group of flags of which one may be set.
fn only(chosen: &[String]) -> Result<Option<&str>, String> {
    match chosen {
        [] => Ok(None),
        [one] => Ok(Some(one)),
        _ => Err(format!("conflicting options set: [{}]", chosen.join(" "))),
    }
}
/// The same view as json, where there is one; none is without the command line, which json is made for.
fn as_json(view: View) -> Option<View> {
    match view {
        #[cfg(feature = "cli")]
        View::Top => Some(View::TopJson),
        #[cfg(feature = "cli")]
        View::Traces => Some(View::TracesJson),
        _ => None,
    }
}
