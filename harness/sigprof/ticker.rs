//! The handler's side of a thread's source of signals: which it is, and what one of its signals weighs.
//! Async-signal-safe.

use std::sync::atomic::{AtomicI32, AtomicU8, AtomicU32, AtomicU64, Ordering};

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
    /// When a timer on the wall was first due, on its clock.
    due_ns: AtomicU64,
    /// How many of its signals in a row have been late.
    late: AtomicU32,
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
            due_ns: AtomicU64::new(0),
            late: AtomicU32::new(0),
            meter: Meter::default(),
        }
    }

    /// Says what the thread's signals come from now.
    pub fn set(&self, kind: Kind, fd: i32) {
        self.fd.store(fd, Ordering::Relaxed);
        self.kind.store(kind as u8, Ordering::Release);
    }

    /// Says that they come from a timer on the wall, which is first due at `due_ns`.
    pub fn set_wall(&self, due_ns: u64) {
        self.due_ns.store(due_ns, Ordering::Relaxed);
        self.set(Kind::WallTimer, Ticker::NO_FD);
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
    ///
    /// A timer on the wall is due also while its thread is not running, and the signal is then taken where the thread goes on:
    /// as a rule where a system call has given the processor away, which is not where its time went. Such a
    /// signal weighs nothing, and the next one that finds the thread running weighs that much more.
    pub fn weigh_timer(&self, overrun: i32) -> u64 {
        if self.is(Kind::WallTimer) && self.waits(overrun, sys::clock_ns(libc::CLOCK_MONOTONIC)) {
            return 0;
        }
        self.weigh_by_clock()
    }

    /// Whether a signal of a timer on the wall is to leave its time to the next one. Not for ever: a host without
    /// high-resolution timers is late each time, and so is a thread whose handler takes longer than a period.
    fn waits(&self, overrun: i32, now_ns: i64) -> bool {
        /// A thread that has a tenth of a processor is late so often in a row once in 30 times.
        const PATIENCE: u32 = 32;
        let late = match self.is_late(overrun, now_ns) {
            true => self.late.load(Ordering::Relaxed) + 1,
            false => 0,
        };
        let waits = (1..PATIENCE).contains(&late);
        self.late
            .store(if waits { late } else { 0 }, Ordering::Relaxed);
        waits
    }

    fn is_late(&self, overrun: i32, now_ns: i64) -> bool {
        /// From the timer to the handler, where the thread is running, it takes some 10 µs, and seldom 50. Not longer: of the
        /// threads that were not running some go on within any while, and are taken for ones that were.
        const PROMPT_NS: u64 = 50_000;
        let period_ns = self.meter.period_ns().max(1);
        let since_ns = (now_ns.max(0) as u64).saturating_sub(self.due_ns.load(Ordering::Relaxed));
        overrun > 0 || since_ns % period_ns > PROMPT_NS.min(period_ns / 4)
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
        // A CPU timer has the same to say as its overruns, which are not looked at.
        let weight = ticker.weigh_timer(99);
        assert!((10..=(now_ns() - before_ns) / PERIOD_NS).contains(&weight));
        assert!(!ticker.is_perf_fd(Ticker::NO_FD) && !ticker.is_perf_fd(3));
    }

    #[test]
    fn a_signal_that_its_thread_was_not_running_for_leaves_its_time_to_the_next() {
        const PERIOD_NS: u64 = 4_000_000;
        let ticker = Ticker::new();
        ticker.meter.start(PERIOD_NS, 0, 0);
        ticker.set_wall(1_000_000_000);
        let at = |periods: i64, late_ns| 1_000_000_000 + periods * PERIOD_NS as i64 + late_ns;
        assert!(!ticker.is_late(0, at(0, 9_000)) && !ticker.is_late(0, at(7, 49_000)));
        assert!(ticker.is_late(0, at(7, 51_000)) && ticker.is_late(0, at(7, -1)));
        assert!(ticker.is_late(2, at(7, 9_000)), "it was due twice before");
        // Late as seen from now, whatever the thread has used.
        assert_eq!(ticker.weigh_timer(1), 0);
        assert!(ticker.meter.is_fresh());
        let taken = (0..100)
            .filter(|_| !ticker.waits(0, at(7, 200_000)))
            .count();
        assert_eq!(taken, 3, "one in 32 where all are late");
        assert!(!ticker.waits(0, at(7, 0)) && ticker.waits(1, at(7, 0)));
        ticker.meter.start(10_000, 0, 0);
        assert!(!ticker.is_late(0, 1_000_002_500) && ticker.is_late(0, 1_000_002_501));
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
