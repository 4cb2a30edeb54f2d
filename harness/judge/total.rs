//! `total: truth`: samples × period and what was declared lost come to the CPU time that the program's threads used.
//!
//! A perfect timer is a metronome; what is allowed is a sampler whose signals are independent, which is less steady, and a
//! residual of one period a thread, for it is not said where in its first period a thread begins.

use super::exact::{Law, smallest_defect};
use super::finding::{Judged, Test};
use super::question::Question;
use super::verdict::Verdict;

/// A total has to be able to find that half of the time is missing, or that half as much again is there.
const DEFECT: f64 = 0.5;

/// CPU time beside what the program measured: the profiler's own start and stop, and the host's way to the program.
const BESIDE_NS: f64 = 20e6;

/// The residual is for few long threads: of many short ones a fair sampler misses as much as it catches too much.
const RESIDUAL_SHARE: f64 = 0.05;

pub(super) fn total(question: &Question) -> Judged {
    let Some(truth) = question.truth else {
        return question.no_truth();
    };
    if truth.overflow {
        return Judged::plain(
            Verdict::Broken,
            "the truth file had no room for all threads or phases",
        );
    }
    let Some(period_ns) = question.seen.period_ns else {
        return Judged::plain(Verdict::Fail, "the profile does not say its period");
    };
    let seen = question.seen;
    let cpu_ns = truth.cpu_ns() as f64;
    let region = Region::of(question, cpu_ns, period_ns as f64, truth.thread_count());
    let by_count = (seen.samples() + seen.lost) as f64;
    let by_time = seen.cpu_ns.map(|ns| ns as f64 / period_ns as f64);
    // Both ways of saying the same must be right; the one that is further off decides.
    let samples = by_time
        .filter(|by_time| (by_time - region.due).abs() > (by_count - region.due).abs())
        .unwrap_or(by_count);
    let test = Test {
        alpha: question.alpha,
        n: region.mean.floor() as u64,
        observed: samples / region.due.max(f64::MIN_POSITIVE),
        accepted: Some(region.ratios()),
        detects: region.detects,
    };
    let says = format!(
        "{:.0} ms by samples and declared losses, {:.0} ms by the threads' own clocks",
        samples * period_ns as f64 / 1e6,
        cpu_ns / 1e6
    );
    let verdict = match (region.rejects(samples), region.detects) {
        (true, _) => Verdict::Fail,
        (false, Some(detects)) if detects <= DEFECT => Verdict::Pass,
        _ => Verdict::Inconclusive,
    };
    Judged::new(verdict, says, test)
}

/// Where totals are rejected, in samples.
struct Region {
    /// Samples due.
    due: f64,
    /// Signals due.
    mean: f64,
    /// Fewer samples than this are too few.
    low: f64,
    /// More samples than this are too many.
    high: f64,
    detects: Option<f64>,
}

impl Region {
    fn of(question: &Question, cpu_ns: f64, period_ns: f64, threads: u64) -> Self {
        let signals = question.signals();
        let due = cpu_ns / period_ns;
        let mean = signals.mean(due);
        let residual = (threads as f64).min(RESIDUAL_SHARE * mean);
        let beside = signals.mean(BESIDE_NS / period_ns);
        let law = Law::Poisson { mean };
        let most = Law::Poisson {
            mean: mean + beside,
        };
        let half = question.look_alpha() / 2.0;
        // The regions lie a residual further out, so that they spend no more than α whatever it was.
        let reject_low = law
            .low_region(half)
            .map(|region| region as f64 - residual)
            .filter(|region| *region >= 0.0)
            .map(|region| region.floor() as u64);
        let reject_high = most
            .high_region(half)
            .map(|region| (region as f64 + residual).ceil() as u64);
        let less = reject_low
            .and_then(|region| smallest_defect(1.0, |loss| law.scaled(1.0 - loss).at_most(region)));
        let more = reject_high.and_then(|region| {
            smallest_defect(4.0, |gain| law.scaled(1.0 + gain).at_least(region))
        });
        Region {
            due,
            mean,
            low: signals.samples(reject_low.map_or(0.0, |region| region as f64 + 1.0)),
            high: signals.samples(reject_high.map_or(f64::INFINITY, |region| region as f64 - 1.0)),
            detects: less.zip(more).map(|(less, more)| less.max(more)),
        }
    }

    /// A sum of weights lies between two counts of signals; it is rejected where both are.
    fn rejects(&self, samples: f64) -> bool {
        let slack = (self.due / self.mean.max(f64::MIN_POSITIVE)).max(1.0);
        samples <= self.low - slack || samples >= self.high + slack
    }

    fn ratios(&self) -> (f64, f64) {
        let due = self.due.max(f64::MIN_POSITIVE);
        (self.low / due, self.high / due)
    }
}
