//! Results as text for people and as json for programs. For a claim that did not pass, the evidence comes with it.

use std::io::{self, Write};

use anstyle::{AnsiColor, Style};
use serde_json::{Value, json};

use crate::judge::{Finding, Stack, Verdict};

/// A program's verdict and what it rests on.
pub struct Result {
    pub program: &'static str,
    pub verdict: Verdict,
    /// One line beside the verdict.
    pub says: String,
    pub findings: Vec<Finding>,
}

pub fn text(results: &[Result], out: &mut dyn Write) -> io::Result<()> {
    let width = results
        .iter()
        .map(|result| result.program.len())
        .max()
        .unwrap_or(0);
    for result in results {
        let (style, verdict) = (style(result.verdict), result.verdict);
        writeln!(
            out,
            "{style}{verdict:12}{style:#} {:width$}  {}",
            result.program, result.says
        )?;
        for finding in result
            .findings
            .iter()
            .filter(|finding| finding.verdict != Verdict::Pass)
        {
            evidence(finding, out)?;
        }
    }
    let judged = results
        .iter()
        .filter(|result| result.verdict != Verdict::Unsupported)
        .count();
    let passed = results
        .iter()
        .filter(|result| result.verdict == Verdict::Pass)
        .count();
    writeln!(
        out,
        "judged {judged} of {}, passed {passed} of {judged}",
        results.len()
    )
}

fn evidence(finding: &Finding, out: &mut dyn Write) -> io::Result<()> {
    let evidence = &finding.evidence;
    writeln!(out, "    {} {}", finding.verdict, finding.claim)?;
    writeln!(
        out,
        "        {} of {} samples match; {} are needed to tell",
        evidence.matching, evidence.considered, evidence.needed
    )?;
    if let Some(Stack { frames, count }) = &evidence.nearest {
        writeln!(
            out,
            "        against it, {count} samples: {}",
            frames.join(" > ")
        )?;
    }
    Ok(())
}

fn style(verdict: Verdict) -> Style {
    let color = match verdict {
        Verdict::Pass => AnsiColor::Green,
        Verdict::Unsupported | Verdict::Inconclusive => AnsiColor::Yellow,
        Verdict::Fail | Verdict::Timeout | Verdict::Crash | Verdict::Broken => AnsiColor::Red,
    };
    Style::new().fg_color(Some(color.into())).bold()
}

pub fn json(results: &[Result], clock: &str, out: &mut dyn Write) -> io::Result<()> {
    let results: Vec<Value> = results.iter().map(result_value).collect();
    let report = json!({"port": "framecheck-sigprof", "clock": clock, "results": results});
    writeln!(out, "{report:#}")
}

fn result_value(result: &Result) -> Value {
    json!({
        "program": result.program,
        "verdict": result.verdict.to_string(),
        "says": result.says,
        "claims": result.findings.iter().map(finding_value).collect::<Vec<Value>>(),
    })
}

fn finding_value(finding: &Finding) -> Value {
    let nearest = finding.evidence.nearest.as_ref();
    json!({
        "claim": finding.claim,
        "verdict": finding.verdict.to_string(),
        "considered": finding.evidence.considered,
        "matching": finding.evidence.matching,
        "needed": finding.evidence.needed,
        "against": nearest.map(|stack| json!({"stack": stack.frames, "count": stack.count})),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::judge::Evidence;

    fn failed() -> Result {
        let nearest = Some(Stack {
            frames: vec!["main".into(), "hog".into()],
            count: 3,
        });
        let evidence = Evidence {
            considered: 100,
            matching: 97,
            needed: 49,
            nearest,
        };
        let finding = Finding {
            claim: "every hog: main > run > hog".into(),
            verdict: Verdict::Fail,
            evidence,
        };
        Result {
            program: "p",
            verdict: Verdict::Fail,
            says: "100 samples".into(),
            findings: vec![finding],
        }
    }

    #[test]
    fn a_failing_claim_shows_counts_and_the_nearest_stack() {
        let mut out = Vec::new();
        text(&[failed()], &mut anstream::StripStream::new(&mut out)).unwrap();
        let text = String::from_utf8(out).unwrap();
        for shown in [
            "every hog: main > run > hog",
            "97 of 100",
            "49 are needed",
            "3 samples: main > hog",
            "passed 0 of 1",
        ] {
            assert!(text.contains(shown), "{shown} is missing in:\n{text}");
        }
    }

    #[test]
    fn json_has_the_same() {
        let mut out = Vec::new();
        json(&[failed()], "thread", &mut out).unwrap();
        let value: Value = serde_json::from_slice(&out).unwrap();
        let claim = &value["results"][0]["claims"][0];
        assert_eq!(
            (
                claim["verdict"].as_str(),
                claim["against"]["count"].as_u64()
            ),
            (Some("FAIL"), Some(3))
        );
    }
}
