//! Each kind of claim on stacks made by hand: right, wrong, and too few.

use super::testing::*;
use super::*;
use crate::case::truth::{Check, Truth};

#[track_caller]
fn check(claim: &str, lines: &[(u64, &str)], phases: &[(&str, u64)], verdict: Verdict) -> Finding {
    let finding = ask(&case(claim), &seen(lines), Some(&truth(phases)));
    assert_eq!(finding.verdict, verdict, "{claim}: {}", finding.says);
    finding
}

const EVERY: &str = "//@ every cpuHog: main > ... > level2 > cpuHog";
const GOOD: &str = "main > run > level2 > cpuHog";

#[test]
fn one_stack_that_is_wrong_in_2000_samples_fails_every_and_is_shown() {
    let lines = [
        (1998, GOOD),
        (1, "main > run > cpuHog"),
        (1, "x > y > cpuHog"),
    ];
    let finding = check(EVERY, &lines, &[("cpuHog", 20_000)], Verdict::Fail);
    assert_eq!(finding.against[0].stack, seen(&lines).stacks[1]);
    let departs = finding.against[0].departs.clone().unwrap();
    assert_eq!(departs.to_string(), "level2 is missing");
    assert_eq!((finding.line, finding.layer), (3, Some(Layer::L4)));
}

#[test]
fn a_leaf_that_has_vanished_fails_every() {
    let phases = [("cpuHog", 10_000), ("other", 10_000)];
    check(
        EVERY,
        &[(2000, "main > run > level2")],
        &phases,
        Verdict::Fail,
    );
    check(
        EVERY,
        &[(1000, GOOD), (1000, "main > run > other")],
        &phases,
        Verdict::Pass,
    );
    // A tenth of the time that it has is not within chance of half.
    check(
        EVERY,
        &[(100, GOOD), (1900, "main > run > other")],
        &phases,
        Verdict::Fail,
    );
}

/// One thread's buffer overflows and another's does not: losses are no fair sample of samples.
#[test]
fn what_is_declared_as_lost_may_have_had_the_leaf() {
    let phases = [("cpuHog", 20_000)];
    let truth = truth(&phases);
    for (claim, hogs, others, lost, verdict) in [
        (EVERY, 800, 200, 0, Verdict::Fail),
        (EVERY, 800, 200, 1000, Verdict::Pass),
        // Not more than was lost.
        (EVERY, 800, 1200, 200, Verdict::Fail),
        // Not without having seen it at all.
        (EVERY, 0, 200, 1800, Verdict::Inconclusive),
        ("//@ stack: main > run > x", 1000, 0, 20, Verdict::Fail),
        (
            "//@ stack: main > run > x",
            1000,
            0,
            1000,
            Verdict::Inconclusive,
        ),
    ] {
        let seen = Seen {
            lost,
            ..seen(&[(hogs, GOOD), (others, "main > run > other")])
        };
        let finding = ask(&case(claim), &seen, Some(&truth));
        assert_eq!(
            finding.verdict, verdict,
            "{claim} {hogs} {lost}: {finding:?}"
        );
    }
}

/// A program that installs a handler of its own, a static one that nothing can be loaded into: success, and nothing seen.
#[test]
fn a_profiler_that_sees_nothing_at_all_fails_where_enough_is_due() {
    for (claim, ms, lost, verdict) in [
        (EVERY, 1000, 0, Verdict::Fail),
        ("//@ stack: main > x", 1000, 0, Verdict::Fail),
        ("//@ top: x", 1000, 0, Verdict::Fail),
        ("//@ share cpuHog: truth", 1000, 0, Verdict::Fail),
        (EVERY, 400, 0, Verdict::Inconclusive),
        (EVERY, 1000, 100, Verdict::Inconclusive),
        (
            "//@ samples: none-ok\n//@ never: main > x",
            1000,
            0,
            Verdict::Pass,
        ),
    ] {
        let seen = Seen { lost, ..seen(&[]) };
        let finding = ask(&case(claim), &seen, Some(&truth(&[("cpuHog", ms)])));
        assert_eq!(finding.verdict, verdict, "{claim} {ms} {lost}: {finding:?}");
    }
}

#[test]
fn a_name_that_begins_alike_is_another_name() {
    let phases = [("cpuHog", 1000)];
    check(
        EVERY,
        &[(100, "main > run > level2 > cpuHogThread")],
        &phases,
        Verdict::Fail,
    );
    let top = "//@ top: cpuHog";
    check(
        top,
        &[(100, "main > run > cpuHogThread")],
        &phases,
        Verdict::Fail,
    );
    let stack = "//@ stack: main > ... > cpuHog";
    check(
        stack,
        &[(100, "main > run > cpuHogThread")],
        &phases,
        Verdict::Fail,
    );
}

