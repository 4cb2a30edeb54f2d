//! From a directive to a claim.

use super::assertion::{Kind, Range, Subject};
use super::directive::{Directive, Key};
use super::error::Problem;
use super::impossible;
use super::name::Names;
use super::pattern::{Pattern, PatternError};
use super::spelling::{self, Spelled};
use super::spot::Spot;
use super::values;

type Read<T> = Result<T, Vec<Problem>>;

/// The claim that a directive states; `None` if it states none.
pub(super) fn read(directive: &Directive<'_>) -> Option<Read<Kind>> {
    let Directive { head, value, .. } = *directive;
    let one = |problem| vec![problem];
    Some(match directive.key {
        Key::Stack => something(value).map(Kind::Stack),
        Key::Never => something(value).map(Kind::Never),
        Key::Every if head.text.is_empty() => {
            something(value).map(|stack| Kind::Every { leaf: None, stack })
        }
        Key::Every => every(head, value),
        Key::Top => names(value).map(Kind::Top),
        Key::Share => share(head, value),
        Key::Total => values::only(value, "total", "truth")
            .map(|()| Kind::Total)
            .map_err(one),
        Key::Finishes => values::duration(value).map(Kind::Finishes).map_err(one),
        Key::SelfCheck => values::check_name(value).map(Kind::SelfCheck).map_err(one),
        Key::Snapshot => Ok(Kind::Snapshot),
        Key::Lint => Ok(Kind::Lint),
        _ => return None,
    })
}

/// A pattern that not every stack matches.
fn something(spot: Spot<'_>) -> Read<Pattern> {
    let (pattern, _) = pattern(spot)?;
    if pattern.is_anything() {
        return Err(vec![
            spot.wrong("every stack is like this: the claim says nothing about any")
                .help("name a frame that must be there: `main > ... > cpuHog`"),
        ]);
    }
    Ok(pattern)
}

fn every(head: Spot<'_>, value: Spot<'_>) -> Read<Kind> {
    let (leaf, stack) = both(names(head), pattern(value))?;
    let (stack, spelled) = stack;
    match impossible::leaf(&leaf, value, &spelled) {
        Some(problem) => Err(vec![problem]),
        None => Ok(Kind::Every {
            leaf: Some(leaf),
            stack,
        }),
    }
}

fn share(head: Spot<'_>, value: Spot<'_>) -> Read<Kind> {
    let range = values::range(value).map_err(|problem| vec![problem]);
    both(subject(head), range).map(|(of, range): (Subject, Range)| Kind::Share { of, range })
}

/// `thread:NAME`, `FILE:LINE`, or a leaf's name. A name has no single colon outside backticks.
fn subject(spot: Spot<'_>) -> Read<Subject> {
    let text = spot.text;
    let Some(colon) = single_colon(text) else {
        return names(spot).map(Subject::Leaf);
    };
    let (before, after) = (spot.upto(colon), spot.from(colon + 1));
    if before.text == "thread" {
        if after.text.is_empty() {
            return Err(vec![after.wrong("the thread's name is missing")]);
        }
        return Ok(Subject::Thread(after.text.to_owned()));
    }
    let digits = after.text.bytes().all(|byte| byte.is_ascii_digit());
    match after.text.parse() {
        Ok(line) if line > 0 && digits && !before.text.is_empty() => Ok(Subject::Line {
            file: before.text.to_owned(),
            line,
        }),
        _ => Err(vec![
            spot.wrong(format!("`{text}` is no leaf, thread or line"))
                .help("write `cpuHog`, `thread:NAME`, or `FILE.c:LINE` with a line from 1"),
        ]),
    }
}

fn single_colon(text: &str) -> Option<usize> {
    if text.starts_with("thread:") && !text.starts_with("thread::") {
        return Some("thread".len());
    }
    let bytes = text.as_bytes();
    let is_colon = |at: usize| bytes.get(at) == Some(&b':');
    let single = |at: usize| is_colon(at) && !is_colon(at + 1) && (at == 0 || !is_colon(at - 1));
    let mut colons = (0..bytes.len()).filter(|&at| single(at));
    if text.contains('`') {
        None
    } else {
        colons.next_back()
    }
}

fn names(spot: Spot<'_>) -> Read<Names> {
    let (names, columns) =
        spelling::parse_names(spot.text).map_err(|error| vec![shifted(spot, &error)])?;
    let problems = impossible::names(spot, &names, &columns);
    if problems.is_empty() {
        Ok(names)
    } else {
        Err(problems)
    }
}

fn pattern(spot: Spot<'_>) -> Read<(Pattern, Vec<Spelled>)> {
    let spelled =
        spelling::parse_elements(spot.text).map_err(|error| vec![shifted(spot, &error)])?;
    let problems = impossible::pattern(spot, &spelled);
    if !problems.is_empty() {
        return Err(problems);
    }
    let elements = spelled.iter().map(|part| part.element.clone()).collect();
    Ok((Pattern { elements }, spelled))
}

/// An error of a pattern's own, at its place in the line.
fn shifted(spot: Spot<'_>, error: &PatternError) -> Problem {
    spot.at_column(error.column)
        .wrong(format!("malformed pattern: {}", error.message))
}

/// Both, or what is wrong with either.
fn both<A, B>(a: Read<A>, b: Read<B>) -> Read<(A, B)> {
    match (a, b) {
        (Ok(a), Ok(b)) => Ok((a, b)),
        (Err(mut a), Err(b)) => {
            a.extend(b);
            Err(a)
        }
        (Err(problems), _) | (_, Err(problems)) => Err(problems),
    }
}

#[cfg(test)]
#[path = "statements_tests.rs"]
mod tests;
