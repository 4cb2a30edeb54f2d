//! `-traces`: every sample with its labels and its whole stack.

use std::borrow::Cow;
use std::io::Write;

use hashbrown::HashMap;

use super::super::model::{LabelId, Profile, Sample};
use super::super::strings::StrId;
use super::nodes::Nodes;
use super::report::{Report, divided};
use super::{Error, Options, header, units};

const SEPARATOR: &[u8] = b"-----------+-------------------------------------------------------\n";

/// What `pprof -traces` prints: samples in file order, each value in the unit that suits it.
///
/// The profile must be valid ([`Profile::check_valid`]).
pub fn traces(profile: &Profile, options: &Options, out: &mut dyn Write) -> Result<(), Error> {
    let report = Report::new(profile, options)?;
    let lines = header::profile_lines(&report);
    out.write_all(&lines.join(&b'\n'))?;
    out.write_all(b"\n")?;
    let nodes = Nodes::new(&report, false);
    let names: Vec<Vec<u8>> = (0..nodes.infos.len() as u32)
        .map(|node| nodes.name(node))
        .collect();
    let label_units = label_units(profile);
    for sample in profile.samples.iter().filter(|sample| sample.stack.len > 0) {
        out.write_all(SEPARATOR)?;
        write_labels(profile, sample, &label_units, out)?;
        let (value, divisor) = report.weight(sample);
        let mut shown = report.format(divided(value, divisor));
        for &location in &profile.stacks[sample.stack.range()] {
            let inner_to_outer = nodes.of(location);
            for (depth, &node) in inner_to_outer.iter().enumerate() {
                write!(out, "{:>10}   ", std::mem::take(&mut shown))?;
                out.write_all(&names[node as usize])?;
                out.write_all(if depth + 1 < inner_to_outer.len() {
                    b" (inline)\n"
                } else {
                    b"\n"
                })?;
            }
        }
    }
    out.write_all(SEPARATOR)?;
    Ok(())
}

/// Strings first, then numbers, each sorted as lines; several values of a key on one line.
fn write_labels(
    profile: &Profile,
    sample: &Sample,
    label_units: &HashMap<StrId, Cow<'_, str>>,
    out: &mut dyn Write,
) -> Result<(), Error> {
    let labels = &profile.labels[sample.labels.range()];
    if labels.is_empty() {
        return Ok(());
    }
    let (mut texts, mut numbers): (Vec<Shown>, Vec<Shown>) = (Vec::new(), Vec::new());
    for label in labels {
        match label.value {
            LabelId::Str(text) => texts.push((label.key, profile.bytes(text).to_vec())),
            LabelId::Num(number, _) => {
                numbers.push((
                    label.key,
                    units::label(number, &label_units[&label.key]).into_bytes(),
                ));
            }
        }
    }
    for mut shown in [texts, numbers] {
        // Stable: the values of a key keep their order.
        shown.sort_by_key(|(key, _)| *key);
        let by_key = shown.chunk_by(|(a, _), (b, _)| a == b);
        let mut lines: Vec<Vec<u8>> = by_key
            .map(|group| line(profile.bytes(group[0].0), group))
            .collect();
        lines.sort_unstable();
        out.write_all(&lines.concat())?;
    }
    Ok(())
}

/// A label's key, and its value as it is shown.
type Shown = (StrId, Vec<u8>);

fn line(key: &[u8], group: &[Shown]) -> Vec<u8> {
    // The width counts characters, and each byte that is none as one.
    let width: usize = key
        .utf8_chunks()
        .map(|chunk| chunk.valid().chars().count() + chunk.invalid().len())
        .sum();
    let mut line = vec![b' '; 10usize.saturating_sub(width)];
    line.extend_from_slice(key);
    line.extend_from_slice(b":  ");
    for (at, (_, value)) in group.iter().enumerate() {
        line.extend_from_slice(if at == 0 { b"" } else { b" " });
        line.extend_from_slice(value);
    }
    line.push(b'\n');
    line
}

/// The unit of each numeric key: the first that any sample names; otherwise bytes for the keys that heap profiles use,
/// and for all others the key itself.
fn label_units(profile: &Profile) -> HashMap<StrId, Cow<'_, str>> {
    let mut units: HashMap<StrId, StrId> = HashMap::new();
    let used = profile
        .samples
        .iter()
        .flat_map(|sample| &profile.labels[sample.labels.range()]);
    for label in used {
        if let LabelId::Num(_, unit) = label.value {
            let known = units.entry(label.key).or_insert(unit);
            if known.is_empty() {
                *known = unit;
            }
        }
    }
    let text = |(key, unit): (StrId, StrId)| match (profile.bytes(key), profile.bytes(unit)) {
        (b"alignment" | b"request", b"") => (key, Cow::Borrowed("bytes")),
        (_, b"") => (key, profile.text(key)),
        _ => (key, profile.text(unit)),
    };
    units.into_iter().map(text).collect()
}
