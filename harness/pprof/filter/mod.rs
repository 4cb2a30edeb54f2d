//! What of a profile is looked at: `-focus`, `-tagfocus` and the like.
//!
//! - [`Filters`]: all of them, as they are given.
//! - `names`: by functions, files and mappings; `tags`: by labels; `pseudo`: frames made of labels.
//!
//! They change a profile before anything is summed, and know nothing of how it is shown.

mod names;
mod pseudo;
mod tags;

use super::expression::Expression;
use super::label_units::LabelUnits;
use super::model::Profile;

/// Filters, each as pprof's flag of the same name has it; "" for none. Expressions are in Go's syntax.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filters {
    /// Samples with a matching frame.
    pub focus: String,
    /// Samples without one.
    pub ignore: String,
    /// Frames that do not match.
    pub hide: String,
    /// Frames that match.
    pub show: String,
    /// Frames below and with the highest that matches.
    pub show_from: String,
    /// Frames above and with the lowest that matches.
    pub prune_from: String,
    /// Samples with a matching label: `RE,RE`, `KEY=RE`, or a range of numbers, `1kb:2mb`.
    pub tag_focus: String,
    /// Samples without one.
    pub tag_ignore: String,
    /// Labels whose key matches.
    pub tag_show: String,
    /// Labels whose key does not.
    pub tag_hide: String,
    /// Keys, separated by commas: their values become the outermost frames.
    pub tag_root: String,
    /// The same, and the innermost frames.
    pub tag_leaf: String,
    /// Percentages are of what the filters left, and not of the whole.
    pub relative_percentages: bool,
}

impl Filters {
    /// Whether the profile stays as it is.
    pub fn is_empty(&self) -> bool {
        let all = [&self.prune_from, &self.tag_root, &self.tag_leaf];
        self.named().iter().all(|(_, text)| text.is_empty())
            && all.iter().all(|text| text.is_empty())
    }

    /// Those that a header shows, in its order.
    fn named(&self) -> [(&'static str, &str); 9] {
        [
            ("focus", &self.focus),
            ("ignore", &self.ignore),
            ("hide", &self.hide),
            ("show", &self.show),
            ("show_from", &self.show_from),
            ("tagfocus", &self.tag_focus),
            ("tagignore", &self.tag_ignore),
            ("tagshow", &self.tag_show),
            ("taghide", &self.tag_hide),
        ]
    }

    /// `name=value` of each filter that a header shows.
    pub(super) fn shown(&self) -> impl Iterator<Item = String> {
        let set = self
            .named()
            .into_iter()
            .filter(|(_, text)| !text.is_empty());
        set.map(|(name, text)| format!("{name}={text}"))
    }

    /// Makes frames of labels. `note` is told which filter found nothing.
    pub(super) fn add_pseudo_frames(
        &self,
        profile: &mut Profile,
        unit: &str,
        note: &mut dyn FnMut(String),
    ) {
        let (root, leaf) = pseudo::add(profile, &self.tag_root, &self.tag_leaf, unit);
        warn(note, "TagRoot", self.tag_root.is_empty() || root);
        warn(note, "TagLeaf", self.tag_leaf.is_empty() || leaf);
    }

    /// Applies all others.
    ///
    /// # Errors
    /// An expression that cannot be read.
    pub(super) fn apply(
        &self,
        profile: &mut Profile,
        units: &LabelUnits,
        note: &mut dyn FnMut(String),
    ) -> Result<(), String> {
        let expressions = names::Expressions {
            focus: compile("focus", &self.focus)?,
            ignore: compile("ignore", &self.ignore)?,
            hide: compile("hide", &self.hide)?,
            show: compile("show", &self.show)?,
        };
        let show_from = compile("show_from", &self.show_from)?;
        let tag_focus = tags::Selector::new("tagfocus", &self.tag_focus, note)?;
        let tag_ignore = tags::Selector::new("tagignore", &self.tag_ignore, note)?;
        let prune_from = compile("prune_from", &self.prune_from)?;
        let tag_show = compile("tagshow", &self.tag_show)?;
        let tag_hide = compile("taghide", &self.tag_hide)?;

        names::filter(profile, &expressions, note);
        if let Some(expression) = &show_from {
            warn(note, "ShowFrom", names::show_from(profile, expression));
        }
        tags::filter(profile, units, [&tag_focus, &tag_ignore], note);
        tags::filter_keys(profile, [&tag_show, &tag_hide], note);
        if let Some(expression) = &prune_from {
            profile.prune_from(|name| expression.is_match(name));
        }
        Ok(())
    }
}

fn compile(name: &str, text: &str) -> Result<Option<Expression>, String> {
    if text.is_empty() {
        return Ok(None);
    }
    let expression =
        Expression::new(text).map_err(|cause| format!("parsing {name} regexp: {cause}"))?;
    Ok(Some(expression))
}

fn warn(note: &mut dyn FnMut(String), name: &str, matched: bool) {
    if !matched {
        note(format!("{name} expression matched no samples"));
    }
}
