//! `share SUBJECT: RANGE`: the part of the samples that a function, a line or a thread has, against a range or the truth. A two-sided
//! exact binomial test; without the power to find the stated defect it does not pass.

use super::exact::{Law, smallest_defect};
use super::finding::{Judged, Test};
use super::question::{Question, total};
use super::stacks::Stack;
use super::verdict::Verdict;
use crate::case::truth::Truth;
use crate::case::{Range, Subject};

/// The defect that a share has to be able to find: it is off by this, or gone where it is less than this.
const DEFECT: f64 = 0.15;

/// How far a truth may lie beside the profile's share with nothing wrong: what runs between two phases (the reading of the
/// clock, the drawing of the next length) is in the samples and in no phase. At most 1 % of the samples when measured.
const BESIDE: f64 = 0.01;

pub(super) fn share(question: &Question, of: &Subject, range: &Range) -> Judged {
    let (low, high) = match range {
        Range::Within { low, high } => (*low, *high),
        Range::Truth => match true_share(question, of) {
            Ok(share) => ((share - BESIDE).max(0.0), (share + BESIDE).min(1.0)),
            Err(judged) => return *judged,
        },
    };
    if let Some(fixed) = question.truth.and_then(fixed_phase) {
        return Judged::plain(
            Verdict::Broken,
            format!(
                "phase {fixed} has a fixed length: in step with the timer a perfect profiler looks wrong"
            ),
        );
    }
    let considered = considered(question, of);
    let subject: Vec<_> = considered
        .iter()
        .copied()
        .filter(|stack| is_subject(question, of, stack))
        .collect();
    let signals = question.signals();
    let n = signals.at_least(total(&considered));
    if n == 0 {
        return question.no_samples();
    }
    let interval = Interval::of(n, low, high, question.look_alpha());
    let (count, all) = (total(&subject), total(&considered));
    let observed = count as f64 / all as f64;
    let test = Test {
        alpha: question.alpha,
        n,
        observed,
        accepted: Some(interval.shares(n)),
        detects: interval.detects,
    };
    let says = format!(
        "{:.1} % of {all} samples, and {:.1} % to {:.1} % are claimed",
        observed * 100.0,
        low * 100.0,
        high * 100.0
    );
    let too_low = interval
        .reject_low
        .is_some_and(|region| signals.at_most(count).min(n) <= region);
    let too_high = interval
        .reject_high
        .is_some_and(|region| signals.at_least(count) >= region);
    let verdict = match (too_low || too_high, interval.is_powerful(low, high)) {
        (true, _) => Verdict::Fail,
        (false, true) => Verdict::Pass,
        (false, false) => Verdict::Inconclusive,
    };
    let mut judged = Judged::new(verdict, says, test);
    if verdict == Verdict::Fail {
        judged.against = question.commonest(&considered);
    }
    judged
}

/// The samples that a share is over: those that contain `run`; for a thread, all.
fn considered<'a>(question: &'a Question, of: &Subject) -> Vec<&'a Stack> {
    let all = question.with_leaf(None);
    match of {
        Subject::Thread(_) => all,
        Subject::Leaf(_) | Subject::Line { .. } => all
            .into_iter()
            .filter(|stack| {
                stack
                    .frames
                    .iter()
                    .any(|frame| question.run.is(frame, question.hosts))
            })
            .collect(),
    }
}

fn is_subject(question: &Question, of: &Subject, stack: &Stack) -> bool {
    match of {
        Subject::Leaf(names) => stack
            .frames
            .last()
            .is_some_and(|leaf| names.is(leaf, question.hosts)),
        Subject::Thread(name) => stack.thread.as_deref() == Some(name),
        Subject::Line { file, line } => stack
            .leaf_line
            .as_ref()
            .is_some_and(|(at, number)| at == file && number == line),
    }
}

fn true_share(question: &Question, of: &Subject) -> Result<f64, Box<Judged>> {
    let truth = question
        .truth
        .ok_or_else(|| Box::new(question.no_truth()))?;
    let broken = |what: String| Box::new(Judged::plain(Verdict::Broken, what));
    let (part_ns, all_ns) = match of {
        Subject::Leaf(names) => {
            let part = truth.phase_ns(&names.texts()).ok_or_else(|| {
                broken(format!(
                    "the truth has no phase called {}",
                    names.texts().join(" or ")
                ))
            })?;
            (part, truth.phases_ns())
        }
        Subject::Thread(name) => {
            let named = truth.threads.iter().filter(|thread| thread.name == *name);
            let part: u64 = named.map(|thread| thread.cpu_ns).sum();
            if part == 0 {
                return Err(broken(format!("the truth has no thread called {name}")));
            }
            (part, truth.cpu_ns())
        }
        Subject::Line { .. } => {
            return Err(broken("the truth knows no lines: claim a range".into()));
        }
    };
    Ok(part_ns as f64 / all_ns.max(1) as f64)
}

/// A phase that was visited again and again, always for the same time.
fn fixed_phase(truth: &Truth) -> Option<&str> {
    truth
        .phases
        .iter()
        .find(|phase| {
            phase.visits > 1
                && phase.planned_min_ns > 0
                && phase.planned_min_ns == phase.planned_max_ns
        })
        .map(|phase| phase.name.as_str())
}

/// Where counts are rejected, and what that finds.
struct Interval {
    reject_low: Option<u64>,
    reject_high: Option<u64>,
    /// The smallest change that is found on both sides.
    detects: Option<f64>,
    detects_low: Option<f64>,
    detects_high: Option<f64>,
}

impl Interval {
    /// Half of the error on each side; a side that has no room, below 0 or above 1, needs none.
    fn of(n: u64, low: f64, high: f64, alpha: f64) -> Self {
        let reject_low = Law::Binomial { n, p: low }.low_region(alpha / 2.0);
        let reject_high = Law::Binomial { n, p: high }.high_region(alpha / 2.0);
        let at = |p: f64| Law::Binomial {
            n,
            p: p.clamp(0.0, 1.0),
        };
        let detects_low = reject_low
            .and_then(|region| smallest_defect(low, |less| at(low - less).at_most(region)));
        let detects_high = reject_high.and_then(|region| {
            smallest_defect(1.0 - high, |more| at(high + more).at_least(region))
        });
        let side = |room: f64, detects: Option<f64>| match room > 0.0 {
            true => detects,
            false => Some(0.0),
        };
        let detects = side(low, detects_low)
            .zip(side(1.0 - high, detects_high))
            .map(|(low, high)| low.max(high));
        Interval {
            reject_low,
            reject_high,
            detects,
            detects_low,
            detects_high,
        }
    }

    fn shares(&self, n: u64) -> (f64, f64) {
        let low = self.reject_low.map_or(0, |region| region + 1);
        let high = self.reject_high.map_or(n, |region| region - 1);
        (low as f64 / n as f64, high as f64 / n as f64)
    }

    /// Whether a share that is off by [`DEFECT`], or gone, or all, would be found.
    fn is_powerful(&self, low: f64, high: f64) -> bool {
        let side = |room: f64, detects: Option<f64>| {
            room <= 0.0 || detects.is_some_and(|detects| detects <= DEFECT.min(room))
        };
        side(low, self.detects_low) && side(1.0 - high, self.detects_high)
    }
}
