//! `framecheck run` and `check` as a user has them: a file from outside the tree, a profile that is there, and json that is what
//! docs/report.schema.json says.
#![cfg(all(feature = "cli", sigprof))]

mod support;

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use predicates::prelude::*;
use serde_json::Value;
use support::{Profile, framecheck};
use tempfile::TempDir;

/// The first C block of CONTRIBUTING.md: what it tells people to write.
fn fixture() -> String {
    let text = include_str!("../CONTRIBUTING.md");
    let (_, rest) = text
        .split_once("```c\n")
        .expect("CONTRIBUTING.md shows a case in C");
    rest.split_once("```").expect("the block ends").0.to_owned()
}

/// Writes a case into a folder of its own.
fn write(name: &str, text: &str) -> (TempDir, PathBuf) {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join(name);
    fs::write(&path, text).unwrap();
    (folder, path)
}

/// The objects of a run, each of them valid.
fn objects(args: &[&str], code: i32) -> Vec<Value> {
    let schema: Value = serde_json::from_str(include_str!("../docs/report.schema.json")).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let run = framecheck()
        .args(args)
        .args(["--format", "json"])
        .assert()
        .code(code);
    let text = String::from_utf8_lossy(&run.get_output().stdout).into_owned();
    let objects: Vec<Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    for object in &objects {
        let errors: Vec<String> = validator
            .iter_errors(object)
            .map(|e| format!("{}: {e}", e.instance_path()))
            .collect();
        assert!(errors.is_empty(), "{errors:#?}\n{object:#}");
    }
    objects
}

#[test]
fn what_contributing_shows_is_a_verdict_within_5_seconds() {
    let text = fixture();
    assert!(text.lines().count() <= 25, "{text}");
    let (_folder, path) = write("my_case.c", &text);
    let begin = Instant::now();
    framecheck()
        .arg("run")
        .arg(&path)
        .assert()
        .code(0)
        .stdout(predicate::str::contains("PASS"));
    assert!(
        begin.elapsed() < Duration::from_secs(5),
        "{:?}",
        begin.elapsed()
    );
}

/// A claim that is wrong on purpose: level1 does not call cpuHog.
#[test]
fn a_claim_that_does_not_hold_fails_with_the_stack_and_exit_1() {
    let text = fixture()
        .replace(
            "//@ never: ... > level1 > cpuHog",
            "//@ never: ... > level2 > cpuHog",
        )
        .lines()
        .filter(|line| !line.starts_with("//@ every"))
        .collect::<Vec<_>>()
        .join("\n");
    let (_folder, path) = write("wrong.c", &text);
    let objects = objects(&["run", path.to_str().unwrap(), "--variant", "o2"], 1);
    let claim = &objects[0]["claims"][0];
    assert_eq!(
        (&objects[0]["verdict"], &claim["verdict"]),
        (&"FAIL".into(), &"FAIL".into())
    );
    let stack: Vec<&str> = claim["against"][0]["stack"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(Value::as_str)
        .collect();
    assert!(
        stack.ends_with(&["level1", "level2", "cpuHog"]),
        "{stack:?}"
    );
    let commands = objects[0]["evidence"]["commands"].as_array().unwrap();
    assert!(
        commands.len() >= 2,
        "the compiler's and the port's: {commands:?}"
    );
}

#[test]
fn programs_and_c_cases_are_told_by_the_schema() {
    let objects = objects(
        &[
            "run",
            "foreign.none",
            "stack.leaf",
            "--variant",
            "plain",
            "--variant",
            "o2",
        ],
        0,
    );
    let names: Vec<(&str, &str)> = objects
        .iter()
        .map(|object| {
            (
                object["case"].as_str().unwrap(),
                object["variant"].as_str().unwrap(),
            )
        })
        .collect();
    assert_eq!(names, [("foreign.none", "plain"), ("stack.leaf", "o2")]);
    for claim in objects
        .iter()
        .flat_map(|object| object["claims"].as_array().unwrap())
    {
        assert_eq!(claim["verdict"], "PASS", "{claim}");
    }
}

#[test]
fn a_compiler_error_is_broken_with_the_compilers_own_message() {
    let text = fixture().replace(
        "void run(void)",
        "void run(void) { return 1 }\nvoid other(void)",
    );
    let (_folder, path) = write("slip.c", &text);
    framecheck().arg("run").arg(&path).assert().code(2).stdout(
        predicate::str::contains("BROKEN").and(
            predicate::str::contains("expected ‘;’").or(predicate::str::contains("expected ';'")),
        ),
    );
}

#[test]
fn a_directive_that_is_wrong_is_an_error_at_file_line_and_column() {
    let (_folder, path) = write("typo.c", &fixture().replace("//@ says:", "//@ syas:"));
    let place = format!("{}:2:5: ", path.display());
    for args in [
        vec!["run".into(), path.clone()],
        vec!["check".into(), path.clone(), PathBuf::from("none")],
    ] {
        framecheck()
            .args(args)
            .assert()
            .code(2)
            .stdout("")
            .stderr(predicate::str::contains(place.as_str()).and(predicate::str::contains("says")));
    }
}

#[test]
fn check_judges_a_profile_that_is_there() {
    let profile = Profile::of("foreign_none");
    let path = profile.path.to_str().unwrap();
    let objects = objects(&["check", "foreign.none", path], 0);
    assert_eq!(
        (&objects[0]["verdict"], &objects[0]["variant"]),
        (&"PASS".into(), &"given".into())
    );
    // The same profile is none of another case's.
    framecheck()
        .args(["check", "foreign.hook", path])
        .assert()
        .code(1)
        .stdout(predicate::str::contains("FAIL").and(predicate::str::contains("every cpuHog")));
}

#[test]
fn check_tells_a_profile_that_cannot_be_read_from_one_that_contradicts_itself() {
    let (_folder, path) = write("noise.pb", "no profile");
    framecheck()
        .args([Path::new("check"), Path::new("foreign.none"), &path])
        .assert()
        .code(2)
        .stdout("")
        .stderr(predicate::str::contains("noise.pb"));
    // A sample of location 999, which there is not: sample { location_id: 999, value: 1 }, sample_type { } and string "".
    let bytes = [
        0x0a, 0x00, 0x12, 0x06, 0x0a, 0x02, 0xe7, 0x07, 0x10, 0x01, 0x32, 0x00,
    ];
    let (_folder, path) = write("dangling.pb", "");
    fs::write(&path, bytes).unwrap();
    let objects = objects(&["check", "foreign.none", path.to_str().unwrap()], 1);
    let layers = objects[0]["layers"].as_array().unwrap();
    assert_eq!(layers[0]["verdict"], "PASS", "{layers:?}");
    assert_eq!(
        (&layers[1]["layer"], &layers[1]["verdict"]),
        (&"L1".into(), &"FAIL".into())
    );
}

#[test]
fn new_writes_a_case_that_runs() {
    let folder = TempDir::new().unwrap();
    let make = || {
        let mut command = framecheck();
        command
            .current_dir(folder.path())
            .args(["new", "stack.mine"]);
        command
    };
    make()
        .assert()
        .code(0)
        .stdout(predicate::str::contains("stack_mine.c"));
    make()
        .assert()
        .code(2)
        .stderr(predicate::str::contains("there already"));
    framecheck()
        .current_dir(folder.path())
        .args(["run", "stack_mine.c"])
        .assert()
        .code(0)
        .stdout(predicate::str::contains("PASS"));
    framecheck()
        .args(["new", "Stack"])
        .assert()
        .code(2)
        .stderr(predicate::str::contains("stack.leaf"));
}
