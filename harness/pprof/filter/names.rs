//! Filters by what frames are called: functions, files and mapped files.

use hashbrown::HashMap;

use super::super::expression::Expression;
use super::super::model::{Location, NONE, Profile, Span};
use super::super::strings::StrId;
use super::warn;

pub(super) struct Expressions {
    pub(super) focus: Option<Expression>,
    pub(super) ignore: Option<Expression>,
    pub(super) hide: Option<Expression>,
    pub(super) show: Option<Expression>,
}

/// An expression and what it says of each function and mapping of a profile, asked once.
struct Answers {
    functions: Vec<bool>,
    mappings: Vec<bool>,
}

impl Answers {
    fn new(profile: &Profile, expression: &Expression) -> Answers {
        let mut known: HashMap<StrId, bool> = HashMap::new();
        let mut ask = |id: StrId| {
            *known
                .entry(id)
                .or_insert_with(|| expression.is_match(profile.bytes(id)))
        };
        let functions = profile.functions.iter();
        let functions = functions.map(|function| ask(function.name) || ask(function.filename));
        Answers {
            functions: functions.collect(),
            mappings: profile.mappings.iter().map(|m| ask(m.file)).collect(),
        }
    }

    fn mapping(&self, location: &Location) -> bool {
        location.mapping != NONE && self.mappings[location.mapping as usize]
    }

    fn function(&self, function: u32) -> bool {
        function != NONE && self.functions[function as usize]
    }

    fn location(&self, profile: &Profile, location: &Location) -> bool {
        let lines = &profile.lines[location.lines.range()];
        lines.iter().any(|line| self.function(line.function)) || self.mapping(location)
    }
}

/// What becomes of a sample or a stack that has a location.
#[derive(Clone, Copy, Default)]
struct Fate {
    focused: bool,
    ignored: bool,
    hidden: bool,
}

/// Keeps the samples with a focused and without an ignored location, and of them what is not hidden.
pub(super) fn filter(
    profile: &mut Profile,
    expressions: &Expressions,
    note: &mut dyn FnMut(String),
) {
    let answers = |expression: &Option<Expression>| {
        expression
            .as_ref()
            .map(|expression| Answers::new(profile, expression))
    };
    let (focus, ignore) = (answers(&expressions.focus), answers(&expressions.ignore));
    let (hide, show) = (answers(&expressions.hide), answers(&expressions.show));
    if focus.is_none() && ignore.is_none() && hide.is_none() && show.is_none() {
        return;
    }
    let (mut any_focus, mut any_ignore, mut any_hide, mut any_show) = (false, false, false, false);
    let mut fates = Vec::with_capacity(profile.locations.len());
    for at in 0..profile.locations.len() {
        let location = profile.locations[at];
        let matches = |answers: &Answers| answers.location(profile, &location);
        let mut fate = Fate::default();
        if ignore.as_ref().is_some_and(matches) {
            fate.ignored = true;
        } else {
            fate.focused = focus.as_ref().is_none_or(matches);
        }
        any_ignore |= fate.ignored;
        any_focus |= fate.focused;
        if let Some(hide) = hide.as_ref().filter(|hide| matches(hide)) {
            any_hide = true;
            let all = hide.mapping(&location);
            retain_lines(profile, at, |function| !all && !hide.function(function));
            fate.hidden |= profile.locations[at].lines.len == 0;
        }
        if let Some(show) = &show {
            let all = show.mapping(&location);
            retain_lines(profile, at, |function| {
                all || function == NONE || show.function(function)
            });
            let left = profile.locations[at].lines.len > 0;
            fate.hidden |= !left;
            any_show |= left;
        }
        fates.push(fate);
    }
    apply(profile, &fates);
    warn(note, "Focus", focus.is_none() || any_focus);
    warn(note, "Ignore", ignore.is_none() || any_ignore);
    warn(note, "Hide", hide.is_none() || any_hide);
    warn(note, "Show", show.is_none() || any_show);
}

/// Moves the lines that stay to the front of their location's range.
fn retain_lines(profile: &mut Profile, location: usize, is_kept: impl Fn(u32) -> bool) {
    let span = profile.locations[location].lines;
    let lines = &mut profile.lines[span.range()];
    let mut kept = 0;
    for at in 0..lines.len() {
        if is_kept(lines[at].function) {
            lines[kept] = lines[at];
            kept += 1;
        }
    }
    profile.locations[location].lines.len = kept as u32;
}

fn apply(profile: &mut Profile, fates: &[Fate]) {
    let stacks = &mut profile.stacks;
    profile.samples.retain_mut(|sample| {
        let stack = &mut stacks[sample.stack.range()];
        let fate = |location: &u32| fates[*location as usize];
        let is_focused = stack.iter().any(|location| fate(location).focused);
        if !is_focused || stack.iter().any(|location| fate(location).ignored) {
            return false;
        }
        let mut kept = 0;
        for at in 0..stack.len() {
            if !fate(&stack[at]).hidden {
                stack[kept] = stack[at];
                kept += 1;
            }
        }
        sample.stack.len = kept as u32;
        kept > 0
    });
}

/// Cuts what is rootward of the outermost frame that matches, and the samples without one. Whether any matched.
pub(super) fn show_from(profile: &mut Profile, expression: &Expression) -> bool {
    let answers = Answers::new(profile, expression);
    let mut matching = Vec::with_capacity(profile.locations.len());
    for location in &mut profile.locations {
        let lines = &profile.lines[location.lines.range()];
        let outermost = lines
            .iter()
            .rposition(|line| answers.function(line.function));
        let whole = answers.mapping(location);
        if let Some(outermost) = outermost.filter(|_| !whole) {
            location.lines.len = outermost as u32 + 1;
        }
        matching.push(whole || outermost.is_some());
    }
    let stacks = &profile.stacks;
    profile.samples.retain_mut(|sample| {
        let stack = &stacks[sample.stack.range()];
        let highest = stack
            .iter()
            .rposition(|&location| matching[location as usize]);
        let start = sample.stack.start as usize;
        sample.stack = Span::new(start, start + highest.map_or(0, |at| at + 1));
        highest.is_some()
    });
    matching.contains(&true)
}
