//! From what was collected to a profile: mappings, locations, samples, labels, comments. Names come from
//! [`symbolize`](crate::pprof::symbolize).

use std::collections::HashMap;
use std::fs;
use std::time::Duration;

use super::Error;
use super::aggregate::Place;
use super::clock::Clock;
use super::defect::{Defect, Defects};
use super::foreign::naming::Naming;
use super::mapbook::Page;
use super::pseudo::Pseudo;
use super::session::Session;
use super::tally::Tally;
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
    /// What handlers saw, for the modules.
    pub session: Option<Box<Session>>,
    /// What is wrong on purpose.
    pub defects: Defects,
    /// The samples, and the mappings that their addresses had.
    pub tally: Tally,
    /// Signals that were ours, weighted: recorded and lost together.
    pub accepted: u64,
    /// Those whose samples are there.
    pub recorded: u64,
    /// Those that did not fit.
    pub lost: u64,
    /// What is not as it was asked for, or as it should be.
    pub remarks: Vec<String>,
}

impl Outcome {
    /// Whether each signal that was accepted is in the profile, as a sample or as lost: counted by the handlers and summed
    /// from what came through the rings, which know nothing of each other.
    fn check(&self) -> Result<(), Error> {
        let &Outcome {
            accepted,
            recorded,
            lost,
            ref tally,
            ..
        } = self;
        let summed = tally.aggregate.total();
        if (recorded + lost, summed) == (accepted, recorded) {
            return Ok(());
        }
        Err(Error::Unbalanced {
            accepted,
            recorded,
            lost,
            summed,
        })
    }
}

/// The profile, symbolized.
pub fn profile(outcome: Outcome) -> Result<Profile, Error> {
    if !outcome.defects.has(Defect::LoseSilently) {
        outcome.check()?;
    }
    let period = i64::try_from(outcome.period_ns).unwrap_or(i64::MAX);
    let types = [("samples", "count"), ("cpu", "nanoseconds")];
    let mut maker = Maker {
        builder: Builder::new(&types, ("cpu", "nanoseconds"), period),
        mappings: HashMap::new(),
        naming: Naming::new(outcome.defects),
        outcome: &outcome,
        period,
    };
    maker.header();
    maker.executable_first();
    maker.samples();
    let mut profile = maker.builder.finish();
    let options = symbolize::Options {
        demangle: symbolize::Demangle::Own,
        ..symbolize::Options::default()
    };
    symbolize::local(&mut profile, &options);
    Ok(profile)
}

struct Maker<'a> {
    builder: Builder,
    mappings: HashMap<Page, MappingId>,
    naming: Naming,
    outcome: &'a Outcome,
    period: i64,
}

impl Maker<'_> {
    fn header(&mut self) {
        let Outcome {
            clock,
            accepted,
            lost,
            remarks,
            ..
        } = self.outcome;
        let duration = i64::try_from(self.outcome.duration.as_nanos()).unwrap_or(i64::MAX);
        self.builder.time(self.outcome.started_unix_ns, duration);
        self.builder.comment(&format!("clock: {clock}"));
        self.builder
            .comment(&format!("lost samples: {lost} of {accepted}"));
        for remark in remarks {
            self.builder.comment(remark);
        }
    }

    /// pprof takes the first mapping for the main binary.
    fn executable_first(&mut self) {
        let Ok(executable) = fs::read_link("/proc/self/exe") else {
            return;
        };
        let executable = executable.to_string_lossy();
        let executable = executable.strip_suffix(" (deleted)").unwrap_or(&executable);
        let pages = self.outcome.tally.book.pages();
        if let Some(page) = pages.iter().position(|map| map.file == executable) {
            self.mapping(page as Page);
        }
    }

    /// The mapping of that number, made when it is first needed.
    fn mapping(&mut self, page: Page) -> Option<MappingId> {
        if let Some(id) = self.mappings.get(&page) {
            return Some(*id);
        }
        let map = self.outcome.tally.book.map(page)?;
        let modules = self
            .outcome
            .session
            .as_ref()
            .map(|session| session.modules());
        let module = modules.and_then(|modules| modules.at(map.start));
        let id = self.builder.mapping(NewMapping {
            start: map.start,
            limit: map.limit,
            file_offset: map.file_offset,
            file: &map.file,
            build_id: module.and_then(|module| module.build_id()).unwrap_or(""),
        });
        self.mappings.insert(page, id);
        Some(id)
    }

    fn location(&mut self, place: Place) -> LocationId {
        let Place { address, page } = place;
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
                let mapping = page.and_then(|page| self.mapping(page));
                self.builder.location(mapping, address)
            }
        }
    }

    /// The location of what a hook answered: named by the program's symbolizer, where it has one that knows.
    fn answered_location(&mut self, place: Place) -> LocationId {
        let Place { address, page } = place;
        let mapping = page.and_then(|page| self.mapping(page));
        let lines: Vec<_> = self
            .naming
            .names(address)
            .iter()
            .map(|name| NewLine {
                function: &name.function,
                file: &name.file,
                line: name.line,
                start_line: 0,
            })
            .collect();
        self.builder.named_location(mapping, address, &lines)
    }

    fn samples(&mut self) {
        let outcome = self.outcome;
        for sum in outcome.tally.aggregate.sums() {
            let locations: Vec<_> = sum
                .places
                .iter()
                .enumerate()
                .map(
                    |(index, place)| match sum.spans.iter().any(|span| span.contains(index)) {
                        true => self.answered_location(*place),
                        false => self.location(*place),
                    },
                )
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
            let address = Pseudo::Lost.address();
            let lost = self.location(Place {
                address,
                page: None,
            });
            let values = self.values(outcome.lost);
            self.builder.sample(&[lost], &values, &[]);
        }
    }

    fn values(&self, weight: u64) -> [i64; 2] {
        let count = i64::try_from(weight).unwrap_or(i64::MAX);
        [count, count.saturating_mul(self.period)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcome(accepted: u64, recorded: u64, lost: u64) -> Outcome {
        Outcome {
            clock: Clock::Thread,
            period_ns: 1,
            started_unix_ns: 0,
            duration: Duration::ZERO,
            session: None,
            defects: Defects::NONE,
            tally: Tally::default(),
            accepted,
            recorded,
            lost,
            remarks: Vec::new(),
        }
    }

    #[test]
    fn a_profile_in_which_a_signal_is_missing_is_refused() {
        assert!(profile(outcome(0, 0, 0)).is_ok());
        assert!(profile(outcome(3, 0, 3)).is_ok());
        let says = |outcome| profile(outcome).err().unwrap().to_string();
        assert!(says(outcome(3, 0, 2)).contains("0 recorded and 2 lost of 3 accepted"));
        // Recorded, and not come out of the ring.
        assert!(says(outcome(3, 1, 2)).contains("0 of 1 recorded"));
        let mutant = Outcome {
            defects: Defects::NONE.with(Defect::LoseSilently),
            ..outcome(3, 0, 2)
        };
        assert!(profile(mutant).is_ok());
    }
}
