//! Running our pprof and Go's in the same surroundings.

use std::path::Path;
use std::process::{Command, Output, Stdio};

/// A scrubbed environment: UTC, a home without anything, no folder of binaries.
pub fn scrubbed(program: &Path, folder: &Path) -> Command {
    let mut command = Command::new(program);
    command
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("HOME", std::env::temp_dir().join("framecheck-no-home"))
        .env("TZ", "UTC")
        .env("PPROF_BINARY_PATH", "/nonexistent")
        .current_dir(folder)
        .stdin(Stdio::null());
    command
}

/// What `framecheck pprof` makes of these arguments.
pub fn ours(args: &[String], folder: &Path) -> Output {
    scrubbed(Path::new(env!("CARGO_BIN_EXE_framecheck")), folder)
        .arg("pprof")
        .args(args)
        .output()
        .expect("framecheck runs")
}

/// The first line in which two outputs differ, with its number.
pub fn first_difference(expected: &[u8], found: &[u8]) -> Option<String> {
    if expected == found {
        return None;
    }
    let (mut a, mut b) = (
        expected.split(|&b| b == b'\n'),
        found.split(|&b| b == b'\n'),
    );
    let mut number = 0;
    loop {
        number += 1;
        let (a, b) = (a.next(), b.next());
        if a != b {
            let text =
                |line: Option<&[u8]>| line.map(|line| String::from_utf8_lossy(line).into_owned());
            return Some(format!(
                "line {number}\n  expected {:?}\n  found    {:?}",
                text(a),
                text(b)
            ));
        }
    }
}
