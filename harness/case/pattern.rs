//! Stack patterns: `main > ... > host::foreign_hook > cpuHog2? > cpuHog|cpuHog_slow`.
//!
//! A pattern is matched against a whole stack, root first, and is anchored at both ends. ` > ` is a direct call, `...`
//! any number of frames, `name?` a frame that may be missing, `a|b` alternatives. A name is a whole demangled function
//! name; `host::NAME` is the port's own function for a program and `host::*` any host frame. In backticks a
//! name is taken as it is: `` `operator|` ``.
//!
//! It knows names only, neither addresses nor where a stack comes from.

use std::fmt;

use super::hosts::Hosts;
use super::name::Names;
use super::spelling;

/// A parsed pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern {
    pub(super) elements: Vec<Element>,
}

/// What stands between two ` > `.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Element {
    /// `...`
    Gap,
    /// A frame.
    Frame {
        /// What it may be called.
        names: Names,
        /// `?`
        optional: bool,
    },
}

/// Why a text is no pattern, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PatternError {
    /// Column of the first character that is wrong, from 1.
    pub column: usize,
    /// What is wrong and what to write instead.
    pub message: &'static str,
}

impl fmt::Display for PatternError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "column {}: {}", self.column, self.message)
    }
}

impl std::error::Error for PatternError {}

impl Pattern {
    /// Reads a pattern.
    pub fn parse(text: &str) -> Result<Self, PatternError> {
        let spelled = spelling::parse_elements(text)?;
        Ok(Pattern {
            elements: spelled.into_iter().map(|part| part.element).collect(),
        })
    }

    /// Whether the whole stack, root first, is one that the pattern describes.
    pub fn matches(&self, stack: &[String], hosts: &dyn Hosts) -> bool {
        self.distance(stack, hosts) == 0
    }

    /// How many frames would have to be put in, taken out or renamed for the stack to match: 0 for one that does. Of
    /// several stacks that miss, the nearest one is the one to show.
    pub fn distance(&self, stack: &[String], hosts: &dyn Hosts) -> usize {
        // `row[j]`: the distance of the elements so far to the first j frames.
        let mut row: Vec<usize> = (0..=stack.len()).collect();
        for element in &self.elements {
            let mut next = Vec::with_capacity(row.len());
            for j in 0..row.len() {
                let frame = j.checked_sub(1).map(|last| &stack[last]);
                next.push(match element {
                    Element::Gap => row[j].min(next.last().copied().unwrap_or(usize::MAX)),
                    Element::Frame { names, optional } => {
                        let skipped = row[j] + usize::from(!optional);
                        let extra = next.last().map_or(usize::MAX, |&left: &usize| left + 1);
                        let taken = frame.map_or(usize::MAX, |frame| {
                            row[j - 1] + usize::from(!names.is(frame, hosts))
                        });
                        skipped.min(extra).min(taken)
                    }
                });
            }
            row = next;
        }
        row[stack.len()]
    }

    /// What the leaf of a matching stack may be called; `None` if it may be anything. Where the last frames are optional, the one
    /// before them may be the leaf too.
    pub fn last_names(&self) -> Option<Names> {
        let mut all = Vec::new();
        for element in self.elements.iter().rev() {
            let Element::Frame { names, optional } = element else {
                return None;
            };
            all.extend(names.0.iter().cloned());
            if !optional {
                break;
            }
        }
        Some(Names(all))
    }

    /// The direct calls that the pattern claims, caller first: pairs of names that are spelled out, all alternatives. No call is
    /// claimed to, from or across an optional frame, nor where a host's function or a gap stands.
    pub fn edges(&self) -> Vec<(String, String)> {
        let claimed = |element: &Element| match element {
            Element::Frame {
                names,
                optional: false,
            } => names.texts().into_iter().map(String::from).collect(),
            _ => Vec::new(),
        };
        let mut edges = Vec::new();
        for pair in self.elements.windows(2) {
            let callees = claimed(&pair[1]);
            for caller in claimed(&pair[0]) {
                edges.extend(
                    callees
                        .iter()
                        .map(|callee| (caller.clone(), callee.clone())),
                );
            }
        }
        edges
    }

    /// Whether every stack matches: a gap, and nothing that must be there.
    pub fn is_anything(&self) -> bool {
        let required = |element: &Element| {
            matches!(
                element,
                Element::Frame {
                    optional: false,
                    ..
                }
            )
        };
        self.elements.contains(&Element::Gap) && !self.elements.iter().any(required)
    }

    /// All names, from the root to the leaf.
    pub(super) fn names(&self) -> impl Iterator<Item = &Names> {
        self.elements.iter().filter_map(|element| match element {
            Element::Gap => None,
            Element::Frame { names, .. } => Some(names),
        })
    }

    /// Each name that is spelled out goes through `rename`.
    pub(super) fn renamed(&self, rename: &dyn Fn(&str) -> String) -> Self {
        let renamed = |element: &Element| match element {
            Element::Gap => Element::Gap,
            Element::Frame { names, optional } => Element::Frame {
                names: names.renamed(rename),
                optional: *optional,
            },
        };
        Pattern {
            elements: self.elements.iter().map(renamed).collect(),
        }
    }
}

#[cfg(test)]
#[path = "pattern_tests.rs"]
mod tests;
