//! The rejection region of each kind of claim, enumerated through the judge itself: every outcome is judged, and the probabilities of
//! those that fail are summed. Under a perfect sampler the sum is at most α, under the smallest defect that the judge states at
//! least 0.99, for the n that cases use.

use super::exact::{POWER, smallest_visible_share};
use super::testing::{ask, ask_one_of, case, seen, truth};
use super::{ALPHA, Finding, Seen, Verdict};

/// What cases have: a second at 100 Hz, four of them, and 4 s and 16 s at 250 signals a second.
const SIZES: [u64; 4] = [100, 400, 1000, 4000];

/// ln k! for all k up to `n`.
fn ln_factorials(n: u64) -> Vec<f64> {
    let mut sums = vec![0.0];
    for k in 1..=n {
        sums.push(sums[k as usize - 1] + (k as f64).ln());
    }
    sums
}

struct Chances {
    ln: Vec<f64>,
}

impl Chances {
    fn up_to(n: u64) -> Self {
        Chances {
            ln: ln_factorials(n),
        }
    }

    fn binomial(&self, n: u64, p: f64, k: u64) -> f64 {
        let (n, k) = (n as usize, k as usize);
        let ways = self.ln[n] - self.ln[k] - self.ln[n - k];
        let term = |count: usize, p: f64| match count {
            0 => 0.0,
            count => count as f64 * p.ln(),
        };
        (ways + term(k, p) + term(n - k, 1.0 - p)).exp()
    }

    fn poisson(&self, mean: f64, k: u64) -> f64 {
        (k as f64 * mean.ln() - mean - self.ln[k as usize]).exp()
    }
}

/// P(FAIL) where the count of one kind of samples among `n` is binomial with `p`.
fn fails(n: u64, p: f64, judge: impl Fn(u64) -> Finding) -> f64 {
    let chances = Chances::up_to(n);
    (0..=n)
        .filter(|&k| judge(k).verdict == Verdict::Fail)
        .map(|k| chances.binomial(n, p, k))
        .sum()
}

fn two(hog: u64, other: u64) -> Seen {
    seen(&[(hog, "main > run > hog"), (other, "main > run > other")])
}

#[test]
fn a_share() {
    for n in SIZES {
        for p in [10.0 / 12.0, 0.5, 1.0 / 12.0] {
            // The truth in milliseconds that gives this share of 12 s.
            let hog_ms = (p * 12_000.0_f64).round() as u64;
            let truth = truth(&[("hog", hog_ms), ("other", 12_000 - hog_ms)]);
            let case = case("//@ share hog: truth");
            let judge = |k| ask(&case, &two(k, n - k), Some(&truth));
            assert!(fails(n, p, judge) <= ALPHA, "n {n}, p {p}");
            let Some(detects) = judge((p * n as f64) as u64).test.detects else {
                continue;
            };
            // The defect is beside the 1 % that the truth may be off.
            for off in [p - 0.01 - detects, p + 0.01 + detects] {
                if (0.0..=1.0).contains(&off) {
                    let power = fails(n, off, judge);
                    assert!(power >= POWER - 1e-9, "n {n}, p {p}, off {off}: {power}");
                }
            }
        }
    }
}

#[test]
fn a_leaf_that_vanishes() {
    for n in SIZES {
        for (p, phases) in [
            (1.0, [("hog", 1200), ("other", 0)]),
            (0.5, [("hog", 600), ("other", 600)]),
        ] {
            let truth = truth(&phases);
            let case = case("//@ every hog: main > run > hog");
            let judge = |k| ask(&case, &two(k, n - k), Some(&truth));
            // What certainly is the leaf's of the time.
            assert!(fails(n, p * 0.9, judge) <= ALPHA, "n {n}, p {p}");
            let loss = super::presence::smallest_loss(n, p, ALPHA).unwrap();
            assert!(
                fails(n, p * (1.0 - loss), judge) >= POWER - 1e-9,
                "n {n}, p {p}: {loss}"
            );
        }
    }
}

