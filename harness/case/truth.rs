//! The truth file: what a program measured of itself while it was profiled, by the CPU clocks of its own threads. The format,
//! as data; who wrote it and what it is compared with are the business of others.

use serde::{Deserialize, Serialize};

/// The version of the format that is written, and the only one that is read.
pub const VERSION: u32 = 1;

/// One run of a program.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Truth {
    /// [`VERSION`].
    pub version: u32,
    /// What ran.
    pub program: String,
    /// Where the lengths of its phases came from.
    pub seed: u64,
    /// Samples a second of CPU time that were asked for.
    #[serde(default)]
    pub hz: u32,
    /// The clock that was asked for, as it was spelled.
    #[serde(default)]
    pub clock: String,
    /// The threads that used CPU time, each once; several of one name may be one entry.
    pub threads: Vec<Thread>,
    /// Where they used it.
    pub phases: Vec<Phase>,
    /// What the program has checked itself.
    #[serde(default, rename = "self")]
    pub checks: Vec<Check>,
    /// Whether there was more than the file has room for.
    #[serde(default)]
    pub overflow: bool,
}

/// A thread.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Thread {
    /// Its name.
    pub name: String,
    /// The kernel's id; 0 for several threads together.
    pub tid: i32,
    /// CPU time that it used between the beginning and the end of its measurement.
    pub cpu_ns: u64,
    /// How many threads the entry stands for.
    #[serde(default = "one")]
    pub count: u64,
}

fn one() -> u64 {
    1
}

/// A kind of work: all visits of a thread to one function.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Phase {
    /// The leaf function that the time is spent in, spelled as patterns spell it.
    pub name: String,
    /// The thread.
    pub thread: String,
    /// CPU time, of all visits.
    pub cpu_ns: u64,
    /// How often the phase was begun.
    #[serde(default)]
    pub visits: u64,
    /// The shortest length that was drawn for a visit.
    #[serde(default)]
    pub planned_min_ns: u64,
    /// The longest one.
    #[serde(default)]
    pub planned_max_ns: u64,
}

/// A check that a program makes itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Check {
    /// As in the case's `self: NAME`.
    pub name: String,
    /// Whether it held.
    pub ok: bool,
    /// What was found.
    #[serde(default)]
    pub says: String,
}

impl Truth {
    /// Reads a truth file's text.
    pub fn parse(text: &str) -> Result<Self, String> {
        let truth: Truth = serde_json::from_str(text).map_err(|error| error.to_string())?;
        match truth.version {
            VERSION => Ok(truth),
            other => Err(format!("version {other} of the format, not {VERSION}")),
        }
    }

    /// The file's text.
    pub fn to_json(&self) -> String {
        // Strings and integers only: there is nothing that JSON could not hold.
        serde_json::to_string_pretty(self).unwrap_or_default() + "\n"
    }

    /// CPU time of all threads.
    pub fn cpu_ns(&self) -> u64 {
        self.threads.iter().map(|thread| thread.cpu_ns).sum()
    }

    /// How many threads there were.
    pub fn thread_count(&self) -> u64 {
        self.threads.iter().map(|thread| thread.count).sum()
    }

    /// CPU time in phases of one of these names; None where there is no such phase.
    pub fn phase_ns(&self, names: &[&str]) -> Option<u64> {
        let mut found = self
            .phases
            .iter()
            .filter(|phase| names.contains(&phase.name.as_str()))
            .peekable();
        found.peek()?;
        Some(found.map(|phase| phase.cpu_ns).sum())
    }

    /// CPU time in all phases.
    pub fn phases_ns(&self) -> u64 {
        self.phases.iter().map(|phase| phase.cpu_ns).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let truth = Truth {
            version: VERSION,
            program: "p".into(),
            seed: u64::MAX,
            threads: vec![Thread {
                name: "main".into(),
                tid: 7,
                cpu_ns: 10,
                count: 1,
            }],
            phases: vec![Phase {
                name: "hog".into(),
                thread: "main".into(),
                cpu_ns: 9,
                visits: 2,
                ..Phase::default()
            }],
            ..Truth::default()
        };
        assert_eq!(Truth::parse(&truth.to_json()), Ok(truth));
    }

    #[test]
    fn a_port_may_leave_out_what_it_does_not_know() {
        let text = r#"{"version":1,"program":"p","seed":1,"threads":[{"name":"main","tid":1,"cpu_ns":5}],
                       "phases":[{"name":"a","thread":"main","cpu_ns":2},{"name":"b","thread":"main","cpu_ns":3}]}"#;
        let truth = Truth::parse(text).unwrap();
        assert_eq!((truth.cpu_ns(), truth.thread_count()), (5, 1));
        assert_eq!(truth.phase_ns(&["a", "c"]), Some(2));
        assert_eq!((truth.phase_ns(&["c"]), truth.phases_ns()), (None, 5));
    }

    #[test]
    fn another_version_and_what_is_no_truth_are_refused() {
        assert!(Truth::parse("{").is_err());
        let other = r#"{"version":2,"program":"p","seed":1,"threads":[],"phases":[]}"#;
        assert_eq!(
            Truth::parse(other),
            Err("version 2 of the format, not 1".into())
        );
    }
}
