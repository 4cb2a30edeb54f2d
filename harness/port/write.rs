//! `--write-expectations`: what a run has shown to fail, as entries for the port's list, with the reasons left to fill. An entry
//! that is there stays as it is; until a reason is given the list is refused.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::judge::Verdict;
use crate::trial::Outcome;

/// One entry.
#[derive(Clone, Debug, Serialize, PartialEq, Eq, PartialOrd, Ord)]
struct Entry {
    case: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    flavour: Option<String>,
    variant: String,
    fails: String,
    reason: String,
}

#[derive(Serialize)]
struct List {
    expect: Vec<Entry>,
}

/// Adds what failed to the list in `folder`; the path of the list and how many entries were added.
///
/// # Errors
/// The list cannot be read or written.
pub fn write(folder: &Path, outcomes: &[Outcome]) -> io::Result<(PathBuf, usize)> {
    let path = folder.join("expect.toml");
    let mut entries: Vec<Entry> = outcomes.iter().flat_map(entries).collect();
    entries.sort();
    entries.dedup();
    let count = entries.len();
    if count > 0 {
        let before = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
            Err(error) => return Err(error),
        };
        let added = toml::to_string(&List { expect: entries }).map_err(io::Error::other)?;
        let between = if before.is_empty() { "" } else { "\n" };
        fs::write(&path, format!("{before}{between}{added}"))?;
    }
    Ok((path, count))
}

/// What of an outcome is a failing that nobody expected: a claim each, or the verdict where there is none.
fn entries(outcome: &Outcome) -> Vec<Entry> {
    let entry = |fails: &str| Entry {
        case: outcome.case.clone(),
        flavour: outcome
            .port
            .split_once(':')
            .map(|(_, flavour)| flavour.to_owned()),
        variant: outcome.variant.clone(),
        fails: fails.to_owned(),
        reason: String::new(),
    };
    let failed = outcome
        .findings
        .iter()
        .filter(|finding| finding.verdict == Verdict::Fail);
    match outcome.verdict {
        Verdict::Crash | Verdict::Timeout => vec![entry(outcome.verdict.name())],
        Verdict::Fail if failed.clone().count() == 0 => vec![entry(outcome.verdict.name())],
        Verdict::Fail => failed
            .map(|finding| entry(head(&finding.directive, outcome)))
            .collect(),
        _ => Vec::new(),
    }
}

/// As much of a claim as tells it from the others of its case.
fn head<'a>(directive: &'a str, outcome: &Outcome) -> &'a str {
    let Some((head, _)) = directive.split_once(": ") else {
        return directive;
    };
    let begins = |other: &str| {
        let rest = other.strip_prefix(head);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with([':', ' ']))
    };
    let alike = outcome
        .findings
        .iter()
        .filter(|finding| begins(&finding.directive));
    match alike.count() {
        1 => head,
        _ => directive,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::Level;
    use crate::judge::{Finding, Layer};
    use crate::port::Expectations;
    use crate::trial::Evidence;

    fn outcome(port: &str, verdict: Verdict, findings: &[(&str, Verdict)]) -> Outcome {
        let finding = |(directive, verdict): &(&str, Verdict)| Finding {
            directive: (*directive).to_owned(),
            line: 1,
            layer: Some(Layer::L4),
            verdict: *verdict,
            says: String::new(),
            test: Default::default(),
            against: Vec::new(),
            shown: None,
        };
        Outcome {
            case: "stack.leaf".into(),
            file: String::new(),
            level: Level::Must,
            variant: "o2".into(),
            port: port.into(),
            clock: "process".into(),
            verdict,
            layers: vec![],
            findings: findings.iter().map(finding).collect(),
            evidence: Evidence::default(),
        }
    }

    /// The list as it would be read once a reason is there.
    fn filled(path: &Path) -> Expectations {
        let text = fs::read_to_string(path).unwrap();
        let empty = Expectations::parse(path, &text).unwrap_err().to_string();
        assert!(empty.ends_with("`reason` is empty"), "{empty}");
        Expectations::parse(path, &text.replace("reason = \"\"", "reason = \"x\"")).unwrap()
    }

    #[test]
    fn what_failed_is_expected_once_it_has_its_reason() {
        use Verdict::{Fail, Pass, Timeout, Xfail};
        let folder = tempfile::tempdir().unwrap();
        let claims = [
            ("every cpuHog: main > ... > cpuHog", Fail),
            ("stack: a > \"b\"", Fail),
            ("stack: a > c", Pass),
            ("top: cpuHog", Pass),
        ];
        let failed = outcome("p:x", Fail, &claims);
        let hung = outcome("p:y", Timeout, &[]);
        let passed = outcome("p:z", Pass, &[("top: cpuHog", Pass)]);
        let all = [failed.clone(), hung.clone(), passed];
        let (path, count) = write(folder.path(), &all).unwrap();
        assert_eq!(count, 3);
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.contains("fails = \"every cpuHog\"\n"), "{text}");
        for (outcome, flavour) in [(failed, "x"), (hung, "y")] {
            let mut outcome = outcome;
            filled(&path).of_flavour(Some(flavour)).apply(&mut outcome);
            assert_eq!(outcome.verdict, Xfail, "{flavour}");
        }
    }

    #[test]
    fn entries_that_are_there_stay() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("expect.toml");
        let before = "# Why.\n[[expect]]\ncase = \"a\"\nfails = \"top\"\nreason = \"y\"\n";
        fs::write(&path, before).unwrap();
        let failed = outcome("p", Verdict::Fail, &[]);
        assert_eq!(write(folder.path(), &[failed]).unwrap().1, 1);
        let text = fs::read_to_string(&path).unwrap();
        assert!(
            text.starts_with(before) && text.contains("fails = \"FAIL\""),
            "{text}"
        );
        assert!(!text.contains("flavour"), "{text}");
    }

    #[test]
    fn without_a_failing_nothing_is_written() {
        let folder = tempfile::tempdir().unwrap();
        let expected = outcome("p", Verdict::Xfail, &[("top: a", Verdict::Xfail)]);
        let (path, count) = write(folder.path(), &[expected]).unwrap();
        assert!(count == 0 && !path.exists());
    }
}
