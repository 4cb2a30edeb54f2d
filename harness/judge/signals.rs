//! How many independent signals stand behind samples. A timer on a CPU clock expires at ticks only, and one signal then brings
//! several samples, by its overrun: samples that come together are one witness, not several.

use super::stacks::Seen;

/// The ratio of signals to samples.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Signals {
    per_sample: f64,
}

impl Signals {
    /// `tick_hz` is the rate that no signal goes beyond; None for a clock that knows no tick. A profile that does not
    /// say its period is taken at its samples.
    pub fn of(seen: &Seen, tick_hz: Option<f64>) -> Self {
        let per_sample = match (tick_hz, seen.period_ns) {
            (Some(tick_hz), Some(period_ns)) => (tick_hz * period_ns as f64 / 1e9).min(1.0),
            _ => 1.0,
        };
        Signals { per_sample }
    }

    /// Signals behind so many samples, at least.
    pub fn at_least(self, samples: u64) -> u64 {
        (samples as f64 * self.per_sample + 1e-9).floor() as u64
    }

    /// Signals behind so many samples, at most.
    pub fn at_most(self, samples: u64) -> u64 {
        (samples as f64 * self.per_sample - 1e-9).ceil().max(0.0) as u64
    }

    /// The mean number of signals where so many samples are due.
    pub fn mean(self, samples: f64) -> f64 {
        samples * self.per_sample
    }

    /// Samples that so many signals bring.
    pub fn samples(self, signals: f64) -> f64 {
        signals / self.per_sample
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn signals(period_ns: Option<u64>, tick_hz: Option<f64>) -> Signals {
        let seen = Seen {
            period_ns,
            ..Seen::default()
        };
        Signals::of(&seen, tick_hz)
    }

    #[test]
    fn above_the_tick_four_samples_are_one_signal() {
        let at_1000_hz = signals(Some(1_000_000), Some(250.0));
        assert_eq!(
            (at_1000_hz.at_least(1000), at_1000_hz.at_most(1001)),
            (250, 251)
        );
        assert_eq!(at_1000_hz.samples(250.0), 1000.0);
    }

    #[test]
    fn below_the_tick_and_without_one_each_sample_counts() {
        for signals in [
            signals(Some(10_000_000), Some(250.0)),
            signals(Some(1_000_000), None),
            signals(None, Some(250.0)),
        ] {
            assert_eq!((signals.at_least(7), signals.at_most(7)), (7, 7));
        }
    }
}
