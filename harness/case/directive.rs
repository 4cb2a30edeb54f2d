//! The directives: their keys, and how a line is divided into key, head and value. What values mean is not known here.

use super::error::Problem;
use super::nearest::{nearest, suggestion};
use super::spot::Spot;

/// What a directive is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(
    missing_docs,
    reason = "each is described where it ends up, in the model and the claims"
)]
pub enum Key {
    Case,
    Says,
    Level,
    Origin,
    Needs,
    Variants,
    Also,
    Lib,
    Salt,
    Hz,
    Clock,
    Cpu,
    Alone,
    Long,
    Samples,
    Finishes,
    Kills,
    Stack,
    Every,
    Never,
    Top,
    Share,
    Total,
    SelfCheck,
    Snapshot,
    Lint,
}

/// What stands beside a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shape {
    /// `alone`
    Flag,
    /// `hz: 100`
    Value,
    /// `every: …` or `every cpuHog: …`
    HeadOrNot,
    /// `share cpuHog: …`
    Head,
}

/// All keys, with what stands beside them.
const KEYS: [(Key, &str, Shape); 26] = [
    (Key::Case, "case", Shape::Value),
    (Key::Says, "says", Shape::Value),
    (Key::Level, "level", Shape::Value),
    (Key::Origin, "origin", Shape::Value),
    (Key::Needs, "needs", Shape::Value),
    (Key::Variants, "variants", Shape::Value),
    (Key::Also, "also", Shape::Value),
    (Key::Lib, "lib", Shape::Value),
    (Key::Salt, "salt", Shape::Value),
    (Key::Hz, "hz", Shape::Value),
    (Key::Clock, "clock", Shape::Value),
    (Key::Cpu, "cpu", Shape::Value),
    (Key::Alone, "alone", Shape::Flag),
    (Key::Long, "long", Shape::Flag),
    (Key::Samples, "samples", Shape::Value),
    (Key::Finishes, "finishes", Shape::Value),
    (Key::Kills, "kills", Shape::Value),
    (Key::Stack, "stack", Shape::Value),
    (Key::Every, "every", Shape::HeadOrNot),
    (Key::Never, "never", Shape::Value),
    (Key::Top, "top", Shape::Value),
    (Key::Share, "share", Shape::Head),
    (Key::Total, "total", Shape::Value),
    (Key::SelfCheck, "self", Shape::Value),
    (Key::Snapshot, "snapshot", Shape::Flag),
    (Key::Lint, "lint", Shape::Flag),
];

impl Key {
    /// All keys, as they are written.
    pub fn names() -> impl Iterator<Item = &'static str> + Clone {
        KEYS.iter().map(|(_, name, _)| *name)
    }

    /// The one that is written like this.
    pub fn named(name: &str) -> Option<Key> {
        let found = KEYS.iter().find(|(_, written, _)| *written == name);
        found.map(|(key, ..)| *key)
    }

    /// As it is written.
    pub fn name(self) -> &'static str {
        self.entry().1
    }

    /// Whether a case may have several.
    pub fn repeats(self) -> bool {
        use Key::{Every, Never, SelfCheck, Share, Stack};
        matches!(self, Stack | Every | Never | Share | SelfCheck)
    }

    /// Whether it states what must be seen.
    pub fn is_claim(self) -> bool {
        use Key::{Every, Finishes, Lint, Never, SelfCheck, Share, Snapshot, Stack, Top, Total};
        matches!(
            self,
            Stack | Every | Never | Top | Share | Total | Finishes | SelfCheck | Snapshot | Lint
        )
    }

    fn entry(self) -> &'static (Key, &'static str, Shape) {
        let entry = KEYS.iter().find(|(key, ..)| *key == self);
        entry.expect("every key is in the table")
    }
}

/// A directive, divided.
#[derive(Clone, Copy, Debug)]
pub(super) struct Directive<'a> {
    pub key: Key,
    /// The key's word.
    pub word: Spot<'a>,
    /// What stands between the key and the colon; empty where nothing does.
    pub head: Spot<'a>,
    /// What stands behind the colon; empty for a flag alone.
    pub value: Spot<'a>,
    /// The whole directive.
    pub whole: Spot<'a>,
}

impl<'a> Directive<'a> {
    /// The key that a directive has, or is most likely meant to have.
    pub fn meant(whole: Spot<'a>) -> Option<Key> {
        match key_word(whole).text {
            // It is a claim, if not one of today.
            "sweep" => Some(Key::Every),
            word => Key::named(nearest(word, Key::names())?),
        }
    }

