//! The two executables as a caller sees them: exit codes, and what is on which stream.
#![cfg(feature = "cli")]

mod support;

use assert_cmd::Command;
use predicates::prelude::*;
use support::{framecheck, testprog};

/// Fails with `code`: one line on stderr that holds all of `says`, nothing on stdout.
fn check_failure(command: &mut Command, code: i32, says: &[&str]) {
    let run = command
        .assert()
        .code(code)
        .stdout("")
        .stderr(predicate::str::is_match(r"\A[^\n]+\n\z").unwrap());
    says.iter()
        .fold(run, |run, &part| run.stderr(predicate::str::contains(part)));
}

#[test]
fn an_unknown_program_is_127() {
    check_failure(testprog().arg("nonsense"), 127, &["nonsense"]);
    check_failure(
        framecheck().args(["__program", "nonsense"]),
        127,
        &["nonsense"],
    );
}

#[test]
fn no_program_is_a_wrong_call() {
    check_failure(&mut testprog(), 2, &["foreign_hook", "describe"]);
    check_failure(
        testprog().args(["foreign_hook", "foreign_none"]),
        2,
        &["one program"],
    );
}

#[test]
fn describe_is_json_with_what_the_protocol_asks_for() {
    let run = testprog().arg("describe").assert().success().stderr("");
    let described: serde_json::Value = serde_json::from_slice(&run.get_output().stdout).unwrap();
    assert_eq!(described["protocol"], 1);
    for key in ["name", "version", "url"] {
        assert!(described[key].is_string(), "{key}");
    }
    let capabilities = described["capabilities"].as_array().unwrap();
    assert!(capabilities.contains(&"hook".into()));
}

#[cfg(sigprof)]
mod supported {
    use std::fs;

    use tempfile::TempDir;

    use super::support::Profile;
    use super::*;

    /// Root may write where the mode says no; below a file nobody can.
    #[test]
    fn a_tmpdir_that_cannot_be_written_to_is_a_set_up_error() {
        let folder = TempDir::new().unwrap();
        let file = folder.path().join("file");
        fs::write(&file, "").unwrap();
        for place in [file.join("below"), folder.path().join("absent")] {
            check_failure(
                testprog().arg("foreign_hook").env("TMPDIR", place),
                2,
                &["TMPDIR"],
            );
        }
    }

    #[test]
    fn a_malformed_environment_is_a_set_up_error_that_names_the_variable_and_leaves_nothing() {
        for (name, value) in [
            ("FRAMECHECK_CPU_MS", "1s"),
            ("FRAMECHECK_CPU_MS", "0"),
            ("FRAMECHECK_HZ", "fast"),
            ("FRAMECHECK_CLOCK", "sundial"),
            ("FRAMECHECK_SEED", "-1"),
            ("FRAMECHECK_TRUTH", ""),
        ] {
            let folder = TempDir::new().unwrap();
            let mut command = testprog();
            command
                .arg("foreign_hook")
                .env("TMPDIR", folder.path())
                .env(name, value);
            check_failure(&mut command, 2, &[name, "unset"]);
            assert_eq!(
                fs::read_dir(folder.path()).unwrap().count(),
                0,
                "{name} left something behind"
            );
        }
    }

