//! Exact tests: where the rejection regions of binomial and Poisson counts lie, and how large a defect must be to fall
//! into one almost surely. No normal approximation, no simulation. It knows no claims and no profiles.
//!
//! A count is rejected when a perfect profiler would give one as extreme at most with the probability `alpha`. A discrete
//! count never spends `alpha` wholly, so that the stated error is an upper bound.

use statrs::distribution::{Binomial, DiscreteCDF, Poisson};

/// The probability with which a defect of the stated size is found.
pub const POWER: f64 = 0.99;

/// How a count comes about.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Law {
    /// So many of `n` independent signals, each with the probability `p`.
    Binomial {
        /// Signals.
        n: u64,
        /// Of each.
        p: f64,
    },
    /// Independent signals of which `mean` are due. Timers are steadier than that: what is bounded here is bounded for them.
    Poisson {
        /// Signals due.
        mean: f64,
    },
}

impl Law {
    /// The same with the mean multiplied by `factor`; a probability stays one.
    pub fn scaled(self, factor: f64) -> Law {
        match self {
            Law::Binomial { n, p } => Law::Binomial {
                n,
                p: (p * factor).clamp(0.0, 1.0),
            },
            Law::Poisson { mean } => Law::Poisson {
                mean: mean * factor,
            },
        }
    }

    /// P(X ≤ k).
    pub fn at_most(self, k: u64) -> f64 {
        match self {
            Law::Binomial { n, .. } if k >= n => 1.0,
            Law::Binomial { p, .. } if p <= 0.0 => 1.0,
            Law::Binomial { p, .. } if p >= 1.0 => 0.0,
            Law::Binomial { n, p } => Binomial::new(p, n).map_or(1.0, |law| law.cdf(k)),
            Law::Poisson { mean } if mean <= 0.0 => 1.0,
            Law::Poisson { mean } => Poisson::new(mean).map_or(1.0, |law| law.cdf(k)),
        }
    }

    /// P(X ≥ k).
    pub fn at_least(self, k: u64) -> f64 {
        let Some(below) = k.checked_sub(1) else {
            return 1.0;
        };
        match self {
            Law::Binomial { n, .. } if k > n => 0.0,
            Law::Binomial { p, .. } if p <= 0.0 => 0.0,
            Law::Binomial { p, .. } if p >= 1.0 => 1.0,
            Law::Binomial { n, p } => Binomial::new(p, n).map_or(0.0, |law| law.sf(below)),
            Law::Poisson { mean } if mean <= 0.0 => 0.0,
            Law::Poisson { mean } => Poisson::new(mean).map_or(0.0, |law| law.sf(below)),
        }
    }

    /// No count is larger, for all practical purposes: where a search for a bound may begin.
    fn ceiling(self) -> u64 {
        match self {
            Law::Binomial { n, .. } => n,
            // Beyond 40 standard deviations and 1000 nothing has a probability that a float can hold.
            Law::Poisson { mean } => (mean + 40.0 * mean.sqrt() + 1000.0).ceil() as u64,
        }
    }

    /// The largest k for which P(X ≤ k) ≤ `alpha`: 0..=k is the lower rejection region. None where even 0 is likelier.
    pub fn low_region(self, alpha: f64) -> Option<u64> {
        let first_likely = bisect(0, self.ceiling() + 1, |k| self.at_most(k) > alpha);
        first_likely.checked_sub(1)
    }

    /// The smallest k for which P(X ≥ k) ≤ `alpha`: k.. is the upper rejection region. None where even the largest count is
    /// likelier.
    pub fn high_region(self, alpha: f64) -> Option<u64> {
        let end = self.ceiling() + 1;
        let first = bisect(0, end, |k| self.at_least(k) <= alpha);
        (first < end).then_some(first)
    }
}

/// The smallest of `low..high` for which `is` holds, `high` if none; once it holds, it must hold for all that follow.
fn bisect(mut low: u64, mut high: u64, is: impl Fn(u64) -> bool) -> u64 {
    while low < high {
        let middle = low + (high - low) / 2;
        match is(middle) {
            true => high = middle,
            false => low = middle + 1,
        }
    }
    low
}

/// The smallest x in 0..=`limit` for which `found(x)`, the power against a defect of that size, reaches [`POWER`]; None where the
/// largest is not found either. Within 1/4096 of `limit`, and never below the exact answer.
pub fn smallest_defect(limit: f64, found: impl Fn(f64) -> f64) -> Option<f64> {
    const STEPS: u64 = 4096;
    let size = |step: u64| limit * step as f64 / STEPS as f64;
    let step = bisect(0, STEPS + 1, |step| found(size(step)) >= POWER);
    (step <= STEPS).then(|| size(step))
}

