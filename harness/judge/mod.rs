//! From a case, a profile and the truth to findings. It runs nothing, reads no file and prints nothing.
//!
//! - [`question`]: all that a judgement rests on; [`stacks`]: a profile as it is judged.
//! - [`verdict`]: the words; [`finding`]: a claim, judged, with its test and evidence.
//! - `presence` (stack, every, never), `top`, `share`, `total`, `snapshot`: the kinds of claims.
//! - [`exact`]: the tests behind them; `signals`: how many independent witnesses samples are.

pub mod exact;
pub mod finding;
mod presence;
pub mod question;
mod share;
mod signals;
mod snapshot;
pub mod stacks;
mod top;
mod total;
pub mod verdict;

pub use finding::{Against, Finding, Test};
pub use question::{ALPHA, Question};
pub use stacks::{Seen, Stack, Unreadable};
pub use verdict::{Layer, Verdict};

use crate::case::{Claim, Kind};
use finding::Judged;

/// Judges each claim that can be judged from what there is, in the case's order.
pub fn judge(question: &Question) -> Vec<Finding> {
    let claims = question.case.claims.iter();
    claims
        .filter_map(|claim| {
            let judged = judge_one(question, &claim.kind)?;
            Some(finding(claim, judged))
        })
        .collect()
}

/// None for a claim that a profile alone does not decide, where there is nothing else.
fn judge_one(question: &Question, kind: &Kind) -> Option<Judged> {
    Some(match kind {
        Kind::Stack(_) | Kind::Every { .. } | Kind::Top(_) | Kind::Share { .. }
            if question.is_silent() =>
        {
            question.silent()
        }
        Kind::Stack(pattern) => presence::some(question, pattern),
        Kind::Every { leaf, stack } => presence::every(question, leaf.as_ref(), stack),
        Kind::Never(pattern) => presence::never(question, pattern),
        Kind::Top(names) => top::top(question, names),
        Kind::Share { of, range } => share::share(question, of, range),
        Kind::Total => total::total(question),
        Kind::Snapshot => snapshot::snapshot(question)?,
        Kind::Lint => lint(question)?,
        Kind::SelfCheck(name) => self_check(question, name),
        Kind::Finishes(_) if question.was_run => Judged::plain(Verdict::Pass, "it ended in time"),
        Kind::Finishes(_) => return None,
    })
}

fn finding(claim: &Claim, judged: Judged) -> Finding {
    Finding {
        directive: claim.text.clone(),
        line: claim.line,
        layer: Layer::of(&claim.kind),
        verdict: judged.verdict,
        says: judged.says,
        test: judged.test,
        against: judged.against,
        shown: judged.shown,
    }
}

/// None for a profile in another format: what pprof's would have of it is not the profiler's work.
fn lint(question: &Question) -> Option<Judged> {
    let findings = question.seen.lint.as_ref()?;
    Some(match findings.as_slice() {
        [] => Judged::plain(Verdict::Pass, "`framecheck lint` finds nothing"),
        [first, rest @ ..] => {
            let more = match rest.len() {
                0 => String::new(),
                more => format!(", and {more} more"),
            };
            Judged::plain(Verdict::Fail, format!("{first}{more}"))
        }
    })
}

fn self_check(question: &Question, name: &str) -> Judged {
    let Some(truth) = question.truth else {
        return question.no_truth();
    };
    let mut checks = truth.checks.iter().filter(|check| check.name == name);
    match (checks.clone().find(|check| !check.ok), checks.next()) {
        (Some(failed), _) => Judged::plain(Verdict::Fail, failed.says.clone()),
        (None, Some(held)) => Judged::plain(Verdict::Pass, held.says.clone()),
        (None, None) => Judged::plain(
            Verdict::Broken,
            format!("the program did not report its check {name}"),
        ),
    }
}

/// The verdict of each layer that something is known of, given how far the profile got: what comes after a layer that
/// cannot be entered is not there.
pub fn layers(findings: &[Finding]) -> Vec<(Layer, Verdict)> {
    let mut layers = vec![(Layer::L0, Verdict::Pass), (Layer::L1, Verdict::Pass)];
    for finding in findings {
        let Some(layer) = finding.layer else { continue };
        match layers.iter_mut().find(|(known, _)| *known == layer) {
            Some((_, verdict)) => *verdict = (*verdict).max(finding.verdict),
            None => layers.push((layer, finding.verdict)),
        }
    }
    layers.sort();
    layers
}

#[cfg(test)]
mod region_tests;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
