//! How a claim, or a case as a whole, came out, and in which layer of a profile. Words and their order, nothing else.

use std::fmt;

use crate::case::Kind;

/// A verdict. From the best to the worst: a case has the worst of its claims'.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// As claimed.
    Pass,
    /// Not as claimed, and a committed expectation says so.
    Xfail,
    /// The platform or the port cannot do it.
    Unsupported,
    /// Too little evidence to say.
    Inconclusive,
    /// As claimed, although a committed expectation says otherwise: the expectation is stale.
    Xpass,
    /// Not as claimed.
    Fail,
    /// It did not end in time.
    Timeout,
    /// It was ended by a signal.
    Crash,
    /// The harness's, the case's or the host's own trouble.
    Broken,
}

impl Verdict {
    /// All of them, from the best to the worst.
    pub const ALL: [Verdict; 9] = [
        Verdict::Pass,
        Verdict::Xfail,
        Verdict::Unsupported,
        Verdict::Inconclusive,
        Verdict::Xpass,
        Verdict::Fail,
        Verdict::Timeout,
        Verdict::Crash,
        Verdict::Broken,
    ];

    /// As it is printed.
    pub fn name(self) -> &'static str {
        match self {
            Verdict::Pass => "PASS",
            Verdict::Xfail => "XFAIL",
            Verdict::Unsupported => "UNSUPPORTED",
            Verdict::Inconclusive => "INCONCLUSIVE",
            Verdict::Xpass => "XPASS",
            Verdict::Fail => "FAIL",
            Verdict::Timeout => "TIMEOUT",
            Verdict::Crash => "CRASH",
            Verdict::Broken => "BROKEN",
        }
    }

    /// Whether a run in which a case comes out so went as expected.
    pub fn is_expected(self) -> bool {
        self <= Verdict::Unsupported
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// How far a profile gets: each layer needs those before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Layer {
    /// It decodes.
    L0,
    /// It is well-formed.
    L1,
    /// Its samples and its losses come to the CPU time that was used.
    L2,
    /// Frames that must be there are.
    L3,
    /// Whole stacks are right.
    L4,
    /// Shares are right.
    L5,
    /// What must not be is not.
    L6,
}

impl Layer {
    /// Where a claim belongs; None for what is not about the profile.
    pub fn of(kind: &Kind) -> Option<Layer> {
        Some(match kind {
            Kind::Lint => Layer::L1,
            Kind::Total => Layer::L2,
            Kind::Stack(_) | Kind::Top(_) => Layer::L3,
            Kind::Every { .. } | Kind::Snapshot => Layer::L4,
            Kind::Share { .. } => Layer::L5,
            Kind::Never(_) => Layer::L6,
            Kind::Finishes(_) | Kind::SelfCheck(_) => return None,
        })
    }
}

impl fmt::Display for Layer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fail_is_over_inconclusive_is_over_pass_and_crash_and_timeout_are_over_all_that_is_judged() {
        assert!(Verdict::Fail > Verdict::Inconclusive && Verdict::Inconclusive > Verdict::Pass);
        assert!(Verdict::Crash > Verdict::Fail && Verdict::Timeout > Verdict::Fail);
        assert!(Verdict::ALL.is_sorted());
    }

    #[test]
    fn only_a_stale_expectation_makes_a_pass_unexpected() {
        let expected = [Verdict::Pass, Verdict::Xfail, Verdict::Unsupported];
        for verdict in Verdict::ALL {
            assert_eq!(
                verdict.is_expected(),
                expected.contains(&verdict),
                "{verdict}"
            );
        }
    }
}
