//! One case, in one variant, on one port: built, run, judged, and looked at again where evidence is short. It prints
//! nothing and knows no arguments.
//!
//! - [`Trial`]: what to try; [`outcome`]: what it has come to.
//! - `artefact`: what has to be compiled for it; `look`: one run and its judgement; [`profile`]: from what a port wrote to what is
//!   judged.

mod artefact;
pub mod look;
pub mod outcome;
pub mod profile;
mod salt;

use std::time::Instant;

pub use outcome::{Evidence, Outcome};

use crate::build::Builder;
use crate::corpus::{Entry, Source};
use crate::judge::Verdict;
use crate::port::{How, Port};
use artefact::Built;
use look::Look;

/// The looks at a case, in multiples of its CPU time, fixed beforehand. Another look is taken for lack of evidence and
/// for nothing else; each may spend its part of a claim's error.
pub(crate) const LOOKS: [u64; 3] = [1, 2, 4];

/// What to try.
pub struct Trial<'a> {
    /// The case.
    pub entry: &'a Entry,
    /// How it is compiled; `plain` for a program.
    pub variant: &'a str,
    /// The profiler.
    pub port: &'a Port,
    /// Compiles.
    pub builder: &'a Builder,
    /// The clock, by name.
    pub clock: &'a str,
    /// Where the lengths of phases and salted names come from.
    pub seed: u64,
    /// What is wrong with the profiler on purpose.
    pub mutant: Option<&'a str>,
}

impl Trial<'_> {
    /// Builds, runs, judges, and says what of it was expected.
    pub fn run(&self) -> Outcome {
        let begin = Instant::now();
        let mut outcome = self.nothing_yet();
        match self.unsupported() {
            Some(says) => {
                outcome.verdict = Verdict::Unsupported;
                outcome.evidence.says = says;
            }
            None => match artefact::build(self) {
                Err(failure) => failure.tell(&mut outcome),
                Ok(artefact) => self.look(&artefact, &mut outcome),
            },
        }
        outcome.evidence.wall = begin.elapsed();
        outcome
    }

    /// Looks until there is enough evidence, or no look is left.
    fn look(&self, artefact: &Built, outcome: &mut Outcome) {
        for (number, times) in LOOKS.into_iter().enumerate() {
            let look = Look {
                trial: self,
                artefact,
                times,
            };
            look.tell(outcome);
            // At each look, for beside a failing that is expected there may be a claim that wants another one. A mutant's failing
            // is what it is tried for.
            if self.mutant.is_none() {
                self.port.expectations.apply(outcome);
            }
            outcome.evidence.looks = number + 1;
            if outcome.verdict != Verdict::Inconclusive {
                break;
            }
        }
    }

    fn nothing_yet(&self) -> Outcome {
        let case = &self.entry.case;
        Outcome {
            case: case.id.clone(),
            file: self.entry.file.display().to_string(),
            level: case.level,
            variant: self.variant.to_owned(),
            port: self.port.name.clone(),
            clock: self.clock.to_owned(),
            verdict: Verdict::Inconclusive,
            layers: Vec::new(),
            findings: Vec::new(),
            evidence: Evidence {
                seed: self.seed,
                ..Evidence::default()
            },
        }
    }

    /// Why the port or the platform cannot run it.
    fn unsupported(&self) -> Option<String> {
        if let Some(reason) = crate::programs::unsupported() {
            return Some(reason);
        }
        if let (How::Wrapper(_), Source::Program(_)) = (&self.port.how, &self.entry.source) {
            return Some("it is a program of a host, and this port has none".into());
        }
        let lacking: Vec<String> = self
            .entry
            .case
            .needs
            .iter()
            .filter(|need| !self.port.capabilities.contains(need))
            .map(ToString::to_string)
            .collect();
        (!lacking.is_empty()).then(|| format!("the port has no {}", lacking.join(", ")))
    }
}
