//! From a profile's bytes to what is judged: stacks of function names, root first, normalised, equal ones together; and the
//! profile's sums. Only this file of the room knows how a profile is encoded.

use std::collections::BTreeMap;
use std::path::Path;

use crate::case::hosts::Hosts;
use crate::case::normalize::normalize;
use crate::pprof::{Frame, LabelData, Profile, Sample};

/// Stands above the root of a stack whose own root is missing, so that no pattern that begins with a root matches it.
pub const CUT: &str = "<cut>";

/// What stands for samples that were lost: the reference's name, and Go's.
const LOST: &[&str] = &[
    "lost samples",
    "runtime._LostExternalCode",
    "runtime.lostProfileEvent",
];

/// How many samples have one stack.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stack {
    /// Function names, root first, normalised.
    pub frames: Vec<String>,
    /// Samples.
    pub count: u64,
    /// The thread's name, where the profile says it.
    pub thread: Option<String>,
    /// File name and line of the leaf, where the profile says them.
    pub leaf_line: Option<(String, u32)>,
}

/// What tells stacks apart: all but the count.
type Key = (Vec<String>, Option<String>, Option<(String, u32)>);

/// What a profile shows.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Seen {
    /// Its stacks, without those that stand for lost samples.
    pub stacks: Vec<Stack>,
    /// Samples that it declares to have lost.
    pub lost: u64,
    /// CPU time between two samples, where it says so.
    pub period_ns: Option<u64>,
    /// CPU time of all samples, the lost ones included, where it has such values.
    pub cpu_ns: Option<u64>,
    /// What `framecheck lint` finds in it; None where it came in another format than pprof's.
    pub lint: Option<Vec<String>>,
}

impl Seen {
    /// Samples with a stack.
    pub fn samples(&self) -> u64 {
        self.stacks.iter().map(|stack| stack.count).sum()
    }
}

/// Why a profile cannot be judged by its stacks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unreadable {
    /// L0: it does not decode.
    Undecodable(String),
    /// L1: it decodes, and what it says contradicts itself.
    Malformed(String),
}

/// What an encoded profile shows.
pub fn decode(bytes: &[u8], hosts: &dyn Hosts) -> Result<Seen, Unreadable> {
    let profile =
        Profile::decode(bytes).map_err(|error| Unreadable::Undecodable(error.to_string()))?;
    of_profile(&profile, hosts)
}

/// What a profile shows. A sample stands for as many as its count says.
pub fn of_profile(profile: &Profile, hosts: &dyn Hosts) -> Result<Seen, Unreadable> {
    let malformed = |why: String| Unreadable::Malformed(why);
    profile
        .check_valid()
        .map_err(|error| malformed(error.to_string()))?;
    let counts = profile
        .sample_type_index("samples")
        .ok_or_else(|| malformed("there is no sample type `samples`".into()))?;
    let times = profile.sample_type_index("cpu");
    let value = |sample: &Sample, index: usize| {
        let value = profile.values(sample).get(index).copied().unwrap_or(0);
        u64::try_from(value).map_err(|_| malformed(format!("a sample with the value {value}")))
    };
    let mut seen = Seen {
        period_ns: profile.period_ns().and_then(|ns| u64::try_from(ns).ok()),
        cpu_ns: times.map(|_| 0),
        lint: Some(profile.lint().iter().map(ToString::to_string).collect()),
        ..Seen::default()
    };
    let mut stacks: BTreeMap<Key, u64> = BTreeMap::new();
    for sample in profile.samples() {
        let count = value(sample, counts)?;
        if let (Some(times), Some(sum)) = (times, seen.cpu_ns.as_mut()) {
            *sum = sum.saturating_add(value(sample, times)?);
        }
        // Other values than the count may be what it is there for.
        if count == 0 {
            continue;
        }
        let frames = profile.stack(sample);
        if frames
            .first()
            .is_some_and(|leaf| LOST.contains(&&*leaf.function))
        {
            seen.lost = seen.lost.saturating_add(count);
            continue;
        }
        let key = (
            shown(&frames, hosts),
            thread(profile, sample),
            frames.first().and_then(line),
        );
        let sum = stacks.entry(key).or_default();
        *sum = sum.saturating_add(count);
    }
    seen.stacks = stacks
        .into_iter()
        .map(|((frames, thread, leaf_line), count)| Stack {
            frames,
            count,
            thread,
            leaf_line,
        })
        .collect();
    Ok(seen)
}

