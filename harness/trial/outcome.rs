//! What a trial has come to: data for reports.

use std::time::Duration;

use crate::case::Level;
use crate::judge::{Finding, Layer, Verdict};

/// A case in a variant on a port, judged.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The case's id.
    pub case: String,
    /// The case's file.
    pub file: String,
    /// Whether it decides the exit code.
    pub level: Level,
    /// How it was compiled; `plain` for a program of the port.
    pub variant: String,
    /// The port's name.
    pub port: String,
    /// The clock that was asked for.
    pub clock: String,
    /// The worst of all.
    pub verdict: Verdict,
    /// How far the profile got.
    pub layers: Vec<(Layer, Verdict)>,
    /// The claims, in the case's order.
    pub findings: Vec<Finding>,
    /// What the verdict rests on.
    pub evidence: Evidence,
}

/// What a verdict rests on, beside the claims.
#[derive(Clone, Debug, Default)]
pub struct Evidence {
    /// One line beside the verdict.
    pub says: String,
    /// Several lines, where there is more to say: a compiler's message, the threads of a hang, the end of stderr.
    pub details: String,
    /// Every command that was run: the compiler's, then the port's.
    pub commands: Vec<Vec<String>>,
    /// Where the lengths of phases came from: `--seed` repeats it.
    pub seed: u64,
    /// How often more CPU time was taken for lack of evidence: 1, 2 or 3 looks.
    pub looks: usize,
    /// Samples of the last look.
    pub samples: u64,
    /// Wall time of all looks.
    pub wall: Duration,
}

impl Outcome {
    /// Whether it makes a run one that did not go as expected.
    pub fn is_expected(&self) -> bool {
        self.verdict.is_expected()
            || (self.level == Level::Should && self.verdict < Verdict::Broken)
    }

    /// The error that all claims together may spend.
    pub fn alpha(&self) -> f64 {
        self.findings.iter().map(|finding| finding.test.alpha).sum()
    }
}
