//! `top: NAME`: the function with the most samples of its own. Between two functions it is a coin: the claim fails if another
//! is ahead by more than a fair coin would give, passes if it is ahead of each other by more than that, and is open in between.

use std::collections::BTreeMap;

use super::exact::{Law, smallest_defect};
use super::finding::{Against, Judged, Test};
use super::question::Question;
use super::stacks::Stack;
use super::verdict::Verdict;
use crate::case::Names;

pub(super) fn top(question: &Question, names: &Names) -> Judged {
    let mut own = 0;
    let mut others: BTreeMap<&str, u64> = BTreeMap::new();
    for stack in &question.seen.stacks {
        match stack.frames.last() {
            Some(leaf) if names.is(leaf, question.hosts) => own += stack.count,
            Some(leaf) => *others.entry(leaf).or_default() += stack.count,
            None => {}
        }
    }
    let signals = question.signals();
    let n = signals.at_least(question.seen.samples());
    if n == 0 {
        return question.no_samples();
    }
    // The error is shared by all comparisons.
    let alpha = question.look_alpha() / others.len().max(1) as f64;
    let rival = others
        .iter()
        .max_by_key(|(_, count)| **count)
        .map(|(name, count)| (*name, *count));
    let rivals = rival.map_or(0, |(_, count)| count);
    let pair = |own: u64, other: u64| Law::Binomial {
        n: own + other,
        p: 0.5,
    };
    let (own_low, own_high) = (signals.at_least(own), signals.at_most(own));
    let (rival_low, rival_high) = (signals.at_least(rivals), signals.at_most(rivals));
    let behind = pair(own_high, rival_low).at_most(own_high) <= alpha;
    let ahead = pair(own_low, rival_high).at_least(own_low) <= alpha;
    let test = Test {
        alpha: question.alpha,
        n,
        observed: own as f64,
        accepted: Some((rivals as f64, f64::INFINITY)),
        detects: pair(n, 0).low_region(alpha).and_then(|low| lead(n, low)),
    };
    let says = match rival {
        Some((name, count)) => format!("{own} samples of its own, and {name} has {count}"),
        None => format!("{own} samples of its own, and no other function has any"),
    };
    let verdict = match (behind, ahead) {
        (true, _) => Verdict::Fail,
        (_, true) => Verdict::Pass,
        _ => Verdict::Inconclusive,
    };
    let mut judged = Judged::new(verdict, says, test);
    if let (Some((name, count)), true) = (rival, verdict != Verdict::Pass) {
        let stack = Stack {
            frames: vec![name.to_owned()],
            count,
            ..Stack::default()
        };
        judged.against = vec![Against {
            stack,
            departs: None,
        }];
    }
    judged
}

/// By how much of both functions' samples another must be ahead to be found.
fn lead(n: u64, low: u64) -> Option<f64> {
    let found = |lead: f64| {
        let law = Law::Binomial {
            n,
            p: (1.0 - lead) / 2.0,
        };
        law.at_most(low)
    };
    smallest_defect(1.0, found)
}
