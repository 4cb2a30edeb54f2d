//! Which clock delivers SIGPROF: names only. How each is armed is in `timer`.

use std::fmt;
use std::str::FromStr;

/// Which clock delivers SIGPROF.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Clock {
    /// One timer for the process: `setitimer(ITIMER_PROF)`, what Go's seed had. The kernel gives the signal to
    /// whichever thread it likes, checks the timer at its tick only, and tells of no overrun.
    Process,
    /// A timer on each thread's own CPU clock: `timer_create(2)` with `SIGEV_THREAD_ID`. Checked at the tick too, but a
    /// sample carries the weight of all CPU time since the last, and what is left at a thread's end is lost by count.
    Thread,
    /// A perf event on each thread's task clock: `perf_event_open(2)` with `F_SETSIG`. Driven by a high-resolution
    /// timer, so that neither its rate nor its phase is tied to the kernel's tick. Sandboxes tend to refuse it.
    Perf,
    /// A timer on the wall for each thread, whose signals weigh what the thread's CPU clock says: above the tick's rate
    /// where perf is refused. It interrupts sleepers. A signal that comes while the thread is not running weighs
    /// nothing, for where the thread goes on is not where its time went; the next one that finds it running weighs more.
    Wall,
}

impl Clock {
    /// Every clock there is, in the order in which they came into the world.
    pub const ALL: &'static [Clock] = &[Clock::Process, Clock::Thread, Clock::Perf, Clock::Wall];

    /// The name on the command line, in `FRAMECHECK_CLOCK` and in the profile's comment.
    pub fn name(self) -> &'static str {
        match self {
            Clock::Process => "process",
            Clock::Thread => "thread",
            Clock::Perf => "perf",
            Clock::Wall => "wall",
        }
    }
}

impl fmt::Display for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

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

/// A clock's name that is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseClockError(String);

impl fmt::Display for ParseClockError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = Clock::ALL.iter().map(|clock| clock.name()).collect();
        write!(f, "no clock '{}': one of {}", self.0, names.join(", "))
    }
}

impl std::error::Error for ParseClockError {}

impl FromStr for Clock {
    type Err = ParseClockError;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        let found = Clock::ALL.iter().find(|clock| clock.name() == name);
        found
            .copied()
            .ok_or_else(|| ParseClockError(name.to_owned()))
    }
}
