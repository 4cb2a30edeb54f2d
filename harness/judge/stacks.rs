//! From a profile's bytes to the stacks that are judged: function names, root first, normalised, equal ones together.

use std::collections::BTreeMap;
use std::path::Path;

use super::Stack;
use crate::case::hosts::Hosts;
use crate::case::normalize::normalize;
use crate::pprof::{Frame, Profile};

/// Stands above the root of a stack whose own root is missing, so that no pattern that begins with a root matches it.
pub const CUT: &str = "<cut>";

/// The stacks of an encoded profile, which must be a valid one; a message otherwise.
pub fn decode(profile: &[u8], hosts: &dyn Hosts) -> Result<Vec<Stack>, String> {
    let profile = Profile::decode(profile).map_err(|error| error.to_string())?;
    profile
        .check_valid()
        .map_err(|error| format!("malformed profile: {error}"))?;
    of_profile(&profile, hosts)
}

/// The stacks of a profile, counted by its samples. A sample stands for as many as its count says.
pub fn of_profile(profile: &Profile, hosts: &dyn Hosts) -> Result<Vec<Stack>, String> {
    let samples = profile
        .sample_type_index("samples")
        .ok_or("the profile has no sample type `samples`")?;
    let mut counts: BTreeMap<Vec<String>, u64> = BTreeMap::new();
    for sample in profile.samples() {
        let value = profile.values(sample).get(samples).copied().unwrap_or(0);
        let count = u64::try_from(value).map_err(|_| format!("a sample with the count {value}"))?;
        let frames = profile.stack(sample);
        let names: Vec<String> = frames.iter().rev().map(name).collect();
        let mut shown = normalize(&names);
        if !hosts.is_whole(&names) {
            shown.insert(0, CUT.to_owned());
        }
        *counts.entry(shown).or_default() += count;
    }
    let stacks = counts.into_iter();
    Ok(stacks
        .map(|(frames, count)| Stack { frames, count })
        .collect())
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::port::Reference;
    use crate::pprof::{Builder, NewLine, NewMapping};

    #[test]
    fn stacks_are_root_first_summed_and_unnamed_frames_keep_their_mapping() {
        let types = [("samples", "count"), ("cpu", "nanoseconds")];
        let mut builder = Builder::new(&types, ("cpu", "nanoseconds"), 10);
        let mapping = builder.mapping(NewMapping {
            start: 0x1000,
            limit: 0x2000,
            file_offset: 0,
            file: "/usr/lib/libx.so",
            build_id: "",
        });
        let line = |function| NewLine {
            function,
            file: "",
            line: 1,
            start_line: 0,
        };
        let unnamed = builder.location(Some(mapping), 0x1800);
        let inlined = builder.named_location(None, 1, &[line("inlined"), line("outer")]);
        let main = builder.named_location(None, 2, &[line("main")]);
        let start = builder.named_location(None, 3, &[line("_start")]);
        for weight in [2, 3] {
            builder.sample(
                &[unnamed, inlined, main, start],
                &[weight, weight * 10],
                &[],
            );
        }
        builder.sample(&[unnamed, main], &[1, 10], &[]);
        let bytes = builder.finish().encode();
        let stack = |frames: &[&str], count| Stack {
            frames: frames.iter().map(|frame| (*frame).to_owned()).collect(),
            count,
        };
        let cut = stack(&[CUT, "main", "[libx.so]"], 1);
        let whole = stack(&["main", "outer", "inlined", "[libx.so]"], 5);
        assert_eq!(decode(&bytes, &Reference), Ok(vec![cut, whole]));
    }

    #[test]
    fn what_is_no_profile_is_an_error() {
        assert!(decode(b"no profile", &Reference).is_err());
    }
}
