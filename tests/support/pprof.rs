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
