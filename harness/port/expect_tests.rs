//! Tests of lists of expected failings.

use super::*;
use crate::case::Level;
use crate::judge::{Finding, Layer};
use crate::trial::Evidence;

const LIST: &str = r#"
[[expect]]
case = "thread.*"
clock = "process"
fails = "snapshot"
reason = "sleepers are hit"

[[expect]]
case = "time.total"
fails = "total"
may = ["PASS", "FAIL"]
rate = "3 of 10"
reason = "the tick"
issue = "https://example.org/1"

[[expect]]
case = "survive.hang"
fails = "TIMEOUT"
reason = "it hangs"
"#;

fn list() -> Expectations {
    Expectations::parse(Path::new("ports/x/expect.toml"), LIST).unwrap()
}

fn outcome(case: &str, clock: &str, findings: &[(&str, Verdict)]) -> Outcome {
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
    let findings: Vec<Finding> = findings.iter().map(finding).collect();
    Outcome {
        case: case.into(),
        file: String::new(),
        level: Level::Must,
        variant: "plain".into(),
        port: "x".into(),
        clock: clock.into(),
        verdict: findings
            .iter()
            .map(|finding| finding.verdict)
            .max()
            .unwrap(),
        layers: judge::layers(&findings),
        findings,
        evidence: Evidence::default(),
    }
}

fn verdict(case: &str, clock: &str, findings: &[(&str, Verdict)]) -> Verdict {
    let mut outcome = outcome(case, clock, findings);
    list().apply(&mut outcome);
    outcome.verdict
}

use Verdict::{Fail, Inconclusive, Pass, Timeout, Xfail, Xpass};

#[test]
fn only_the_claim_that_is_listed_may_fail_and_only_where_it_is_listed() {
    let other = "every a: main > a";
    assert_eq!(
        verdict("thread.x", "process", &[("snapshot", Fail), (other, Pass)]),
        Xfail
    );
    assert_eq!(
        verdict("thread.x", "process", &[("snapshot", Fail), (other, Fail)]),
        Fail
    );
    assert_eq!(verdict("thread.x", "process", &[(other, Fail)]), Fail);
    assert_eq!(verdict("thread.x", "thread", &[("snapshot", Fail)]), Fail);
    assert_eq!(verdict("threads", "process", &[("snapshot", Fail)]), Fail);
    // What is not known yet is not expected.
    let short = [("snapshot", Fail), (other, Inconclusive)];
    assert_eq!(verdict("thread.x", "process", &short), Inconclusive);
}

#[test]
fn an_entry_that_is_out_of_date_fails_the_run_and_one_that_races_does_not() {
    let mut passed = outcome("thread.x", "process", &[("snapshot", Pass)]);
    list().apply(&mut passed);
    assert_eq!(passed.verdict, Xpass);
    assert!(!passed.is_expected());
    let says = passed.evidence.says;
    assert!(
        says.starts_with("ports/x/expect.toml:2: ") && says.contains("snapshot"),
        "{says}"
    );
    assert_eq!(
        verdict("time.total", "thread", &[("total: truth", Pass)]),
        Pass
    );
    assert_eq!(
        verdict("time.total", "thread", &[("total: truth", Fail)]),
        Xfail
    );
    assert_eq!(verdict("time.total", "thread", &[("totally", Fail)]), Fail);
}

/// One failing that happened is no excuse for another that did not.
#[test]
fn each_entry_is_out_of_date_by_itself() {
    let entry =
        |fails: &str| format!("[[expect]]\ncase = \"a.b\"\nfails = \"{fails}\"\nreason = \"x\"\n");
    let list =
        Expectations::parse(Path::new("e.toml"), &(entry("snapshot") + &entry("top"))).unwrap();
    let mut one = outcome("a.b", "thread", &[("snapshot", Fail), ("top: hog", Pass)]);
    list.apply(&mut one);
    assert_eq!(one.verdict, Xpass);
    assert!(
        one.evidence.says.starts_with("e.toml:5: "),
        "{}",
        one.evidence.says
    );
    let mut both = outcome("a.b", "thread", &[("snapshot", Fail), ("top: hog", Fail)]);
    list.apply(&mut both);
    assert_eq!(both.verdict, Xfail);
}

