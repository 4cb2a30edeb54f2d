//! Start, stop, and what a profiler is made of: the public face of the room.

use std::sync::atomic::Ordering;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use super::action;
use super::clock::Clock;
use super::collector::Collector;
use super::defect::{Defect, Defects};
use super::finish::{self, Outcome};
use super::handler;
use super::maps::{self, Map};
use super::memory;
use super::modules::Modules;
use super::process::fork::{self, Process};
use super::registry;
use super::sampling::{self, Sampling};
use super::session::{self, Session};
use super::timer::ProcessTimer;
use super::{Error, sys};
use crate::pprof::Profile;

/// A microsecond: what setitimer(2) counts in.
const MICROSECOND_NS: u64 = 1_000;

/// What a profiler is made of.
#[derive(Clone, Debug)]
pub struct Builder {
    hz: u32,
    clock: Clock,
    defects: Defects,
}

impl Builder {
    /// The rate, in samples for each second of CPU time: 1 to 1 000 000, by default 100.
    #[must_use]
    pub fn hz(mut self, hz: u32) -> Builder {
        self.hz = hz;
        self
    }

    /// The clock, by default [`Clock::Thread`].
    #[must_use]
    pub fn clock(mut self, clock: Clock) -> Builder {
        self.clock = clock;
        self
    }

    /// What is to be wrong on purpose: for mutants, which prove that the suite can say no.
    #[doc(hidden)]
    #[must_use]
    pub fn defects(mut self, defects: Defects) -> Builder {
        self.defects = defects;
        self
    }

    /// Starts to profile this process: the threads that it has, and those that it makes.
    pub fn start(self) -> Result<Profiler, Error> {
        if !(1..=1_000_000).contains(&self.hz) {
            return Err(Error::Rate { hz: self.hz });
        }
        fork::watch();
        #[cfg(feature = "interpose")]
        super::process::exec::prepare();
        if registry::lock().sampling.is_some() {
            return Err(Error::AlreadyRunning);
        }
        let collector = Collector::start().map_err(|source| Error::System {
            what: "start the collector's thread",
            source,
        })?;
        match self.switch_on(collector.thread_id) {
            Ok(process_timer) => Ok(Profiler {
                running: Some(Running {
                    process: Process::current(),
                    collector,
                    process_timer,
                    clock: self.clock,
                    period_ns: self.period_ns(),
                    maps_at_start: maps::of_this_process().unwrap_or_default(),
                    started: Instant::now(),
                    started_unix_ns: unix_ns(),
                    started_cpu_ns: cpu_ns(),
                }),
            }),
            Err(error) => {
                collector.stop();
                Err(error)
            }
        }
    }

    /// The time between two expirations that the clock can truly be asked for.
    fn period_ns(&self) -> u64 {
        let hz = u64::from(self.hz);
        match self.clock {
            Clock::Process => (1_000_000 / hz).max(1) * MICROSECOND_NS,
            Clock::Thread => 1_000_000_000 / hz,
        }
    }

    fn switch_on(&self, collector_id: libc::pid_t) -> Result<Option<ProcessTimer>, Error> {
        let modules = Modules::of_this_process();
        let vdso = maps::of_this_process().unwrap_or_default();
        let vdso = vdso
            .iter()
            .find(|map| map.file == "[vdso]")
            .map_or(0..0, |m| m.start..m.limit);
        let mut registry = registry::lock();
        if registry.sampling.is_some() {
            return Err(Error::AlreadyRunning);
        }
        // Counts and records of an earlier session, if its end was not seen to.
        registry::take_counts(&registry.entries);
        for entry in &registry.entries {
            entry.drain(|_, _| {});
        }
        let period_ns = self.period_ns();
        action::install(handler::on_sigprof, self.defects)?;
        session::open(Session {
            clock: self.clock,
            modules,
            vdso,
            defects: self.defects,
            homeless: 0.into(),
        });
        memory::IS_UNGUARDED.store(self.defects.has(Defect::UnguardedRead), Ordering::Relaxed);
        if self.defects.has(Defect::CrashAtExit) {
            session::free_at_exit();
        }
        let random = sys::clock_ns(libc::CLOCK_MONOTONIC) as u64 ^ u64::from(std::process::id());
        sampling::switch_on(
            &mut registry,
            Sampling {
                clock: self.clock,
                period_ns,
                aggregate: Default::default(),
                unsampled_threads: 0,
                defects: self.defects,
                collector_id,
                random,
            },
        );
        if self.clock != Clock::Process {
            return Ok(None);
        }
        match ProcessTimer::arm(period_ns / MICROSECOND_NS) {
            Ok(timer) => Ok(Some(timer)),
            Err(source) => {
                sampling::switch_off(&mut registry);
                session::close();
                action::restore();
                Err(Error::System {
                    what: "arm ITIMER_PROF",
                    source,
                })
            }
        }
    }
}

