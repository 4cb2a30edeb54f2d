//! Results for people: a line a case, and the evidence beside what did not pass.

use std::io::{self, Write};

use anstyle::{AnsiColor, Style};

use super::host::Host;
use super::matrix::Matrix;
use super::summary::Summary;
use super::{Report, wrap};
use crate::judge::{Against, Finding, Verdict};
use crate::trial::Outcome;

/// Writes to a terminal or a file; colours are for the writer to keep or to strip.
pub struct Text<W> {
    out: W,
    /// The longest name of a case, for the columns.
    width: usize,
    /// Whether something did not come out as expected: then the host is told at the end.
    is_unexpected: bool,
    /// Whether there are several ports: each has its name above its cases, and they stand side by side at the end.
    is_several: bool,
    matrix: Matrix,
}

/// An outcome as it is shown, without colours.
pub fn shown(outcome: &Outcome) -> String {
    let mut out = Vec::new();
    let mut report = Text::new(anstream::StripStream::new(&mut out), outcome.case.len());
    // A vector takes everything.
    let _ = report.outcome(outcome);
    String::from_utf8_lossy(&out).into_owned()
}

impl<W: Write> Text<W> {
    /// `width` is that of the longest name of a case.
    pub fn new(out: W, width: usize) -> Self {
        Text {
            out,
            width,
            is_unexpected: false,
            is_several: false,
            matrix: Matrix::default(),
        }
    }

    /// Whether outcomes of several ports come, port after port.
    pub fn several(mut self, is_several: bool) -> Self {
        self.is_several = is_several;
        self
    }

    fn evidence(&mut self, outcome: &Outcome) -> io::Result<()> {
        for finding in &outcome.findings {
            if finding.verdict != Verdict::Pass {
                self.finding(outcome, finding)?;
            }
        }
        for line in outcome.evidence.details.lines() {
            writeln!(self.out, "        {line}")?;
        }
        if let Some(command) = outcome.evidence.commands.last() {
            let command = shell(command);
            writeln!(self.out, "{}", wrap::words(&format!("ran: {command}"), 4))?;
        }
        Ok(())
    }

    fn finding(&mut self, outcome: &Outcome, finding: &Finding) -> io::Result<()> {
        let style = style(finding.verdict);
        let claim = format!("{}:{}: {}", outcome.file, finding.line, finding.directive);
        let claim = wrap::words(&claim, 6);
        writeln!(self.out, "    {style}{}{style:#}", finding.verdict)?;
        writeln!(self.out, "{claim}")?;
        writeln!(self.out, "{}", wrap::words(&finding.says, 8))?;
        writeln!(self.out, "{}", wrap::words(&numbers(finding), 8))?;
        for against in &finding.against {
            self.against(against)?;
        }
        Ok(())
    }

    fn against(&mut self, against: &Against) -> io::Result<()> {
        let count = against.stack.count;
        let departs = match &against.departs {
            Some(departure) => format!(": {departure} (frame {})", departure.frame),
            None => String::new(),
        };
        writeln!(
            self.out,
            "{}",
            wrap::words(&format!("{count} samples{departs}"), 8)
        )?;
        writeln!(self.out, "{}", wrap::stack(&against.stack.frames, 10))
    }
}

impl<W: Write + Send> Report for Text<W> {
    fn outcome(&mut self, outcome: &Outcome) -> io::Result<()> {
        let ports = self.matrix.len();
        self.matrix.add(outcome);
        if self.is_several && self.matrix.len() > ports {
            let between = if ports > 0 { "\n" } else { "" };
            writeln!(self.out, "{between}{}", outcome.port)?;
        }
        let (style, verdict) = (style(outcome.verdict), outcome.verdict);
        let looks = match outcome.evidence.looks {
            0 | 1 => String::new(),
            looks => format!(", {looks} looks"),
        };
        let line = format!(
            "{:width$}  {:5}  {}{looks}",
            outcome.case,
            outcome.variant,
            outcome.evidence.says,
            width = self.width
        );
        writeln!(self.out, "{style}{verdict:12}{style:#} {}", line.trim_end())?;
        if !matches!(
            verdict,
            Verdict::Pass | Verdict::Unsupported | Verdict::Xfail
        ) {
            self.is_unexpected = true;
            self.evidence(outcome)?;
        }
        Ok(())
    }

    fn end(&mut self, summary: &Summary) -> io::Result<()> {
        if self.is_unexpected {
            writeln!(
                self.out,
                "{}",
                wrap::words(&format!("host: {}", Host::this()), 0)
            )?;
        }
        if self.is_several {
            writeln!(self.out, "\n{}\n", self.matrix.lines().join("\n"))?;
        }
        let counts: Vec<String> = summary
            .counts()
            .map(|(verdict, count)| format!("{count} {verdict}"))
            .collect();
        writeln!(
            self.out,
            "judged {} of {}, passed {} of {}: {}; Σα {:.1e}",
            summary.judged(),
            summary.all(),
            summary.count(Verdict::Pass),
            summary.judged(),
            counts.join(", "),
            summary.alpha
        )
    }
}

/// The test behind a verdict.
fn numbers(finding: &Finding) -> String {
    let test = &finding.test;
    if test == &Default::default() {
        return "no count decides it".into();
    }
    let accepted = match test.accepted {
        Some((low, high)) if high.is_finite() => {
            format!(", {} to {} is taken", number(low), number(high))
        }
        Some((low, _)) => format!(", {} or more is taken", number(low)),
        None => String::new(),
    };
    let detects = match test.detects {
        Some(detects) => format!("finds a defect of {:.1} %", detects * 100.0),
        None => "finds no defect".into(),
    };
    format!(
        "{} signals, observed {}{accepted}; {detects}, α {:.1e}",
        test.n,
        number(test.observed),
        test.alpha
    )
}

/// A count without decimals, a share or ratio with four.
fn number(value: f64) -> String {
    match value.fract() == 0.0 {
        true => format!("{value:.0}"),
        false => format!("{value:.4}"),
    }
}

/// As it can be pasted into a shell.
fn shell(command: &[String]) -> String {
    let quoted = |word: &String| {
        let plain = |c: char| c.is_ascii_alphanumeric() || "-_=./:,+@%".contains(c);
        match !word.is_empty() && word.chars().all(plain) {
            true => word.clone(),
            false => format!("'{}'", word.replace('\'', r"'\''")),
        }
    };
    command.iter().map(quoted).collect::<Vec<_>>().join(" ")
}

fn style(verdict: Verdict) -> Style {
    let color = match verdict {
        Verdict::Pass => AnsiColor::Green,
        Verdict::Xfail | Verdict::Unsupported | Verdict::Inconclusive => AnsiColor::Yellow,
        _ => AnsiColor::Red,
    };
    Style::new().fg_color(Some(color.into())).bold()
}

#[cfg(test)]
#[path = "text_tests.rs"]
mod tests;