/// A slip in a name would make an entry that is about nothing.
#[test]
fn the_references_list_speaks_of_cases_claims_and_clocks_that_there_are() {
    let text = include_str!("../../ports/framecheck-sigprof/expect.toml");
    let list = Expectations::parse(Path::new("expect.toml"), text).unwrap();
    let cases = crate::corpus::all().unwrap();
    for Entry { line, says } in &list.entries {
        let is_its = |case: &crate::case::Case| {
            glob::matches(&says.case, &case.id)
                && case.claims.iter().any(|claim| says.expects(&claim.text))
        };
        assert!(cases.iter().any(|entry| is_its(&entry.case)), "line {line}");
        let clock = says.clock.as_deref().unwrap_or("thread");
        assert!(
            clock.parse::<crate::sigprof::Clock>().is_ok(),
            "line {line}"
        );
    }
}

#[test]
fn a_hang_can_be_expected_and_is_told_with_its_reason() {
    let mut hung = outcome("survive.hang", "thread", &[("finishes", Timeout)]);
    hung.findings.clear();
    list().apply(&mut hung);
    assert_eq!(hung.verdict, Xfail);
    assert!(
        hung.evidence.says.ends_with("expected: it hangs"),
        "{}",
        hung.evidence.says
    );
    assert_eq!(
        verdict("survive.other", "thread", &[("finishes", Timeout)]),
        Timeout
    );
}

#[test]
fn what_is_not_expected_any_more_shows_in_the_layers_too() {
    let mut failed = outcome("thread.x", "process", &[("snapshot", Fail)]);
    list().apply(&mut failed);
    assert_eq!(failed.layers.last(), Some(&(Layer::L4, Xfail)));
}

/// What one flavour fails another may well pass.
#[test]
fn an_entry_of_another_flavour_is_none() {
    let entry = |more: &str| {
        format!("[[expect]]\ncase = \"a.b\"\nfails = \"top\"\nreason = \"x\"\n{more}\n")
    };
    let list = |flavour| {
        let text = entry("flavour = \"one\"");
        let list = Expectations::parse(Path::new("e.toml"), &text).unwrap();
        list.of_flavour(flavour)
    };
    for (flavour, expected) in [(Some("one"), Xfail), (Some("two"), Fail), (None, Fail)] {
        let mut failed = outcome("a.b", "thread", &[("top: hog", Fail)]);
        list(flavour).apply(&mut failed);
        assert_eq!(failed.verdict, expected, "{flavour:?}");
    }
}

#[test]
fn a_bad_list_is_refused_with_its_line() {
    let refused = |text: &str| {
        Expectations::parse(Path::new("e.toml"), text)
            .unwrap_err()
            .to_string()
    };
    let entry = |rest: &str| format!("\n[[expect]]\ncase = \"a\"\nreason = \"b\"\n{rest}\n");
    for (text, expected) in [
        (
            entry("fails = \"c\"\nvariannt = \"o0\""),
            "e.toml:6: unknown field `variannt`",
        ),
        (entry(""), "e.toml:2: missing field `fails`"),
        (entry("fails = \" \""), "e.toml:2: `fails` is empty"),
        (
            entry("fails = \"c\"\nmay = [\"PASS\"]"),
            "e.toml:2: a failing that races has",
        ),
        (
            entry("fails = \"c\"\nmay = [\"FAIL\"]\nrate = \"1 of 2\""),
            "e.toml:2: `may` is for a failing that races",
        ),
        (
            entry("fails = \"c\"\nmay = [\"MAYBE\"]\nrate = \"1 of 2\""),
            "e.toml:2: `may` has \"MAYBE\"",
        ),
        ("[[expect]\n".into(), "e.toml:1: "),
    ] {
        let says = refused(&text);
        assert!(says.starts_with(expected), "{says}");
        assert_eq!(says.lines().count(), 1, "{says}");
    }
}