/// One wrong stack is enough, and it is seen with the stated power. A perfect profiler has none.
#[test]
fn a_wrong_stack() {
    for n in SIZES {
        for claim in [
            "//@ every: main > run > hog",
            "//@ never: main > run > other",
        ] {
            let case = case(claim);
            let judge = |wrong| ask(&case, &two(n - wrong, wrong), None);
            let chances = Chances::up_to(n);
            assert_ne!(judge(0).verdict, Verdict::Fail);
            let detects = judge(0).test.detects.unwrap();
            assert!((detects - smallest_visible_share(n)).abs() < 1e-12);
            let seen: f64 = (0..=n)
                .filter(|&wrong| judge(wrong).verdict == Verdict::Fail)
                .map(|wrong| chances.binomial(n, detects, wrong))
                .sum();
            assert!(seen >= POWER - 1e-9, "{claim}, n {n}: {seen}");
        }
    }
}

#[test]
fn a_stack_that_is_not_there() {
    for n in SIZES {
        let truth = truth(&[("rare", 200), ("other", 800)]);
        let case = case("//@ stack: main > run > rare");
        let judge = |k| {
            let lines = [(k, "main > run > rare"), (n - k, "main > run > other")];
            ask(&case, &seen(&lines), Some(&truth))
        };
        assert!(fails(n, 0.2 * 0.9, judge) <= ALPHA, "n {n}");
        // The smallest defect is the whole of it: then none is there, and that fails for certain.
        assert_eq!(judge(0).verdict, Verdict::Fail, "n {n}");
        assert_eq!(judge(0).test.detects, Some(1.0));
    }
}

#[test]
fn the_top() {
    for n in SIZES {
        let case = case("//@ top: hog");
        let judge = |k| ask(&case, &two(k, n - k), None);
        // The hardest perfect profiler: both functions are equally hot.
        assert!(fails(n, 0.5, judge) <= ALPHA, "n {n}");
        let lead = judge(n / 2).test.detects.unwrap();
        assert!(
            fails(n, (1.0 - lead) / 2.0, judge) >= POWER - 1e-9,
            "n {n}: {lead}"
        );
        // Nor does a profiler that is wrong pass by chance: it is behind, and at best equal.
        let chances = Chances::up_to(n);
        let passes: f64 = (0..=n)
            .filter(|&k| judge(k).verdict == Verdict::Pass)
            .map(|k| chances.binomial(n, 0.5, k))
            .sum();
        assert!(passes <= ALPHA, "n {n}: {passes}");
    }
}

#[test]
fn a_total() {
    for n in SIZES {
        // n samples at 100 Hz.
        let truth = truth(&[("hog", n * 10)]);
        let case = case("//@ total: truth");
        let judge = |k| ask(&case, &seen(&[(k, "main > run > hog")]), Some(&truth));
        let most = 6 * n + 1000;
        let chances = Chances::up_to(most);
        let rejected: Vec<u64> = (0..=most)
            .filter(|&k| judge(k).verdict == Verdict::Fail)
            .collect();
        let fails = |mean: f64| -> f64 { rejected.iter().map(|&k| chances.poisson(mean, k)).sum() };
        let mean = n as f64;
        assert!(fails(mean) <= ALPHA, "n {n}: {}", fails(mean));
        let Some(detects) = judge(n).test.detects else {
            continue;
        };
        for off in [mean * (1.0 - detects), mean * (1.0 + detects)] {
            if off > 0.0 {
                assert!(
                    fails(off) >= POWER - 1e-9,
                    "n {n}, off {off}: {}",
                    fails(off)
                );
            }
        }
    }
}

/// Three looks may each fail a perfect sampler, and together no more often than α. The claim is about a count of which each single
/// one is possible, so that a third of α leaves out at least one that α has.
#[test]
fn looks_share_the_error() {
    let case = case("//@ share hog: truth");
    let phases = truth(&[("hog", 2000), ("other", 2000)]);
    let rejected = |looks| {
        fails(400, 0.5, |hog| {
            ask_one_of(looks, &case, &two(hog, 400 - hog), &phases)
        })
    };
    let (one, three) = (rejected(1), rejected(3));
    assert!(0.0 < three && 3.0 * three <= ALPHA, "{three}");
    assert!(three < one && one <= ALPHA, "{one} and {three}");
}

/// Of a leaf that has all the time, a perfect sampler has at least nine in ten samples: 0.1⁶ is 1e-6, and 5 have none once
/// in 10⁵ runs.
#[test]
fn what_a_phase_does_beside_its_function_is_no_missing_stack() {
    let case = case("//@ stack: main > run > hog");
    let phases = truth(&[("hog", 100)]);
    let without = |n| ask(&case, &seen(&[(n, "main > run")]), Some(&phases)).verdict;
    assert_eq!(
        (without(5), without(7)),
        (Verdict::Inconclusive, Verdict::Fail)
    );
}
