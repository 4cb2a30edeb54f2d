//! Random valid profiles under random flags: what we print is what go tool pprof prints.
//!
//! FRAMECHECK_GO names the go command, or it is on PATH; without Go 1.27 the test is skipped, aloud. FRAMECHECK_SEED
//! changes the profiles, FRAMECHECK_PROFILES how many they are. What pprof itself leaves to chance is not generated (see
//! `support/random.rs`) or put in an order (`support/chance.rs`).

#[path = "support/chance.rs"]
mod chance;
#[path = "support/difference.rs"]
mod difference;
#[path = "support/go.rs"]
mod go;
#[path = "support/pprof.rs"]
mod pprof;
#[path = "support/random.rs"]
mod random;

use std::cell::Cell;
use std::path::Path;
use std::process::Output;

use chance::ordered;
use difference::first_difference;
use go::go_pprof;
use pprof::{ours, scrubbed};
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestError, TestRng, TestRunner};
use prost::Message;
use random::Case;

/// Unless FRAMECHECK_PROFILES says otherwise.
const PROFILES: u32 = 500;

/// Lines of stderr in an order of their own: pprof leaves it to chance.
fn notes(output: &Output) -> Vec<String> {
    let mut lines: Vec<String> = String::from_utf8_lossy(&output.stderr)
        .lines()
        .map(str::to_owned)
        .collect();
    lines.sort_unstable();
    lines
}

fn write(case: &Case, folder: &Path) {
    for (at, profile) in case.profiles.iter().enumerate() {
        std::fs::write(folder.join(format!("{at}.pb")), profile.encode_to_vec())
            .expect("a scratch file");
    }
}

/// The exit code of both.
fn check(case: &Case, go_pprof: &Path, folder: &Path) -> Result<Option<i32>, TestCaseError> {
    write(case, folder);
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
    if let Some(difference) = first_difference(&ordered(&expected_stdout), &ordered(&found_stdout))
    {
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
    let number = |name: &str| -> Option<u64> {
        let text = std::env::var(name).ok()?;
        Some(
            text.parse()
                .unwrap_or_else(|_| panic!("{name}: {text} is no number")),
        )
    };
    let seed = number("FRAMECHECK_SEED").unwrap_or(1);
    let profiles = number("FRAMECHECK_PROFILES").map_or(PROFILES, |count| count as u32);
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let config = Config {
        cases: profiles,
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
        if let TestError::Fail(_, case) = &error {
            write(case, folder.path());
            // For whoever looks into it.
            eprintln!("the profiles are in {}", folder.keep().display());
        }
        panic!("seed {seed}: {error}");
    }
    // Two refusals agree easily.
    let shown = shown.get();
    assert!(
        shown > profiles / 2,
        "only {shown} of {profiles} were shown"
    );
}
