//! The pprof of Go 1.27, where there is one.

use std::path::PathBuf;
use std::process::Command;

/// The pprof binary of Go 1.27, run directly: the go command in front of it takes ten times as long.
pub fn go_pprof() -> Option<PathBuf> {
    let go = std::env::var_os("FRAMECHECK_GO").unwrap_or_else(|| "go".into());
    let output = |args: &[&str]| {
        let output = Command::new(&go).args(args).output().ok()?;
        let text = String::from_utf8(output.stdout).ok()?;
        output.status.success().then(|| text.trim().to_owned())
    };
    let version = output(&["env", "GOVERSION"]);
    if !version
        .as_deref()
        .is_some_and(|version| version.starts_with("go1.27"))
    {
        eprintln!(
            "SKIPPED: go 1.27 is needed, and there is {version:?}; set FRAMECHECK_GO to a go command"
        );
        return None;
    }
    Some(PathBuf::from(
        output(&["tool", "-n", "pprof"]).expect("go has pprof"),
    ))
}
