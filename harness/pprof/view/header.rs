//! The lines above a table: what was measured, when, how much of it is shown.

use super::super::units;
use super::graph::Graph;
use super::paths;
use super::report::Report;
use super::time;

/// What the profile says of itself.
pub(super) fn profile_lines(report: &Report<'_>) -> Vec<Vec<u8>> {
    let profile = report.profile;
    let mut lines: Vec<Vec<u8>> = Vec::new();
    if let Some(main) = profile.mappings.first() {
        if !main.file.is_empty() {
            lines.push([b"File: ", paths::base(profile.bytes(main.file))].concat());
        }
        if !main.build_id.is_empty() {
            lines.push([b"Build ID: ", profile.bytes(main.build_id)].concat());
        }
    }
    // A comment with # is for programs.
    let comments = profile
        .comments
        .iter()
        .map(|&comment| profile.bytes(comment));
    lines.extend(
        comments
            .filter(|comment| !comment.starts_with(b"#"))
            .map(<[u8]>::to_vec),
    );
    if !report.kind.is_empty() {
        lines.push([b"Type: ", &report.kind[..]].concat());
    }
    if !profile.doc_url.is_empty() {
        lines.push([b"Doc: ", profile.bytes(profile.doc_url)].concat());
    }
    if profile.time_nanos != 0 {
        lines.push(format!("Time: {}", time::local(profile.time_nanos)).into_bytes());
    }
    if profile.duration_nanos != 0 {
        lines.push(duration(report).into_bytes());
    }
    lines
}

fn duration(report: &Report<'_>) -> String {
    let duration_nanos = report.profile.duration_nanos;
    let (total_nanos, unit) = units::scale(report.total, &report.sample_unit, "nanoseconds");
    let share = if unit == "ns" && total_nanos != 0.0 {
        format!(
            "({})",
            units::percentage(units::truncated(total_nanos), duration_nanos)
        )
    } else {
        String::new()
    };
    let duration = units::label(duration_nanos, "nanoseconds");
    format!(
        "Duration: {duration}, Total samples = {} {share}",
        report.format(report.total)
    )
}

/// All lines above a table of nodes.
pub(super) fn table_lines(report: &Report<'_>, graph: &Graph<'_>) -> Vec<Vec<u8>> {
    let mut lines = if report.options.compact_labels {
        Vec::new()
    } else {
        profile_lines(report)
    };
    let mut filters = report.options.filters.shown().map(filter_line).peekable();
    if filters.peek().is_some() {
        lines.push(b"Active filters:".to_vec());
        lines.extend(filters);
    }
    let shown = graph
        .shown
        .iter()
        .fold(0i64, |sum, &node| sum.wrapping_add(graph.flat(node)));
    let share = units::percentage(shown, report.total);
    lines.push(
        format!(
            "Showing nodes accounting for {}, {} of {} total",
            report.format(shown),
            share.trim(),
            report.format(report.total)
        )
        .into_bytes(),
    );
    if report.total != 0 {
        if graph.dropped > 0 {
            let s = if graph.dropped == 1 { "" } else { "s" };
            let fraction = graph.limits.node_fraction;
            let cutoff = units::truncated(report.total as f64 * fraction).wrapping_abs();
            lines.push(
                format!(
                    "Dropped {} node{s} (cum <= {})",
                    graph.dropped,
                    report.format(cutoff)
                )
                .into_bytes(),
            );
        }
        let count = graph.shown.len();
        if count > 0 && count < graph.left {
            lines.push(format!("Showing top {count} nodes out of {}", graph.left).into_bytes());
        }
    }
    lines
}

/// A filter, cut to 80 bytes.
fn filter_line(filter: String) -> Vec<u8> {
    const LONGEST: usize = 80;
    let mut line = b"   ".to_vec();
    if filter.len() > LONGEST {
        line.extend_from_slice(&filter.as_bytes()[..LONGEST]);
        line.extend_from_slice("…".as_bytes());
    } else {
        line.extend_from_slice(filter.as_bytes());
    }
    line
}
