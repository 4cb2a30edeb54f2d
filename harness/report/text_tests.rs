//! What a person gets to see of a failure.

use super::*;
use crate::case::Level;
use crate::case::departure::Departure;
use crate::judge::{Layer, Stack, Test};
use crate::trial::Evidence;

fn failed() -> Outcome {
    let against = Against {
        stack: Stack {
            frames: vec!["main".into(), "run".into(), "cpuHog".into()],
            count: 3,
            ..Stack::default()
        },
        departs: Some(Departure {
            frame: 2,
            expected: Some("level2".into()),
            found: None,
        }),
    };
    let finding = Finding {
        directive: "every cpuHog: main > run > level2 > cpuHog".into(),
        line: 5,
        layer: Some(Layer::L4),
        verdict: Verdict::Fail,
        says: "3 of 100 samples do not have it".into(),
        test: Test {
            alpha: 1e-6,
            n: 100,
            observed: 97.0,
            accepted: Some((100.0, f64::INFINITY)),
            detects: Some(0.045),
        },
        against: vec![against],
        shown: None,
    };
    Outcome {
        case: "stack.leaf_caller".into(),
        file: "stack_leaf_caller.c".into(),
        level: Level::Must,
        variant: "o2".into(),
        port: "p".into(),
        clock: "thread".into(),
        verdict: Verdict::Fail,
        layers: vec![],
        findings: vec![finding],
        evidence: Evidence {
            says: "100 samples".into(),
            commands: vec![vec!["A=b c".into(), "exe".into(), "prog".into()]],
            ..Evidence::default()
        },
    }
}

fn text() -> String {
    let mut out = Vec::new();
    let mut summary = Summary::default();
    summary.add(&failed());
    let mut report = Text::new(anstream::StripStream::new(&mut out), 20);
    report.outcome(&failed()).unwrap();
    report.end(&summary).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn a_failing_claim_shows_its_line_counts_interval_nearest_stack_and_where_it_departs() {
    let text = text();
    for shown in [
        "FAIL         stack.leaf_caller     o2     100 samples",
        "stack_leaf_caller.c:5: every cpuHog: main > run > level2 > cpuHog",
        "3 of 100 samples do not have it",
        "100 signals, observed 97, 100 or more is taken; finds a defect of 4.5 %, α 1.0e-6",
        "3 samples: level2 is missing (frame 2)",
        "main > run > cpuHog\n",
        "ran: 'A=b c' exe prog",
        "host: Linux ",
        "judged 1 of 1, passed 0 of 1: 1 FAIL; Σα 1.0e-6",
    ] {
        assert!(text.contains(shown), "{shown} is missing in:\n{text}");
    }
}

#[test]
fn it_fits_100_columns() {
    assert!(
        text().lines().all(|line| line.chars().count() <= 100),
        "{}",
        text()
    );
}
