//! What has to be compiled for a trial: a C case, or the library that a program opens.

use super::{Outcome, Trial, salt};
use crate::build::{self, Artefact, BuildError, flags};
use crate::corpus::Source;
use crate::judge::Verdict;

/// What a look needs of it.
#[derive(Debug, Default)]
pub(super) struct Built {
    /// The case's own artefact; None for a program without a library.
    pub artefact: Option<Artefact>,
}

/// Why there is nothing to run.
pub(super) struct Failure {
    verdict: Verdict,
    says: String,
    details: String,
}

impl Failure {
    pub fn tell(self, outcome: &mut Outcome) {
        outcome.verdict = self.verdict;
        outcome.evidence.says = self.says;
        outcome.evidence.details = self.details;
    }
}

pub(super) fn build(trial: &Trial) -> Result<Built, Failure> {
    let case = &trial.entry.case;
    let Source::C { text, also } = &trial.entry.source else {
        return Ok(Built::default());
    };
    let words: Vec<&str> = trial.variant.split('+').collect();
    if flags::flags(&words).is_ok_and(|flags| flags.host() == build::Host::PlainC) {
        return Err(Failure {
            verdict: Verdict::Unsupported,
            says: "it needs a plain C main, and this port is part of a host".into(),
            details: String::new(),
        });
    }
    let salted = salt::case(case, trial.seed);
    let source = build::Source {
        file: trial.entry.file.clone(),
        text: text.clone(),
        also: also.clone(),
        salt: salt::names(case, trial.seed),
        edges: salted.edges(),
        lib: None,
    };
    let artefact = trial.builder.build(&source, &words).map_err(broken)?;
    Ok(Built {
        artefact: Some(artefact),
    })
}

fn broken(error: BuildError) -> Failure {
    let text = error.to_string();
    let (says, details) = text.split_once('\n').unwrap_or((&text, ""));
    Failure {
        verdict: Verdict::Broken,
        says: says.to_owned(),
        details: details.to_owned(),
    }
}
