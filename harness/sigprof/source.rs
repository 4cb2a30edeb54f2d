//! What sends one thread its SIGPROFs: a timer on its CPU clock, a timer on the wall, or a perf event. The owner side,
//! outside handlers; what the handler needs of it is the slot's [`Ticker`].

use std::io;

use super::clock::Clock;
use super::perf::{self, Event};
use super::slot::Slot;
use super::sys;
use super::ticker::{Kind, Ticker};
use super::timer::{ThreadTimer, cpu_clock_of};

/// One thread's source. Dropped, it sends nothing more.
#[derive(Debug)]
pub enum Source {
    /// For [`Clock::Thread`]. Held for its end: what was armed needs nothing more.
    CpuTimer(#[allow(dead_code)] ThreadTimer),
    /// For [`Clock::Wall`]. Held for its end too.
    WallTimer(#[allow(dead_code)] ThreadTimer),
    /// For [`Clock::Perf`].
    Perf(Event),
}

/// Where a thread's periods begin.
#[derive(Clone, Copy, Debug)]
pub struct Phase {
    /// Time between two samples.
    pub period_ns: u64,
    /// How much of the first period is over at the beginning: uniform in [0, period). Else each thread's first period would
    /// never be sampled, and of threads that live shorter nothing at all (golang/go#40435).
    pub head_start_ns: u64,
    /// Whether the thread was made a moment ago: then what it has used up to here, some 30 µs, belongs to the profile too.
    pub is_new: bool,
}

impl Phase {
    /// Starts the thread's meter; how long it is to the end of the first period.
    fn start(self, thread_id: libc::pid_t, slot: &Slot) -> u64 {
        let now_ns = sys::clock_ns(cpu_clock_of(thread_id)).max(0) as u64;
        let base_ns = if self.is_new { 0 } else { now_ns };
        let meter = &slot.ticker.meter;
        meter.start(self.period_ns, self.head_start_ns, base_ns);
        self.period_ns - (now_ns - base_ns + self.head_start_ns) % self.period_ns
    }
}

impl Source {
    /// Makes and arms what `clock` stands for on a thread.
    ///
    /// Where a thread cannot have a perf event (no descriptor is left, a sandbox says no), it gets a timer on its CPU
    /// clock instead, and the caller sees which by [`Source::clock`].
    pub fn arm(
        clock: Clock,
        thread_id: libc::pid_t,
        slot: &Slot,
        phase: Phase,
    ) -> io::Result<Source> {
        match clock {
            Clock::Perf => {
                perf_event(thread_id, slot, phase).or_else(|_| cpu_timer(thread_id, slot, phase))
            }
            Clock::Wall => wall_timer(thread_id, slot, phase),
            Clock::Thread | Clock::Process => cpu_timer(thread_id, slot, phase),
        }
    }

    /// Periods that are over and that no signal has come for, taken from the slot's meter; for when none will come.
    ///
    /// A clock that looks at its timers once a tick leaves 4 ms and more behind the last signal, on a busy machine tens of them:
    /// the tick finds others running. Where the thread is gone, so is its CPU clock. A perf event can still tell, but counts time
    /// that a hypervisor took, too; what is unseen there is the end behind the last signal, a period.
    pub fn unseen(&self, thread_id: libc::pid_t, slot: &Slot) -> u64 {
        let meter = &slot.ticker.meter;
        match (sys::clock_ns(cpu_clock_of(thread_id)), self) {
            (now_ns @ 1.., _) => meter.take(now_ns as u64),
            (_, Source::Perf(event)) => {
                let counted_ns = perf::count_ns(event.fd()).unwrap_or(0);
                meter.take(event.base_ns + counted_ns).min(1)
            }
            _ => 0,
        }
    }

    /// The clock that it is in truth.
    pub fn clock(&self) -> Clock {
        match self {
            Source::CpuTimer(_) => Clock::Thread,
            Source::WallTimer(_) => Clock::Wall,
            Source::Perf(_) => Clock::Perf,
        }
    }

    /// Whether time in the kernel goes unsampled.
    pub fn is_user_only(&self) -> bool {
        matches!(self, Source::Perf(event) if event.is_user_only)
    }
}

fn cpu_timer(thread_id: libc::pid_t, slot: &Slot, phase: Phase) -> io::Result<Source> {
    let timer = ThreadTimer::new(cpu_clock_of(thread_id), thread_id, slot.cookie())?;
    slot.ticker.set(Kind::CpuTimer, Ticker::NO_FD);
    timer.arm(phase.start(thread_id, slot), phase.period_ns)?;
    Ok(Source::CpuTimer(timer))
}

fn wall_timer(thread_id: libc::pid_t, slot: &Slot, phase: Phase) -> io::Result<Source> {
    let timer = ThreadTimer::new(libc::CLOCK_MONOTONIC, thread_id, slot.cookie())?;
    let first_ns =
        phase.start(thread_id, slot) + sys::clock_ns(libc::CLOCK_MONOTONIC).max(0) as u64;
    slot.ticker.set_wall(first_ns);
    timer.arm_at(first_ns, phase.period_ns)?;
    Ok(Source::WallTimer(timer))
}

fn perf_event(thread_id: libc::pid_t, slot: &Slot, phase: Phase) -> io::Result<Source> {
    let mut event = Event::new(thread_id)?;
    let first_ns = phase.start(thread_id, slot);
    event.base_ns = sys::clock_ns(cpu_clock_of(thread_id)).max(0) as u64;
    slot.ticker.set(Kind::Perf, event.fd());
    event.enable(first_ns)?;
    Ok(Source::Perf(event))
}