    /// Divides a directive: at the first colon that is not in backticks and has white space behind it.
    pub fn read(whole: Spot<'a>) -> Result<Self, Problem> {
        let word = key_word(whole);
        let Some(key) = Key::named(word.text) else {
            return Err(unknown(whole, word));
        };
        let rest = whole.from(word.text.len());
        let colon = colon(rest.text);
        let (head, value) = match colon {
            Some(at) => (rest.upto(at).trim(), rest.from(at + 1).trim()),
            None => (rest.trim(), rest.from(rest.text.len())),
        };
        let directive = Directive {
            key,
            word,
            head,
            value,
            whole,
        };
        directive.check(colon.map(|at| rest.from(at).upto(1)))?;
        Ok(directive)
    }

    fn check(&self, colon: Option<Spot<'a>>) -> Result<(), Problem> {
        let name = self.key.name();
        let (head, value) = (self.head, self.value);
        let shape = self.key.entry().2;
        match (shape, colon) {
            (Shape::Flag, Some(colon)) => {
                let rest = if value.text.is_empty() { colon } else { value };
                return Err(rest
                    .wrong(format!("`{name}` is a flag and takes no value"))
                    .help(format!("write `//@ {name}`")));
            }
            (Shape::Flag, None) if !head.text.is_empty() => {
                return Err(head
                    .wrong(format!("`{name}` is a flag: nothing stands behind it"))
                    .help("an explanation goes on a `//` line of its own"));
            }
            (Shape::Flag, None) => return Ok(()),
            (_, None) => return Err(self.without_colon()),
            (Shape::Value, _) if !head.text.is_empty() => {
                return Err(head
                    .wrong(format!("nothing stands between `{name}` and its colon"))
                    .help(format!("write `//@ {name}: {}`", self.example())));
            }
            (Shape::Head, _) if head.text.is_empty() => {
                return Err(self
                    .word
                    .wrong(format!("`{name}` does not say what it is of"))
                    .help(format!("write `//@ {name} {}`", self.example())));
            }
            _ => {}
        }
        if value.text.is_empty() {
            return Err(value
                .wrong(format!("`{name}` has no value"))
                .help(format!("write {}", self.usage())));
        }
        Ok(())
    }

    fn without_colon(&self) -> Problem {
        let name = self.key.name();
        let at = match self.head.text.starts_with(':') {
            true => self.head.upto(1),
            false => self.head.from(self.head.text.len()),
        };
        at.wrong(format!(
            "`{name}` takes a value, behind a colon and a space"
        ))
        .help(format!("write {}", self.usage()))
    }

    fn usage(&self) -> String {
        let space = if self.key == Key::Share { " " } else { ": " };
        format!("`//@ {}{space}{}`", self.key.name(), self.example())
    }

    /// A value that the key may have.
    fn example(&self) -> &'static str {
        match self.key {
            Key::Case => "foreign.hook",
            Key::Says => "What is held, in a sentence.",
            Key::Level => "should",
            Key::Origin => "golang/go#29034",
            Key::Needs => "threads, hook",
            Key::Variants => "o0 o2 o2+nofp",
            Key::Also | Key::Lib => "other.c",
            Key::Salt => "cpuHog cpuHog2",
            Key::Hz => "100",
            Key::Clock => "thread",
            Key::Cpu => "4s",
            Key::Samples => "none-ok",
            Key::Finishes => "10s",
            Key::Kills => "drop-foreign",
            Key::Stack | Key::Every | Key::Never => "main > ... > cpuHog",
            Key::Top => "cpuHog",
            Key::Share => "cpuHog: 0.80..0.86",
            Key::Total => "truth",
            Key::SelfCheck => "errno",
            Key::Alone | Key::Long | Key::Snapshot | Key::Lint => "",
        }
    }
}

/// Letters up to white space or a colon.
fn key_word(whole: Spot<'_>) -> Spot<'_> {
    let end = |c: char| c == ':' || c.is_whitespace();
    whole.upto(whole.text.find(end).unwrap_or(whole.text.len()))
}

/// The first colon outside backticks with white space or nothing behind it: names have colons too. Where a backtick
/// has no partner, none counts.
fn colon(text: &str) -> Option<usize> {
    colon_outside(text, true).or_else(|| colon_outside(text, false))
}

fn colon_outside(text: &str, backticks: bool) -> Option<usize> {
    let mut quoted = false;
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        quoted ^= backticks && c == '`';
        let ends = chars.peek().is_none_or(|(_, after)| after.is_whitespace());
        if c == ':' && !quoted && ends {
            return Some(at);
        }
    }
    None
}

fn unknown(whole: Spot<'_>, word: Spot<'_>) -> Problem {
    match word.text {
        "" => whole
            .wrong("a directive without a key")
            .help("write `//@ KEY: VALUE`, or `//` for a comment"),
        "sweep" => word
            .wrong("`sweep` is not in this version of the language: nothing single-steps a program yet")
            .help("claim the stacks with `every`, on many samples"),
        unknown => word
            .wrong(format!("unknown directive `{unknown}`"))
            .help(suggestion(unknown, Key::names())),
    }
}
