//! The measuring of a run, by its threads' own CPU clocks. [`case::truth`](crate::case::truth) is what comes of it. It
//! does not know what the profiler saw.

use super::meter;
use super::settings::Settings;
use crate::case::truth::{Check, Phase, Thread, Truth, VERSION};

/// A truth in the making.
#[derive(Clone, Debug)]
pub(super) struct Measured {
    truth: Truth,
    begin_ns: u64,
}

impl Measured {
    /// Begins to measure the calling thread.
    pub(super) fn begin(program: &str, settings: &Settings) -> Self {
        Measured {
            truth: Truth {
                version: VERSION,
                program: program.to_owned(),
                seed: settings.seed,
                hz: settings.hz,
                clock: settings.clock_name.clone(),
                ..Truth::default()
            },
            begin_ns: meter::thread_cpu_ns(),
        }
    }

    /// Adds a visit to a phase of the calling thread.
    pub(super) fn add_phase(&mut self, name: &str, planned_ns: u64, cpu_ns: u64) {
        let thread = thread_name();
        let is = |phase: &&mut Phase| phase.name == name && phase.thread == thread;
        match self.truth.phases.iter_mut().find(is) {
            Some(phase) => {
                phase.cpu_ns += cpu_ns;
                phase.visits += 1;
                phase.planned_min_ns = phase.planned_min_ns.min(planned_ns);
                phase.planned_max_ns = phase.planned_max_ns.max(planned_ns);
            }
            None => self.truth.phases.push(Phase {
                name: name.to_owned(),
                thread,
                cpu_ns,
                visits: 1,
                planned_min_ns: planned_ns,
                planned_max_ns: planned_ns,
            }),
        }
    }

    /// Adds threads of one name that measured themselves and are gone, each with the leaf function that its time went to.
    pub(super) fn add_threads(&mut self, name: &str, leaves: &[(&str, u64)]) {
        self.truth.threads.push(Thread {
            name: name.to_owned(),
            tid: 0,
            cpu_ns: leaves.iter().map(|(_, cpu_ns)| cpu_ns).sum(),
            count: leaves.len() as u64,
        });
        let phase = |(leaf, cpu_ns): &(&str, u64)| Phase {
            name: (*leaf).to_owned(),
            thread: name.to_owned(),
            cpu_ns: *cpu_ns,
            visits: 1,
            planned_min_ns: 0,
            planned_max_ns: 0,
        };
        self.truth.phases.extend(leaves.iter().map(phase));
    }

    /// Adds the outcome of a check that the program makes itself.
    pub(super) fn add_check(&mut self, name: &str, result: Result<String, String>) {
        let ok = result.is_ok();
        self.truth.checks.push(Check {
            name: name.to_owned(),
            ok,
            says: result.unwrap_or_else(|says| says),
        });
    }

    /// Ends the measurement of the thread that began it.
    pub(super) fn end(&mut self) {
        self.truth.threads.push(Thread {
            name: thread_name(),
            tid: meter::thread_id(),
            cpu_ns: meter::thread_cpu_ns() - self.begin_ns,
            count: 1,
        });
    }

    /// What was measured.
    pub(super) fn into_truth(self) -> Truth {
        self.truth
    }
}

fn thread_name() -> String {
    std::thread::current()
        .name()
        .unwrap_or("unnamed")
        .to_owned()
}
