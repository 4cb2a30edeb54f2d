//! `-top`: a row a node, by flat or cum.

use std::io::Write;

use super::super::units;
use super::graph::{Graph, Inlining, Limits};
use super::report::Report;
use super::style::Style;
use super::{Error, header};

/// What `pprof -top` prints.
pub(super) fn write(mut report: Report<'_>, out: &mut dyn Write) -> Result<(), Error> {
    let graph = Graph::new(&report, Limits::new(&report, 0));
    let inlining = graph.inlining(&report);
    let style = Style::new(report.options.colour);
    report.select_output_unit(graph.smallest());
    for line in header::table_lines(&report, &graph) {
        out.write_all(&line)?;
        out.write_all(b"\n")?;
    }
    let (bold, plain) = (style.title, style.plain);
    writeln!(
        out,
        "{bold}{:>10} {:>5}% {:>5}% {:>10} {:>5}%{plain}",
        "flat", "flat", "sum", "cum", "cum"
    )?;
    let mut flat_sum = 0i64;
    for &node in &graph.shown {
        let (flat, cum) = (graph.flat(node), graph.cum(node));
        flat_sum = flat_sum.wrapping_add(flat);
        let colour = style.of_share(flat, report.total);
        write!(
            out,
            "{colour}{:>10} {}{plain} {} {:>10} {}  {colour}",
            report.format(flat),
            units::percentage(flat, report.total),
            units::percentage(flat_sum, report.total),
            report.format(cum),
            units::percentage(cum, report.total),
        )?;
        out.write_all(&graph.nodes.name(node))?;
        let suffix = match inlining.get(&node) {
            None | Some(Inlining::Never) => "",
            Some(Inlining::Partial) => " (partial-inline)",
            Some(Inlining::Always) => " (inline)",
        };
        writeln!(out, "{plain}{suffix}")?;
    }
    Ok(())
}