    #[test]
    fn a_truth_file_that_cannot_be_written_leaves_no_profile() {
        let folder = TempDir::new().unwrap();
        let mut command = testprog();
        command
            .arg("foreign_none")
            .env("TMPDIR", folder.path())
            .env("FRAMECHECK_CPU_MS", "10");
        check_failure(
            command.env("FRAMECHECK_TRUTH", folder.path().join("absent/truth")),
            2,
            &["absent"],
        );
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[test]
    fn the_profiles_path_is_alone_on_stdout_and_its_truth_lies_beside_it() {
        let profile = Profile::of("foreign_hook");
        let mut truth = profile.path.clone().into_os_string();
        truth.push(".truth.json");
        let truth: serde_json::Value = serde_json::from_slice(&fs::read(truth).unwrap()).unwrap();
        assert_eq!(
            (&truth["program"], &truth["hz"]),
            (&"foreign_hook".into(), &100.into())
        );
        let used_ns = truth["phases"][0]["cpu_ns"].as_u64().unwrap();
        // It stops at the first look at the clock after one second; a batch is well under 10 ms.
        assert!(
            (1_000_000_000..1_010_000_000).contains(&used_ns),
            "{used_ns}"
        );
        assert!(truth["threads"][0]["cpu_ns"].as_u64().unwrap() >= used_ns);
    }

    #[test]
    fn the_seed_decides_the_phases() {
        let seed = |profile: &Profile| {
            let mut truth = profile.path.clone().into_os_string();
            truth.push(".truth.json");
            serde_json::from_slice::<serde_json::Value>(&fs::read(truth).unwrap()).unwrap()["seed"]
                .clone()
        };
        assert_ne!(
            seed(&Profile::of("foreign_none")),
            seed(&Profile::of("foreign_none"))
        );
    }
}

#[cfg(not(sigprof))]
#[test]
fn without_a_profiler_all_is_unsupported_aloud() {
    check_failure(testprog().arg("foreign_hook"), 127, &["Linux on x86-64"]);
    let says =
        predicate::str::contains("UNSUPPORTED").and(predicate::str::contains("Linux on x86-64"));
    framecheck()
        .arg("run")
        .assert()
        .code(0)
        .stdout(says.and(predicate::str::contains("judged 0 of ")));
}

#[test]
fn a_wrong_call_is_2_and_says_so_on_stderr() {
    for args in [
        &["run", "nonsense"][..],
        &["run", "nonsense.c"],
        &["run", "foreign.none", "--variant", "o9"],
        &["run", "foreign.none", "--clock", "sundial"],
        &["mutants", "nonsense"],
        &["check", "foreign.*", "profile"],
    ] {
        framecheck().args(args).assert().code(2).stdout("").stderr(
            predicate::str::contains(args[args.len() - 1]).or(predicate::str::contains(args[1])),
        );
    }
    framecheck().arg("--nonsense").assert().code(2).stdout("");
    for (option, value) in [("--jobs", "0"), ("--partition", "3/2")] {
        framecheck()
            .args(["run", option, value])
            .assert()
            .code(2)
            .stdout("");
    }
}

#[test]
fn list_has_every_case() {
    framecheck().arg("list").assert().code(0).stderr("").stdout(
        predicate::str::contains("foreign.hook_busy").and(predicate::str::contains("stack.leaf ")),
    );
    let run = framecheck()
        .args(["list", "--format", "json"])
        .assert()
        .code(0);
    let text = String::from_utf8_lossy(&run.get_output().stdout).into_owned();
    let listed: Vec<serde_json::Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let ids: Vec<&str> = listed
        .iter()
        .filter_map(|object| object["case"].as_str())
        .collect();
    assert!(
        ids.contains(&"foreign.none") && ids.contains(&"time.total"),
        "{ids:?}"
    );
    assert!(
        listed
            .iter()
            .all(|object| !object["claims"].as_array().unwrap().is_empty())
    );
}

/// Each case is in one of the parts, and in one only.
#[cfg(sigprof)]
#[test]
fn partitions_share_the_cases() {
    let ran = |partition: &str| -> Vec<String> {
        let run = framecheck()
            .args([
                "run",
                "foreign.none",
                "foreign.hook",
                "foreign.jit",
                "--format",
                "json",
                "--partition",
                partition,
            ])
            .assert()
            .code(0);
        let text = String::from_utf8_lossy(&run.get_output().stdout).into_owned();
        let case = |line: &str| {
            let object: serde_json::Value = serde_json::from_str(line).unwrap();
            object["case"].as_str().unwrap().to_owned()
        };
        text.lines().map(case).collect()
    };
    let parts = [ran("1/2"), ran("2/2")];
    assert_eq!(
        parts.map(|part| part.join(" ")),
        ["foreign.hook foreign.none", "foreign.jit"]
    );
}

#[test]
fn doctor_names_the_host_and_each_clock() {
    let run = framecheck().arg("doctor").assert().success();
    let text = String::from_utf8_lossy(&run.get_output().stdout).into_owned();
    for row in ["framecheck", "kernel", "processors", "cc"] {
        assert!(
            text.lines().any(|line| line.starts_with(row)),
            "no {row} in:\n{text}"
        );
    }
}
