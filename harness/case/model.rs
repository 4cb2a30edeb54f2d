//! A parsed case. Data only: what it says, not what comes of it.

use std::time::Duration;

use super::assertion::{Claim, Kind, Subject};
use super::capability::Capability;
use super::variant::Variant;

/// A parsed case.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Case {
    /// The stable slug, `foreign.hook`.
    pub id: String,
    /// What it is about, in a sentence.
    pub says: String,
    /// Whether its failing counts.
    pub level: Level,
    /// Where it comes from: issues, tests of others.
    pub origin: Vec<String>,
    /// A port without one of these gets UNSUPPORTED.
    pub needs: Vec<Capability>,
    /// How the program is compiled; empty if the case does not say.
    pub variants: Vec<Variant>,
    /// Files that are compiled with it, relative to the case's file.
    pub also: Vec<String>,
    /// A file that is built as a library of its own, to dlopen, relative to the case's file.
    pub lib: Option<String>,
    /// C identifiers that are renamed at random each run, in source and patterns.
    pub salt: Vec<String>,
    /// The rate to ask for, in samples a second of CPU time, 1 to 10000.
    pub hz: Option<u32>,
    /// The clock to ask for, a word of [`CLOCKS`](super::CLOCKS).
    pub clock: Option<String>,
    /// The CPU time that the program is to spend, in milliseconds.
    pub cpu_ms: Option<u64>,
    /// Whether it needs the machine for itself.
    pub alone: bool,
    /// Whether it runs only where long cases are asked for.
    pub long: bool,
    /// Whether a profile without samples may pass.
    pub none_ok: bool,
    /// The wall time that the program must end in; among the claims too.
    pub finishes: Option<Duration>,
    /// The mutants that this case kills.
    pub kills: Vec<String>,
    /// What must be seen, in the order of the file.
    pub claims: Vec<Claim>,
}

/// Whether a case's failing counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Level {
    /// It does.
    #[default]
    Must,
    /// It is shown, and does not change the exit code.
    Should,
}

impl Case {
    /// The direct calls that its claims need to be calls in the code, caller first, each once.
    pub fn edges(&self) -> Vec<(String, String)> {
        let mut edges: Vec<(String, String)> = self
            .claims
            .iter()
            .filter_map(|claim| match &claim.kind {
                // What must never be seen need not be in the code.
                Kind::Stack(stack) | Kind::Every { stack, .. } => Some(stack.edges()),
                _ => None,
            })
            .flatten()
            .collect();
        edges.sort();
        edges.dedup();
        edges
    }

    /// The case under other names: each name that is spelled out in its claims and is one of `salt` goes through `rename`.
    /// [`Claim::text`] stays as written.
    pub fn salted(&self, rename: &dyn Fn(&str) -> String) -> Case {
        let renamed = |name: &str| {
            if self.salt.iter().any(|salt| salt == name) {
                rename(name)
            } else {
                name.to_owned()
            }
        };
        let mut case = self.clone();
        for claim in &mut case.claims {
            claim.kind = claim.kind.renamed(&renamed);
        }
        case
    }
}

impl Kind {
    fn renamed(&self, rename: &dyn Fn(&str) -> String) -> Kind {
        match self {
            Kind::Stack(stack) => Kind::Stack(stack.renamed(rename)),
            Kind::Never(stack) => Kind::Never(stack.renamed(rename)),
            Kind::Every { leaf, stack } => Kind::Every {
                leaf: leaf.as_ref().map(|leaf| leaf.renamed(rename)),
                stack: stack.renamed(rename),
            },
            Kind::Top(names) => Kind::Top(names.renamed(rename)),
            Kind::Share {
                of: Subject::Leaf(names),
                range,
            } => Kind::Share {
                of: Subject::Leaf(names.renamed(rename)),
                range: *range,
            },
            other => other.clone(),
        }
    }
}
