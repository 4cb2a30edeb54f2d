//! `stack`, `every` and `never`: whether stacks are there. A stack that is wrong is wrong whatever the statistics say; what is
//! tested is whether there is enough to have seen one, and whether what is missing could be missing by chance.

#[cfg(test)]
use super::exact::smallest_defect;
use super::exact::{Law, smallest_visible_share};
use super::finding::{Judged, Test};
use super::question::{Question, total};
use super::verdict::Verdict;
use crate::case::Names;
use crate::case::pattern::Pattern;

/// `every` and `never` have to be able to see a defect of this part of the samples: 44 signals, for 1 − 0.9⁴⁴ is 0.990.
pub(super) const VISIBLE_SHARE: f64 = 0.1;

/// What of a phase's time certainly goes to its function. The rest is the call of it, and the reading of the clock between two
/// batches: 1 % of the samples, up to 5 of 100 when measured.
const CERTAIN: f64 = 0.9;

/// The part of all samples that a claimed stack is taken to have where the truth has no phase for its leaf.
const ASSUMED_SHARE: f64 = 0.1;

/// `stack: PATTERN`: some sample has it.
pub(super) fn some(question: &Question, pattern: &Pattern) -> Judged {
    let stacks = question.with_leaf(None);
    let (hits, misses): (Vec<_>, Vec<_>) = stacks
        .iter()
        .partition(|stack| question.matches(pattern, stack));
    let signals = question.signals();
    let lost = question.seen.lost;
    let all = total(&stacks) + lost;
    let n = signals.at_least(total(&stacks));
    let share = pattern
        .last_names()
        .and_then(|names| question.true_share(&names))
        .map_or(ASSUMED_SHARE, |share| share * CERTAIN);
    let law = Law::Binomial {
        n: signals.at_least(all),
        p: share,
    };
    // What is tested is no sample at all, but for those that are declared as lost, which may have had it.
    let low = law.low_region(question.look_alpha());
    let none_is_unlikely = low.is_some_and(|low| signals.at_most(lost) <= low);
    let test = Test {
        alpha: question.alpha,
        n,
        observed: total(&hits) as f64,
        accepted: Some((1.0, f64::INFINITY)),
        detects: none_is_unlikely.then_some(1.0),
    };
    if !hits.is_empty() {
        let says = format!("{} of {} samples have it", total(&hits), total(&stacks));
        return Judged::new(Verdict::Pass, says, test);
    }
    let verdict = match none_is_unlikely {
        true => Verdict::Fail,
        false => Verdict::Inconclusive,
    };
    let says = format!(
        "none of {all} samples has it{}, and {:.1} of them should",
        beside(lost),
        share * all as f64
    );
    Judged {
        against: question.nearest(pattern, &misses),
        ..Judged::new(verdict, says, test)
    }
}

/// `every LEAF: PATTERN`: all samples with that leaf have it, and the leaf has not vanished.
pub(super) fn every(question: &Question, leaf: Option<&Names>, pattern: &Pattern) -> Judged {
    let stacks = question.with_leaf(leaf);
    let misses: Vec<_> = stacks
        .iter()
        .copied()
        .filter(|stack| !question.matches(pattern, stack))
        .collect();
    let signals = question.signals();
    let (count, lost) = (total(&stacks), question.seen.lost);
    // What is declared as lost may have had this leaf, all of it: one thread's buffer is full, and others' are not.
    let all = question.seen.samples() + lost;
    let n = signals.at_least(count);
    // How many of all samples have the leaf: the truth says it of a leaf that it has a phase for.
    let law = leaf
        .and_then(|names| question.true_share(names))
        .map(|share| Law::Binomial {
            n: signals.at_least(all),
            p: (share * CERTAIN).min(1.0),
        });
    let low = law.and_then(|law| law.low_region(question.look_alpha()));
    let at_most = signals.at_most(count + lost).min(signals.at_least(all));
    let vanished = low.is_some_and(|low| at_most <= low);
    let test = Test {
        alpha: question.alpha,
        n,
        observed: (count - total(&misses)) as f64,
        accepted: Some((
            low.map_or(count as f64, |low| {
                (signals.samples(low as f64 + 1.0) - lost as f64).max(count as f64)
            }),
            f64::INFINITY,
        )),
        detects: Some(smallest_visible_share(n)).filter(|&share| share < 1.0),
    };
    if !misses.is_empty() {
        let says = format!("{} of {count} samples do not have it", total(&misses));
        return Judged {
            against: question.nearest(pattern, &misses),
            ..Judged::new(Verdict::Fail, says, test)
        };
    }
    if vanished {
        let due = law.map_or(0.0, |law| match law {
            Law::Binomial { p, .. } => p * all as f64,
            Law::Poisson { mean } => mean,
        });
        let says = format!(
            "only {count} of {all} samples have this leaf{}, and the truth implies {due:.1} at least",
            beside(lost)
        );
        return Judged {
            against: question.nearest(pattern, &question.with_leaf(None)),
            ..Judged::new(Verdict::Fail, says, test)
        };
    }
    enough(test, format!("all {count} samples it is about have it"))
}

/// What there is to say of lost samples where a part of all is missing.
fn beside(lost: u64) -> String {
    match lost {
        0 => String::new(),
        _ => format!(" beside {lost} lost ones, which may have had it"),
    }
}

/// `never: PATTERN`: no sample has it.
pub(super) fn never(question: &Question, pattern: &Pattern) -> Judged {
    let stacks = question.with_leaf(None);
    let hits: Vec<_> = stacks
        .iter()
        .copied()
        .filter(|stack| question.matches(pattern, stack))
        .collect();
    let count = total(&stacks);
    let n = question.signals().at_least(count);
    let test = Test {
        alpha: 0.0,
        n,
        observed: total(&hits) as f64,
        accepted: Some((0.0, 0.0)),
        detects: Some(smallest_visible_share(n)).filter(|&share| share < 1.0),
    };
    if !hits.is_empty() {
        let says = format!("{} of {count} samples have it", total(&hits));
        return Judged {
            against: question.commonest(&hits),
            ..Judged::new(Verdict::Fail, says, test)
        };
    }
    if count == 0 && question.case.none_ok {
        return Judged::new(
            Verdict::Pass,
            "there are no samples, which is fine here",
            test,
        );
    }
    enough(test, format!("none of {count} samples has it"))
}

/// PASS where a defect of [`VISIBLE_SHARE`] would have shown, INCONCLUSIVE otherwise.
fn enough(test: Test, says: String) -> Judged {
    match test.detects {
        Some(detects) if detects <= VISIBLE_SHARE => Judged::new(Verdict::Pass, says, test),
        _ => {
            let says = format!("{says}, but {} signals are too few to tell", test.n);
            Judged::new(Verdict::Inconclusive, says, test)
        }
    }
}

/// The part of a leaf's samples that must be missing for `every` to find that: what the exact tests hold the judge to.
#[cfg(test)]
pub(super) fn smallest_loss(n: u64, share: f64, alpha: f64) -> Option<f64> {
    let law = Law::Binomial {
        n,
        p: share * CERTAIN,
    };
    let low = law.low_region(alpha)?;
    let true_law = Law::Binomial { n, p: share };
    smallest_defect(1.0, |loss| true_law.scaled(1.0 - loss).at_most(low))
}
