//! Results for programs: an object a case, one a line. docs/report.schema.json says what it looks like.

use std::io::{self, Write};

use serde_json::{Value, json};

use super::Report;
use super::host::Host;
use super::summary::Summary;
use crate::judge::{Against, Finding};
use crate::trial::Outcome;

/// Writes a line a case.
pub struct Json<W> {
    out: W,
    host: Host,
}

impl<W: Write> Json<W> {
    /// What is found, is found on this host.
    pub fn new(out: W) -> Self {
        Json {
            out,
            host: Host::this(),
        }
    }
}

impl<W: Write + Send> Report for Json<W> {
    fn outcome(&mut self, outcome: &Outcome) -> io::Result<()> {
        writeln!(self.out, "{}", object(outcome, &self.host))
    }

    fn end(&mut self, _summary: &Summary) -> io::Result<()> {
        self.out.flush()
    }
}

fn object(outcome: &Outcome, host: &Host) -> Value {
    let evidence = &outcome.evidence;
    let layers: Vec<Value> = outcome
        .layers
        .iter()
        .map(|(layer, verdict)| json!({"layer": layer.to_string(), "verdict": verdict.name()}))
        .collect();
    json!({
        "case": outcome.case,
        "file": outcome.file,
        "level": match outcome.level {
            crate::case::Level::Must => "must",
            crate::case::Level::Should => "should",
        },
        "variant": outcome.variant,
        "port": outcome.port,
        "clock": outcome.clock,
        "verdict": outcome.verdict.name(),
        "layers": layers,
        "claims": outcome.findings.iter().map(claim).collect::<Vec<Value>>(),
        "evidence": {
            "says": evidence.says,
            "details": evidence.details,
            "samples": evidence.samples,
            "looks": evidence.looks,
            "seed": evidence.seed,
            "wall_ms": u64::try_from(evidence.wall.as_millis()).unwrap_or(u64::MAX),
            "commands": evidence.commands,
            "host": host,
        },
    })
}

fn claim(finding: &Finding) -> Value {
    let test = &finding.test;
    // JSON has no infinity: a bound that is none is null.
    let accepted = test
        .accepted
        .map(|(low, high)| json!([bound(low), bound(high)]));
    json!({
        "directive": finding.directive,
        "line": finding.line,
        "layer": finding.layer.map(|layer| layer.to_string()),
        "verdict": finding.verdict.name(),
        "says": finding.says,
        "alpha": test.alpha,
        "n": test.n,
        "observed": test.observed,
        "accepted": accepted,
        "detects": test.detects,
        "shown": finding.shown,
        "against": finding.against.iter().map(against).collect::<Vec<Value>>(),
    })
}

fn bound(value: f64) -> Option<f64> {
    value.is_finite().then_some(value)
}

fn against(against: &Against) -> Value {
    let departs = against.departs.as_ref().map(|departure| {
        json!({
            "frame": departure.frame,
            "expected": departure.expected,
            "found": departure.found,
        })
    });
    json!({
        "stack": against.stack.frames,
        "count": against.stack.count,
        "thread": against.stack.thread,
        "departs": departs,
    })
}
