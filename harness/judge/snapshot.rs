//! `snapshot`: the set of elided stacks is the one that is committed. Counts are no part of it.

use super::finding::{Against, Judged};
use super::question::Question;
use super::stacks::Stack;
use super::verdict::Verdict;
use crate::case::elide;

/// None where no snapshot is compared: it belongs to the reference and a platform.
pub(super) fn snapshot(question: &Question) -> Option<Judged> {
    let expected = question.snapshot?;
    if question.seen.samples() == 0 {
        return Some(question.no_samples());
    }
    let stacks = question.seen.stacks.iter();
    let shown = elide::snapshot(stacks.map(|stack| (&stack.frames[..], stack.count)));
    let expected: Vec<&str> = expected.lines().filter(|line| !line.is_empty()).collect();
    let strangers: Vec<&String> = shown
        .iter()
        .filter(|line| !expected.contains(&line.as_str()))
        .collect();
    let missing: Vec<&&str> = expected
        .iter()
        .filter(|line| !shown.iter().any(|stack| stack == *line))
        .collect();
    if strangers.is_empty() && missing.is_empty() {
        let says = format!("the {} stacks of the snapshot, and no other", shown.len());
        return Some(Judged {
            shown: Some(shown.join("\n")),
            ..Judged::plain(Verdict::Pass, says)
        });
    }
    let says = match missing.first() {
        Some(stack) => format!(
            "{} stacks of the snapshot are missing ({stack}), {} are not in it",
            missing.len(),
            strangers.len()
        ),
        None => format!("{} stacks are not in the snapshot", strangers.len()),
    };
    let against = strangers
        .iter()
        .take(3)
        .map(|line| Against {
            stack: Stack {
                frames: line.split(" > ").map(String::from).collect(),
                ..Stack::default()
            },
            departs: None,
        })
        .collect();
    Some(Judged {
        against,
        shown: Some(shown.join("\n")),
        ..Judged::plain(Verdict::Fail, says)
    })
}
