//! One run of a program, as the program sees it: how much CPU time it has, and its phases, each of which ends by
//! the thread's own clock. It does not know the profiler.

use super::meter;
use super::random::Random;
use super::settings::Settings;
use super::truth::Measured;
use crate::case::truth::Truth;

/// What a program gets.
#[derive(Debug)]
pub struct Session {
    cpu_ns: u64,
    random: Random,
    truth: Measured,
}

impl Session {
    pub(super) fn new(program: &'static str, settings: &Settings) -> Self {
        Session {
            cpu_ns: settings.cpu_ms * 1_000_000,
            random: Random::new(settings.seed),
            truth: Measured::begin(program, settings),
        }
    }

    /// CPU time that the program is to use in all.
    pub(super) fn cpu_ns(&self) -> u64 {
        self.cpu_ns
    }

    pub(super) fn random(&mut self) -> &mut Random {
        &mut self.random
    }

    /// Begins a phase of `cpu_ns` of the calling thread's CPU time, named after the leaf function that it is spent in; phases
    /// of one name add up.
    pub(super) fn phase<'a>(&'a mut self, name: &'a str, cpu_ns: u64) -> Phase<'a> {
        Phase {
            truth: &mut self.truth,
            name,
            begin_ns: meter::thread_cpu_ns(),
            cpu_ns,
            batches: 0,
            unchecked: 0,
        }
    }

    /// Adds what threads of one name have measured of themselves: for each, its leaf function and its CPU time.
    pub(super) fn add_threads(&mut self, name: &str, leaves: &[(&str, u64)]) {
        self.truth.add_threads(name, leaves);
    }

    /// Adds the outcome of a check that the case has as `self: NAME`, and what was found.
    pub(super) fn check(&mut self, name: &str, result: Result<String, String>) {
        self.truth.add_check(name, result);
    }

    /// Ends the measurement of the thread that began the session: what follows is not of the run.
    pub(super) fn end(&mut self) {
        self.truth.end();
    }

    /// What the run measured of itself.
    pub(super) fn into_truth(self) -> Truth {
        self.truth.into_truth()
    }
}

/// How often the clock is asked on the way to the end, for each halving of what is left (and a little more): see
/// [`Phase::more`].
const CHECKS: u64 = 8;

/// A stretch of one kind of work: `while phase.more() { … }`.
#[derive(Debug)]
pub(super) struct Phase<'a> {
    truth: &'a mut Measured,
    name: &'a str,
    begin_ns: u64,
    cpu_ns: u64,
    /// Batches begun so far.
    batches: u64,
    /// Batches that may begin before the clock is asked again.
    unchecked: u64,
}

impl Phase<'_> {
    /// Whether there is time for another batch. The time is checked between batches and not inside them, so
    /// that the batch is the code under test and nothing else; and not between any two, because the thread clock is a
    /// system call and took 1 % of the samples, up to 5 of 100, when it was asked each 0.2 ms. The next check comes
    /// when an eighth of what is left should be over, so that a phase of 5000 batches has about 70 of them and ends
    /// as exactly as with 5000.
    pub(super) fn more(&mut self) -> bool {
        if self.unchecked > 0 {
            self.unchecked -= 1;
            self.batches += 1;
            return true;
        }
        let used_ns = meter::thread_cpu_ns() - self.begin_ns;
        if used_ns >= self.cpu_ns {
            self.truth.add_phase(self.name, self.cpu_ns, used_ns);
            return false;
        }
        if let Some(batch_ns) = used_ns.checked_div(self.batches) {
            self.unchecked = (self.cpu_ns - used_ns) / CHECKS / batch_ns.max(1);
        }
        self.batches += 1;
        true
    }
}
