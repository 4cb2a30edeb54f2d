//! What a port is known to fail: a committed list, `ports/NAME/expect.toml`, and what becomes of an outcome by it. It judges
//! nothing: a failing that is on the list is XFAIL, one that is on the list and did not happen is XPASS.

use std::path::Path;
use std::{fmt, fs, io};

use serde::Deserialize;
use toml::Spanned;

use crate::case::glob;
use crate::judge::{self, Verdict};
use crate::trial::Outcome;

/// The failings that a port is known for.
#[derive(Clone, Debug, Default)]
pub struct Expectations {
    file: String,
    entries: Vec<Entry>,
}

/// One of them.
#[derive(Clone, Debug)]
struct Entry {
    line: usize,
    says: Says,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct List {
    #[serde(default)]
    expect: Vec<Spanned<Says>>,
}

/// As it is written.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Says {
    /// A case's id, or a glob.
    case: String,
    /// Any where it is not said.
    clock: Option<String>,
    /// Any where it is not said.
    variant: Option<String>,
    /// One of the port's; any where it is not said.
    flavour: Option<String>,
    /// The kind of failure: a claim as the case spells it, or how it begins (`every`, `every cpuHog`); or TIMEOUT or CRASH.
    fails: String,
    /// Where it races: the verdicts that are seen.
    #[serde(default)]
    may: Vec<String>,
    /// Where it races: how often it was seen to fail.
    rate: Option<String>,
    /// Why it cannot be helped.
    reason: String,
    /// Where that is told at length. For readers of the list.
    #[serde(rename = "issue")]
    _issue: Option<String>,
}

/// Why a list cannot be read; one line that names the file, and the line where there is one.
#[derive(Debug)]
pub struct BadList(String);

impl BadList {
    pub(super) fn new(says: String) -> Self {
        BadList(says)
    }
}

impl fmt::Display for BadList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for BadList {}

impl Expectations {
    /// Reads a file; one that is not there has no entry.
    ///
    /// # Errors
    /// Those of [`parse`](Self::parse), or it cannot be read.
    pub fn read(path: &Path) -> Result<Self, BadList> {
        match fs::read_to_string(path) {
            Ok(text) => Self::parse(path, &text),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Self::parse(path, ""),
            Err(error) => Err(BadList(format!("{}: {error}", path.display()))),
        }
    }

    /// Reads a list; `file` is what errors call it.
    ///
    /// # Errors
    /// It is no TOML, has a key that there is not, or lacks one; a `may` without `rate`, or without PASS.
    pub fn parse(file: &Path, text: &str) -> Result<Self, BadList> {
        let file = file.display().to_string();
        let line_of = |at: usize| 1 + text.get(..at).unwrap_or("").matches('\n').count();
        let list: List = toml::from_str(text).map_err(|error| {
            let line = error.span().map_or(1, |span| line_of(span.start));
            BadList(format!("{file}:{line}: {}", error.message()))
        })?;
        let mut entries = Vec::new();
        for spanned in list.expect {
            let line = line_of(spanned.span().start);
            let says = spanned.into_inner();
            if let Some(problem) = says.problem() {
                return Err(BadList(format!("{file}:{line}: {problem}")));
            }
            entries.push(Entry { line, says });
        }
        Ok(Expectations { file, entries })
    }

    /// Those entries that are about one of the port's flavours.
    pub fn of_flavour(mut self, flavour: Option<&str>) -> Self {
        let is_about = |wanted: &str| flavour == Some(wanted);
        self.entries
            .retain(|entry| entry.says.flavour.as_deref().is_none_or(is_about));
        self
    }

    /// Says of an outcome what was expected of it.
    pub fn apply(&self, outcome: &mut Outcome) {
        let (case, clock) = (outcome.case.clone(), outcome.clock.clone());
        let variant = outcome.variant.clone();
        let is_about = |entry: &&Entry| entry.says.is_about(&case, &clock, &variant);
        let entries: Vec<&Entry> = self.entries.iter().filter(is_about).collect();
        let verdict = outcome.verdict;
        let failed: Vec<&Entry> = entries
            .iter()
            .filter(|entry| entry.says.take_from(outcome, verdict))
            .copied()
            .collect();
        if let Some(entry) = failed.first() {
            let says = &mut outcome.evidence.says;
            *says = format!("{says}; expected: {}", entry.says.reason);
        }
        // What else there is to say of the case is worse.
        if outcome.verdict > Verdict::Xfail {
            return;
        }
        let is_stale = |entry: &&&Entry| {
            !entry.says.may_pass() && !failed.iter().any(|other| other.line == entry.line)
        };
        if let Some(stale) = entries.iter().find(is_stale) {
            outcome.verdict = Verdict::Xpass;
            let Says { fails, .. } = &stale.says;
            outcome.evidence.says = format!(
                "{}:{}: it is expected to fail in `{fails}`, and did not: take the entry out, or say `may`",
                self.file, stale.line
            );
        }
    }
}

impl Says {
    /// What is wrong with it, beyond its form.
    fn problem(&self) -> Option<String> {
        let known = |word: &String| Verdict::ALL.iter().any(|verdict| verdict.name() == word);
        if let Some(stranger) = self.may.iter().find(|word| !known(word)) {
            return Some(format!("`may` has {stranger:?}, which is no verdict"));
        }
        if !self.may.is_empty() && !self.may_pass() {
            return Some(
                "`may` is for a failing that races, and has PASS among its verdicts".into(),
            );
        }
        if !self.may.is_empty() && self.rate.is_none() {
            return Some("a failing that races has its measured `rate` beside `may`".into());
        }
        let required = [
            ("case", &self.case),
            ("fails", &self.fails),
            ("reason", &self.reason),
        ];
        let empty = required.iter().find(|(_, value)| value.trim().is_empty());
        empty.map(|(key, _)| format!("`{key}` is empty"))
    }

    fn is_about(&self, case: &str, clock: &str, variant: &str) -> bool {
        let is = |wanted: &Option<String>, is: &str| wanted.as_ref().is_none_or(|word| word == is);
        glob::matches(&self.case, case) && is(&self.clock, clock) && is(&self.variant, variant)
    }

    fn may_pass(&self) -> bool {
        self.may.iter().any(|word| word == Verdict::Pass.name())
    }

    /// Makes what it expects XFAIL, and whether there was anything. `verdict` is how the case has come out.
    fn take_from(&self, outcome: &mut Outcome, verdict: Verdict) -> bool {
        if verdict.name() == self.fails {
            outcome.verdict = Verdict::Xfail;
            return true;
        }
        if verdict != Verdict::Fail {
            return false;
        }
        let mut is_taken = false;
        for finding in &mut outcome.findings {
            if finding.verdict == Verdict::Fail && self.expects(&finding.directive) {
                finding.verdict = Verdict::Xfail;
                is_taken = true;
            }
        }
        if is_taken {
            let worst = outcome.findings.iter().map(|finding| finding.verdict).max();
            outcome.verdict = worst.unwrap_or(verdict);
            outcome.layers = judge::layers(&outcome.findings);
        }
        is_taken
    }

    /// Whether a claim is one that it speaks of: word by word, so that `every cpu` is not `every cpuHog`.
    fn expects(&self, directive: &str) -> bool {
        let rest = directive.strip_prefix(self.fails.as_str());
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with([':', ' ']))
    }
}

#[cfg(test)]
#[path = "expect_tests.rs"]
mod tests;
