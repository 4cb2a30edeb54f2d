//! `framecheck pprof` and `lint` as commands: what they refuse, and in which words.

#[path = "support/pprof.rs"]
mod pprof;

use std::path::{Path, PathBuf};

use pprof::ours;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/pprof")
}

/// Exit code, stdout and stderr of a call in `tests/pprof`.
fn run(args: &[&str]) -> (Option<i32>, String, String) {
    let args: Vec<String> = args.iter().map(|&arg| arg.to_owned()).collect();
    let output = ours(&args, &folder());
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (
        output.status.code(),
        text(&output.stdout),
        text(&output.stderr),
    )
}

/// A call that is refused: nothing on stdout, one line on stderr, which is returned.
fn refused(args: &[&str]) -> String {
    let (code, stdout, stderr) = run(args);
    assert_eq!((code, stdout.as_str()), (Some(2), ""), "{args:?}: {stderr}");
    assert_eq!(stderr.lines().count(), 1, "{stderr}");
    stderr
}

#[test]
fn a_flag_that_only_pprof_has_is_named_as_such() {
    assert!(refused(&["-svg", "heap.pb"]).contains("pprof's flag -svg is not supported here"));
    assert!(refused(&["-frob", "heap.pb"]).contains("flag provided but not defined: -frob"));
    assert!(refused(&["heap.pb"]).contains("no view"));
    assert!(refused(&["-top"]).contains("no profile source"));
    assert!(refused(&["-top", "-raw", "heap.pb"]).contains("at most one output format"));
    assert!(refused(&["-top", "-text", "heap.pb"]).contains("at most one output format"));
    assert!(
        refused(&["-top", "-base=heap.pb", "-diff_base=heap.pb", "heap.pb"])
            .contains("cannot both")
    );
    assert!(refused(&["-top", "-normalize", "heap.pb"]).contains("must have base"));
    assert!(refused(&["-top", "-focus=(", "heap.pb"]).contains("parsing focus regexp"));
    assert!(refused(&["-peek=nobody", "heap.pb"]).contains("no matches found for regexp: nobody"));
    assert!(refused(&["-tree", "-json", "heap.pb"]).contains("-json"));
}

/// pprof goes on without it, and exits with 0.
#[test]
fn a_source_that_cannot_be_opened_is_no_detail() {
    assert!(
        refused(&["-top", "-symbolize=none", "heap.pb", "missing.pb"]).starts_with("missing.pb: ")
    );
    assert!(
        refused(&["-top", "-symbolize=none", "INDEX.tsv", "heap.pb"]).starts_with("INDEX.tsv: ")
    );
    assert!(
        refused(&["-top", "-symbolize=none", "-base=missing.pb", "heap.pb"])
            .starts_with("missing.pb: ")
    );
}

#[test]
fn help_has_every_flag_and_no_other() {
    let (code, stdout, _) = run(&["-help"]);
    assert_eq!(code, Some(0));
    for flag in ["-top ", "-tagroot=…", "-diff_base=…", "-json "] {
        assert!(stdout.contains(&format!("  {flag}")), "{flag}");
    }
    assert!(!stdout.contains("-svg"));
}

#[test]
fn json_has_the_rows_of_top_as_numbers() {
    let (_, stdout, _) = run(&["-top", "-json", "-symbolize=none", "inlines.pb"]);
    let report: serde_json::Value = serde_json::from_str(&stdout).expect("JSON");
    assert_eq!(report["type"], "cpu");
    assert_eq!(report["unit"], "nanoseconds");
    let row = &report["rows"][0];
    assert_eq!(
        (row["name"].as_str(), row["flat"].as_i64()),
        (Some("parse"), Some(1_580_000_000))
    );
    let (_, stdout, _) = run(&["-traces", "-json", "-symbolize=none", "labels.pb"]);
    let report: serde_json::Value = serde_json::from_str(&stdout).expect("JSON");
    let sample = &report["samples"][0];
    assert_eq!(sample["stack"][0]["name"], "read");
    let labels = serde_json::json!([["user", "ann"], ["size", 2048, "bytes"]]);
    assert_eq!(sample["labels"], labels);
}

#[test]
fn output_goes_to_a_file_and_a_profile_can_be_read_again() {
    let scratch = tempfile::tempdir().expect("a scratch folder");
    let written = scratch.path().join("whole.pb.gz");
    let output = format!("-output={}", written.display());
    let (code, stdout, stderr) = run(&["-proto", &output, "-symbolize=none", "heap.pb"]);
    assert_eq!((code, stdout.as_str()), (Some(0), ""));
    assert_eq!(
        stderr,
        format!("Generating report in {}\n", written.display())
    );
    let written = written.to_string_lossy().into_owned();
    let again = run(&["-traces", "-symbolize=none", &written]);
    assert_eq!(again, run(&["-traces", "-symbolize=none", "heap.pb"]));
}
