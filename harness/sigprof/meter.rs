//! From a clock that only ever grows to whole periods, each counted once: what a sample weighs. The kernel does not say how
//! many expirations it stands for (F_SETSIG signals coalesce, and a wall timer knows nothing of CPU time), or not how many
//! were still to come when the thread ended (a CPU timer's overruns are told with its next signal).

use std::sync::atomic::{AtomicU64, Ordering};

/// A thread's meter. Its handler takes from it, and who ends its sampling takes the rest; who arms the thread's clock sets it
/// before.
#[derive(Debug, Default)]
pub struct Meter {
    /// Nanoseconds, of a period, that are taken for elapsed at the start: uniform in [0, period), so that time before
    /// the first signal is not lost on average, however short a thread lives.
    head_start_ns: AtomicU64,
    period_ns: AtomicU64,
    /// Periods that samples were given for.
    taken: AtomicU64,
}

impl Meter {
    /// Starts from where the clock stands at `base_ns`.
    pub fn start(&self, period_ns: u64, head_start_ns: u64, base_ns: u64) {
        let period_ns = period_ns.max(1);
        let head_start_ns = head_start_ns % period_ns;
        self.period_ns.store(period_ns, Ordering::Relaxed);
        // What the clock stands at already is not ours: wrapping, so that the sum is right from now on.
        self.head_start_ns
            .store(head_start_ns.wrapping_sub(base_ns), Ordering::Relaxed);
        self.taken.store(0, Ordering::Relaxed);
    }

    /// How many whole periods have passed that nobody has taken yet; they are taken now.
    pub fn take(&self, now_ns: u64) -> u64 {
        let elapsed_ns = now_ns.wrapping_add(self.head_start_ns.load(Ordering::Relaxed));
        let periods = elapsed_ns / self.period_ns.load(Ordering::Relaxed).max(1);
        // One step, for a handler may be taking at the same time as who takes the rest.
        let taken = self.taken.fetch_max(periods, Ordering::Relaxed);
        periods.saturating_sub(taken)
    }

    /// The period that it was started with.
    pub fn period_ns(&self) -> u64 {
        self.period_ns.load(Ordering::Relaxed)
    }

    /// Whether nothing was taken yet.
    pub fn is_fresh(&self) -> bool {
        self.taken.load(Ordering::Relaxed) == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_periods_are_taken_once() {
        let meter = Meter::default();
        meter.start(100, 0, 5_000);
        assert!(meter.is_fresh());
        assert_eq!(meter.take(5_099), 0);
        assert_eq!(meter.take(5_100), 1);
        assert_eq!(meter.take(5_199), 0);
        // Signals that were merged into one: 5 200, 5 300, 5 400.
        assert_eq!(meter.take(5_450), 3);
        assert!(!meter.is_fresh());
    }

    #[test]
    fn a_random_head_start_makes_the_sum_unbiased() {
        let meter = Meter::default();
        // A thread of 30 ns under a period of 100 ns is seen by 30 of 100 head starts.
        let seen: u64 = (0..100)
            .map(|head_start| {
                meter.start(100, head_start, 7);
                meter.take(7 + 30)
            })
            .sum();
        assert_eq!(seen, 30);
    }

    #[test]
    fn a_clock_that_goes_back_takes_nothing() {
        let meter = Meter::default();
        meter.start(100, 0, 0);
        assert_eq!(meter.take(250), 2);
        assert_eq!(meter.take(120), 0);
        assert_eq!(meter.take(300), 1);
    }
}
