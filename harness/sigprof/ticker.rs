//! The handler's side of a thread's source of signals: which it is, and what one of its signals weighs.
//! Async-signal-safe.

use std::sync::atomic::{AtomicI32, AtomicU8, Ordering};

use super::meter::Meter;
use super::perf;
use super::sys;

/// What a thread's signals come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Kind {
    /// Nothing of the thread's own.
    None = 0,
    /// A timer on its CPU clock.
    CpuTimer = 1,
    /// A timer on the wall.
    WallTimer = 2,
    /// A perf event.
    Perf = 3,
}

/// One thread's.
#[derive(Debug)]
pub struct Ticker {
    kind: AtomicU8,
    fd: AtomicI32,
    /// Periods that samples were given for, where the kernel does not say.
    pub meter: Meter,
}

impl Ticker {
    /// No descriptor.
    pub const NO_FD: i32 = -1;

    /// None yet.
    pub fn new() -> Ticker {
        Ticker {
            kind: AtomicU8::new(Kind::None as u8),
            fd: AtomicI32::new(Ticker::NO_FD),
            meter: Meter::default(),
        }
    }

    /// Says what the thread's signals come from now.
    pub fn set(&self, kind: Kind, fd: i32) {
        self.fd.store(fd, Ordering::Relaxed);
        self.kind.store(kind as u8, Ordering::Release);
    }

    fn is(&self, kind: Kind) -> bool {
        self.kind.load(Ordering::Acquire) == kind as u8
    }

    /// The perf event that this thread's signals come from, if they do.
    #[cfg(feature = "interpose")]
    pub fn perf_fd(&self) -> Option<i32> {
        let fd = self.fd.load(Ordering::Relaxed);
        self.is_perf_fd(fd).then_some(fd)
    }

    /// Whether the perf event behind `fd` is this thread's.
    pub fn is_perf_fd(&self, fd: i32) -> bool {
        self.is(Kind::Perf) && fd != Ticker::NO_FD && self.fd.load(Ordering::Relaxed) == fd
    }

    /// What a signal of this thread's own timer weighs, in periods: 0 if no period of CPU time is over. Not by a CPU timer's
    /// overruns, which are the same, but do not add up to what the meter says is left when the thread ends.
    pub fn weigh_timer(&self) -> u64 {
        self.weigh_by_clock()
    }

    /// What a signal of the perf event behind `fd` weighs. The first comes after a part of a period; from then on the
    /// period is whole. Not by the event's own count: that goes on while a hypervisor runs somebody else, 2 % of the
    /// time on a busy host, and no thread was charged for it.
    pub fn weigh_perf(&self, fd: i32) -> u64 {
        if self.meter.is_fresh() {
            // It cannot fail for a descriptor that has just sent a signal; if it did, the meter would still be right.
            let _ = perf::set_period(fd, self.meter.period_ns());
        }
        self.weigh_by_clock()
    }

    fn weigh_by_clock(&self) -> u64 {
        self.meter
            .take(sys::clock_ns(libc::CLOCK_THREAD_CPUTIME_ID) as u64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_timers_signal_weighs_the_cpu_time_since_the_last() {
        const PERIOD_NS: u64 = 1000;
        let now_ns = || sys::clock_ns(libc::CLOCK_THREAD_CPUTIME_ID) as u64;
        let ticker = Ticker::new();
        ticker.set(Kind::CpuTimer, Ticker::NO_FD);
        let before_ns = now_ns();
        ticker.meter.start(PERIOD_NS, 0, before_ns);
        while now_ns() < before_ns + 10 * PERIOD_NS {}
        let weight = ticker.weigh_timer();
        assert!((10..=(now_ns() - before_ns) / PERIOD_NS).contains(&weight));
        assert!(!ticker.is_perf_fd(Ticker::NO_FD) && !ticker.is_perf_fd(3));
    }

    #[test]
    fn only_its_own_descriptor_is_a_threads_event() {
        let ticker = Ticker::new();
        ticker.set(Kind::Perf, 7);
        assert!(ticker.is_perf_fd(7) && !ticker.is_perf_fd(8));
        ticker.set(Kind::None, Ticker::NO_FD);
        assert!(!ticker.is_perf_fd(7));
    }
}
