//! From what was collected to a profile: mappings, locations, samples, labels, comments. Names come from
//! [`symbolize`](crate::pprof::symbolize).

use std::collections::HashMap;
use std::fs;
use std::time::Duration;

use super::aggregate::Aggregate;
use super::clock::Clock;
use super::maps::Map;
use super::modules::Modules;
use super::pseudo::Pseudo;
use crate::pprof::{
    Builder, LabelValue, LocationId, MappingId, NewLabel, NewLine, NewMapping, Profile, symbolize,
};

/// All that a session has come to.
pub struct Outcome {
    /// The clock that was armed.
    pub clock: Clock,
    /// Time between two expirations.
    pub period_ns: u64,
    /// When it began, by the wall.
    pub started_unix_ns: i64,
    /// How long it took, by the wall.
    pub duration: Duration,
    /// What was mapped, at the start or at the end.
    pub maps: Vec<Map>,
    /// What was loaded.
    pub modules: Option<Modules>,
    /// The samples.
    pub aggregate: Aggregate,
    /// Signals that were ours, weighted: recorded and lost together.
    pub accepted: u64,
    /// Those whose samples are there.
    pub recorded: u64,
    /// Those that did not fit.
    pub lost: u64,
    /// Answers of a hook that wrote beyond its buffer; they were not used.
    pub hook_overruns: u64,
    /// Threads that the system gave no timer.
    pub unsampled_threads: u64,
    /// Whether the kernel lets this process read its own stacks: a sandbox may not.
    pub is_stack_readable: bool,
    /// Whether the program put another handler in the place of ours.
    pub was_replaced: bool,
    /// CPU time of the process while it was profiled.
    pub cpu_ns: u64,
    /// A mutant's: nothing of this is said.
    pub is_silent: bool,
}

impl Outcome {
    /// What the profile has to say for itself, where something is missing.
    fn declarations(&self) -> Vec<String> {
        let mut texts = Vec::new();
        if self.hook_overruns > 0 {
            texts.push(format!(
                "the traceback hook wrote beyond max, and was not believed: {}",
                self.hook_overruns
            ));
        }
        if !self.is_stack_readable {
            texts.push(
                "process_vm_readv is refused here: stacks are the pc and a pseudo root".to_owned(),
            );
        }
        if self.unsampled_threads > 0 {
            texts.push(format!(
                "threads that could not be sampled: {}",
                self.unsampled_threads
            ));
        }
        if self.was_replaced {
            texts.push(
                "the program installed its own SIGPROF handler: samples since then may be missing"
                    .to_owned(),
            );
        }
        texts.extend(self.shortage());
        texts
    }

    /// Less than three quarters of the CPU time seen, by more than chance: whoever is to blame, the reader must know.
    fn shortage(&self) -> Option<String> {
        let seen_ns = self.accepted.saturating_mul(self.period_ns);
        let missing_ns = self.cpu_ns.saturating_sub(seen_ns);
        let is_short = missing_ns > self.cpu_ns / 4 && missing_ns > 20 * self.period_ns;
        is_short.then(|| {
            format!(
                "CPU time seen: {} ms of {} ms",
                seen_ns / 1_000_000,
                self.cpu_ns / 1_000_000
            )
        })
    }
}

/// The profile, symbolized.
pub fn profile(outcome: Outcome) -> Profile {
    debug_assert!(
        outcome.recorded + outcome.lost == outcome.accepted || outcome.is_silent,
        "conservation"
    );
    debug_assert_eq!(
        outcome.aggregate.total(),
        outcome.recorded,
        "what was recorded is here"
    );
    let period = i64::try_from(outcome.period_ns).unwrap_or(i64::MAX);
    let types = [("samples", "count"), ("cpu", "nanoseconds")];
    let mut maker = Maker {
        builder: Builder::new(&types, ("cpu", "nanoseconds"), period),
        mappings: HashMap::new(),
        outcome: &outcome,
        period,
    };
    maker.header();
    maker.executable_first();
    maker.samples();
    let mut profile = maker.builder.finish();
    symbolize::local(&mut profile, &symbolize::Options::default());
    profile
}

struct Maker<'a> {
    builder: Builder,
    mappings: HashMap<u64, MappingId>,
    outcome: &'a Outcome,
    period: i64,
}

impl Maker<'_> {
    fn header(&mut self) {
        let Outcome {
            clock,
            accepted,
            lost,
            ..
        } = self.outcome;
        let duration = i64::try_from(self.outcome.duration.as_nanos()).unwrap_or(i64::MAX);
        self.builder.time(self.outcome.started_unix_ns, duration);
        self.builder.comment(&format!("clock: {clock}"));
        self.builder
            .comment(&format!("lost samples: {lost} of {accepted}"));
        if !self.outcome.is_silent {
            for text in self.outcome.declarations() {
                self.builder.comment(&text);
            }
        }
    }

    /// pprof takes the first mapping for the main binary.
    fn executable_first(&mut self) {
        let Ok(executable) = fs::read_link("/proc/self/exe") else {
            return;
        };
        let executable = executable.to_string_lossy();
        let executable = executable.strip_suffix(" (deleted)").unwrap_or(&executable);
        let maps = &self.outcome.maps;
        if let Some(map) = maps
            .iter()
            .find(|map| map.is_executable && map.file == executable)
        {
            self.mapping(map.start);
        }
    }

    /// The mapping that `address` lies in, made when it is first needed.
    fn mapping(&mut self, address: u64) -> Option<MappingId> {
        let maps = &self.outcome.maps;
        let map = maps
            .iter()
            .find(|map| map.is_executable && (map.start..map.limit).contains(&address))?;
        if let Some(id) = self.mappings.get(&map.start) {
            return Some(*id);
        }
        let module = self
            .outcome
            .modules
            .as_ref()
            .and_then(|modules| modules.at(map.start));
        let id = self.builder.mapping(NewMapping {
            start: map.start,
            limit: map.limit,
            file_offset: map.file_offset,
            file: &map.file,
            build_id: module.and_then(|module| module.build_id()).unwrap_or(""),
        });
        self.mappings.insert(map.start, id);
        Some(id)
    }

    fn location(&mut self, address: u64) -> LocationId {
        match Pseudo::of_address(address) {
            Some(pseudo) => {
                let line = NewLine {
                    function: pseudo.name(),
                    file: "",
                    line: 0,
                    start_line: 0,
                };
                self.builder.named_location(None, 0, &[line])
            }
            None => {
                let mapping = self.mapping(address);
                self.builder.location(mapping, address)
            }
        }
    }

    fn samples(&mut self) {
        let outcome = self.outcome;
        for sum in outcome.aggregate.sums() {
            let locations: Vec<_> = sum
                .addresses
                .iter()
                .map(|address| self.location(*address))
                .collect();
            let values = self.values(sum.weight);
            let id = sum.thread.id.to_string();
            let labels = [
                NewLabel {
                    key: "thread",
                    value: LabelValue::Str(&sum.thread.name),
                },
                NewLabel {
                    key: "thread_id",
                    value: LabelValue::Str(&id),
                },
            ];
            self.builder.sample(&locations, &values, &labels);
        }
        if outcome.lost > 0 {
            let lost = self.location(Pseudo::Lost.address());
            let values = self.values(outcome.lost);
            self.builder.sample(&[lost], &values, &[]);
        }
    }

    fn values(&self, weight: u64) -> [i64; 2] {
        let count = i64::try_from(weight).unwrap_or(i64::MAX);
        [count, count.saturating_mul(self.period)]
    }
}