fn shown(frames: &[Frame<'_>], hosts: &dyn Hosts) -> Vec<String> {
    let names: Vec<String> = frames.iter().rev().map(name).collect();
    let mut shown = normalize(&names);
    if !hosts.is_whole(&names) {
        shown.insert(0, CUT.to_owned());
    }
    shown
}

/// A frame that has no name is its mapping, as pprof shows it.
fn name(frame: &Frame<'_>) -> String {
    if !frame.function.is_empty() {
        return frame.function.clone().into_owned();
    }
    let file = Path::new(&*frame.mapping_file)
        .file_name()
        .unwrap_or_default();
    match file.to_str() {
        Some("") | None => format!("{:#x}", frame.address),
        Some(file) => format!("[{file}]"),
    }
}

fn thread(profile: &Profile, sample: &Sample) -> Option<String> {
    profile.labels(sample).find_map(|(key, value)| match value {
        LabelData::Str(text) if key == "thread" => Some(text.into_owned()),
        _ => None,
    })
}

fn line(leaf: &Frame<'_>) -> Option<(String, u32)> {
    let file = Path::new(&*leaf.file).file_name()?.to_str()?;
    let line = u32::try_from(leaf.line).ok().filter(|&line| line > 0)?;
    Some((file.to_owned(), line))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::port::Reference;
    use crate::pprof::{Builder, LabelValue, NewLabel, NewLine, NewMapping};

    fn builder() -> Builder {
        let types = [("samples", "count"), ("cpu", "nanoseconds")];
        Builder::new(&types, ("cpu", "nanoseconds"), 10)
    }

    fn named(function: &str) -> NewLine<'_> {
        NewLine {
            function,
            file: "src/x.c",
            line: 7,
            start_line: 0,
        }
    }

    #[test]
    fn stacks_are_root_first_summed_and_unnamed_frames_keep_their_mapping() {
        let mut builder = builder();
        let mapping = builder.mapping(NewMapping {
            start: 0x1000,
            limit: 0x2000,
            file_offset: 0,
            file: "/usr/lib/libx.so",
            build_id: "",
        });
        let unnamed = builder.location(Some(mapping), 0x1800);
        let inlined = builder.named_location(None, 1, &[named("inlined"), named("outer")]);
        let main = builder.named_location(None, 2, &[named("main")]);
        let start = builder.named_location(None, 3, &[named("_start")]);
        for weight in [2, 3] {
            builder.sample(
                &[unnamed, inlined, main, start],
                &[weight, weight * 10],
                &[],
            );
        }
        builder.sample(&[unnamed, main], &[1, 10], &[]);
        let seen = decode(&builder.finish().encode(), &Reference).unwrap();
        let stack = |frames: &[&str], count| Stack {
            frames: frames.iter().map(|frame| (*frame).to_owned()).collect(),
            count,
            ..Stack::default()
        };
        let cut = stack(&[CUT, "main", "[libx.so]"], 1);
        let whole = stack(&["main", "outer", "inlined", "[libx.so]"], 5);
        assert_eq!(seen.stacks, [cut, whole]);
        assert_eq!((seen.period_ns, seen.cpu_ns), (Some(10), Some(60)));
    }

    #[test]
    fn threads_and_lines_tell_stacks_apart_and_lost_samples_are_none() {
        let mut builder = builder();
        let hog = builder.named_location(None, 1, &[named("hog")]);
        let lost = builder.named_location(None, 0, &[named("lost samples")]);
        for (name, count) in [("a", 1), ("b", 2)] {
            let label = NewLabel {
                key: "thread",
                value: LabelValue::Str(name),
            };
            builder.sample(&[hog], &[count, count * 10], &[label]);
        }
        builder.sample(&[lost], &[4, 40], &[]);
        let seen = decode(&builder.finish().encode(), &Reference).unwrap();
        let threads: Vec<_> = seen
            .stacks
            .iter()
            .map(|stack| {
                (
                    stack.thread.as_deref(),
                    stack.count,
                    stack.leaf_line.clone(),
                )
            })
            .collect();
        let line = Some(("x.c".to_owned(), 7));
        assert_eq!(
            threads,
            [(Some("a"), 1, line.clone()), (Some("b"), 2, line)]
        );
        assert_eq!((seen.samples(), seen.lost, seen.cpu_ns), (3, 4, Some(70)));
    }

    #[test]
    fn what_is_no_profile_and_what_contradicts_itself_are_different_errors() {
        let undecodable = decode(b"no profile", &Reference).unwrap_err();
        assert!(
            matches!(undecodable, Unreadable::Undecodable(_)),
            "{undecodable:?}"
        );
        let other = Builder::new(&[("alloc", "bytes")], ("cpu", "nanoseconds"), 10);
        let malformed = decode(&other.finish().encode(), &Reference).unwrap_err();
        assert!(
            matches!(malformed, Unreadable::Malformed(_)),
            "{malformed:?}"
        );
    }
}
