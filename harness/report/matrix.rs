//! Several ports side by side: a row a case, a column a port, one letter a cell; and for each port how far it got. It decides
//! nothing.

use std::collections::BTreeMap;

use super::summary::Summary;
use super::wrap;
use crate::judge::Verdict;
use crate::trial::Outcome;

/// So many ports that fail the same case are rather the case's fault, or the judge's.
const SUSPICIOUS: usize = 3;

/// The cells.
#[derive(Clone, Debug, Default)]
pub struct Matrix {
    /// In the order in which they came.
    ports: Vec<(String, Summary)>,
    rows: Vec<(String, String)>,
    cells: BTreeMap<(usize, usize), Verdict>,
}

/// A verdict in one letter.
pub fn letter(verdict: Verdict) -> char {
    match verdict {
        Verdict::Pass => 'P',
        Verdict::Fail => 'F',
        Verdict::Unsupported => '-',
        Verdict::Inconclusive => '?',
        Verdict::Crash => 'C',
        Verdict::Timeout => 'T',
        Verdict::Xfail => 'x',
        Verdict::Xpass => 'X',
        Verdict::Broken => 'B',
    }
}

impl Matrix {
    /// One more cell.
    pub fn add(&mut self, outcome: &Outcome) {
        let port = self.port(&outcome.port);
        self.ports[port].1.add(outcome);
        let row = (outcome.case.clone(), outcome.variant.clone());
        let row = match self.rows.iter().position(|other| *other == row) {
            Some(at) => at,
            None => {
                self.rows.push(row);
                self.rows.len() - 1
            }
        };
        self.cells.insert((row, port), outcome.verdict);
    }

    fn port(&mut self, name: &str) -> usize {
        match self.ports.iter().position(|(other, _)| other == name) {
            Some(at) => at,
            None => {
                self.ports.push((name.to_owned(), Summary::default()));
                self.ports.len() - 1
            }
        }
    }

    /// How many ports there are.
    pub fn len(&self) -> usize {
        self.ports.len()
    }

    /// Whether nothing was added.
    pub fn is_empty(&self) -> bool {
        self.ports.is_empty()
    }

    /// The table, its legend, and what each port has come to.
    pub fn lines(&self) -> Vec<String> {
        let width = |text: fn(&(String, String)) -> &str| {
            self.rows
                .iter()
                .map(|row| text(row).chars().count())
                .max()
                .unwrap_or(0)
        };
        let (case, variant) = (width(|row| &row.0), width(|row| &row.1));
        let cells = |of: &dyn Fn(usize) -> String| -> String {
            (0..self.ports.len())
                .map(|port| format!(" {:>2}", of(port)))
                .collect()
        };
        let mut lines = vec![format!(
            "{:case$}  {:variant$} {}",
            "",
            "",
            cells(&|port| (port + 1).to_string())
        )];
        for (at, (id, word)) in self.rows.iter().enumerate() {
            let cell = |port: usize| match self.cells.get(&(at, port)) {
                Some(&verdict) => letter(verdict).to_string(),
                None => String::new(),
            };
            let line = format!("{id:case$}  {word:variant$} {}", cells(&cell));
            lines.push(line.trim_end().to_owned());
        }
        lines.push(String::new());
        lines.push(self.legend());
        let name = self
            .ports
            .iter()
            .map(|(name, _)| name.chars().count())
            .max()
            .unwrap_or(0);
        for (at, (port, summary)) in self.ports.iter().enumerate() {
            lines.push(format!(
                "{:>2}  {port:name$}  judged {} of {}, passed {} of {}",
                at + 1,
                summary.judged(),
                summary.all(),
                summary.count(Verdict::Pass),
                summary.judged()
            ));
        }
        lines.extend(self.suspicious());
        lines
    }

    /// The letters that there are.
    fn legend(&self) -> String {
        let is_there = |verdict: &Verdict| self.cells.values().any(|cell| cell == verdict);
        let words = Verdict::ALL.into_iter().filter(is_there);
        let words: Vec<String> = words
            .map(|verdict| format!("{} {}", letter(verdict), verdict.name()))
            .collect();
        wrap::words(&words.join(", "), 0)
    }

