//! Running an artefact with a main.

use std::fs;
use std::process::Output;

use framecheck::build::Artefact;
use serde_json::Value;

use super::support;

/// What is left of a run.
pub(super) struct Ran {
    pub(super) output: Output,
    /// The truth file, where there is one.
    pub(super) truth: Option<Value>,
    /// CPU time of the process, as the shell that waited for it has it: in steps of 10 ms.
    pub(super) cpu_ns: u64,
}

/// Runs it, and checks that nothing but a truth is left.
pub(super) fn run(artefact: &Artefact, env: &[(&str, &str)]) -> Ran {
    let folder = tempfile::tempdir().unwrap();
    let truth = folder.path().join("truth.json");
    // The shell's accounting is of this one child: no thread of this test has part in it.
    let script = "\"$1\"; code=$?; times >\"$2\"; exit $code";
    let times = tempfile::NamedTempFile::new().unwrap();
    let mut command = support::other("/bin/sh".as_ref());
    command
        .args(["-c", script, "sh"])
        .args([artefact.path.as_os_str(), times.path().as_os_str()])
        .env("FRAMECHECK_TRUTH", &truth);
    for (name, value) in env {
        command.env(name, value);
    }
    let output = command.output().unwrap();
    let text = fs::read_to_string(&truth).ok();
    let left = fs::read_dir(folder.path()).unwrap().count();
    assert_eq!(
        left,
        usize::from(text.is_some()),
        "something is left beside the truth"
    );
    Ran {
        output,
        truth: text.map(|text| {
            serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"))
        }),
        cpu_ns: children_ns(&fs::read_to_string(times.path()).unwrap()),
    }
}

/// The truth of a run that has to succeed.
#[track_caller]
pub(super) fn truth(artefact: &Artefact, env: &[(&str, &str)]) -> Value {
    let ran = run(artefact, env);
    assert!(ran.output.status.success(), "{:?}", ran.output);
    ran.truth.expect("no truth")
}

/// The second line of `times`: user and system time of children, as in `0m1.23s 0m0.04s`.
fn children_ns(times: &str) -> u64 {
    let part = |part: &str| -> u64 {
        let (minutes, seconds) = part.strip_suffix('s').unwrap().split_once('m').unwrap();
        let seconds: f64 = seconds.parse().unwrap();
        (minutes.parse::<f64>().unwrap() * 60e9 + seconds * 1e9) as u64
    };
    let children = times.lines().nth(1).unwrap();
    children.split_whitespace().map(part).sum()
}

#[track_caller]
pub(super) fn number(value: &Value) -> u64 {
    value
        .as_u64()
        .unwrap_or_else(|| panic!("{value} is no whole number"))
}

/// The one of this name in a list of a truth.
#[track_caller]
pub(super) fn named<'t>(truth: &'t Value, list: &str, name: &str) -> &'t Value {
    let found = truth[list]
        .as_array()
        .unwrap()
        .iter()
        .find(|entry| entry["name"] == name);
    found.unwrap_or_else(|| panic!("no {name} in {truth}"))
}
