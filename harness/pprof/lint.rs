//! What is suspicious in a profile that pprof takes without a word.
//!
//! It finds, with the path of each: what nothing refers to, what is there twice, addresses outside their mapping, and
//! types, periods and times that cannot be meant. It says nothing of what [`Profile::check_valid`] refuses.

use std::fmt;
use std::hash::Hash;

use hashbrown::HashMap;

use super::model::{Function, Location, Mapping, NONE, Profile};

/// Something suspicious.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// For example `location[3].address`; indices count from 0 in file order.
    pub path: String,
    /// What is wrong with it.
    pub cause: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path, self.cause)
    }
}

impl Profile {
    /// All that is suspicious, table by table. The profile must be valid ([`Profile::check_valid`]).
    pub fn lint(&self) -> Vec<Finding> {
        let mut lint = Lint {
            profile: self,
            findings: Vec::new(),
        };
        lint.types();
        lint.samples();
        lint.locations();
        lint.functions();
        lint.mappings();
        lint.findings
    }
}

struct Lint<'p> {
    profile: &'p Profile,
    findings: Vec<Finding>,
}

impl Lint<'_> {
    fn find(&mut self, path: impl Into<String>, cause: impl Into<String>) {
        self.findings.push(Finding {
            path: path.into(),
            cause: cause.into(),
        });
    }

    fn types(&mut self) {
        let profile = self.profile;
        if profile.sample_types.is_empty() {
            self.find("sample_type", "there is none, and nothing can be shown");
        }
        for (at, t) in profile.sample_types.iter().enumerate() {
            for (field, text) in [("type", t.kind), ("unit", t.unit)] {
                if text.is_empty() {
                    self.find(format!("sample_type[{at}].{field}"), "is empty");
                }
            }
        }
        let kinds = profile.sample_types.iter().map(|t| t.kind);
        for (at, first) in repeated(kinds) {
            self.find(
                format!("sample_type[{at}].type"),
                format!("the same as sample_type[{first}]"),
            );
        }
        let default = profile.default_sample_type;
        if !default.is_empty() && !profile.sample_types.iter().any(|t| t.kind == default) {
            let name = profile.text(default);
            self.find(
                "default_sample_type",
                format!("no sample type is called {name}"),
            );
        }
        let has_period_type = !profile.period_type.kind.is_empty();
        if profile.period < 0 || (has_period_type && profile.period == 0) {
            self.find(
                "period",
                format!("{} is no distance between samples", profile.period),
            );
        }
        if !has_period_type && profile.period != 0 {
            self.find("period_type", "is empty, and there is a period");
        }
        if profile.time_nanos < 0 {
            self.find("time_nanos", "is before 1970");
        }
        if profile.duration_nanos < 0 {
            self.find("duration_nanos", "is negative");
        }
    }

    fn samples(&mut self) {
        let profile = self.profile;
        for (at, sample) in profile.samples.iter().enumerate() {
            if sample.stack.len == 0 {
                self.find(format!("sample[{at}].location_id"), "the stack is empty");
            }
            if profile.values(sample).iter().all(|&value| value == 0) {
                self.find(format!("sample[{at}].value"), "all values are zero");
            }
        }
        let keys = profile.samples.iter().map(|sample| {
            (
                &profile.stacks[sample.stack.range()],
                &profile.labels[sample.labels.range()],
            )
        });
        for (at, first) in repeated(keys) {
            self.find(
                format!("sample[{at}]"),
                format!("the same stack and labels as sample[{first}]"),
            );
        }
    }

    fn locations(&mut self) {
        let profile = self.profile;
        let mut used = vec![false; profile.locations.len()];
        for sample in &profile.samples {
            for &location in &profile.stacks[sample.stack.range()] {
                used[location as usize] = true;
            }
        }
        for (at, location) in profile.locations.iter().enumerate() {
            if !used[at] {
                self.find(format!("location[{at}]"), "no sample refers to it");
            }
            if let Some(mapping) = profile.mapping(location.mapping) {
                // A mapping without bounds claims nothing.
                let is_bounded = mapping.start != 0 || mapping.limit != 0;
                let inside = (mapping.start..mapping.limit).contains(&location.address);
                if is_bounded && !inside && location.address != 0 {
                    let cause = format!(
                        "{:#x} is outside its mapping {}, {:#x} to {:#x}",
                        location.address, mapping.id, mapping.start, mapping.limit
                    );
                    self.find(format!("location[{at}].address"), cause);
                }
            } else if !profile.mappings.is_empty() && location.address != 0 {
                self.find(
                    format!("location[{at}].mapping_id"),
                    "an address without a mapping",
                );
            }
            if location.address == 0 && location.lines.len == 0 {
                self.find(format!("location[{at}]"), "neither an address nor a line");
            }
        }
        let keys = profile.locations.iter().map(|location: &Location| {
            let lines = &profile.lines[location.lines.range()];
            (
                location.mapping,
                location.address,
                location.is_folded,
                lines,
            )
        });
        for (at, first) in repeated(keys) {
            self.find(
                format!("location[{at}]"),
                format!("the same as location[{first}]"),
            );
        }
    }

    fn functions(&mut self) {
        let profile = self.profile;
        let mut used = vec![false; profile.functions.len()];
        for location in &profile.locations {
            for line in &profile.lines[location.lines.range()] {
                if line.function != NONE {
                    used[line.function as usize] = true;
                }
            }
        }
        for (at, function) in profile.functions.iter().enumerate() {
            if !used[at] {
                self.find(format!("function[{at}]"), "no location refers to it");
            }
            if function.name.is_empty() && function.system_name.is_empty() {
                self.find(format!("function[{at}].name"), "is empty");
            }
        }
        let keys = profile
            .functions
            .iter()
            .map(|f: &Function| (f.name, f.system_name, f.filename, f.start_line));
        for (at, first) in repeated(keys) {
            self.find(
                format!("function[{at}]"),
                format!("the same as function[{first}]"),
            );
        }
    }

    fn mappings(&mut self) {
        let profile = self.profile;
        let mut used = vec![false; profile.mappings.len()];
        for location in &profile.locations {
            if location.mapping != NONE {
                used[location.mapping as usize] = true;
            }
        }
        for (at, mapping) in profile.mappings.iter().enumerate() {
            // The first is the main binary, used or not.
            if !used[at] && at > 0 {
                self.find(format!("mapping[{at}]"), "no location refers to it");
            }
            if mapping.limit < mapping.start
                || (mapping.limit == mapping.start && mapping.start != 0)
            {
                self.find(
                    format!("mapping[{at}].memory_limit"),
                    "is not after memory_start",
                );
            }
        }
        // tikv/pprof-rs: pprof takes an executable that it is given for the mapping of all of them, and 0 for its addresses.
        if profile.mappings.is_empty() && !profile.locations.is_empty() {
            self.find(
                "mapping",
                "there is none, and `pprof EXE PROFILE` names every location anew, wrongly",
            );
        }
        let keys = profile
            .mappings
            .iter()
            .map(|m: &Mapping| Mapping { id: 0, ..*m });
        for (at, first) in repeated(keys) {
            self.find(
                format!("mapping[{at}]"),
                format!("the same as mapping[{first}]"),
            );
        }
        self.overlaps();
    }

    fn overlaps(&mut self) {
        let mappings = &self.profile.mappings;
        let mut order: Vec<usize> = (0..mappings.len()).collect();
        order.sort_by_key(|&at| mappings[at].start);
        for pair in order.windows(2) {
            let (low, high) = (&mappings[pair[0]], &mappings[pair[1]]);
            if high.start < low.limit && high.start != high.limit {
                let (high, low) = (pair[1], pair[0]);
                self.find(
                    format!("mapping[{high}]"),
                    format!("overlaps mapping[{low}]"),
                );
            }
        }
    }
}

