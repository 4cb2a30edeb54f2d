//! `-raw`: everything that is in a profile.

use std::io::Write;

use super::super::model::{LabelId, Location, NONE, Profile, Sample};
use super::{Error, time};

pub(super) fn write(profile: &Profile, out: &mut dyn Write) -> Result<(), Error> {
    write_head(profile, out)?;
    writeln!(out, "Samples:")?;
    write_types(profile, out)?;
    for sample in &profile.samples {
        write_sample(profile, sample, out)?;
    }
    writeln!(out, "Locations")?;
    for location in &profile.locations {
        write_location(profile, location, out)?;
    }
    writeln!(out, "Mappings")?;
    for mapping in &profile.mappings {
        write!(
            out,
            "{}: {:#x}/{:#x}/{:#x} ",
            mapping.id, mapping.start, mapping.limit, mapping.file_offset
        )?;
        out.write_all(profile.bytes(mapping.file))?;
        out.write_all(b" ")?;
        out.write_all(profile.bytes(mapping.build_id))?;
        out.write_all(b" ")?;
        let flags = [
            (mapping.has_functions, "[FN]"),
            (mapping.has_filenames, "[FL]"),
            (mapping.has_line_numbers, "[LN]"),
            (mapping.has_inline_frames, "[IN]"),
        ];
        for (_, flag) in flags.iter().filter(|(set, _)| *set) {
            out.write_all(flag.as_bytes())?;
        }
        out.write_all(b"\n")?;
    }
    Ok(())
}

fn write_head(profile: &Profile, out: &mut dyn Write) -> Result<(), Error> {
    for &comment in &profile.comments {
        out.write_all(&[b"Comment: ", profile.bytes(comment), b"\n"].concat())?;
    }
    if !profile.doc_url.is_empty() {
        out.write_all(&[b"Doc: ", profile.bytes(profile.doc_url), b"\n"].concat())?;
    }
    let (kind, unit) = (profile.period_type.kind, profile.period_type.unit);
    out.write_all(
        &[
            b"PeriodType: ",
            profile.bytes(kind),
            b" ",
            profile.bytes(unit),
            b"\n",
        ]
        .concat(),
    )?;
    writeln!(out, "Period: {}", profile.period)?;
    if profile.time_nanos != 0 {
        writeln!(out, "Time: {}", time::local_exact(profile.time_nanos))?;
    }
    if profile.duration_nanos != 0 {
        // Cut to four characters, as pprof does.
        let duration = time::duration(profile.duration_nanos);
        writeln!(
            out,
            "Duration: {}",
            duration.chars().take(4).collect::<String>()
        )?;
    }
    Ok(())
}

fn write_types(profile: &Profile, out: &mut dyn Write) -> Result<(), Error> {
    let mut types = Vec::new();
    for t in &profile.sample_types {
        types.extend_from_slice(&[profile.bytes(t.kind), b"/", profile.bytes(t.unit)].concat());
        if t.kind == profile.default_sample_type {
            types.extend_from_slice(b"[dflt]");
        }
        types.push(b' ');
    }
    out.write_all(trimmed(&types))?;
    out.write_all(b"\n")?;
    Ok(())
}

/// Without white space at both ends.
fn trimmed(text: &[u8]) -> &[u8] {
    match std::str::from_utf8(text) {
        Ok(text) => text.trim().as_bytes(),
        Err(_) => text.trim_ascii(),
    }
}

fn write_sample(profile: &Profile, sample: &Sample, out: &mut dyn Write) -> Result<(), Error> {
    for value in profile.values(sample) {
        write!(out, " {value:>10}")?;
    }
    write!(out, ": ")?;
    for &location in &profile.stacks[sample.stack.range()] {
        write!(out, "{} ", profile.locations[location as usize].id)?;
    }
    out.write_all(b"\n")?;
    for line in label_lines(profile, sample) {
        out.write_all(&[&b" "[..]; 16].concat())?;
        out.write_all(&line)?;
        out.write_all(b"\n")?;
    }
    Ok(())
}

/// One line for texts and one for numbers: `key:[value value]`, sorted.
fn label_lines(profile: &Profile, sample: &Sample) -> Vec<Vec<u8>> {
    let labels = &profile.labels[sample.labels.range()];
    let is_text = |text: bool| {
        let mut chosen: Vec<_> = labels
            .iter()
            .filter(|label| matches!(label.value, LabelId::Str(_)) == text)
            .collect();
        // Stable: the values of a key keep their order.
        chosen.sort_by_key(|label| profile.bytes(label.key));
        chosen
    };
    let lines = [is_text(true), is_text(false)];
    let line = |labels: &Vec<&super::super::model::Label>| {
        let mut groups: Vec<Vec<u8>> = labels
            .chunk_by(|a, b| a.key == b.key)
            .map(|group| {
                // If one number of a key has a unit, all are shown with theirs.
                let has_units = group
                    .iter()
                    .any(|label| matches!(label.value, LabelId::Num(_, unit) if !unit.is_empty()));
                let values: Vec<Vec<u8>> = group
                    .iter()
                    .map(|label| match label.value {
                        LabelId::Str(text) => profile.bytes(text).to_vec(),
                        LabelId::Num(number, unit) if has_units => {
                            [format!("{number} ").as_bytes(), profile.bytes(unit)].concat()
                        }
                        LabelId::Num(number, _) => number.to_string().into_bytes(),
                    })
                    .collect();
                [
                    profile.bytes(group[0].key),
                    b":[",
                    &values.join(&b' '),
                    b"]",
                ]
                .concat()
            })
            .collect();
        groups.sort_unstable();
        groups.join(&b' ')
    };
    lines
        .iter()
        .filter(|labels| !labels.is_empty())
        .map(line)
        .collect()
}

fn write_location(
    profile: &Profile,
    location: &Location,
    out: &mut dyn Write,
) -> Result<(), Error> {
    write!(out, "{:>6}: {:#x} ", location.id, location.address)?;
    if let Some(mapping) = profile.mapping(location.mapping) {
        write!(out, "M={} ", mapping.id)?;
    }
    if location.is_folded {
        write!(out, "[F] ")?;
    }
    let lines = &profile.lines[location.lines.range()];
    if lines.is_empty() {
        out.write_all(b"\n")?;
    }
    for (at, line) in lines.iter().enumerate() {
        if at > 0 {
            out.write_all(&[&b" "[..]; 13].concat())?;
        }
        if line.function == NONE {
            out.write_all(b"??\n")?;
            continue;
        }
        let function = &profile.functions[line.function as usize];
        out.write_all(profile.bytes(function.name))?;
        out.write_all(b" ")?;
        out.write_all(profile.bytes(function.filename))?;
        write!(
            out,
            ":{}:{} s={}",
            line.line, line.column, function.start_line
        )?;
        if function.name != function.system_name {
            out.write_all(&[b"(", profile.bytes(function.system_name), b")"].concat())?;
        }
        out.write_all(b"\n")?;
    }
    Ok(())
}
