//! A claim: one thing that a profile must, or must not, show. Data only; others judge.

use std::time::Duration;

use super::name::Names;
use super::pattern::Pattern;

/// A claim, and where it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Claim {
    /// What is claimed.
    pub kind: Kind,
    /// The directive's line, from 1.
    pub line: usize,
    /// The directive as written, without `//@`: `every cpuHog: ... > cpuHog`.
    pub text: String,
}

/// What is claimed.
#[derive(Clone, Debug, PartialEq)]
pub enum Kind {
    /// There are samples with this stack.
    Stack(Pattern),
    /// All samples with this leaf, or all samples at all, have this stack, and there are as many as the truth implies.
    Every {
        /// What the leaf may be called; `None` for all samples.
        leaf: Option<Names>,
        /// The stack.
        stack: Pattern,
    },
    /// No sample has this stack.
    Never(Pattern),
    /// The function with the most samples of its own is this one.
    Top(Names),
    /// This part of the samples is spent there.
    Share {
        /// Where.
        of: Subject,
        /// Which part.
        range: Range,
    },
    /// Samples × period, and what is declared lost, are the CPU time that the program measured.
    Total,
    /// The program ends within this wall time.
    Finishes(Duration),
    /// A check that the program makes itself and reports in its truth file, by its name.
    SelfCheck(String),
    /// The stacks are those of the committed snapshot.
    Snapshot,
    /// The profile has no finding of `framecheck lint`.
    Lint,
}

/// What a share is of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Subject {
    /// Samples with this leaf.
    Leaf(Names),
    /// Samples of the threads of this name.
    Thread(String),
    /// Samples whose leaf is at this line.
    Line {
        /// The file's name, without folders.
        file: String,
        /// From 1.
        line: u32,
    },
}

/// Which share.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Range {
    /// 0 ≤ `low` < `high` ≤ 1.
    Within {
        /// The least, included.
        low: f64,
        /// The most, included.
        high: f64,
    },
    /// What the program measured of itself.
    Truth,
}
