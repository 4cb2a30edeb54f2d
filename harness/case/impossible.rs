//! Patterns that no stack can match, because of what is done to stacks before they are compared. A claim that cannot
//! come true, or that cannot fail, is an error of its author's, and found before anything runs.
//!
//! Only what is certain is refused: what a port calls its host functions is not known here.

use super::error::Problem;
use super::name::{Name, Names};
use super::normalize::{bare, is_main, is_start_up};
use super::pattern::Element;
use super::spelling::Spelled;
use super::spot::Spot;

/// What is impossible in a pattern, given as it is spelled at `spot`.
pub(super) fn pattern(spot: Spot<'_>, spelled: &[Spelled]) -> Vec<Problem> {
    let mut problems: Vec<Problem> = spelled
        .iter()
        .flat_map(|part| match &part.element {
            Element::Gap => Vec::new(),
            Element::Frame { names: these, .. } => names(spot, these, &part.names),
        })
        .collect();
    problems.extend(root(spot, spelled));
    problems
}

/// What is impossible in alternatives, whose columns are given.
pub(super) fn names(spot: Spot<'_>, names: &Names, columns: &[usize]) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (at, (name, &column)) in names.0.iter().zip(columns).enumerate() {
        let spot = name_spot(spot, column);
        if names.0[..at].contains(name) {
            problems.push(spot.wrong(format!("`{}` stands here twice", spot.text)));
        }
        if let Name::Exactly(text) = name
            && bare(text) != *text
        {
            let message = "hashes of Rust and suffixes of C compilers are taken off names before they are compared: no frame has this one";
            problems.push(spot.wrong(message).help(format!("write `{}`", bare(text))));
        }
    }
    problems
}

/// The names at the root that stacks lose or have another for.
fn root(spot: Spot<'_>, spelled: &[Spelled]) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (at, part) in spelled.iter().enumerate() {
        let Element::Frame { names, .. } = &part.element else {
            break;
        };
        // A stack of start-up frames alone keeps them.
        let more = spelled[at..]
            .iter()
            .any(|part| has_to_be_the_programs(&part.element));
        for (name, &column) in names.0.iter().zip(&part.names) {
            let Name::Exactly(text) = name else { continue };
            if is_start_up(text) && more {
                problems.push(
                    name_spot(spot, column)
                        .wrong(format!("`{text}` cannot be the root: start-up frames are cut before stacks are compared"))
                        .help("begin with `main`, or with the function that the thread was made with"),
                );
            } else if is_main(text) && text != "main" {
                problems.push(
                    name_spot(spot, column)
                        .wrong(format!("the root is called `main`, not `{text}`, whatever the language calls it"))
                        .help("write `main`"),
                );
            }
        }
        // What follows is at the root only if none of these can be there.
        if !names.0.iter().all(is_start_up_name) {
            break;
        }
    }
    problems
}

/// Whether a frame must be there that is none of the start-up.
fn has_to_be_the_programs(element: &Element) -> bool {
    let program = |name: &Name| matches!(name, Name::Exactly(text) if !is_start_up(text));
    matches!(element, Element::Frame { names, optional: false } if names.0.iter().all(program))
}

fn is_start_up_name(name: &Name) -> bool {
    matches!(name, Name::Exactly(text) if is_start_up(text))
}

/// A leaf that `every` is about and that no stack of the pattern has.
pub(super) fn leaf(leaf: &Names, spot: Spot<'_>, spelled: &[Spelled]) -> Option<Problem> {
    let mut last: Vec<&Name> = Vec::new();
    for part in spelled.iter().rev() {
        let Element::Frame { names, optional } = &part.element else {
            return None;
        };
        last.extend(&names.0);
        if !optional {
            break;
        }
    }
    let column = spelled.last()?.column;
    let never = |name: &&Name| !last.iter().any(|last| name.may_be(last));
    let missing = leaf.0.iter().find(never)?;
    let shown = Names(vec![missing.clone()]);
    Some(
        spot.at_column(column)
            .wrong(format!(
                "the leaf of this pattern is never `{shown}`: no sample can satisfy the claim"
            ))
            .help(format!("end the pattern in `{shown}`")),
    )
}

fn name_spot(spot: Spot<'_>, column: usize) -> Spot<'_> {
    let rest = spot.at_column(column);
    let mut quoted = false;
    let end = rest.text.find(|c| {
        quoted ^= c == '`';
        !quoted && matches!(c, '|' | '?')
    });
    rest.upto(end.unwrap_or(rest.text.len()))
}
