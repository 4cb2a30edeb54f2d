//! What judging a claim gives: a verdict and the evidence for it.

use std::fmt;

use super::Stack;
use crate::case::hosts::Hosts;
use crate::case::pattern::Pattern;

/// How a claim, or a program as a whole, came out. From the best to the worst: the worst of its claims is a program's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// As claimed.
    Pass,
    /// The platform or the port cannot do it.
    Unsupported,
    /// Too little evidence to say.
    Inconclusive,
    /// Not as claimed.
    Fail,
    /// It did not end in time.
    Timeout,
    /// It was ended by a signal.
    Crash,
    /// The harness's or the host's own trouble.
    Broken,
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Verdict::Pass => "PASS",
            Verdict::Unsupported => "UNSUPPORTED",
            Verdict::Inconclusive => "INCONCLUSIVE",
            Verdict::Fail => "FAIL",
            Verdict::Timeout => "TIMEOUT",
            Verdict::Crash => "CRASH",
            Verdict::Broken => "BROKEN",
        })
    }
}

/// One claim, judged.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// The claim, as a case would spell it.
    pub claim: String,
    /// How it came out.
    pub verdict: Verdict,
    /// Why.
    pub evidence: Evidence,
}

impl Finding {
    pub(super) fn broken(claim: &str, why: String) -> Self {
        Finding {
            claim: format!("{claim} ({why})"),
            verdict: Verdict::Broken,
            evidence: Evidence::default(),
        }
    }
}

/// The samples behind a verdict.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Evidence {
    /// Samples that the claim is about.
    pub considered: u64,
    /// Those of them that match its pattern.
    pub matching: u64,
    /// How many the claim needs to be decided.
    pub needed: u64,
    /// The stack that decides against it: the nearest one that misses, or the one that must not be.
    pub nearest: Option<Stack>,
}

impl Evidence {
    pub(super) fn of(pattern: &Pattern, stacks: &[&Stack], needed: u64, hosts: &dyn Hosts) -> Self {
        let total =
            |stacks: &mut dyn Iterator<Item = &&Stack>| stacks.map(|stack| stack.count).sum();
        let matches = |stack: &&&Stack| pattern.matches(&stack.frames, hosts);
        let missing = stacks.iter().filter(|stack| !matches(stack));
        Evidence {
            considered: total(&mut stacks.iter()),
            matching: total(&mut stacks.iter().filter(matches)),
            needed,
            nearest: missing
                .min_by_key(|stack| pattern.distance(&stack.frames, hosts))
                .map(|stack| (*stack).clone()),
        }
    }
}
