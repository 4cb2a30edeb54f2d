//! `-traces`: every sample with its labels and its whole stack.

use std::io::Write;

use super::super::label_units::LabelUnits;
use super::super::model::{LabelId, Profile, Sample};
use super::super::strings::StrId;
use super::super::units;
use super::nodes::Nodes;
use super::report::{Report, divided};
use super::{Error, header, tabs};

const SEPARATOR: &[u8] = b"-----------+-------------------------------------------------------\n";

/// What `pprof -traces` prints.
pub(super) fn write(report: &Report<'_>, out: &mut dyn Write) -> Result<(), Error> {
    let profile = report.profile;
    let lines = header::profile_lines(report);
    out.write_all(&lines.join(&b'\n'))?;
    out.write_all(b"\n")?;
    let nodes = Nodes::new(report, false);
    let names: Vec<Vec<u8>> = (0..nodes.infos.len() as u32)
        .map(|node| nodes.name(node))
        .collect();
    for sample in profile.samples.iter().filter(|sample| sample.stack.len > 0) {
        out.write_all(SEPARATOR)?;
        write_labels(profile, sample, report.label_units(), out)?;
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
    label_units: &LabelUnits,
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
                    units::label(number, label_units.of(label.key)).into_bytes(),
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
    let width = tabs::width(key);
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
