//! `-tree` and `-peek`: every node between its callers and its callees.

use std::io::Write;

use hashbrown::HashMap;

use super::super::expression::Expression;
use super::super::units;
use super::graph::{Edge, Graph, Limits};
use super::report::Report;
use super::{Error, header};

const SEPARATOR: &str = "----------------------------------------------------------+-------------";
/// The blanks at its end are pprof's.
const LEGEND: &str = "      flat  flat%   sum%        cum   cum%   calls calls% + context \t \t ";
/// Nodes that are shown at most unless a flag says otherwise.
const NODE_COUNT: usize = 80;

/// What `pprof -tree` prints, or, with an expression, `pprof -peek`: then of the nodes alone whose name matches.
pub(super) fn write(
    mut report: Report<'_>,
    expression: Option<&str>,
    out: &mut dyn Write,
) -> Result<(), Error> {
    let compiled = expression.map(Expression::new).transpose();
    let compiled = compiled.map_err(|cause| {
        Error::Expression(format!(
            "parsing argument regexp {}: {cause}",
            expression.unwrap_or_default()
        ))
    })?;
    let limits = if expression.is_some() {
        Limits::NONE
    } else {
        Limits::new(&report, NODE_COUNT)
    };
    let graph = Graph::new(&report, limits);
    let matches = |node: &&u32| {
        let name = || graph.nodes.name(**node);
        compiled
            .as_ref()
            .is_none_or(|expression| expression.is_match(&name()))
    };
    let matching: Vec<u32> = graph.shown.iter().filter(matches).copied().collect();
    if let Some(expression) = expression.filter(|_| matching.is_empty()) {
        return Err(Error::NoMatch(expression.to_owned()));
    }
    report.select_output_unit(graph.smallest());
    for line in header::table_lines(&report, &graph) {
        out.write_all(&line)?;
        out.write_all(b"\n")?;
    }
    writeln!(out, "{SEPARATOR}\n{LEGEND}")?;
    Tree::new(&report, &graph).write(&matching, out)?;
    if !graph.shown.is_empty() {
        writeln!(out, "{SEPARATOR}")?;
    }
    Ok(())
}

struct Tree<'a> {
    report: &'a Report<'a>,
    graph: &'a Graph<'a>,
    names: HashMap<u32, Vec<u8>>,
    callers: HashMap<u32, Vec<Edge>>,
    callees: HashMap<u32, Vec<Edge>>,
}

impl<'a> Tree<'a> {
    fn new(report: &'a Report<'a>, graph: &'a Graph<'a>) -> Tree<'a> {
        let mut tree = Tree {
            report,
            graph,
            names: HashMap::new(),
            callers: HashMap::new(),
            callees: HashMap::new(),
        };
        for edge in graph.edges(report) {
            for node in [edge.caller, edge.callee] {
                tree.names
                    .entry(node)
                    .or_insert_with(|| graph.nodes.name(node));
            }
            tree.callers.entry(edge.callee).or_default().push(edge);
            tree.callees.entry(edge.caller).or_default().push(edge);
        }
        let names = &tree.names;
        // By weight, then by the names at both ends.
        let key = |edge: &Edge| {
            (
                std::cmp::Reverse(edge.weight.wrapping_abs()),
                names[&edge.caller].clone(),
                names[&edge.callee].clone(),
            )
        };
        for edges in tree.callers.values_mut().chain(tree.callees.values_mut()) {
            edges.sort_by_cached_key(key);
        }
        tree
    }

    fn write(&self, nodes: &[u32], out: &mut dyn Write) -> Result<(), Error> {
        let report = self.report;
        let mut flat_sum = 0i64;
        for &node in nodes {
            let (flat, cum) = (self.graph.flat(node), self.graph.cum(node));
            writeln!(out, "{SEPARATOR}")?;
            for edge in self.callers.get(&node).into_iter().flatten() {
                self.write_edge(edge, edge.caller, cum, out)?;
            }
            flat_sum = flat_sum.wrapping_add(flat);
            write!(
                out,
                "{:>10} {} {} {:>10} {}                | ",
                report.format(flat),
                units::percentage(flat, report.total),
                units::percentage(flat_sum, report.total),
                report.format(cum),
                units::percentage(cum, report.total),
            )?;
            out.write_all(&self.graph.nodes.name(node))?;
            out.write_all(b"\n")?;
            for edge in self.callees.get(&node).into_iter().flatten() {
                self.write_edge(edge, edge.callee, cum, out)?;
            }
        }
        Ok(())
    }

    /// An edge at one of its ends: the node at the other, and the share of this one's cum.
    fn write_edge(
        &self,
        edge: &Edge,
        other: u32,
        cum: i64,
        out: &mut dyn Write,
    ) -> Result<(), Error> {
        write!(
            out,
            "{:>50} {} |   ",
            self.report.format(edge.weight),
            units::percentage(edge.weight, cum)
        )?;
        out.write_all(&self.names[&other])?;
        out.write_all(if edge.inline { b" (inline)\n" } else { b"\n" })?;
        Ok(())
    }
}