/// CPU time of the whole process so far.
fn cpu_ns() -> u64 {
    u64::try_from(sys::clock_ns(libc::CLOCK_PROCESS_CPUTIME_ID)).unwrap_or(0)
}

fn unix_ns() -> i64 {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    i64::try_from(since.as_nanos()).unwrap_or(0)
}

struct Running {
    process: Process,
    collector: Collector,
    process_timer: Option<ProcessTimer>,
    clock: Clock,
    period_ns: u64,
    maps_at_start: Vec<Map>,
    started: Instant,
    started_unix_ns: i64,
    started_cpu_ns: u64,
}

/// A running profiler. There is at most one in a process.
///
/// ```
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use framecheck::sigprof::{Clock, Profiler};
///
/// # if cfg!(not(all(target_os = "linux", target_arch = "x86_64"))) { return Ok(()) }
/// let profiler = Profiler::builder().hz(100).clock(Clock::Thread).start()?;
/// // … work …
/// let profile = profiler.stop()?;
/// std::fs::write("/dev/null", profile.encode())?;
/// # Ok(())
/// # }
/// ```
#[must_use = "a profiler that is dropped stops, and its profile is gone"]
pub struct Profiler {
    running: Option<Running>,
}

impl Profiler {
    /// A builder: 100 Hz on [`Clock::Thread`].
    pub fn builder() -> Builder {
        Builder {
            hz: 100,
            clock: Clock::Thread,
            defects: Defects::NONE,
        }
    }

    /// Stops, and gives the profile: symbolized, with the values `samples/count` and `cpu/nanoseconds`, the labels
    /// `thread` and `thread_id`, and comments that name the clock and how many samples were lost.
    pub fn stop(mut self) -> Result<Profile, Error> {
        // Only `drop` takes it otherwise, and that comes later.
        let Some(running) = self.running.take() else {
            return Err(Error::AlreadyRunning);
        };
        if !running.process.is_current() {
            running.forget();
            return Err(Error::Forked);
        }
        Ok(finish::profile(running.switch_off()))
    }
}

impl Drop for Profiler {
    fn drop(&mut self) {
        match self.running.take() {
            Some(running) if running.process.is_current() => drop(running.switch_off()),
            Some(running) => running.forget(),
            None => {}
        }
    }
}

impl Running {
    /// In the child of a fork: the collector's thread is not there to be waited for, and the timer is the parent's.
    fn forget(self) {
        std::mem::forget(self);
    }

    fn switch_off(self) -> Outcome {
        let cpu_ns = cpu_ns().saturating_sub(self.started_cpu_ns);
        // First what sends signals, then what takes them, then who reads what they left.
        drop(self.process_timer);
        let mut registry = registry::lock();
        let sampling = sampling::switch_off(&mut registry);
        let session = session::close();
        let mut aggregate = Default::default();
        let mut unsampled_threads = 0;
        if let Some(sampling) = sampling {
            aggregate = sampling.aggregate;
            unsampled_threads = sampling.unsampled_threads;
        }
        for thread in registry
            .entries
            .iter_mut()
            .filter_map(|entry| entry.thread.as_mut())
        {
            thread.read_name();
        }
        sampling::drain(&mut registry.entries, &mut aggregate);
        for thread in registry
            .entries
            .iter()
            .filter_map(|entry| entry.thread.as_ref())
        {
            aggregate.name(thread);
        }
        let [accepted, recorded, lost, hook_overruns] = registry::take_counts(&registry.entries);
        drop(registry);
        self.collector.stop();
        let was_replaced = action::was_replaced();
        let defects = session.as_ref().map_or(Defects::NONE, |s| s.defects);
        if !defects.has(Defect::ForgetRestore) {
            action::restore();
        }
        memory::IS_UNGUARDED.store(false, Ordering::Relaxed);
        let homeless = session
            .as_ref()
            .map_or(0, |session| session.homeless.load(Ordering::Relaxed));
        Outcome {
            clock: self.clock,
            period_ns: self.period_ns,
            started_unix_ns: self.started_unix_ns,
            duration: self.started.elapsed(),
            maps: maps::union(
                self.maps_at_start,
                maps::of_this_process().unwrap_or_default(),
            ),
            modules: session.map(|session| session.modules),
            aggregate,
            accepted: accepted + homeless,
            recorded,
            lost: lost + homeless,
            hook_overruns,
            unsampled_threads,
            is_stack_readable: memory::is_readable_here(),
            was_replaced,
            cpu_ns,
            is_silent: defects.has(Defect::SilentZero) || defects.has(Defect::LoseSilently),
        }
    }
}
