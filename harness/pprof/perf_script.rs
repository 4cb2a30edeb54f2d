//! What `perf script` prints as a profile: the events in their order, each with its period.
//!
//! Names and addresses are perf's: nothing is looked up here. How a line is spelled is the business of `line`.

mod line;
#[cfg(test)]
mod tests;

use super::builder::{Builder, LabelValue, LocationId, MappingId, NewLabel, NewLine, NewMapping};
use super::format::{Format, Place, ReadError};
use super::legacy::lines;
use super::model::Profile;
use line::{Frame, Head, Sample};

/// The only frame of the sample that stands for what was lost, as the reference has it.
const LOST: &str = "lost samples";

/// Reads a whole text; `period_ns` is that of lost samples where there are no others.
pub(super) fn read(data: &[u8], period_ns: Option<i64>) -> Result<Profile, ReadError> {
    let text = String::from_utf8_lossy(data);
    let mut samples: Vec<Sample<'_>> = Vec::new();
    let mut lost = 0i64;
    // Whether frames may follow: not behind an empty line, nor where the head has one.
    let mut is_open = false;
    for (at, line) in lines(text.as_bytes()).enumerate() {
        // It was split at newlines: still UTF-8.
        let line = std::str::from_utf8(line).unwrap_or_default();
        let fail = |cause: &str| ReadError::line(Format::PerfScript, at + 1, cause, line);
        if line.trim().is_empty() {
            is_open = false;
            continue;
        }
        if is_open
            && line.starts_with([' ', '\t'])
            && let Some(sample) = samples.last_mut()
        {
            let frame = Frame::parse(line).ok_or_else(|| fail("no frame of a stack"))?;
            sample.frames.push(frame);
            continue;
        }
        is_open = false;
        match Head::parse(line) {
            Some(Ok(Head::Sample(sample))) => {
                is_open = sample.frames.is_empty();
                samples.push(sample);
            }
            Some(Ok(Head::Lost(more))) => lost = lost.saturating_add(more),
            Some(Ok(Head::Other)) => {}
            Some(Err(cause)) => return Err(fail(cause)),
            // What --header prints.
            None if line.starts_with('#') => {}
            None => return Err(fail("neither the head of an event nor a frame of one")),
        }
    }
    profile(&samples, lost, period_ns)
}

fn profile(
    samples: &[Sample<'_>],
    lost: i64,
    period_ns: Option<i64>,
) -> Result<Profile, ReadError> {
    let first = samples.first().map(|sample| sample.period_ns);
    let period_ns = first.or(period_ns).unwrap_or(0);
    let types = [("samples", "count"), ("cpu", "nanoseconds")];
    let mut builder = Builder::new(&types, ("cpu", "nanoseconds"), period_ns);
    for sample in samples {
        let locations = locations(&mut builder, &sample.frames);
        let labels = [("thread", sample.comm), ("thread_id", sample.tid)].map(|(key, value)| {
            let value = LabelValue::Str(value);
            NewLabel { key, value }
        });
        builder.sample(&locations, &[1, sample.period_ns], &labels);
    }
    if lost > 0 {
        let lost_ns = lost.checked_mul(period_ns).ok_or_else(|| {
            let cause = "samples were lost that make more than 2^63 ns";
            ReadError::new(Format::PerfScript, Place::File, cause)
        })?;
        let place = builder.named_location(None, 0, &[line(LOST)]);
        builder.sample(&[place], &[lost, lost_ns], &[]);
    }
    let mut profile = builder.finish();
    mark_named(&mut profile);
    profile.main_mapping_first();
    Ok(profile)
}

fn line(function: &str) -> NewLine<'_> {
    NewLine {
        function,
        ..NewLine::default()
    }
}

/// A location for each frame, and one for an inlined frame and that which it was inlined into. perf says `(inlined)`
/// also of a function that the symbol table has under another name; no frame with the same address follows then.
fn locations(builder: &mut Builder, frames: &[Frame<'_>]) -> Vec<LocationId> {
    let mut locations = Vec::new();
    let mut lines = Vec::new();
    for (at, frame) in frames.iter().enumerate() {
        if !frame.symbol.is_empty() {
            lines.push(line(frame.symbol));
        }
        let is_into = |next: &Frame<'_>| next.address == frame.address && !next.symbol.is_empty();
        if frame.is_inlined && frames.get(at + 1).is_some_and(is_into) {
            continue;
        }
        let mapping = mapping(builder, frame.file);
        locations.push(builder.named_location(mapping, frame.address, &lines));
        lines.clear();
    }
    locations
}

/// One without bounds: perf names files and no addresses of theirs.
fn mapping(builder: &mut Builder, file: &str) -> Option<MappingId> {
    let new = NewMapping {
        file,
        ..NewMapping::default()
    };
    (!file.is_empty()).then(|| builder.mapping(new))
}

/// A mapping all of whose locations have names needs none from elsewhere.
fn mark_named(profile: &mut Profile) {
    for mapping in &mut profile.mappings {
        mapping.has_functions = true;
    }
    for location in &profile.locations {
        if let Some(mapping) = profile.mappings.get_mut(location.mapping as usize) {
            mapping.has_functions &= location.lines.len > 0;
        }
    }
}