    /// Cases that no profiler, or hardly one, passes: profilers, not flavours of one.
    fn suspicious(&self) -> Vec<String> {
        let is_failing = |verdict: &Verdict| {
            use Verdict::{Crash, Fail, Timeout, Xfail};
            matches!(verdict, Fail | Crash | Timeout | Xfail)
        };
        let profiler = |port: usize| self.ports[port].0.split(':').next().unwrap_or_default();
        let row = |(at, (case, variant)): (usize, &(String, String))| {
            let cells = self.cells.range((at, 0)..(at + 1, 0));
            let mut failing: Vec<&str> = cells
                .filter(|(_, verdict)| is_failing(verdict))
                .map(|((_, port), _)| profiler(*port))
                .collect();
            failing.dedup();
            (failing.len() >= SUSPICIOUS).then(|| {
                let names = failing.join(", ");
                let says = format!(
                    "{case} {variant} fails on {} profilers ({names}): unless all of them are known to be wrong, the case is",
                    failing.len()
                );
                wrap::words(&says, 0)
            })
        };
        self.rows.iter().enumerate().filter_map(row).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::Level;
    use crate::trial::Evidence;

    fn outcome(case: &str, port: &str, verdict: Verdict) -> Outcome {
        Outcome {
            case: case.into(),
            file: String::new(),
            level: Level::Must,
            variant: "o2".into(),
            port: port.into(),
            clock: "thread".into(),
            verdict,
            layers: vec![],
            findings: vec![],
            evidence: Evidence::default(),
        }
    }

    fn matrix(cells: &[(&str, &str, Verdict)]) -> Matrix {
        let mut matrix = Matrix::default();
        for (case, port, verdict) in cells {
            matrix.add(&outcome(case, port, *verdict));
        }
        matrix
    }

    #[test]
    fn a_row_a_case_a_column_a_port_and_both_headlines_of_each() {
        use Verdict::{Fail, Pass, Unsupported, Xfail};
        let matrix = matrix(&[
            ("a.b", "one", Pass),
            ("a.long", "one", Unsupported),
            ("a.b", "two:x", Xfail),
            ("a.c", "two:x", Fail),
        ]);
        let expected = "
                        1  2
            a.b     o2   P  x
            a.long  o2   -
            a.c     o2      F

            P PASS, - UNSUPPORTED, x XFAIL, F FAIL
             1  one    judged 1 of 2, passed 1 of 1
             2  two:x  judged 2 of 2, passed 0 of 2";
        let squeezed = |text: &str| -> Vec<String> {
            let words = |line: &str| line.split_whitespace().collect::<Vec<_>>().join(" ");
            text.trim().lines().map(words).collect()
        };
        let lines = matrix.lines();
        let mut shown = squeezed(&lines.join("\n"));
        // The order of the legend is that of the verdicts.
        let mut wanted = squeezed(expected);
        let legend = |lines: &mut Vec<String>| {
            let at = lines.iter().position(|line| line.contains("PASS")).unwrap();
            let mut words: Vec<String> = lines.remove(at).split(", ").map(String::from).collect();
            words.sort();
            words
        };
        assert_eq!(legend(&mut shown), legend(&mut wanted));
        assert_eq!(shown, wanted);
        assert!(
            lines[1].ends_with("P  x") && lines[3].ends_with("   F"),
            "{lines:?}"
        );
    }

    #[test]
    fn what_three_profilers_fail_is_looked_at_and_flavours_of_one_are_one() {
        use Verdict::{Fail, Xfail};
        let three = matrix(&[
            ("a.b", "one", Fail),
            ("a.b", "two", Xfail),
            ("a.b", "three:x", Fail),
        ]);
        let last = three.lines().pop().unwrap();
        assert!(
            last.starts_with("a.b o2 fails on 3 profilers (one, two, three)"),
            "{last}"
        );
        let two = matrix(&[
            ("a.b", "one:a", Fail),
            ("a.b", "one:b", Fail),
            ("a.b", "two", Fail),
        ]);
        assert!(!two.lines().iter().any(|line| line.contains("fails on")));
    }

    #[test]
    fn no_two_verdicts_have_one_letter() {
        let mut letters = Verdict::ALL.map(letter).to_vec();
        letters.sort_unstable();
        letters.dedup();
        assert_eq!(letters.len(), Verdict::ALL.len());
    }
}
