//! What a program's profile must show. Data only: patterns are text here, and others judge.

/// One thing that a profile must, or must not, show. Stacks are patterns, root first; see [`super::pattern`].
///
/// Each `share_min` is the part of the program's CPU time that is certainly spent there. It is for the amount of
/// evidence: far fewer samples than it implies, and the claim is not confirmed, whatever the samples say.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Claim {
    /// There are samples with this stack.
    Some {
        /// The pattern.
        stack: &'static str,
        /// Part of the CPU time spent there, at least.
        share_min: f64,
    },
    /// All samples with this leaf, or all samples at all, have this stack.
    Every {
        /// The leaf's name; `None` for all samples.
        leaf: Option<&'static str>,
        /// The pattern.
        stack: &'static str,
        /// Part of the CPU time spent there, at least.
        share_min: f64,
    },
    /// No sample has this stack.
    Never {
        /// The pattern.
        stack: &'static str,
    },
    /// The function with the most samples of its own.
    Top {
        /// The function's name.
        function: &'static str,
    },
}
