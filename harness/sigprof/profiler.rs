//! Start, stop, and what a profiler is made of: the public face of the room.

use std::sync::atomic::Ordering;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use super::action;
use super::clock::Clock;
use super::collector::{self, Collector};
use super::defect::{Defect, Defects};
use super::finish::{self, Outcome};
use super::foreign;
use super::handler;
use super::host;
use super::maps;
use super::memory;
use super::modules::Modules;
use super::perf;
use super::process::fork::{self, Process};
use super::registry;
use super::sampling::{self, Sampling};
use super::session::{self, Parts, Session};
use super::shortage;
use super::tally::{self, Tally};
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
        super::process::exec::prepare(self.defects);
        if registry::lock().sampling.is_some() {
            return Err(Error::AlreadyRunning);
        }
        let release = host::release();
        if let Some(reason) = release.and_then(|release| host::known_broken(self.clock, release)) {
            return Err(Error::BrokenClock {
                clock: self.clock,
                reason,
            });
        }
        let (builder, substitution) = self.on_a_clock_that_works();
        let collector = Collector::start().map_err(|source| Error::System {
            what: "start the collector's thread",
            source,
        })?;
        match builder.switch_on(collector.thread_id) {
            Ok(process_timer) => Ok(Profiler {
                running: Some(Running {
                    process: Process::current(),
                    collector,
                    process_timer,
                    clock: builder.clock,
                    period_ns: builder.period_ns(),
                    remarks: substitution.into_iter().chain(builder.remarks()).collect(),
                    started: Instant::now(),
                    started_unix_ns: unix_ns(),
                    defects: self.defects,
                    started_cpu_ns: shortage::cpu_ns(),
                }),
            }),
            Err(error) => {
                collector.stop();
                Err(error)
            }
        }
    }

    /// The same on ITIMER_PROF, and a sentence about it, where a sandbox refuses every source of signals that a thread could
    /// have of its own for the clock.
    fn on_a_clock_that_works(&self) -> (Builder, Option<String>) {
        let refusal = |clock: Clock| clock.availability().refusal;
        let refused = match self.clock {
            Clock::Process => None,
            // Threads without an event have timers.
            Clock::Perf => refusal(Clock::Perf).and(refusal(Clock::Thread)),
            clock => refusal(clock),
        };
        // A mutant goes on with nothing.
        let Some(refusal) = refused.filter(|_| !self.defects.has(Defect::SilentZero)) else {
            return (self.clone(), None);
        };
        let clock = self.clock;
        let sentence = format!("the clock {clock} is refused, process instead: {refusal}");
        (self.clone().clock(Clock::Process), Some(sentence))
    }

    /// The time between two expirations that the clock can truly be asked for.
    fn period_ns(&self) -> u64 {
        let hz = u64::from(self.hz);
        match self.clock {
            // The kernel counts this one in microseconds, looks at it once a tick, and says nothing of overruns: a
            // shorter period would be a rate that is not delivered.
            Clock::Process => {
                let asked_ns = (1_000_000 / hz).max(1) * MICROSECOND_NS;
                asked_ns.max(host::tick_ns().unwrap_or(0))
            }
            Clock::Thread | Clock::Wall => 1_000_000_000 / hz,
            Clock::Perf => (1_000_000_000 / hz).max(perf::SHORTEST_PERIOD_NS),
        }
    }

    /// What is not as it was asked for, or as it should be: said in the profile, never kept silent.
    fn remarks(&self) -> Vec<String> {
        let mut remarks = Vec::new();
        let period_ns = self.period_ns();
        let delivered_hz = 1_000_000_000 / period_ns;
        // A rate that does not divide a second is as near as a period in nanoseconds comes.
        if delivered_hz < u64::from(self.hz) {
            let Builder { hz, clock, .. } = self;
            remarks.push(format!(
                "rate: {delivered_hz} of {hz} Hz, more is not to be had of the clock {clock}"
            ));
        }
        if !memory::is_readable_here() {
            remarks
                .push("process_vm_readv is refused: stacks that are not the thread's own are a pc and a pseudo root".to_owned());
        }
        remarks
    }

    fn switch_on(&self, collector_id: libc::pid_t) -> Result<Option<ProcessTimer>, Error> {
        // Only a thread itself can say where its stack is; this one can.
        registry::current();
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
        let changes = modules.changes();
        session::open(Session::new(Parts {
            clock: self.clock,
            modules,
            vdso,
            defects: self.defects,
        }));
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
                tally: Tally::new(changes),
                unsampled_threads: 0,
                substituted_threads: 0,
                unseen: 0,
                is_user_only: false,
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
                action::restore(self.defects);
                Err(Error::System {
                    what: "arm ITIMER_PROF",
                    source,
                })
            }
        }
    }
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
    remarks: Vec<String>,
    started: Instant,
    started_unix_ns: i64,
    defects: Defects,
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
        let is_late = running.defects.has(Defect::HookAfterStop);
        let profile = finish::profile(running.switch_off());
        if is_late {
            foreign::ask_late();
        }
        profile
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
        let cpu_ns = shortage::cpu_ns().saturating_sub(self.started_cpu_ns);
        // First what sends signals, then what takes them, then who reads what they left.
        if let Some(timer) = self.process_timer {
            timer.stop(self.defects);
        }
        let mut registry = registry::lock();
        let sampling = sampling::switch_off(&mut registry);
        let session = session::close();
        let mut remarks = self.remarks;
        let mut tally = Tally::default();
        let mut unseen = 0;
        if let Some(sampling) = sampling {
            remarks.extend(sampling.remarks());
            unseen = sampling.unseen;
            tally = sampling.tally;
        }
        for thread in registry
            .entries
            .iter_mut()
            .filter_map(|entry| entry.thread.as_mut())
        {
            thread.read_name();
        }
        sampling::drain(&mut registry.entries, &mut tally);
        for thread in registry
            .entries
            .iter()
            .filter_map(|entry| entry.thread.as_ref())
        {
            tally.aggregate.name(thread);
        }
        let [accepted, recorded, lost, hook_overruns] = registry::take_counts(&registry.entries);
        drop(registry);
        match self.defects.has(Defect::LeakThread) {
            true => std::mem::forget(self.collector),
            false => self.collector.stop(),
        }
        if action::was_replaced() {
            remarks.push(
                "the program installed its own SIGPROF handler: samples since then may be missing"
                    .to_owned(),
            );
        }
        let defects = session.as_ref().map_or(Defects::NONE, |s| s.defects);
        if !defects.has(Defect::ForgetRestore) {
            action::restore(defects);
        }
        memory::IS_UNGUARDED.store(false, Ordering::Relaxed);
        tally.add_finished(collector::take_finished());
        let unfinished = tally.take_unfinished();
        if !unfinished.is_empty() {
            tally.add_finished(tally::finish(unfinished, &Modules::of_this_process()));
        }
        let homeless = session
            .as_ref()
            .map_or(0, |session| session.homeless.load(Ordering::Relaxed));
        if hook_overruns > 0 {
            remarks.push(format!(
                "the traceback hook wrote beyond max, and was not believed: {hook_overruns}"
            ));
        }
        // What no signal came for is lost, and not seen.
        let seen_ns = (accepted + homeless).saturating_mul(self.period_ns);
        let (accepted, lost) = (accepted + homeless + unseen, lost + homeless + unseen);
        remarks.extend(shortage::remark(seen_ns, cpu_ns, self.period_ns));
        if defects.has(Defect::SilentZero) {
            remarks.clear();
        }
        Outcome {
            clock: self.clock,
            period_ns: self.period_ns,
            started_unix_ns: self.started_unix_ns,
            duration: self.started.elapsed(),
            session,
            defects: self.defects,
            tally,
            accepted,
            recorded,
            lost,
            remarks,
        }
    }
}