#[test]
fn too_few_samples_are_inconclusive_and_never_a_pass() {
    let phases = [("cpuHog", 1000)];
    // 44 samples are needed to see a defect of a tenth.
    check(EVERY, &[(44, GOOD)], &phases, Verdict::Pass);
    check(EVERY, &[(43, GOOD)], &phases, Verdict::Inconclusive);
    check(
        "//@ never: ... > bad > ...",
        &[(43, GOOD)],
        &phases,
        Verdict::Inconclusive,
    );
    for claim in [
        EVERY,
        "//@ every: main > ...",
        "//@ never: ... > bad > ...",
        "//@ stack: main > ... > cpuHog",
        "//@ top: cpuHog",
        "//@ share cpuHog: truth",
        "//@ share cpuHog: 0.1..0.9",
    ] {
        // 40 are due: fewer than a profile without any is held against.
        check(claim, &[], &[("cpuHog", 400)], Verdict::Inconclusive);
    }
}

#[test]
fn three_samples_never_pass_a_share() {
    for lines in [
        [(3, GOOD), (0, "x")],
        [(2, GOOD), (1, "main > run > other")],
    ] {
        let phases = [("cpuHog", 830), ("other", 170)];
        for claim in ["//@ share cpuHog: truth", "//@ share cpuHog: 0.80..0.86"] {
            check(claim, &lines, &phases, Verdict::Inconclusive);
        }
    }
}

#[test]
fn what_must_not_be_fails_with_the_stack_that_is() {
    let lines = [(99, GOOD), (1, "main > bad > x")];
    let finding = check("//@ never: ... > bad > ...", &lines, &[], Verdict::Fail);
    assert_eq!(finding.against[0].stack, seen(&lines).stacks[1]);
    check(
        "//@ never: ... > bad > ...",
        &[(100, GOOD)],
        &[],
        Verdict::Pass,
    );
}

#[test]
fn a_stack_that_is_not_there_fails_only_where_it_would_have_shown() {
    let claim = "//@ stack: main > ... > rare";
    let phases = [("rare", 10), ("cpuHog", 990)];
    // 0.9 % of 100 samples: none is no surprise. Of 2000: 0.991^2000 = 1.4e-8.
    check(claim, &[(100, GOOD)], &phases, Verdict::Inconclusive);
    check(claim, &[(2000, GOOD)], &phases, Verdict::Fail);
    check(
        claim,
        &[(99, GOOD), (1, "main > run > rare")],
        &phases,
        Verdict::Pass,
    );
}

#[test]
fn the_top_is_decided_by_more_than_chance() {
    let lines = |own, other| [(own, "main > run > cpuHog"), (other, "main > run > other")];
    check("//@ top: cpuHog", &lines(98, 2), &[], Verdict::Pass);
    check(
        "//@ top: cpuHog",
        &lines(55, 45),
        &[],
        Verdict::Inconclusive,
    );
    check(
        "//@ top: cpuHog",
        &lines(45, 55),
        &[],
        Verdict::Inconclusive,
    );
    let finding = check("//@ top: cpuHog", &lines(2, 98), &[], Verdict::Fail);
    assert_eq!(finding.against[0].stack.frames, ["other"]);
}

#[test]
fn a_share_is_held_against_a_range_or_the_truth() {
    let lines = |hog, other| [(hog, "main > run > cpuHog"), (other, "main > run > other")];
    let phases = [("cpuHog", 16_600), ("other", 3_400)];
    for claim in ["//@ share cpuHog: truth", "//@ share cpuHog: 0.80..0.86"] {
        check(claim, &lines(1660, 340), &phases, Verdict::Pass);
        check(claim, &lines(1300, 700), &phases, Verdict::Fail);
        check(claim, &lines(1990, 10), &phases, Verdict::Fail);
    }
    // What is outside `run` is no part of it.
    let outside = [
        (1660, "main > run > cpuHog"),
        (340, "main > run > other"),
        (900, "main > x"),
    ];
    check("//@ share cpuHog: truth", &outside, &phases, Verdict::Pass);
}

#[test]
fn a_share_of_phases_of_a_fixed_length_is_broken() {
    let mut truth = truth(&[("cpuHog", 500), ("other", 500)]);
    truth.phases[1].planned_max_ns = truth.phases[1].planned_min_ns;
    let lines = seen(&[(1000, "main > run > cpuHog"), (1000, "main > run > other")]);
    let finding = ask(&case("//@ share cpuHog: truth"), &lines, Some(&truth));
    assert_eq!(finding.verdict, Verdict::Broken);
}

