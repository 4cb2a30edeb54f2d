//! What has to be compiled for a trial: a C case, or the library that a program opens.

use std::path::PathBuf;

use super::{Outcome, Trial, salt};
use crate::build::{self, Artefact, BuildError, flags};
use crate::corpus::Source;
use crate::judge::Verdict;
use crate::port::How;

/// What a look needs of it.
#[derive(Debug, Default)]
pub(super) struct Built {
    /// The case's own artefact, or the library that a program opens; None for a program without one.
    pub artefact: Option<Artefact>,
    /// The library that the case opens.
    pub lib: Option<PathBuf>,
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
        return library(trial);
    };
    let words = words(trial)?;
    let salted = salt::case(case, trial.seed);
    let source = build::Source {
        file: trial.entry.file.clone(),
        text: text.clone(),
        also: also.clone(),
        salt: salt::names(case, trial.seed),
        edges: salted.edges(),
        lib: trial.entry.lib.clone(),
    };
    let artefact = trial.builder.build(&source, &words).map_err(broken)?;
    Ok(Built {
        lib: artefact.lib.clone(),
        artefact: Some(artefact),
    })
}

/// The variant, with the word for who runs it where it has none. A port that is part of a host opens libraries; one that is put
/// around an executable needs one, and a plain C `main`.
fn words<'a>(trial: &Trial<'a>) -> Result<Vec<&'a str>, Failure> {
    let mut words: Vec<&str> = trial.variant.split('+').collect();
    // What is no variant the builder refuses.
    let host = flags::flags(&words).map(|flags| flags.host());
    let unsupported = |says: &str| {
        Err(Failure {
            verdict: Verdict::Unsupported,
            says: says.into(),
            details: String::new(),
        })
    };
    match (&trial.port.how, host) {
        (How::Endpoint(_), Ok(build::Host::PlainC)) => {
            return unsupported("it needs a plain C main, and this port is part of a host");
        }
        (How::Wrapper(_), Ok(build::Host::So)) if words.contains(&"so") => {
            return unsupported("it needs a host that opens a library, and this port has none");
        }
        (How::Wrapper(_), Ok(build::Host::So)) => words.push("pie"),
        _ => {}
    }
    Ok(words)
}

/// The library of a program that has one. Programs have hooks that name calls which nobody makes, so that no claimed call is
/// looked for in the code.
fn library(trial: &Trial) -> Result<Built, Failure> {
    let Some((name, text)) = &trial.entry.lib else {
        return Ok(Built::default());
    };
    let source = build::Source {
        file: trial.entry.file.with_file_name(name),
        text: text.clone(),
        salt: salt::names(&trial.entry.case, trial.seed),
        ..build::Source::default()
    };
    let artefact = trial.builder.library(&source).map_err(broken)?;
    Ok(Built {
        lib: Some(artefact.path.clone()),
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
