//! Which clocks this host allows, and which of them is best.

use super::clock::Clock;
use super::host;
use super::perf::Event;
use super::sys;
use super::timer::{ProcessTimer, ThreadTimer, cpu_clock_of};

/// What this host says of a clock.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Availability {
    /// The clock.
    pub clock: Clock,
    /// Why it cannot or must not be used here; None where it can.
    pub refusal: Option<String>,
    /// What is to be known about it here.
    pub remark: String,
}

/// The clock to take here, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Best {
    /// The clock.
    pub clock: Clock,
    /// Why this one, in a sentence that names what was refused.
    pub reason: String,
}

/// From the best to the least: perf is exact at any rate and in step with nothing; a thread's CPU timer is exact in sum
/// but tied to the tick; a wall timer is not tied to the tick but disturbs sleepers; the process's timer knows no thread.
const ORDER: [Clock; 4] = [Clock::Perf, Clock::Thread, Clock::Wall, Clock::Process];

impl Clock {
    /// The best clock that this host allows, tried and not guessed, and why it is this one.
    pub fn best() -> Best {
        let mut refused = Vec::new();
        for clock in ORDER {
            match clock.availability().refusal {
                None if refused.is_empty() => {
                    return Best {
                        clock,
                        reason: format!("{clock} is the best there is"),
                    };
                }
                None => {
                    return Best {
                        clock,
                        reason: refused.join("; "),
                    };
                }
                Some(refusal) => refused.push(format!("{clock}: {refusal}")),
            }
        }
        Best {
            clock: Clock::Process,
            reason: refused.join("; "),
        }
    }

    /// Tries the clock on the calling thread, without arming it for long.
    pub fn availability(self) -> Availability {
        let broken = host::release().and_then(|release| host::known_broken(self, release));
        let (refusal, remark) = match broken {
            Some(broken) => (Some(broken.to_owned()), String::new()),
            None => self.attempt(),
        };
        Availability {
            clock: self,
            refusal,
            remark,
        }
    }

    fn attempt(self) -> (Option<String>, String) {
        let tick_hz = host::tick_ns().map_or(0, |tick_ns| 1_000_000_000 / tick_ns);
        let thread_id = sys::thread_id();
        let text = |error: std::io::Error, what: &str| Some(format!("{what}: {error}"));
        match self {
            Clock::Perf => match Event::new(thread_id) {
                Ok(event) if event.is_user_only => {
                    (None, "time in the kernel goes unsampled".into())
                }
                Ok(_) => (None, "any rate, kernel time included".into()),
                Err(error) => (text(error, "perf_event_open"), String::new()),
            },
            Clock::Thread => match ThreadTimer::new(cpu_clock_of(thread_id), thread_id, 0) {
                Ok(_) => (
                    None,
                    format!("expires at ticks, {tick_hz} Hz; overruns are weighed"),
                ),
                Err(error) => (text(error, "timer_create"), String::new()),
            },
            Clock::Wall => match ThreadTimer::new(libc::CLOCK_MONOTONIC, thread_id, 0) {
                Ok(_) => (None, "any rate; interrupts sleepers".into()),
                Err(error) => (text(error, "timer_create"), String::new()),
            },
            // An hour: it is put back before it could ever expire.
            Clock::Process => match ProcessTimer::arm(3_600_000_000) {
                Ok(_) => (
                    None,
                    format!("expires at ticks, {tick_hz} Hz for all threads together"),
                ),
                Err(error) => (text(error, "setitimer"), String::new()),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_clock_is_one_that_works_here() {
        let best = Clock::best();
        assert_eq!(best.clock.availability().refusal, None, "{best:?}");
        assert!(!best.reason.is_empty());
    }

    #[test]
    fn what_is_better_than_the_best_was_refused() {
        let best = Clock::best();
        for clock in ORDER.into_iter().take_while(|clock| *clock != best.clock) {
            assert!(
                clock.availability().refusal.is_some(),
                "{clock} works, and {best:?} was taken"
            );
        }
    }
}
