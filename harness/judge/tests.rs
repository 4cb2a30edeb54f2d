//! Each kind of claim on stacks made by hand: right, wrong, and too few.

use super::*;

struct Port;

impl Hosts for Port {
    fn function(&self, name: &str) -> Option<String> {
        Some(format!("port::{name}"))
    }
    fn is_host(&self, frame: &str) -> bool {
        frame.contains("::")
    }
}

fn stacks(lines: &[(u64, &str)]) -> Vec<Stack> {
    let frames = |text: &str| text.split(" > ").map(String::from).collect();
    lines
        .iter()
        .map(|&(count, text)| Stack {
            frames: frames(text),
            count,
        })
        .collect()
}

/// `due` is 100 samples.
fn one(claim: Claim, lines: &[(u64, &str)]) -> Finding {
    judge(&[claim], &stacks(lines), 100.0, &Port).remove(0)
}

const EVERY: Claim = Claim::Every {
    leaf: Some("hog"),
    stack: "main > ... > hog2 > hog",
    share_min: 0.9,
};

#[test]
fn every_sample_with_the_leaf_counts_and_no_other() {
    let finding = one(
        EVERY,
        &[(60, "main > run > hog2 > hog"), (40, "main > run")],
    );
    assert_eq!(finding.verdict, Verdict::Pass);
    assert_eq!(
        (finding.evidence.considered, finding.evidence.matching),
        (60, 60)
    );
}

#[test]
fn one_sample_that_misses_fails_every_and_the_nearest_is_shown() {
    let lines = [
        (98, "main > run > hog2 > hog"),
        (1, "run > x > hog"),
        (1, "run > hog2 > hog"),
    ];
    let finding = one(EVERY, &lines);
    assert_eq!(finding.verdict, Verdict::Fail);
    assert_eq!(finding.evidence.nearest, Some(stacks(&lines)[2].clone()));
}

#[test]
fn too_few_samples_are_inconclusive_and_never_a_pass() {
    // 90 are due, and half of them are needed.
    assert_eq!(
        one(EVERY, &[(45, "main > hog2 > hog")]).verdict,
        Verdict::Pass
    );
    assert_eq!(
        one(EVERY, &[(44, "main > hog2 > hog")]).verdict,
        Verdict::Inconclusive
    );
    let never = Claim::Never {
        stack: "... > bad > ...",
    };
    let top = Claim::Top { function: "hog" };
    let some = Claim::Some {
        stack: "main",
        share_min: 0.5,
    };
    for claim in [EVERY, never, top, some] {
        assert_eq!(one(claim, &[]).verdict, Verdict::Inconclusive, "{claim:?}");
    }
}

#[test]
fn what_must_not_be_fails_with_the_stack_that_is() {
    let never = Claim::Never {
        stack: "... > bad > ...",
    };
    assert_eq!(one(never, &[(50, "main > hog")]).verdict, Verdict::Pass);
    let finding = one(never, &[(99, "main > hog"), (1, "main > bad > hog")]);
    assert_eq!(finding.verdict, Verdict::Fail);
    assert_eq!(
        finding.evidence.nearest.unwrap().frames,
        ["main", "bad", "hog"]
    );
}

#[test]
fn some_wants_its_share_of_samples() {
    let some = Claim::Some {
        stack: "main > host::run > host::*?",
        share_min: 0.4,
    };
    assert_eq!(
        one(some, &[(20, "main > port::run > a::b"), (80, "main > x")]).verdict,
        Verdict::Pass
    );
    assert_eq!(
        one(some, &[(19, "main > port::run"), (80, "main > x")]).verdict,
        Verdict::Inconclusive
    );
    assert_eq!(one(some, &[(100, "main > x")]).verdict, Verdict::Fail);
}

#[test]
fn top_wants_the_first_row() {
    let top = Claim::Top { function: "hog" };
    assert_eq!(
        one(top, &[(50, "main > hog"), (45, "a > hog"), (5, "main")]).verdict,
        Verdict::Pass
    );
    assert_eq!(
        one(top, &[(20, "main > hog"), (10, "main")]).verdict,
        Verdict::Inconclusive
    );
    let finding = one(top, &[(20, "main > hog"), (80, "hog > other")]);
    assert_eq!(finding.verdict, Verdict::Fail);
    assert_eq!(finding.evidence.nearest.unwrap().frames, ["other"]);
}

#[test]
fn a_claim_that_is_no_pattern_is_broken() {
    assert_eq!(
        one(Claim::Never { stack: "a>b" }, &[(100, "main")]).verdict,
        Verdict::Broken
    );
}

#[cfg(feature = "programs")]
#[test]
fn every_claim_of_every_program_can_be_read() {
    for program in crate::programs::PROGRAMS {
        for finding in judge(program.claims, &[], 100.0, &Port) {
            assert_eq!(
                finding.verdict,
                Verdict::Inconclusive,
                "{}: {}",
                program.name,
                finding.claim
            );
        }
    }
}

#[test]
fn the_worst_claim_decides() {
    assert_eq!(
        [Verdict::Pass, Verdict::Fail, Verdict::Inconclusive]
            .into_iter()
            .max(),
        Some(Verdict::Fail)
    );
    assert!(Verdict::Crash > Verdict::Fail && Verdict::Timeout > Verdict::Fail);
}
