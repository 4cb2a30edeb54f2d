//! `-top`: a row a node, by flat or cum.

use std::io::Write;

use super::super::model::Profile;
use super::graph::{Graph, Inlining, Limits};
use super::report::Report;
use super::{Error, Options, header, units};

/// What `pprof -top` prints.
///
/// The profile must be valid ([`Profile::check_valid`]).
pub fn top(profile: &Profile, options: &Options, out: &mut dyn Write) -> Result<(), Error> {
    let mut report = Report::new(profile, options)?;
    let graph = Graph::new(&report, Limits::new(&report, 0));
    report.select_output_unit(graph.smallest());
    for line in header::table_lines(&report, &graph) {
        out.write_all(&line)?;
        out.write_all(b"\n")?;
    }
    writeln!(
        out,
        "{:>10} {:>5}% {:>5}% {:>10} {:>5}%",
        "flat", "flat", "sum", "cum", "cum"
    )?;
    let mut flat_sum = 0i64;
    for &node in &graph.shown {
        let (flat, cum) = (graph.flat(node), graph.cum(node));
        flat_sum = flat_sum.wrapping_add(flat);
        write!(
            out,
            "{:>10} {} {} {:>10} {}  ",
            report.format(flat),
            units::percentage(flat, report.total),
            units::percentage(flat_sum, report.total),
            report.format(cum),
            units::percentage(cum, report.total),
        )?;
        out.write_all(&graph.nodes.name(node))?;
        out.write_all(match graph.inlining(node) {
            Inlining::Never => b"\n",
            Inlining::Partial => b" (partial-inline)\n",
            Inlining::Always => b" (inline)\n",
        })?;
    }
    Ok(())
}
