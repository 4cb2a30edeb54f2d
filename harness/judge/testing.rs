//! Profiles, truths and questions made by hand, for the tests of this room.

use super::stacks::Stack;
use super::*;
use crate::case::hosts::Hosts;
use crate::case::truth::{Phase, Thread, Truth, VERSION};
use crate::case::{self, Case, Names};

pub(super) struct Port;

impl Hosts for Port {
    fn function(&self, name: &str) -> Option<String> {
        Some(format!("port::{name}"))
    }
    fn is_host(&self, frame: &str) -> bool {
        frame.contains("::")
    }
}

pub(super) fn case(claims: &str) -> Case {
    let text = format!("//@ case: a.b\n//@ says: x\n{claims}\nvoid run(void) {{}}\n");
    case::parse("a_b.c", &text).unwrap_or_else(|errors| panic!("{errors}"))
}

/// A profile at 100 Hz.
pub(super) fn seen(lines: &[(u64, &str)]) -> Seen {
    let stack = |&(count, text): &(u64, &str)| Stack {
        frames: text.split(" > ").map(String::from).collect(),
        count,
        ..Stack::default()
    };
    Seen {
        stacks: lines
            .iter()
            .map(stack)
            .filter(|stack| stack.count > 0)
            .collect(),
        period_ns: Some(10_000_000),
        ..Seen::default()
    }
}

/// One thread, whose time went to phases, each with its milliseconds.
pub(super) fn truth(phases: &[(&str, u64)]) -> Truth {
    let phase = |&(name, ms): &(&str, u64)| Phase {
        name: name.into(),
        thread: "main".into(),
        cpu_ns: ms * 1_000_000,
        visits: 2,
        planned_min_ns: 1,
        planned_max_ns: 2,
    };
    Truth {
        version: VERSION,
        threads: vec![Thread {
            name: "main".into(),
            tid: 1,
            cpu_ns: phases.iter().map(|(_, ms)| ms * 1_000_000).sum(),
            count: 1,
        }],
        phases: phases.iter().map(phase).collect(),
        ..Truth::default()
    }
}

/// All findings of a case, which works in `run`.
pub(super) fn ask_all(
    case: &Case,
    seen: &Seen,
    truth: Option<&Truth>,
    snapshot: Option<&str>,
) -> Vec<Finding> {
    ask_at_looks(case, seen, truth, snapshot, 1)
}

fn ask_at_looks(
    case: &Case,
    seen: &Seen,
    truth: Option<&Truth>,
    snapshot: Option<&str>,
    looks: usize,
) -> Vec<Finding> {
    judge(&Question {
        case,
        seen,
        truth,
        hosts: &Port,
        run: &Names::parse("run").unwrap(),
        alpha: ALPHA,
        looks,
        tick_hz: Some(250.0),
        snapshot,
        was_run: true,
    })
}

/// The finding of the first claim, of so many looks.
pub(super) fn ask_one_of(looks: usize, case: &Case, seen: &Seen, truth: &Truth) -> Finding {
    ask_at_looks(case, seen, Some(truth), None, looks).remove(0)
}

/// The finding of the first claim.
pub(super) fn ask(case: &Case, seen: &Seen, truth: Option<&Truth>) -> Finding {
    ask_all(case, seen, truth, None).remove(0)
}
