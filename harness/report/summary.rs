//! The counts at the end of a run, and the exit code that they mean.

use crate::judge::Verdict;
use crate::trial::Outcome;

/// How many cases came out how.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Summary {
    counts: [usize; Verdict::ALL.len()],
    unexpected: usize,
    /// The error that all claims together may have spent: the probability, at most, that a perfect profiler fails one by chance.
    pub alpha: f64,
}

impl Summary {
    /// Counts one more.
    pub fn add(&mut self, outcome: &Outcome) {
        self.counts[outcome.verdict as usize] += 1;
        self.unexpected += usize::from(!outcome.is_expected());
        self.alpha += outcome.alpha();
    }

    /// The verdicts that there were, from the best to the worst, each with its count.
    pub fn counts(&self) -> impl Iterator<Item = (Verdict, usize)> {
        Verdict::ALL
            .into_iter()
            .map(|verdict| (verdict, self.count(verdict)))
            .filter(|(_, count)| *count > 0)
    }

    /// How many came out so.
    pub fn count(&self, verdict: Verdict) -> usize {
        self.counts[verdict as usize]
    }

    /// All cases.
    pub fn all(&self) -> usize {
        self.counts.iter().sum()
    }

    /// Those that a verdict could be found for.
    pub fn judged(&self) -> usize {
        let no_verdict = [Verdict::Unsupported, Verdict::Inconclusive, Verdict::Broken];
        self.all()
            - no_verdict
                .map(|verdict| self.count(verdict))
                .iter()
                .sum::<usize>()
    }

    /// 0: all as expected; 1: not; 2: BROKEN, or nothing to run.
    pub fn exit_code(&self) -> i32 {
        match (self.count(Verdict::Broken), self.unexpected) {
            _ if self.all() == 0 => 2,
            (0, 0) => 0,
            (0, _) => 1,
            _ => 2,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::Level;
    use crate::trial::Evidence;

    fn summary(verdicts: &[(Verdict, Level)]) -> Summary {
        let mut summary = Summary::default();
        for (verdict, level) in verdicts {
            summary.add(&Outcome {
                case: "a.b".into(),
                file: "a_b.c".into(),
                level: *level,
                variant: "o2".into(),
                port: "p".into(),
                clock: "thread".into(),
                verdict: *verdict,
                layers: vec![],
                findings: vec![],
                evidence: Evidence::default(),
            });
        }
        summary
    }

    #[test]
    fn exit_codes() {
        use Level::{Must, Should};
        for (verdicts, code) in [
            (vec![(Verdict::Pass, Must), (Verdict::Unsupported, Must)], 0),
            (vec![(Verdict::Pass, Must), (Verdict::Fail, Should)], 0),
            (vec![(Verdict::Pass, Must), (Verdict::Fail, Must)], 1),
            (vec![(Verdict::Inconclusive, Must)], 1),
            (vec![(Verdict::Crash, Must)], 1),
            (vec![(Verdict::Fail, Must), (Verdict::Broken, Must)], 2),
            (vec![(Verdict::Broken, Should)], 2),
            (vec![], 2),
        ] {
            assert_eq!(summary(&verdicts).exit_code(), code, "{verdicts:?}");
        }
    }

    #[test]
    fn what_is_not_judged_is_no_pass_and_no_failure() {
        use Level::Must;
        let summary = summary(&[
            (Verdict::Pass, Must),
            (Verdict::Fail, Must),
            (Verdict::Unsupported, Must),
            (Verdict::Inconclusive, Must),
        ]);
        assert_eq!((summary.judged(), summary.all()), (2, 4));
        assert_eq!(summary.counts().count(), 4);
    }
}