/// The smallest part of the samples that must be wrong for at least one of `n` to show it with [`POWER`].
pub fn smallest_visible_share(n: u64) -> f64 {
    match n {
        0 => 1.0,
        n => 1.0 - (1.0 - POWER).powf(1.0 / n as f64),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// ln k!, summed: slow, and too simple to be wrong.
    fn ln_factorial(k: u64) -> f64 {
        (1..=k).map(|i| (i as f64).ln()).sum()
    }

    fn binomial(n: u64, p: f64, k: u64) -> f64 {
        let ways = ln_factorial(n) - ln_factorial(k) - ln_factorial(n - k);
        (ways + k as f64 * p.ln() + (n - k) as f64 * (1.0 - p).ln()).exp()
    }

    fn poisson(mean: f64, k: u64) -> f64 {
        (k as f64 * mean.ln() - mean - ln_factorial(k)).exp()
    }

    /// Both tails of every count against sums of single probabilities.
    #[test]
    fn tails_are_the_sums_of_single_probabilities() {
        for (n, p) in [(10, 0.5), (100, 0.98), (400, 1.0 / 12.0)] {
            let law = Law::Binomial { n, p };
            for k in 0..=n {
                let low: f64 = (0..=k).map(|k| binomial(n, p, k)).sum();
                let high: f64 = (k..=n).map(|k| binomial(n, p, k)).sum();
                assert!(
                    (law.at_most(k) - low).abs() < 1e-9 * low + 1e-13,
                    "{n} {p} {k}"
                );
                assert!(
                    (law.at_least(k) - high).abs() < 1e-9 * high + 1e-13,
                    "{n} {p} {k}"
                );
            }
        }
        for mean in [3.0, 100.0, 250.0] {
            let law = Law::Poisson { mean };
            for k in 0..600 {
                let low: f64 = (0..=k).map(|k| poisson(mean, k)).sum();
                let high: f64 = (k..1500).map(|k| poisson(mean, k)).sum();
                assert!(
                    (law.at_most(k) - low).abs() < 1e-9 * low + 1e-13,
                    "{mean} {k}"
                );
                assert!(
                    (law.at_least(k) - high).abs() < 1e-9 * high + 1e-13,
                    "{mean} {k}"
                );
            }
        }
    }

    #[test]
    fn a_region_spends_at_most_alpha_and_one_more_count_would_not() {
        let laws = [
            Law::Binomial { n: 100, p: 0.9 },
            Law::Binomial {
                n: 1000,
                p: 10.0 / 12.0,
            },
            Law::Poisson { mean: 100.0 },
            Law::Poisson { mean: 4000.0 },
        ];
        for law in laws {
            for alpha in [1e-6, 1e-3] {
                let low = law.low_region(alpha).unwrap();
                assert!(
                    law.at_most(low) <= alpha && law.at_most(low + 1) > alpha,
                    "{law:?}"
                );
                let high = law.high_region(alpha);
                if let Some(high) = high {
                    assert!(law.at_least(high) <= alpha && law.at_least(high - 1) > alpha);
                }
            }
        }
    }

    #[test]
    fn where_nothing_is_unlikely_enough_there_is_no_region() {
        // e⁻¹³ is 2.3e-6, e⁻¹⁴ is 8.3e-7.
        assert_eq!(Law::Poisson { mean: 13.0 }.low_region(1e-6), None);
        assert_eq!(Law::Poisson { mean: 14.0 }.low_region(1e-6), Some(0));
        // 0.5¹⁹ is 1.9e-6, 0.5²⁰ is 9.5e-7.
        assert_eq!(Law::Binomial { n: 19, p: 0.5 }.low_region(1e-6), None);
        assert_eq!(Law::Binomial { n: 20, p: 0.5 }.high_region(1e-6), Some(20));
        assert_eq!(Law::Binomial { n: 0, p: 0.5 }.low_region(1e-6), None);
    }

    #[test]
    fn certain_counts_are_certain() {
        let always = Law::Binomial { n: 5, p: 1.0 };
        assert_eq!(
            (always.low_region(1e-6), always.high_region(1e-6)),
            (Some(4), None)
        );
        let never = Law::Binomial { n: 5, p: 0.0 };
        assert_eq!(
            (never.low_region(1e-6), never.high_region(1e-6)),
            (None, Some(1))
        );
    }

    #[test]
    fn the_smallest_defect_is_found_with_the_power_and_a_smaller_one_is_not() {
        let law = Law::Binomial { n: 1000, p: 0.8 };
        let low = law.low_region(1e-6).unwrap();
        let found = |loss: f64| law.scaled(1.0 - loss).at_most(low);
        let size = smallest_defect(1.0, found).unwrap();
        assert!(
            found(size) >= POWER && found(size - 1.0 / 4096.0) < POWER,
            "{size}"
        );
        assert_eq!(smallest_defect(0.01, found), None);
    }

    /// 1 − 0.9^44 is 0.9903, 1 − 0.9^43 is 0.9892.
    #[test]
    fn how_many_samples_show_a_tenth() {
        assert!(smallest_visible_share(44) < 0.1 && smallest_visible_share(43) > 0.1);
        assert_eq!(smallest_visible_share(0), 1.0);
    }
}
