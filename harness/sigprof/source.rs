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

impl Source {
    /// Makes and arms what `clock` stands for on a thread. `head_start_ns`, in [0, period), is how much of the first
    /// period is over already.
    ///
    /// Where a thread cannot have a perf event (no descriptor is left, a sandbox says no), it gets a timer on its CPU
    /// clock instead, and the caller sees which by [`Source::clock`].
    pub fn arm(
        clock: Clock,
        thread_id: libc::pid_t,
        slot: &Slot,
        period_ns: u64,
        head_start_ns: u64,
    ) -> io::Result<Source> {
        match clock {
            Clock::Perf => perf_event(thread_id, slot, period_ns, head_start_ns)
                .or_else(|_| cpu_timer(thread_id, slot, period_ns, head_start_ns)),
            Clock::Wall => wall_timer(thread_id, slot, period_ns, head_start_ns),
            Clock::Thread | Clock::Process => cpu_timer(thread_id, slot, period_ns, head_start_ns),
        }
    }

    /// Periods that no signal has come for, and none will: the thread is gone. Only an event can tell.
    pub fn unseen(&self, slot: &Slot) -> u64 {
        match self {
            Source::Perf(event) => {
                perf::count_ns(event.fd()).map_or(0, |now_ns| slot.ticker.meter.take(now_ns))
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

fn cpu_timer(
    thread_id: libc::pid_t,
    slot: &Slot,
    period_ns: u64,
    head_start_ns: u64,
) -> io::Result<Source> {
    let timer = ThreadTimer::new(cpu_clock_of(thread_id), thread_id, slot.cookie())?;
    slot.ticker.set(Kind::CpuTimer, Ticker::NO_FD);
    // Uniform in (0, period]: else each thread's first period would never be sampled, and of threads that live shorter
    // nothing at all (golang/go#40435).
    timer.arm(period_ns - head_start_ns, period_ns)?;
    Ok(Source::CpuTimer(timer))
}

fn wall_timer(
    thread_id: libc::pid_t,
    slot: &Slot,
    period_ns: u64,
    head_start_ns: u64,
) -> io::Result<Source> {
    let timer = ThreadTimer::new(libc::CLOCK_MONOTONIC, thread_id, slot.cookie())?;
    let now_ns = sys::clock_ns(cpu_clock_of(thread_id)) as u64;
    let first_ns = slot.ticker.meter.start(period_ns, head_start_ns, now_ns);
    slot.ticker.set(Kind::WallTimer, Ticker::NO_FD);
    timer.arm(first_ns, period_ns)?;
    Ok(Source::WallTimer(timer))
}

fn perf_event(
    thread_id: libc::pid_t,
    slot: &Slot,
    period_ns: u64,
    head_start_ns: u64,
) -> io::Result<Source> {
    let event = Event::new(thread_id)?;
    let first_ns = slot.ticker.meter.start(period_ns, head_start_ns, 0);
    slot.ticker.set(Kind::Perf, event.fd());
    event.enable(first_ns)?;
    Ok(Source::Perf(event))
}
