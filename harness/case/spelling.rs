//! How patterns and names are written: reading them, with the column of each part, and printing them back.

use std::fmt::{self, Display, Formatter};

use super::name::{Name, Names};
use super::pattern::{Element, Pattern, PatternError};

/// A part of a pattern, and where it stands. Columns are in characters, from 1.
pub(super) struct Spelled {
    /// Of the part.
    pub column: usize,
    pub element: Element,
    /// Of each of its names.
    pub names: Vec<usize>,
}

/// Reads the parts of a pattern.
pub(super) fn parse_elements(text: &str) -> Result<Vec<Spelled>, PatternError> {
    let mut elements: Vec<Spelled> = Vec::new();
    for (column, token) in split_calls(text) {
        let next = parse_element(column, token)?;
        let after_gap = elements
            .last()
            .is_some_and(|last| last.element == Element::Gap);
        if next.element == Element::Gap && after_gap {
            return Err(PatternError {
                column,
                message: "two `...` in a row say no more than one",
            });
        }
        elements.push(next);
    }
    Ok(elements)
}

/// Reads the alternatives for one frame, with the column of each.
pub(super) fn parse_names(text: &str) -> Result<(Names, Vec<usize>), PatternError> {
    let wrong = |column, message| Err(PatternError { column, message });
    let mut parts = split_calls(text);
    match (parts.len(), parts.remove(0)) {
        (1, (column, "..." | "")) => wrong(column, "a function's name is wanted here"),
        (1, (column, token)) if token.ends_with('?') => wrong(
            column,
            "a name that may be missing names nothing: leave the `?` out",
        ),
        (1, (column, token)) => parse_alternatives(column, token),
        _ => wrong(1, "one frame is wanted here, not a stack"),
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

fn parse_element(column: usize, token: &str) -> Result<Spelled, PatternError> {
    let wrong = |message| Err(PatternError { column, message });
    match token {
        "" => return wrong("a frame is missing: write a name or `...` on both sides of ` > `"),
        "..." => {
            return Ok(Spelled {
                column,
                element: Element::Gap,
                names: Vec::new(),
            });
        }
        "...?" => return wrong("`...` may stand for no frame anyway: leave the `?` out"),
        _ => {}
    }
    let (alternatives, optional) = match token.strip_suffix('?') {
        Some(rest) => (rest, true),
        None => (token, false),
    };
    let (names, columns) = parse_alternatives(column, alternatives)?;
    Ok(Spelled {
        column,
        element: Element::Frame { names, optional },
        names: columns,
    })
}

fn parse_alternatives(column: usize, text: &str) -> Result<(Names, Vec<usize>), PatternError> {
    let (mut names, mut columns) = (Vec::new(), Vec::new());
    let mut offset = 0;
    for alternative in split_alternatives(text) {
        let begin = column + text[..offset].chars().count();
        names.push(parse_name(begin, alternative)?);
        columns.push(begin);
        offset += alternative.len() + 1;
    }
    Ok((Names(names), columns))
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

impl Display for Pattern {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        for (at, element) in self.elements.iter().enumerate() {
            if at > 0 {
                f.write_str(" > ")?;
            }
            match element {
                Element::Gap => f.write_str("...")?,
                Element::Frame { names, optional } => {
                    write!(f, "{names}{}", if *optional { "?" } else { "" })?;
                }
            }
        }
        Ok(())
    }
}

impl Display for Names {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        for (at, name) in self.0.iter().enumerate() {
            if at > 0 {
                f.write_str("|")?;
            }
            match name {
                Name::Exactly(text) if is_plain(text) => f.write_str(text)?,
                Name::Exactly(text) => write!(f, "`{text}`")?,
                Name::Host(program) => write!(f, "host::{program}")?,
                Name::AnyHost => f.write_str("host::*")?,
            }
        }
        Ok(())
    }
}

/// Whether a name needs no backticks, neither in a pattern nor before the colon of a directive.
fn is_plain(name: &str) -> bool {
    let as_it_is = Names(vec![Name::Exactly(name.to_owned())]);
    !name.contains(": ") && !name.ends_with(':') && Names::parse(name) == Ok(as_it_is)
}
