//! Flat and cum of each node, what is dropped, the order of the rest, and which rows were always inlined.
//!
//! pprof builds a graph up to three times, each with fewer nodes. A node's own values do not change when others leave
//! the graph; only its edges do. So values are summed once, and edges once, among the nodes that are shown.

use std::cmp::Reverse;

use hashbrown::HashMap;

use super::super::units;
use super::edges::{Edge, Edges};
use super::nodes::Nodes;
use super::report::{Report, divided};

/// Where small nodes and edges end.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    /// Nodes that are shown at most; 0 for all.
    pub(super) node_count: usize,
    pub(super) node_fraction: f64,
    edge_fraction: f64,
}

impl Limits {
    /// Nothing is left out.
    pub(super) const NONE: Limits = Limits {
        node_count: 0,
        node_fraction: 0.0,
        edge_fraction: 0.0,
    };

    /// Those of the options; `default_count` where they name no count.
    pub(super) fn new(report: &Report<'_>, default_count: usize) -> Limits {
        let options = report.options;
        if !options.trim {
            return Limits::NONE;
        }
        Limits {
            node_count: options.node_count.unwrap_or(default_count),
            node_fraction: options.node_fraction,
            edge_fraction: options.edge_fraction,
        }
    }
}

/// How a node came to be called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Inlining {
    Never,
    Partial,
    Always,
}

/// The nodes that are shown, in order.
pub(super) struct Graph<'p> {
    pub(super) nodes: Nodes<'p>,
    pub(super) limits: Limits,
    pub(super) shown: Vec<u32>,
    /// Nodes below the cutoff.
    pub(super) dropped: usize,
    /// Nodes that were left before `node_count` cut more.
    pub(super) left: usize,
    weights: Vec<Weight>,
    edge_cutoff: i64,
}

#[derive(Clone, Copy, Default)]
struct Weight {
    flat: i64,
    flat_divisor: i64,
    cum: i64,
    cum_divisor: i64,
}

