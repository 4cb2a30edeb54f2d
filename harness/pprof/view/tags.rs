//! `-tags`: how much of the total each value of each label has.

use std::io::Write;

use hashbrown::HashMap;

use super::super::model::{LabelId, Profile};
use super::super::strings::StrId;
use super::super::units;
use super::Error;
use super::report::Report;
use super::tabs;

/// The values of a key, as they are shown, and their weights.
#[derive(Default)]
struct Key {
    total: i64,
    values: HashMap<Vec<u8>, i64>,
}

/// What `pprof -tags` prints.
pub(super) fn write(report: &Report<'_>, out: &mut dyn Write) -> Result<(), Error> {
    let profile = report.profile;
    let sums = sums(report, profile);
    let mut keys: Vec<(&[u8], &Key)> = sums
        .iter()
        .map(|(&key, sum)| (profile.bytes(key), sum))
        .collect();
    keys.sort_unstable_by_key(|(name, _)| *name);
    let mut table = Vec::new();
    for (name, key) in keys {
        table.extend_from_slice(name);
        let (total, all) = (report.format(key.total), report.format(report.total));
        writeln!(
            table,
            ":\t Total {total} of {all}{}",
            share(report, key.total)
        )?;
        let mut values: Vec<_> = key.values.iter().collect();
        values.sort_unstable_by_key(|(value, weight)| {
            (std::cmp::Reverse(weight.wrapping_abs()), *value)
        });
        for (value, &weight) in values {
            let share = share(report, weight);
            write!(table, " \t{}{share}:\t ", report.format(weight))?;
            table.extend_from_slice(value);
            table.push(b'\n');
        }
        table.push(b'\n');
    }
    out.write_all(&tabs::right_aligned(&table))?;
    Ok(())
}

/// In brackets, unless sums have wrapped around and there is no whole.
fn share(report: &Report<'_>, weight: i64) -> String {
    if report.total > 0 {
        format!(" ({})", units::percentage(weight, report.total))
    } else {
        String::new()
    }
}

fn sums(report: &Report<'_>, profile: &Profile) -> HashMap<StrId, Key> {
    let mut sums: HashMap<StrId, Key> = HashMap::new();
    for sample in &profile.samples {
        let (weight, _) = report.weight(sample);
        for label in &profile.labels[sample.labels.range()] {
            let shown = match label.value {
                LabelId::Str(text) => profile.bytes(text).to_vec(),
                LabelId::Num(number, _) => {
                    let unit = report.label_units().of(label.key);
                    units::scaled_label(number, unit, &report.options.unit).into_bytes()
                }
            };
            let key = sums.entry(label.key).or_default();
            key.total = key.total.wrapping_add(weight);
            let value = key.values.entry(shown).or_default();
            *value = value.wrapping_add(weight);
        }
    }
    sums
}
