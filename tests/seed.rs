//! The seed's own test, in Rust: a C hog under the hook is the first row of `pprof -top`, with the executable given
//! and without, by our reader and, where there is one, by Go's.
#![cfg(all(feature = "cli", sigprof))]

mod support;

use std::ffi::OsStr;
use std::io::Write;
use std::path::PathBuf;

use assert_cmd::cargo::cargo_bin;
use support::{Profile, framecheck, other};

/// A row of `-top`.
#[derive(Debug, PartialEq)]
struct Row {
    flat: String,
    flat_percent: f64,
    cum: String,
    name: String,
}

/// The first row below the line with the columns' names.
fn first_row(top: &[u8]) -> Row {
    let top = str::from_utf8(top).unwrap();
    let rows = top
        .lines()
        .skip_while(|line| !line.contains("flat%"))
        .skip(1);
    let row = rows
        .clone()
        .next()
        .unwrap_or_else(|| panic!("no row in:\n{top}"));
    let columns: Vec<&str> = row.split_whitespace().collect();
    let [flat, flat_percent, _sum, cum, _cum_percent, ref name @ ..] = columns[..] else {
        panic!("a row of fewer than six columns in:\n{top}");
    };
    let flat_percent = flat_percent.trim_end_matches('%').parse().unwrap();
    Row {
        flat: flat.into(),
        flat_percent,
        cum: cum.into(),
        name: name.join(" "),
    }
}

const TOP: [&str; 2] = ["-top", "-nodecount=1"];

fn ours(profile: &Profile, exe: Option<&OsStr>) -> Row {
    let run = framecheck()
        .arg("pprof")
        .args(TOP)
        .args(exe)
        .arg(&profile.path)
        .assert()
        .success();
    first_row(&run.get_output().stdout)
}

#[test]
fn the_hog_is_the_first_row() {
    let profile = Profile::of("foreign_hook");
    let exe = cargo_bin!("testprog");
    for exe in [Some(exe.as_os_str()), None] {
        let row = ours(&profile, exe);
        assert_eq!(row.name, "cpuHog", "with {exe:?}: {row:?}");
        assert!(row.flat_percent >= 98.0, "with {exe:?}: {row:?}");
    }
}

#[test]
fn gos_reader_shows_the_same() {
    let Some(go) = go() else {
        // Past the capture of the test harness: a check that did not happen is to be seen.
        let _ = writeln!(
            std::io::stderr(),
            "SKIPPED gos_reader_shows_the_same: no `go` in PATH; install Go, or set FRAMECHECK_GO to its binary"
        );
        return;
    };
    let profile = Profile::of("foreign_hook");
    let exe = cargo_bin!("testprog");
    for exe in [Some(exe.as_os_str()), None] {
        let mut pprof = other(&go);
        // Its copies of fetched profiles would go to the home folder.
        pprof.env("PPROF_TMPDIR", profile.folder.path());
        let run = pprof
            .args(["tool", "pprof"])
            .args(TOP)
            .args(exe)
            .arg(&profile.path)
            .assert()
            .success();
        assert_eq!(
            first_row(&run.get_output().stdout),
            ours(&profile, exe),
            "with {exe:?}"
        );
    }
}

/// FRAMECHECK_GO, or `go` in PATH.
fn go() -> Option<PathBuf> {
    if let Some(go) = std::env::var_os("FRAMECHECK_GO") {
        return Some(go.into());
    }
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path)
        .map(|folder| folder.join("go"))
        .find(|go| go.is_file())
}

#[test]
fn a_row_is_read_with_a_name_that_has_spaces() {
    let top = b"Type: cpu\n      flat  flat%   sum%        cum   cum%\n     980ms 98.00% 98.00%      1s   100%  <A as B>::f\n";
    let row = Row {
        flat: "980ms".into(),
        flat_percent: 98.0,
        cum: "1s".into(),
        name: "<A as B>::f".into(),
    };
    assert_eq!(first_row(top), row);
}