impl<'p> Graph<'p> {
    pub(super) fn new(report: &Report<'p>, limits: Limits) -> Graph<'p> {
        let nodes = Nodes::new(report, true);
        let weights = weigh(report, &nodes);
        let mut graph = Graph {
            nodes,
            limits,
            shown: Vec::new(),
            dropped: 0,
            left: 0,
            weights,
            edge_cutoff: 0,
        };
        graph.shown = graph.nonzero(report.options.drop_negative);
        let flat_total = graph.shown.iter().fold(0i64, |sum, &node| {
            sum.wrapping_add(graph.weights[node as usize].flat)
        });
        let cutoff = |fraction: f64| units::truncated(flat_total as f64 * fraction).wrapping_abs();
        graph.select(cutoff(limits.node_fraction), report.options.cum);
        graph.edge_cutoff = cutoff(limits.edge_fraction);
        graph
    }

    /// The node's own value, as it is shown. Under `-mean` pprof cuts and sorts by the sums, before they are divided.
    pub(super) fn flat(&self, node: u32) -> i64 {
        let weight = self.weights[node as usize];
        divided(weight.flat, weight.flat_divisor)
    }

    pub(super) fn cum(&self, node: u32) -> i64 {
        let weight = self.weights[node as usize];
        divided(weight.cum, weight.cum_divisor)
    }

    /// The smallest value that is shown, 0 if all are; `None` if nothing is.
    pub(super) fn smallest(&self) -> Option<i64> {
        let value = |&node: &u32| match self.flat(node).wrapping_abs() {
            0 => self.cum(node).wrapping_abs(),
            flat => flat,
        };
        let smallest = self
            .shown
            .iter()
            .map(value)
            .filter(|&value| value > 0)
            .min();
        if self.shown.is_empty() {
            None
        } else {
            Some(smallest.unwrap_or(0))
        }
    }

    fn nonzero(&self, drop_negative: bool) -> Vec<u32> {
        let kept = |&node: &u32| {
            let Weight { flat, cum, .. } = self.weights[node as usize];
            let is_negative = flat < 0 || (flat == 0 && cum < 0);
            (flat != 0 || cum != 0) && !(drop_negative && is_negative)
        };
        (0..self.weights.len() as u32).filter(kept).collect()
    }

    /// Drops what is below the cutoff, sorts, and cuts to the node count.
    fn select(&mut self, node_cutoff: i64, by_cum: bool) {
        let before = self.shown.len();
        if node_cutoff > 0 {
            let mut shown = std::mem::take(&mut self.shown);
            shown.retain(|&node| self.weights[node as usize].cum.wrapping_abs() >= node_cutoff);
            self.shown = shown;
        }
        self.left = self.shown.len();
        self.dropped = before - self.left;
        self.sort(by_cum);
        if self.limits.node_count > 0 {
            self.shown.truncate(self.limits.node_count);
            // The smallest integer has no absolute value: to makeNodeSet of pprof it is below a cutoff of 0.
            let weights = &self.weights;
            self.shown
                .retain(|&node| weights[node as usize].cum != i64::MIN);
        }
    }

    /// By value, then name, then the other value. Where pprof leaves rows of one name to chance, the object decides.
    fn sort(&mut self, by_cum: bool) {
        let mut keyed: Vec<_> = self
            .shown
            .iter()
            .map(|&node| {
                let Weight { flat, cum, .. } = self.weights[node as usize];
                let (flat, cum) = (flat.wrapping_abs(), cum.wrapping_abs());
                let (first, second) = if by_cum { (cum, flat) } else { (flat, cum) };
                let object = self.nodes.infos[node as usize].object;
                (
                    Reverse(first),
                    self.nodes.name(node),
                    Reverse(second),
                    object,
                    node,
                )
            })
            .collect();
        keyed.sort_unstable();
        self.shown = keyed.into_iter().map(|key| key.4).collect();
    }

    /// For the shown nodes: whether what is left of their incoming edges is inlined.
    pub(super) fn inlining(&self, report: &Report<'_>) -> HashMap<u32, Inlining> {
        let mut found: HashMap<u32, Inlining> = HashMap::new();
        if !self.nodes.have_inlines() {
            return found;
        }
        // A node that is nowhere inlined needs no edges to say so.
        let inlined = self.nodes.inlined();
        for edge in self.edges_to(report, &inlined) {
            let this = if edge.inline {
                Inlining::Always
            } else {
                Inlining::Never
            };
            found
                .entry(edge.callee)
                .and_modify(|so_far| {
                    if *so_far != this {
                        *so_far = Inlining::Partial
                    }
                })
                .or_insert(this);
        }
        found
    }

    /// Edges among the shown nodes, without small ones. Where a node is left out, its caller and callee meet.
    pub(super) fn edges(&self, report: &Report<'_>) -> Vec<Edge> {
        self.edges_to(report, &vec![true; self.weights.len()])
    }

    /// Those to the callees that are asked for.
    fn edges_to(&self, report: &Report<'_>, is_asked: &[bool]) -> Vec<Edge> {
        // If nothing was taken out, all nodes count as callers, also those whose values are zero.
        let all = self.dropped == 0 && self.shown.len() == self.left;
        let mut kept = vec![all; self.weights.len()];
        for &node in &self.shown {
            kept[node as usize] = true;
        }
        let mut edges = Edges::new();
        for (at, sample) in report.profile.samples.iter().enumerate() {
            let (weight, divisor) = report.weight(sample);
            if weight == 0 && divisor == 0 {
                continue;
            }
            let mut caller = None;
            for &location in report.profile.stacks[sample.stack.range()].iter().rev() {
                let nodes = self.nodes.of(location);
                for (depth, &callee) in nodes.iter().enumerate().rev() {
                    if !kept[callee as usize] {
                        continue;
                    }
                    if is_asked[callee as usize]
                        && let Some(caller) = caller.filter(|&caller| caller != callee)
                    {
                        let inline = depth + 1 != nodes.len();
                        edges.add((caller, callee), weight, inline, at as u32);
                    }
                    caller = Some(callee);
                }
            }
        }
        let mut shown = vec![false; self.weights.len()];
        for &node in &self.shown {
            shown[node as usize] = true;
        }
        let mut found = edges.into_found();
        // pprof drops small edges where they come in, so those into nodes without a row of their own stay.
        found.retain(|edge| {
            edge.weight.wrapping_abs() >= self.edge_cutoff || !shown[edge.callee as usize]
        });
        // The same order in every run.
        found.sort_unstable_by_key(|edge| (edge.caller, edge.callee));
        found
    }
}

/// Flat and cum of all nodes.
fn weigh(report: &Report<'_>, nodes: &Nodes<'_>) -> Vec<Weight> {
    let mut weights = vec![Weight::default(); nodes.infos.len()];
    for (weight, sum) in weights
        .iter_mut()
        .zip(sums(report, nodes, |(value, _)| value))
    {
        (weight.flat, weight.cum) = (sum.flat, sum.cum);
    }
    if report.options.mean {
        for (weight, sum) in weights
            .iter_mut()
            .zip(sums(report, nodes, |(_, divisor)| divisor))
        {
            (weight.flat_divisor, weight.cum_divisor) = (sum.flat, sum.cum);
        }
    }
    weights
}

/// What a pass over all frames writes to, for each node: small, for there are tens of millions of frames.
#[derive(Clone, Copy)]
struct Sums {
    flat: i64,
    cum: i64,
    /// The last sample that was counted: a node counts once a sample, however often it recurs.
    sample: u32,
}

fn sums(report: &Report<'_>, nodes: &Nodes<'_>, of: impl Fn((i64, i64)) -> i64) -> Vec<Sums> {
    let none = Sums {
        flat: 0,
        cum: 0,
        sample: u32::MAX,
    };
    let mut sums = vec![none; nodes.infos.len()];
    for (at, sample) in report.profile.samples.iter().enumerate() {
        let value = of(report.weight(sample));
        if value == 0 {
            continue;
        }
        let stack = &report.profile.stacks[sample.stack.range()];
        for &location in stack {
            for &node in nodes.of(location) {
                let sum = &mut sums[node as usize];
                if sum.sample != at as u32 {
                    sum.sample = at as u32;
                    sum.cum = sum.cum.wrapping_add(value);
                }
            }
        }
        if let Some(&leaf) = stack.first() {
            let sum = &mut sums[nodes.of(leaf)[0] as usize];
            sum.flat = sum.flat.wrapping_add(value);
        }
    }
    sums
}
