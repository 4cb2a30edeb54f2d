//! Defects that are put over a finished profile: it is what a profiler with that defect would have written of the same run.

use std::collections::HashMap;

use super::rewrite::{Line, Place, Taken, put_together, take_apart};
use crate::pprof::{Profile, symbolize};

/// A defect, as what it makes of a profile.
pub(super) type Over = fn(&Profile) -> Profile;

fn each(profile: &Profile, edit: impl Fn(&mut Taken)) -> Profile {
    let mut pieces = take_apart(profile);
    pieces.samples.iter_mut().for_each(edit);
    put_together(profile, &pieces, true)
}

/// Stacks are the wrong way round.
pub(super) fn reverse(profile: &Profile) -> Profile {
    each(profile, |sample| sample.places.reverse())
}

/// The leaf of each sample is cpuHog, under cpuHog2: what the seed's test looks for, whatever ran.
pub(super) fn always_says_cpuhog(profile: &Profile) -> Profile {
    let named = |function: &str| Place {
        lines: vec![Line {
            function: function.to_owned(),
            ..Line::default()
        }],
        ..Place::default()
    };
    each(profile, |sample| {
        if !sample.places.is_empty() {
            sample
                .places
                .splice(..1, [named("cpuHog"), named("cpuHog2")]);
        }
    })
}

/// The interrupted address is not recorded: the unwinder begins with its caller.
pub(super) fn skip_leaf(profile: &Profile) -> Profile {
    each(profile, |sample| {
        if sample.places.len() > 1 {
            sample.places.remove(0);
        }
    })
}

/// The frame pointer of a leaf without a frame is its caller's: the caller is passed over.
pub(super) fn skip_leaf_caller(profile: &Profile) -> Profile {
    each(profile, |sample| {
        if sample.places.len() > 2 {
            sample.places.remove(1);
        }
    })
}

/// The host function that C calls back is there twice, once from each walk.
pub(super) fn duplicate_frame(profile: &Profile) -> Profile {
    each(profile, |sample| {
        let is_host = |place: &Place| place.function().contains("::");
        let is_entered = |pair: &[Place]| {
            let caller = pair[1].function();
            is_host(&pair[0]) && !caller.is_empty() && !is_host(&pair[1]) && !is_start_up(caller)
        };
        // Leaf first: a function stands before its caller.
        if let Some(index) = sample.places.windows(2).position(is_entered) {
            let twice = sample.places[index].clone();
            sample.places.insert(index, twice);
        }
    })
}

/// C, or without a path, and yet what starts the host's own code.
fn is_start_up(function: &str) -> bool {
    matches!(function, "main" | "_start" | "__rust_try") || function.starts_with("__libc_start")
}

/// Each sample is counted by the signal's handler and by the one that it is handed on to.
pub(super) fn count_twice(profile: &Profile) -> Profile {
    each(profile, |sample| {
        sample.values.iter_mut().for_each(|value| *value *= 2);
    })
}

/// The period is the one that was asked for, and the clock went half as fast.
pub(super) fn period_wrong(profile: &Profile) -> Profile {
    let mut pieces = take_apart(profile);
    pieces.period *= 2;
    put_together(profile, &pieces, true)
}

/// No mappings, no addresses: names alone, and a file's where there is none.
pub(super) fn no_mapping(profile: &Profile) -> Profile {
    let file = |index: usize| {
        let mapping = profile.mappings().get(index)?;
        let path = profile.text(mapping.file).into_owned();
        Some(path.rsplit('/').next().unwrap_or_default().to_owned())
    };
    let mut pieces = take_apart(profile);
    for place in pieces
        .samples
        .iter_mut()
        .flat_map(|sample| &mut sample.places)
    {
        if place.lines.is_empty() {
            let file = place.mapping.and_then(file).unwrap_or_default();
            place.lines.push(Line {
                function: format!("[{file}]"),
                ..Line::default()
            });
        }
        (place.mapping, place.address) = (None, 0);
    }
    put_together(profile, &pieces, false)
}

/// Samples are taken where it suits the runtime: of the functions that one caller calls, all are charged to the commonest.
pub(super) fn safepoint_bias(profile: &Profile) -> Profile {
    let mut pieces = take_apart(profile);
    let mut counts: HashMap<(Vec<String>, String), (i64, Place)> = HashMap::new();
    for sample in &pieces.samples {
        if let Some((leaf, callers)) = sample.places.split_first() {
            let key = (names(callers), leaf.function().to_owned());
            let sum = counts.entry(key).or_insert((0, leaf.clone()));
            sum.0 += sample.values.first().copied().unwrap_or(0);
        }
    }
    let mut commonest: HashMap<Vec<String>, (i64, Place)> = HashMap::new();
    for ((callers, _), (count, leaf)) in counts {
        let best = commonest.entry(callers).or_insert((count, leaf.clone()));
        if count > best.0 {
            *best = (count, leaf);
        }
    }
    for sample in &mut pieces.samples {
        if let Some((leaf, callers)) = sample.places.split_first_mut()
            && let Some((_, best)) = commonest.get(&names(callers))
        {
            leaf.clone_from(best);
        }
    }
    put_together(profile, &pieces, true)
}

/// By name: two calls in one function have two addresses.
fn names(places: &[Place]) -> Vec<String> {
    places
        .iter()
        .map(|place| place.function().to_owned())
        .collect()
}

/// Every other sample of the function `a` is dropped, as where a handler gives up on a lock that the function holds.
pub(super) fn lose_half_of_a(profile: &Profile) -> Profile {
    each(profile, |sample| {
        if sample
            .places
            .first()
            .is_some_and(|leaf| leaf.function() == "a")
        {
            sample.values.iter_mut().for_each(|value| *value /= 2);
        }
    })
}

/// The leaf is looked up one byte before its address, as a caller has to be.
pub(super) fn pc_minus_one_leaf(profile: &Profile) -> Profile {
    let mut pieces = take_apart(profile);
    for leaf in pieces
        .samples
        .iter_mut()
        .filter_map(|sample| sample.places.first_mut())
    {
        if leaf.mapping.is_some() && leaf.address > 0 {
            leaf.address -= 1;
            leaf.lines.clear();
        }
    }
    let mut profile = put_together(profile, &pieces, true);
    let options = symbolize::Options {
        demangle: symbolize::Demangle::Own,
        ..symbolize::Options::default()
    };
    symbolize::local(&mut profile, &options);
    profile
}