/// The index of each key that was there before, and that of its first occurrence.
fn repeated<K: Hash + Eq>(keys: impl Iterator<Item = K>) -> Vec<(usize, usize)> {
    let mut first: HashMap<K, usize> = HashMap::new();
    let mut repeated = Vec::new();
    for (at, key) in keys.enumerate() {
        let known = *first.entry(key).or_insert(at);
        if known != at {
            repeated.push((at, known));
        }
    }
    repeated
}

#[cfg(test)]
mod tests {
    use super::super::model::{Span, ValueType};
    use super::super::{Builder, NewLine, NewMapping};
    use super::*;

    /// The findings of a sound profile after `spoil`, in text.
    fn check(spoil: impl Fn(&mut Profile)) -> String {
        let mut builder = Builder::new(&[("cpu", "nanoseconds")], ("cpu", "nanoseconds"), 10);
        let exe = builder.mapping(NewMapping {
            start: 0x1000,
            limit: 0x2000,
            file: "/bin/exe",
            ..NewMapping::default()
        });
        let line = NewLine {
            function: "main",
            file: "x.c",
            line: 3,
            start_line: 1,
        };
        let main = builder.named_location(Some(exe), 0x1010, &[line]);
        let leaf = builder.location(Some(exe), 0x1020);
        builder.sample(&[leaf, main], &[10], &[]);
        builder.sample(&[main], &[10], &[]);
        let mut profile = builder.finish();
        assert_eq!(profile.lint(), [], "sound before it is spoilt");
        spoil(&mut profile);
        let findings: Vec<String> = profile.lint().iter().map(Finding::to_string).collect();
        findings.join("; ")
    }

    #[test]
    fn each_defect_is_found_where_it_is() {
        assert_eq!(
            check(|p| p.locations[1].address = 0x2000),
            "location[1].address: 0x2000 is outside its mapping 1, 0x1000 to 0x2000"
        );
        assert_eq!(
            check(|p| p.samples.clear()),
            "location[0]: no sample refers to it; location[1]: no sample refers to it"
        );
        assert_eq!(
            check(|p| p.samples[1].stack.len = 0),
            "sample[1].location_id: the stack is empty"
        );
        assert_eq!(
            check(|p| p.values.fill(0)),
            "sample[0].value: all values are zero; sample[1].value: all values are zero"
        );
        assert_eq!(
            check(|p| p.samples[1] = p.samples[0]),
            "sample[1]: the same stack and labels as sample[0]"
        );
        assert_eq!(
            check(|p| p.locations[0].lines = Span::default()),
            "function[0]: no location refers to it"
        );
        assert_eq!(
            check(|p| p.period = 0),
            "period: 0 is no distance between samples"
        );
        assert_eq!(
            check(|p| p.period_type = ValueType::default()),
            "period_type: is empty, and there is a period"
        );
        assert_eq!(
            check(|p| {
                p.mappings.clear();
                p.locations.iter_mut().for_each(|at| at.mapping = NONE);
            }),
            "mapping: there is none, and `pprof EXE PROFILE` names every location anew, wrongly"
        );
        assert_eq!(
            check(|p| p.mappings.push(Mapping {
                id: 2,
                ..p.mappings[0]
            })),
            "mapping[1]: no location refers to it; mapping[1]: the same as mapping[0]; mapping[1]: overlaps mapping[0]"
        );
    }
}
