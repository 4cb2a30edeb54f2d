//! What the tests that run our executables share: a clean environment, a deadline, a temporary folder.
#![allow(dead_code, missing_docs)] // Each test crate uses a part of it, and it has no outside.

use std::path::{Path, PathBuf};
use std::time::Duration;

use assert_cmd::Command;
use assert_cmd::cargo::cargo_bin;
use tempfile::TempDir;

/// A program takes one second of CPU time; the rest is for machines that are busy.
const DEADLINE: Duration = Duration::from_secs(60);

fn clean(exe: &Path) -> Command {
    let mut command = Command::new(exe);
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("FRAMECHECK_") {
            command.env_remove(name);
        }
    }
    command.timeout(DEADLINE);
    command
}

pub fn testprog() -> Command {
    clean(cargo_bin!("testprog"))
}

pub fn framecheck() -> Command {
    clean(cargo_bin!("framecheck"))
}

/// Another executable, with the same deadline.
pub fn other(exe: &Path) -> Command {
    clean(exe)
}

/// A program's profile, in a folder that goes when this goes.
pub struct Profile {
    pub folder: TempDir,
    pub path: PathBuf,
}

impl Profile {
    /// Runs a program and takes the one line on stdout for the path.
    pub fn of(program: &str) -> Self {
        Self::with(program, &[])
    }

    /// The same, with something in its environment.
    pub fn with(program: &str, env: &[(&str, &str)]) -> Self {
        let folder = TempDir::new().unwrap();
        let run = testprog()
            .arg(program)
            .env("TMPDIR", folder.path())
            .envs(env.iter().copied())
            .assert()
            .success()
            .stderr("");
        let stdout = String::from_utf8(run.get_output().stdout.clone()).unwrap();
        let path = PathBuf::from(stdout.strip_suffix('\n').unwrap());
        assert!(
            path.starts_with(folder.path()) && path.is_file(),
            "{stdout:?} is no profile"
        );
        Profile { folder, path }
    }
}
