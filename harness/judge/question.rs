//! All that a judgement rests on, and what the tests of all kinds of claims ask of it.

use super::finding::{Against, Judged, Test};
use super::signals::Signals;
use super::stacks::{Seen, Stack};
use super::verdict::Verdict;
use crate::case::Case;
use crate::case::Names;
use crate::case::departure;
use crate::case::hosts::Hosts;
use crate::case::pattern::Pattern;
use crate::case::truth::Truth;

/// The probability, for one claim, that a perfect profiler fails it by chance.
pub const ALPHA: f64 = 1e-6;

/// Signals that are due where none is no chance: e⁻⁴⁴ is 8 in 10²⁰, nothing beside α.
const SILENT_DUE: f64 = 44.0;

/// How many stacks are shown against a claim.
const AGAINST_MAX: usize = 3;

/// A case, a profile, and what is known of how it came about.
pub struct Question<'a> {
    /// What must be seen.
    pub case: &'a Case,
    /// What is seen.
    pub seen: &'a Seen,
    /// What the program measured of itself, if it did.
    pub truth: Option<&'a Truth>,
    /// The port's names.
    pub hosts: &'a dyn Hosts,
    /// The function that the program's work runs in, as patterns spell it: `run`, or `host::NAME`. Shares are over the samples
    /// that have it.
    pub run: &'a Names,
    /// The error of a claim, over all looks.
    pub alpha: f64,
    /// How many looks it is split over.
    pub looks: usize,
    /// The rate that no signal goes beyond; None for a clock that knows no tick.
    pub tick_hz: Option<f64>,
    /// The stacks that the case's snapshot has; None where no snapshot is compared.
    pub snapshot: Option<&'a str>,
    /// Whether the program was run for this, and ended in time. A profile alone does not tell.
    pub was_run: bool,
}

impl Question<'_> {
    /// What a claim may spend of its error at one look.
    pub(super) fn look_alpha(&self) -> f64 {
        self.alpha / self.looks as f64
    }

    pub(super) fn signals(&self) -> Signals {
        Signals::of(self.seen, self.tick_hz)
    }

    pub(super) fn matches(&self, pattern: &Pattern, stack: &Stack) -> bool {
        pattern.matches(&stack.frames, self.hosts)
    }

    /// The stacks with one of these leaves; all for None.
    pub(super) fn with_leaf(&self, leaf: Option<&Names>) -> Vec<&Stack> {
        let is = |stack: &&Stack| {
            leaf.is_none_or(|names| {
                stack
                    .frames
                    .last()
                    .is_some_and(|last| names.is(last, self.hosts))
            })
        };
        self.seen.stacks.iter().filter(is).collect()
    }

    /// The part of the program's CPU time that the truth has for phases of these names; None where it has no such phase.
    pub(super) fn true_share(&self, names: &Names) -> Option<f64> {
        let truth = self.truth?;
        let phase_ns = truth.phase_ns(&names.texts())?;
        Some(phase_ns as f64 / (truth.cpu_ns().max(1)) as f64)
    }

    /// The nearest of the stacks that miss, the commonest first among equals.
    pub(super) fn nearest(&self, pattern: &Pattern, misses: &[&Stack]) -> Vec<Against> {
        let mut misses: Vec<(usize, &&Stack)> = misses
            .iter()
            .map(|stack| (pattern.distance(&stack.frames, self.hosts), stack))
            .collect();
        misses.sort_by_key(|(distance, stack)| (*distance, u64::MAX - stack.count));
        misses
            .into_iter()
            .take(AGAINST_MAX)
            .map(|(_, stack)| Against {
                departs: departure::first(pattern, &stack.frames, self.hosts),
                stack: (*stack).clone(),
            })
            .collect()
    }

    /// The commonest of the stacks that must not be.
    pub(super) fn commonest(&self, stacks: &[&Stack]) -> Vec<Against> {
        let mut stacks = stacks.to_vec();
        stacks.sort_by_key(|stack| u64::MAX - stack.count);
        stacks
            .into_iter()
            .take(AGAINST_MAX)
            .map(|stack| Against {
                stack: stack.clone(),
                departs: None,
            })
            .collect()
    }

    /// The answer of a claim that needs the truth where there is none.
    pub(super) fn no_truth(&self) -> Judged {
        Judged::plain(
            Verdict::Inconclusive,
            "there is no truth file to compare with",
        )
    }

    /// Whether there is no sample, and none that was declared as lost, where so many are due that it is no chance: a
    /// profiler that something of the program has switched off, and that does not say so.
    pub(super) fn is_silent(&self) -> bool {
        self.seen.samples() + self.seen.lost == 0 && !self.case.none_ok && self.due() >= SILENT_DUE
    }

    /// Signals that are due by the truth and the profile's own period.
    fn due(&self) -> f64 {
        match (self.truth, self.seen.period_ns) {
            (Some(truth), Some(period_ns)) => {
                let samples = truth.cpu_ns() as f64 / period_ns.max(1) as f64;
                self.signals().mean(samples)
            }
            _ => 0.0,
        }
    }

    pub(super) fn silent(&self) -> Judged {
        let test = Test {
            alpha: self.alpha,
            accepted: Some((1.0, f64::INFINITY)),
            detects: Some(1.0),
            ..Test::default()
        };
        let says = format!(
            "there is no sample at all and none is declared as lost, and {:.0} are due",
            self.due()
        );
        Judged::new(Verdict::Fail, says, test)
    }

    pub(super) fn no_samples(&self) -> Judged {
        let test = Test {
            alpha: self.alpha,
            ..Test::default()
        };
        Judged::new(
            Verdict::Inconclusive,
            "there are no samples to judge by",
            test,
        )
    }
}

pub(super) fn total(stacks: &[&Stack]) -> u64 {
    stacks.iter().map(|stack| stack.count).sum()
}
