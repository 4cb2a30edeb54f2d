//! From claims and the stacks of a profile to findings. It runs nothing, reads no file and prints nothing. Only
//! [`stacks`] knows how a profile is encoded; the judgement itself sees names and counts.

mod finding;
pub mod stacks;

pub use finding::{Evidence, Finding, Verdict};

use crate::case::claim::Claim;
use crate::case::hosts::Hosts;
use crate::case::pattern::Pattern;

/// How many samples have one stack, normalised and root first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stack {
    /// Function names, root first.
    pub frames: Vec<String>,
    /// Samples.
    pub count: u64,
}

/// Judges each claim. `due` is how many samples the program's CPU time implies at the rate asked for.
pub fn judge(claims: &[Claim], stacks: &[Stack], due: f64, hosts: &dyn Hosts) -> Vec<Finding> {
    claims
        .iter()
        .map(|claim| judge_one(claim, stacks, due, hosts))
        .collect()
}

fn judge_one(claim: &Claim, stacks: &[Stack], due: f64, hosts: &dyn Hosts) -> Finding {
    let about = |leaf: Option<&str>| -> Vec<&Stack> {
        let is_leaf = |stack: &&Stack| {
            leaf.is_none_or(|leaf| stack.frames.last().is_some_and(|last| last == leaf))
        };
        stacks.iter().filter(is_leaf).collect()
    };
    let text = describe(claim);
    let pattern = |stack: &str| {
        Pattern::parse(stack).map_err(|error| Finding::broken(&text, error.to_string()))
    };
    let judged = match *claim {
        Claim::Some { stack, share_min } => pattern(stack)
            .map(|pattern| some(&pattern, &about(None), samples_min(due, share_min), hosts)),
        Claim::Every {
            leaf,
            stack,
            share_min,
        } => pattern(stack)
            .map(|pattern| every(&pattern, &about(leaf), samples_min(due, share_min), hosts)),
        Claim::Never { stack } => {
            pattern(stack).map(|pattern| never(&pattern, &about(None), due, hosts))
        }
        Claim::Top { function } => Ok(top(function, stacks, due)),
    };
    match judged {
        Ok((verdict, evidence)) => Finding {
            claim: text,
            verdict,
            evidence,
        },
        Err(broken) => broken,
    }
}

/// The claim as a case would spell it.
fn describe(claim: &Claim) -> String {
    match *claim {
        Claim::Some { stack, .. } => format!("stack: {stack}"),
        Claim::Every {
            leaf: Some(leaf),
            stack,
            ..
        } => format!("every {leaf}: {stack}"),
        Claim::Every {
            leaf: None, stack, ..
        } => format!("every: {stack}"),
        Claim::Never { stack } => format!("never: {stack}"),
        Claim::Top { function } => format!("top: {function}"),
    }
}

/// How many samples a claim needs to say anything: half of what is due. Timers are driven by a tick and phases end in the
/// middle of a period, but neither costs half; a profiler that loses more has not shown what the claim is about.
/// At least one: no samples prove nothing.
fn samples_min(due: f64, share_min: f64) -> u64 {
    ((due * share_min / 2.0).floor() as u64).max(1)
}

type Judged = (Verdict, Evidence);

fn some(pattern: &Pattern, stacks: &[&Stack], min: u64, hosts: &dyn Hosts) -> Judged {
    let evidence = Evidence::of(pattern, stacks, min, hosts);
    let verdict = match evidence.matching {
        // Enough samples, and none of them is what was claimed.
        0 if evidence.considered >= min => Verdict::Fail,
        matching if matching >= min => Verdict::Pass,
        _ => Verdict::Inconclusive,
    };
    (verdict, evidence)
}

fn every(pattern: &Pattern, stacks: &[&Stack], min: u64, hosts: &dyn Hosts) -> Judged {
    let evidence = Evidence::of(pattern, stacks, min, hosts);
    let verdict = if evidence.matching < evidence.considered {
        Verdict::Fail
    } else if evidence.considered < min {
        Verdict::Inconclusive
    } else {
        Verdict::Pass
    };
    (verdict, evidence)
}

/// For what must not be, the nearest stack is one that matches.
fn never(pattern: &Pattern, stacks: &[&Stack], due: f64, hosts: &dyn Hosts) -> Judged {
    let mut evidence = Evidence::of(pattern, stacks, samples_min(due, 1.0), hosts);
    evidence.nearest = stacks
        .iter()
        .find(|stack| pattern.matches(&stack.frames, hosts))
        .map(|stack| (*stack).clone());
    let verdict = if evidence.matching > 0 {
        Verdict::Fail
    } else if evidence.considered < evidence.needed {
        Verdict::Inconclusive
    } else {
        Verdict::Pass
    };
    (verdict, evidence)
}

/// The first row by flat. No part of all samples is asked for: where a clock may be late, it prefers the places where
/// threads are preempted (2 to 7 of 100 samples behind a system call, on the wall clock with four programs on two cores).
fn top(function: &str, stacks: &[Stack], due: f64) -> Judged {
    let own = |name: &str| -> u64 {
        let has = |stack: &&Stack| stack.frames.last().is_some_and(|leaf| leaf == name);
        stacks.iter().filter(has).map(|stack| stack.count).sum()
    };
    let leaves = stacks.iter().filter_map(|stack| stack.frames.last());
    let first = leaves.max_by_key(|leaf| own(leaf));
    let considered = stacks.iter().map(|stack| stack.count).sum();
    let evidence = Evidence {
        matching: own(function),
        considered,
        needed: samples_min(due, 1.0),
        nearest: first.filter(|leaf| *leaf != function).map(|leaf| Stack {
            frames: vec![leaf.clone()],
            count: own(leaf),
        }),
    };
    let verdict = if considered < evidence.needed {
        Verdict::Inconclusive
    } else if evidence.nearest.is_none() {
        Verdict::Pass
    } else {
        Verdict::Fail
    };
    (verdict, evidence)
}

#[cfg(test)]
mod tests;