#[test]
fn a_total_is_held_against_the_threads_clocks() {
    // 10 s at 100 Hz.
    let phases = [("cpuHog", 10_000)];
    let total = "//@ total: truth";
    check(total, &[(1000, GOOD)], &phases, Verdict::Pass);
    for wrong in [500, 2000] {
        check(total, &[(wrong, GOOD)], &phases, Verdict::Fail);
    }
    // What is declared lost is not missing.
    let lossy = Seen {
        lost: 500,
        ..seen(&[(500, GOOD)])
    };
    assert_eq!(
        ask(&case(total), &lossy, Some(&truth(&phases))).verdict,
        Verdict::Pass
    );
    // A period ten times too long: the same samples are then 100 s.
    let slow = Seen {
        period_ns: Some(100_000_000),
        ..seen(&[(1000, GOOD)])
    };
    assert_eq!(
        ask(&case(total), &slow, Some(&truth(&phases))).verdict,
        Verdict::Fail
    );
    // Values in nanoseconds that do not fit the counts.
    let torn = Seen {
        cpu_ns: Some(1_000_000_000),
        ..seen(&[(1000, GOOD)])
    };
    assert_eq!(
        ask(&case(total), &torn, Some(&truth(&phases))).verdict,
        Verdict::Fail
    );
    assert_eq!(
        ask(&case(total), &torn, None).verdict,
        Verdict::Inconclusive
    );
}

/// At 1000 Hz and a tick of 250 Hz four samples are one signal: 1000 samples of a second are 250 witnesses.
#[test]
fn samples_above_the_tick_are_not_so_many_witnesses() {
    let fast = Seen {
        period_ns: Some(1_000_000),
        ..seen(&[(172, GOOD)])
    };
    let finding = ask(&case(EVERY), &fast, Some(&truth(&[("cpuHog", 172)])));
    assert_eq!(
        (finding.test.n, finding.verdict),
        (43, Verdict::Inconclusive)
    );
}

#[test]
fn a_programs_own_check_counts_as_it_says() {
    let claim = case("//@ self: errno");
    let with = |checks: Vec<Check>| Truth {
        checks,
        ..truth(&[])
    };
    let check = |ok| Check {
        name: "errno".into(),
        ok,
        says: "as it was".into(),
    };
    let verdict = |checks| ask(&claim, &seen(&[(100, GOOD)]), Some(&with(checks))).verdict;
    assert_eq!(verdict(vec![check(true)]), Verdict::Pass);
    assert_eq!(verdict(vec![check(true), check(false)]), Verdict::Fail);
    assert_eq!(verdict(vec![]), Verdict::Broken);
}

#[test]
fn no_samples_may_be_fine_where_the_case_says_so() {
    let claims = "//@ samples: none-ok\n//@ never: ... > bad > ...";
    assert_eq!(ask(&case(claims), &seen(&[]), None).verdict, Verdict::Pass);
}

#[test]
fn layers_have_the_worst_of_their_claims() {
    let claims = "//@ stack: main > ... > cpuHog\n//@ every cpuHog: main > cpuHog\n//@ never: ... > bad > ...";
    let case = case(claims);
    let findings = ask_all(&case, &seen(&[(100, GOOD)]), None, None);
    let expected = [
        (Layer::L0, Verdict::Pass),
        (Layer::L1, Verdict::Pass),
        (Layer::L3, Verdict::Pass),
        (Layer::L4, Verdict::Fail),
        (Layer::L6, Verdict::Pass),
    ];
    assert_eq!(layers(&findings), expected);
}

#[test]
fn a_snapshot_is_a_set_of_stacks() {
    let case = case("//@ snapshot");
    let verdict = |lines: &[(u64, &str)], snapshot| {
        let findings = ask_all(&case, &seen(lines), None, snapshot);
        findings.first().map(|finding| finding.verdict)
    };
    let both = "main > a\nmain > b";
    let lines = [(60, "main > a"), (40, "main > b")];
    assert_eq!(verdict(&lines, Some(both)), Some(Verdict::Pass));
    assert_eq!(verdict(&lines[..1], Some(both)), Some(Verdict::Fail));
    assert_eq!(verdict(&lines, Some("main > a")), Some(Verdict::Fail));
    assert_eq!(verdict(&[], Some(both)), Some(Verdict::Inconclusive));
    assert_eq!(verdict(&lines, None), None);
}
