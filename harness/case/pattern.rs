//! Stack patterns: `main > ... > host::foreign_hook > cpuHog2? > cpuHog|cpuHog_slow`.
//!
//! A pattern is matched against a whole stack, root first, and is anchored at both ends. ` > ` is a direct call, `...`
//! any number of frames, `name?` a frame that may be missing, `a|b` alternatives. A name is a whole demangled function
//! name; `host::NAME` is the port's own function for a program and `host::*` any host frame. In backticks a
//! name is taken as it is: `` `operator|` ``.
//!
//! It knows names only, neither addresses nor where a stack comes from.

use std::fmt;

use super::hosts::Hosts;

/// A parsed pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern {
    elements: Vec<Element>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Element {
    /// `...`
    Gap,
    Frame {
        names: Vec<Name>,
        optional: bool,
    },
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Name {
    Exactly(String),
    Host(String),
    AnyHost,
}

/// Why a text is no pattern, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PatternError {
    /// Column of the first character that is wrong, from 1.
    pub column: usize,
    /// What is wrong and what to write instead.
    pub message: &'static str,
}

impl fmt::Display for PatternError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "column {}: {}", self.column, self.message)
    }
}

impl std::error::Error for PatternError {}

impl Pattern {
    /// Reads a pattern.
    pub fn parse(text: &str) -> Result<Self, PatternError> {
        let mut elements = Vec::new();
        for (column, token) in split_calls(text) {
            let element = parse_element(column, token)?;
            if element == Element::Gap && elements.last() == Some(&Element::Gap) {
                return Err(PatternError {
                    column,
                    message: "two `...` in a row say no more than one",
                });
            }
            elements.push(element);
        }
        Ok(Pattern { elements })
    }

    /// Whether the whole stack, root first, is one that the pattern describes.
    pub fn matches(&self, stack: &[String], hosts: &dyn Hosts) -> bool {
        self.distance(stack, hosts) == 0
    }

    /// How many frames would have to be put in, taken out or renamed for the stack to match: 0 for one that does. Of
    /// several stacks that miss, the nearest one is the one to show.
    pub fn distance(&self, stack: &[String], hosts: &dyn Hosts) -> usize {
        // `row[j]`: the distance of the elements so far to the first j frames.
        let mut row: Vec<usize> = (0..=stack.len()).collect();
        for element in &self.elements {
            let mut next = Vec::with_capacity(row.len());
            for j in 0..row.len() {
                let frame = j.checked_sub(1).map(|last| &stack[last]);
                next.push(match element {
                    Element::Gap => row[j].min(next.last().copied().unwrap_or(usize::MAX)),
                    Element::Frame { names, optional } => {
                        let skipped = row[j] + usize::from(!optional);
                        let extra = next.last().map_or(usize::MAX, |&left: &usize| left + 1);
                        let taken = frame.map_or(usize::MAX, |frame| {
                            row[j - 1]
                                + usize::from(!names.iter().any(|name| name.is(frame, hosts)))
                        });
                        skipped.min(extra).min(taken)
                    }
                });
            }
            row = next;
        }
        row[stack.len()]
    }
}

impl Name {
    fn is(&self, frame: &str, hosts: &dyn Hosts) -> bool {
        match self {
            Name::Exactly(name) => name == frame,
            Name::Host(name) => hosts
                .function(name)
                .is_some_and(|function| function == frame),
            Name::AnyHost => hosts.is_host(frame),
        }
    }
}

/// The parts between ` > `, trimmed, with the column of each. A `>` without a space on both sides is part of a name.
fn split_calls(text: &str) -> Vec<(usize, &str)> {
    let mut parts = Vec::new();
    let (mut begin, mut quoted, mut before) = (0, false, ' ');
    for (at, c) in text.char_indices() {
        let after = text[at + c.len_utf8()..].chars().next().unwrap_or(' ');
        match c {
            '`' => quoted = !quoted,
            '>' if !quoted && before.is_whitespace() && after.is_whitespace() => {
                parts.push((begin, at));
                begin = at + 1;
            }
            _ => {}
        }
        before = c;
    }
    parts.push((begin, text.len()));
    parts
        .into_iter()
        .map(|(begin, end)| trimmed(text, begin, end))
        .collect()
}

fn trimmed(text: &str, begin: usize, end: usize) -> (usize, &str) {
    let token = text[begin..end].trim_start();
    (
        text[..end - token.len()].chars().count() + 1,
        token.trim_end(),
    )
}

fn parse_element(column: usize, token: &str) -> Result<Element, PatternError> {
    let wrong = |message| Err(PatternError { column, message });
    match token {
        "" => return wrong("a frame is missing: write a name or `...` on both sides of ` > `"),
        "..." => return Ok(Element::Gap),
        "...?" => return wrong("`...` may stand for no frame anyway: leave the `?` out"),
        _ => {}
    }
    let (alternatives, optional) = match token.strip_suffix('?') {
        Some(rest) => (rest, true),
        None => (token, false),
    };
    let mut names = Vec::new();
    let mut offset = 0;
    for text in split_alternatives(alternatives) {
        let begin = column + token[..offset].chars().count();
        names.push(parse_name(begin, text)?);
        offset += text.len() + 1;
    }
    Ok(Element::Frame { names, optional })
}

fn split_alternatives(text: &str) -> Vec<&str> {
    let mut quoted = false;
    text.split(|c| {
        quoted ^= c == '`';
        c == '|' && !quoted
    })
    .collect()
}

fn parse_name(column: usize, text: &str) -> Result<Name, PatternError> {
    let wrong = |message| Err(PatternError { column, message });
    if let Some(rest) = text.strip_prefix('`') {
        return match rest.strip_suffix('`') {
            Some(name) if !name.is_empty() && !name.contains('`') => Ok(Name::Exactly(name.into())),
            _ => wrong(
                "a backtick needs its partner at the end of the name, and a name between them",
            ),
        };
    }
    match text {
        "" => wrong("a name is missing beside `|` or `?`"),
        "host::*" => Ok(Name::AnyHost),
        "host::" => wrong("name the program after `host::`, or write `host::*`"),
        _ if text.contains('`') => wrong("a backtick stands at both ends of a name or nowhere"),
        _ if text.contains("...") => wrong("`...` stands alone, between ` > `"),
        _ if text.ends_with('?') => wrong("one `?` is enough"),
        _ if text.trim() != text => wrong("no space beside `|` or `?`"),
        _ if !angles_balance(text) => wrong("a call is ` > `, with a space on both sides"),
        _ => Ok(match text.strip_prefix("host::") {
            Some(name) => Name::Host(name.into()),
            None => Name::Exactly(text.into()),
        }),
    }
}

/// `<A as B>::f` has as many `>` as `<`; `a>b` has not. The arrow of a function type is no bracket.
fn angles_balance(name: &str) -> bool {
    let mut open = 0i32;
    let mut before = ' ';
    for c in name.chars() {
        open += i32::from(c == '<') - i32::from(c == '>' && before != '-');
        if open < 0 {
            return false;
        }
        before = c;
    }
    open == 0
}

#[cfg(test)]
#[path = "pattern_tests.rs"]
mod tests;
