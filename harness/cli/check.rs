//! `framecheck check CASE PROFILE`: judges a profile that exists. It builds nothing and runs nothing: a case file and a
//! profile suffice.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use super::args::{Check, Format};
use super::select;
use crate::case::truth::Truth;
use crate::corpus::Entry;
use crate::judge::{self, ALPHA, Question, Unreadable, Verdict, stacks};
use crate::port::Reference;
use crate::pprof::{Profile, symbolize};
use crate::report::json::Json;
use crate::report::text::Text;
use crate::report::{Report, Summary};
use crate::trial::{Evidence, Outcome, look, profile};

pub fn check(request: &Check, out: &mut (dyn Write + Send)) -> Result<i32, String> {
    let entries = select::entries(std::slice::from_ref(&request.case))?;
    let [entry] = entries.as_slice() else {
        return Err(format!(
            "{} names {} cases: name one",
            request.case,
            entries.len()
        ));
    };
    let profile = profile(request)?;
    let truth = truth(request)?;
    let outcome = judged(entry, &profile, truth.as_ref());
    let mut summary = Summary::default();
    summary.add(&outcome);
    let mut report: Box<dyn Report + '_> = match request.format {
        Format::Text => Box::new(Text::new(out, outcome.case.len())),
        Format::Json => Box::new(Json::new(out)),
    };
    report
        .outcome(&outcome)
        .and_then(|()| report.end(&summary))
        .map_err(|error| format!("stdout: {error}"))?;
    Ok(summary.exit_code())
}

/// The profile, with names from the executable for what has none. What does not decode at all is a wrong call.
fn profile(request: &Check) -> Result<Profile, String> {
    let path = &request.profile;
    let shown = path.display();
    let bytes =
        fs::read(path).map_err(|e| format!("{shown}: {e}; name a profile that is there"))?;
    let mut profile = Profile::decode_owned(bytes)
        .map_err(|e| format!("{shown}: {e}; a profile in pprof's format is needed"))?;
    if let Some(exe) = &request.exe {
        symbolize::check_object_file(exe).map_err(|e| format!("{}: {e}", exe.display()))?;
        profile.set_main_binary(exe.as_os_str().as_encoded_bytes());
    }
    profile::name(&mut profile);
    Ok(profile)
}

fn truth(request: &Check) -> Result<Option<Truth>, String> {
    let beside = || {
        let mut name = request.profile.clone().into_os_string();
        name.push(".truth.json");
        Some(PathBuf::from(name)).filter(|path| path.is_file())
    };
    let read = |path: &Path| {
        let text = fs::read_to_string(path).map_err(|e| e.to_string());
        text.and_then(|text| Truth::parse(&text))
            .map_err(|e| format!("{}: {e}; a truth file is needed", path.display()))
    };
    match &request.truth {
        Some(path) => read(path).map(Some),
        None => beside().map(|path| read(&path)).transpose(),
    }
}

fn judged(entry: &Entry, profile: &Profile, truth: Option<&Truth>) -> Outcome {
    let clock = truth.map_or("", |truth| truth.clock.as_str());
    let mut outcome = Outcome {
        case: entry.case.id.clone(),
        file: entry.file.display().to_string(),
        level: entry.case.level,
        variant: "given".into(),
        port: "given".into(),
        clock: clock.to_owned(),
        verdict: Verdict::Inconclusive,
        layers: Vec::new(),
        findings: Vec::new(),
        evidence: Evidence {
            seed: truth.map_or(0, |truth| truth.seed),
            looks: 1,
            ..Evidence::default()
        },
    };
    match stacks::of_profile(profile, &Reference) {
        Err(unreadable @ (Unreadable::Undecodable(_) | Unreadable::Malformed(_))) => {
            look::unusable(&mut outcome, &unreadable);
        }
        Ok(seen) => {
            let findings = judge::judge(&Question {
                case: &entry.case,
                seen: &seen,
                truth,
                hosts: &Reference,
                run: &entry.source.run(),
                alpha: ALPHA,
                looks: 1,
                tick_hz: look::tick_hz(clock),
                snapshot: None,
                was_run: false,
            });
            look::settle(&mut outcome, &entry.case, &seen, findings);
        }
    }
    outcome
}
