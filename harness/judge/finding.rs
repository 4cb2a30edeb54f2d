//! What judging a claim gives: a verdict, the test behind it, and the evidence.

use super::stacks::Stack;
use super::verdict::{Layer, Verdict};
use crate::case::departure::Departure;

/// One claim, judged.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// The claim, as the case spells it.
    pub directive: String,
    /// Its line in the case's file.
    pub line: usize,
    /// Where it belongs; None for what is not about the profile.
    pub layer: Option<Layer>,
    /// How it came out.
    pub verdict: Verdict,
    /// A line on why.
    pub says: String,
    /// The test behind the verdict.
    pub test: Test,
    /// The nearest stacks that decide against it: those that miss, or those that must not be.
    pub against: Vec<Against>,
    /// For a snapshot: what it would be made of this profile.
    pub shown: Option<String>,
}

/// What was counted, and what the count can tell.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Test {
    /// The probability that a perfect profiler fails it, at most; 0 where a perfect one never does.
    pub alpha: f64,
    /// Independent signals that the claim is about.
    pub n: u64,
    /// What was found, in the unit of `accepted`; a count of samples, a share, or a ratio to the truth.
    pub observed: f64,
    /// The values that are taken, both ends included.
    pub accepted: Option<(f64, f64)>,
    /// The smallest defect that it finds with the probability 0.99: a part of the samples, or of the truth. None where no
    /// defect would be found.
    pub detects: Option<f64>,
}

/// A stack that decides against a claim.
#[derive(Clone, Debug, PartialEq)]
pub struct Against {
    /// The stack.
    pub stack: Stack,
    /// Where it first departs from the pattern, from the root; None for one that matches and must not be.
    pub departs: Option<Departure>,
}

/// A verdict in the making: what the test of a claim's kind answers.
pub(super) struct Judged {
    pub verdict: Verdict,
    pub says: String,
    pub test: Test,
    pub against: Vec<Against>,
    pub shown: Option<String>,
}

impl Judged {
    pub fn new(verdict: Verdict, says: impl Into<String>, test: Test) -> Self {
        Judged {
            verdict,
            says: says.into(),
            test,
            against: Vec::new(),
            shown: None,
        }
    }

    /// A verdict that rests on no count.
    pub fn plain(verdict: Verdict, says: impl Into<String>) -> Self {
        Judged::new(verdict, says, Test::default())
    }
}
