//! The rows of `-top` and the samples of `-traces` as JSON: numbers as they are in the profile, without units.

use std::io::Write;

use serde_json::{Value, json};

use super::super::model::LabelId;
use super::Error;
use super::graph::{Graph, Inlining, Limits};
use super::nodes::Nodes;
use super::report::{Report, divided};

/// `{"type", "unit", "total", "dropped", "rows": [{"name", "flat", "cum", "inline"}]}`.
pub(super) fn top(report: &Report<'_>, out: &mut dyn Write) -> Result<(), Error> {
    let graph = Graph::new(report, Limits::new(report, 0));
    let inlining = graph.inlining(report);
    let rows: Vec<Value> = graph
        .shown
        .iter()
        .map(|&node| {
            let inline = match inlining.get(&node) {
                None | Some(Inlining::Never) => "never",
                Some(Inlining::Partial) => "partial",
                Some(Inlining::Always) => "always",
            };
            json!({
                "name": text(&graph.nodes.name(node)),
                "flat": graph.flat(node),
                "cum": graph.cum(node),
                "inline": inline,
            })
        })
        .collect();
    let whole = json!({
        "type": text(&report.kind),
        "unit": report.sample_unit,
        "total": report.total,
        "dropped": graph.dropped,
        "rows": rows,
    });
    Ok(writeln!(out, "{whole}")?)
}

/// `{"type", "unit", "samples": [{"value", "labels": [[key, value, unit]], "stack": [{"name", "inlined"}]}]}`, leaf first; a label
/// without a unit has two elements.
pub(super) fn traces(report: &Report<'_>, out: &mut dyn Write) -> Result<(), Error> {
    let profile = report.profile;
    let nodes = Nodes::new(report, false);
    let (kind, unit) = (json!(text(&report.kind)), json!(report.sample_unit));
    write!(out, "{{\"type\":{kind},\"unit\":{unit},\"samples\":[")?;
    for (at, sample) in profile.samples.iter().enumerate() {
        let (value, divisor) = report.weight(sample);
        let mut stack: Vec<Value> = Vec::new();
        for &location in &profile.stacks[sample.stack.range()] {
            let inner_to_outer = nodes.of(location);
            stack.extend(inner_to_outer.iter().enumerate().map(|(depth, &node)| {
                json!({"name": text(&nodes.name(node)), "inlined": depth + 1 < inner_to_outer.len()})
            }));
        }
        let labels = profile.labels[sample.labels.range()].iter().map(|label| {
            let key = profile.text(label.key);
            match label.value {
                LabelId::Str(text) => json!([key, profile.text(text)]),
                LabelId::Num(number, unit) if unit.is_empty() => json!([key, number]),
                LabelId::Num(number, unit) => json!([key, number, profile.text(unit)]),
            }
        });
        let labels: Vec<Value> = labels.collect();
        let sample = json!({"value": divided(value, divisor), "labels": labels, "stack": stack});
        write!(out, "{}{sample}", if at == 0 { "" } else { "," })?;
    }
    Ok(writeln!(out, "]}}")?)
}

fn text(name: &[u8]) -> String {
    String::from_utf8_lossy(name).into_owned()
}
