//! What a run measured of itself, by its threads' own CPU clocks, and the file it goes to. It does not know what
//! the profiler saw.

use serde_json::{Value, json};

use super::meter;
use super::settings::Settings;

/// The truth of one run.
#[derive(Clone, Debug)]
pub struct Truth {
    program: &'static str,
    seed: u64,
    hz: u32,
    clock: String,
    begin_ns: u64,
    threads: Vec<Thread>,
    phases: Vec<Phase>,
}

#[derive(Clone, Debug)]
struct Thread {
    name: String,
    tid: i32,
    cpu_ns: u64,
}

#[derive(Clone, Debug)]
struct Phase {
    name: &'static str,
    thread: String,
    cpu_ns: u64,
}

impl Truth {
    /// Begins to measure the calling thread.
    pub(super) fn begin(program: &'static str, settings: &Settings) -> Self {
        Truth {
            program,
            seed: settings.seed,
            hz: settings.hz,
            clock: settings.clock_name.clone(),
            begin_ns: meter::thread_cpu_ns(),
            threads: Vec::new(),
            phases: Vec::new(),
        }
    }

    /// Adds to a phase of the calling thread.
    pub(super) fn add_phase(&mut self, name: &'static str, cpu_ns: u64) {
        let thread = thread_name();
        match self
            .phases
            .iter_mut()
            .find(|phase| phase.name == name && phase.thread == thread)
        {
            Some(phase) => phase.cpu_ns += cpu_ns,
            None => self.phases.push(Phase {
                name,
                thread,
                cpu_ns,
            }),
        }
    }

    /// Adds a thread, or several of one name, that measured itself and is gone.
    pub(super) fn add_thread(&mut self, name: &'static str, cpu_ns: u64) {
        self.phases.push(Phase {
            name,
            thread: name.to_owned(),
            cpu_ns,
        });
    }

    /// Ends the measurement of the thread that began it.
    pub(super) fn end(mut self) -> Self {
        self.threads.push(Thread {
            name: thread_name(),
            tid: meter::thread_id(),
            cpu_ns: meter::thread_cpu_ns() - self.begin_ns,
        });
        self
    }

    /// The truth file's text.
    pub fn to_json(&self) -> String {
        let thread = |t: &Thread| json!({"name": t.name, "tid": t.tid, "cpu_ns": t.cpu_ns});
        let phase = |p: &Phase| json!({"name": p.name, "thread": p.thread, "cpu_ns": p.cpu_ns});
        let truth = json!({
            "program": self.program,
            "seed": self.seed,
            "hz": self.hz,
            "clock": self.clock,
            "threads": self.threads.iter().map(thread).collect::<Vec<Value>>(),
            "phases": self.phases.iter().map(phase).collect::<Vec<Value>>(),
        });
        format!("{truth:#}\n")
    }
}

fn thread_name() -> String {
    std::thread::current()
        .name()
        .unwrap_or("unnamed")
        .to_owned()
}
