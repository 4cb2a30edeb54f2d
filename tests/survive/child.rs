//! What children are made of: the profiler that their parent asks for, work, and a look at the result.

use std::hint::black_box;
use std::process::{Command, exit};

use framecheck::mutant;
use framecheck::pprof::Profile;
use framecheck::sigprof::{Builder, Clock, Defects, Profiler};

use crate::case::Case;

/// The first argument of a child.
pub const FLAG: &str = "--child";
pub const CLOCK: &str = "SURVIVE_CLOCK";
pub const MUTANT: &str = "SURVIVE_MUTANT";

/// Where this process is a child, does what it is for and ends it.
pub fn main_if_child(cases: &[Case]) {
    let mut arguments = std::env::args().skip(1);
    if arguments.next().as_deref() != Some(FLAG) {
        return;
    }
    let name = arguments.next().unwrap_or_default();
    if name == LANDED {
        landed();
    }
    let case = cases.iter().find(|case| case.name == name);
    let case = case.unwrap_or_else(|| panic!("no case {name:?}"));
    (case.child)();
    exit(0);
}

/// The child that an exec leads to.
pub const LANDED: &str = "landed";

/// A new program: with the default action for SIGPROF it works for longer than any of the timers' periods here. Where a timer is
/// to end it, for much longer: ITIMER_PROF is charged at the tick, and where many share a processor 60 ms were seen to pass
/// between ticks that found somebody else.
fn landed() -> ! {
    let is_doomed = std::env::var_os(MUTANT).is_some_and(|mutant| !mutant.is_empty());
    burn_ms(if is_doomed { 20_000 } else { 60 });
    exit(0)
}

/// This executable again, as a command that leads to `case`.
pub fn again(case: &str) -> Command {
    let mut command = Command::new(std::env::current_exe().expect("a path to this executable"));
    command.args([FLAG, case]);
    command
}

/// The clock that the parent asks for.
pub fn clock() -> Clock {
    let name = std::env::var(CLOCK).expect("a child's clock");
    name.parse().expect("a clock")
}

/// A profiler as the parent wants it, at 500 Hz: more than CONFIG_HZ, so that as much happens as can.
pub fn profiler() -> Builder {
    let name = std::env::var(MUTANT).unwrap_or_default();
    let defects = mutant::find(&name).map_or(Defects::NONE, |mutant| mutant.defects());
    assert!(
        name.is_empty() || defects != Defects::NONE,
        "no mutant {name}"
    );
    Profiler::builder().hz(500).clock(clock()).defects(defects)
}

/// CPU time of this thread, in milliseconds.
pub fn cpu_ms() -> f64 {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    time.tv_sec as f64 * 1e3 + time.tv_nsec as f64 / 1e6
}

/// Some 0.1 ms of work.
#[inline(never)]
pub fn work() {
    let mut x = 3u64;
    for i in 0..100_000u64 {
        x = black_box(x.wrapping_mul(x ^ i));
    }
    black_box(x);
}

/// Works for so much CPU time of the calling thread.
#[inline(never)]
pub fn burn_ms(ms: u32) {
    let end_ms = cpu_ms() + f64::from(ms);
    while cpu_ms() < end_ms {
        work();
    }
}

/// How many expirations the profile's samples stand for.
pub fn total(profile: &Profile) -> i64 {
    let counts = profile
        .samples()
        .iter()
        .map(|sample| profile.values(sample)[0]);
    counts.sum()
}

/// What the profile declares, besides its clock and how many samples were lost.
pub fn declarations(profile: &Profile) -> Vec<String> {
    let comments = profile.comments().map(|text| text.into_owned());
    comments
        .filter(|text| !text.starts_with("clock: ") && !text.starts_with("lost samples: "))
        .collect()
}
