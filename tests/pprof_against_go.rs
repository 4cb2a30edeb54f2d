//! Random valid profiles under random flags: what we print is what go tool pprof prints.
//!
//! FRAMECHECK_GO names the go command, or it is on PATH; without Go 1.27 the test is skipped, aloud. FRAMECHECK_SEED
//! changes the profiles. What pprof itself leaves to chance is not generated: see `support/random.rs`.

#[path = "support/difference.rs"]
mod difference;
#[path = "support/pprof.rs"]
mod pprof;
#[path = "support/random.rs"]
mod random;

use std::cell::Cell;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use difference::first_difference;
use pprof::{ours, scrubbed};
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestRng, TestRunner};
use prost::Message;
use random::Case;

const PROFILES: u32 = 500;

/// The pprof binary of Go 1.27, run directly: the go command in front of it takes ten times as long.
fn go_pprof() -> Option<PathBuf> {
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

/// Lines of stderr in an order of their own: pprof leaves it to chance.
fn notes(output: &Output) -> Vec<String> {
    let mut lines: Vec<String> = String::from_utf8_lossy(&output.stderr)
        .lines()
        .map(str::to_owned)
        .collect();
    lines.sort_unstable();
    lines
}

/// The exit code of both.
fn check(case: &Case, go_pprof: &Path, folder: &Path) -> Result<Option<i32>, TestCaseError> {
    for (at, profile) in case.profiles.iter().enumerate() {
        std::fs::write(folder.join(format!("{at}.pb")), profile.encode_to_vec())
            .expect("a scratch file");
    }
    let fail = |text: String| {
        Err(TestCaseError::fail(format!(
            "{text}\n  flags: {}",
            case.args.join(" ")
        )))
    };
    let expected = scrubbed(go_pprof, folder)
        .args(&case.args)
        .output()
        .expect("pprof runs");
    let found = ours(&case.args, folder);
    let (expected_notes, found_notes) = (notes(&expected), notes(&found));
    if expected.status.code() != found.status.code() {
        let codes = (expected.status.code(), found.status.code());
        return fail(format!(
            "exit codes {codes:?}: {expected_notes:?} {found_notes:?}"
        ));
    }
    let (expected_stdout, found_stdout) = if case.is_encoded() && expected.status.success() {
        // Encodings may differ; what is in them may not.
        let raw = |name: &str, encoded: &[u8]| {
            std::fs::write(folder.join(name), encoded).expect("a scratch file");
            scrubbed(go_pprof, folder)
                .args(["-raw", "-symbolize=none", name])
                .output()
                .expect("pprof runs")
                .stdout
        };
        (
            raw("expected.pb.gz", &expected.stdout),
            raw("found.pb.gz", &found.stdout),
        )
    } else {
        (expected.stdout, found.stdout)
    };
    if let Some(difference) = first_difference(&expected_stdout, &found_stdout) {
        return fail(format!("{difference}\n  {found_notes:?}"));
    }
    // Errors are in words of our own.
    if expected.status.success() && expected_notes != found_notes {
        return fail(format!("notes {expected_notes:?}\n  {found_notes:?}"));
    }
    Ok(found.status.code())
}

#[test]
fn random_profiles_print_as_go_prints_them() {
    let Some(go_pprof) = go_pprof() else { return };
    let folder = tempfile::tempdir().expect("a scratch folder");
    let seed: u64 =
        std::env::var("FRAMECHECK_SEED").map_or(1, |seed| seed.parse().expect("a number"));
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let config = Config {
        cases: PROFILES,
        failure_persistence: None,
        // Each step is two processes.
        max_shrink_iters: 500,
        ..Config::default()
    };
    let mut runner =
        TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &bytes));
    let shown = Cell::new(0);
    let result = runner.run(&random::case(), |case| {
        let code = check(&case, &go_pprof, folder.path())?;
        shown.set(shown.get() + u32::from(code == Some(0)));
        Ok(())
    });
    if let Err(error) = result {
        panic!("seed {seed}: {error}");
    }
    // Two refusals agree easily.
    let shown = shown.get();
    assert!(
        shown > PROFILES / 2,
        "only {shown} of {PROFILES} were shown"
    );
}
