//! What is wrong with a case as a whole: claims that repeat or contradict each other, and words that nothing uses.

use std::path::Path;

use super::assertion::{Claim, Kind, Subject};
use super::code::find_word;
use super::error::Problem;
use super::pattern::Pattern;
use super::spot::Spot;

/// Claims that repeat or contradict an earlier one. `places` has the directive of each.
pub(super) fn claims(claims: &[Claim], places: &[Spot<'_>]) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (at, (claim, place)) in claims.iter().zip(places).enumerate() {
        let earlier = claims[..at].iter().find_map(|earlier| {
            clash(&earlier.kind, &claim.kind).map(|message| (earlier.line, message))
        });
        if let Some((line, message)) = earlier {
            problems.push(place.wrong(message).before(line));
        }
    }
    problems
}

fn clash(a: &Kind, b: &Kind) -> Option<&'static str> {
    match (a, b) {
        _ if a == b => Some("the same claim stands above"),
        (Kind::Share { of: a, .. }, Kind::Share { of: b, .. }) if a == b => {
            Some("a share of the same subject stands above")
        }
        (demanded, Kind::Never(stack)) if demands(demanded) == Some(stack) => {
            Some("this forbids what is demanded above")
        }
        (Kind::Never(stack), demanded) if demands(demanded) == Some(stack) => {
            Some("this demands what is forbidden above")
        }
        _ => None,
    }
}

/// The stack that some sample has to have.
fn demands(kind: &Kind) -> Option<&Pattern> {
    match kind {
        Kind::Stack(stack) | Kind::Every { stack, .. } => Some(stack),
        _ => None,
    }
}

/// Names to be salted that nothing has: neither a claim nor the code.
pub(super) fn salt(claims: &[Claim], code: &str, salt: &[Spot<'_>]) -> Vec<Problem> {
    let unused = |name: &&Spot<'_>| {
        let spoken_of = claims.iter().any(|claim| speaks_of(claim, name.text));
        !spoken_of && find_word(code, name.text).is_none()
    };
    let problem = |name: &Spot<'_>| {
        name.wrong(format!(
            "no claim speaks of `{}`, and the code does not have it",
            name.text
        ))
        .help("salt the functions that claims speak of")
    };
    salt.iter().filter(unused).map(problem).collect()
}

/// Shares of lines of this very file that are not there, or have no code.
pub(super) fn lines(
    file: &str,
    text: &str,
    code: &str,
    claims: &[Claim],
    places: &[Spot<'_>],
) -> Vec<Problem> {
    let own = Path::new(file).file_name().and_then(|name| name.to_str());
    let mut problems = Vec::new();
    for (claim, place) in claims.iter().zip(places) {
        let Kind::Share {
            of: Subject::Line { file, line },
            ..
        } = &claim.kind
        else {
            continue;
        };
        let at = *line as usize - 1;
        let has_code = || {
            let blank = code.lines().nth(at)?.trim().is_empty();
            // A line may be the rest of a call, and all of it a literal.
            Some(!blank || text.lines().nth(at)?.contains('"'))
        };
        if Some(file.as_str()) == own && has_code() != Some(true) {
            let subject = format!("{file}:{line}");
            let begin = place.text.find(&subject).unwrap_or(0);
            let spot = place.from(begin);
            problems.push(
                spot.upto(subject.len().min(spot.text.len()))
                    .wrong(format!("line {line} of this file has no code")),
            );
        }
    }
    problems
}

/// Whether a claim speaks of a function of this name.
fn speaks_of(claim: &Claim, name: &str) -> bool {
    let in_pattern = |stack: &Pattern| stack.names().any(|names| names.texts().contains(&name));
    match &claim.kind {
        Kind::Stack(stack) | Kind::Never(stack) => in_pattern(stack),
        Kind::Every { leaf, stack } => {
            in_pattern(stack) || leaf.iter().any(|leaf| leaf.texts().contains(&name))
        }
        Kind::Top(names)
        | Kind::Share {
            of: Subject::Leaf(names),
            ..
        } => names.texts().contains(&name),
        _ => false,
    }
}
