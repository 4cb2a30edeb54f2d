//! Each program's profile: its stacks as the snapshot has them, and its claims on every sample.
#![cfg(all(feature = "cli", sigprof))]

mod support;

use std::fs;
use std::io::Write;
use std::path::Path;

use framecheck::case::elide;
use framecheck::judge::stacks;
use framecheck::port::Reference;
use framecheck::programs::PROGRAMS;
use framecheck::sigprof::Clock;
use support::{Profile, framecheck};

/// Compares the normalised stacks with snapshots/x86_64/plain/PROGRAM.snap: the same for debug and release builds.
fn check_snapshot(program: &str) {
    let profile = Profile::of(program);
    let stacks = stacks::decode(&fs::read(&profile.path).unwrap(), &Reference).unwrap();
    let shown =
        elide::snapshot(stacks.iter().map(|stack| (&stack.frames[..], stack.count))).join("\n");
    let mut settings = insta::Settings::clone_current();
    settings
        .set_snapshot_path(Path::new(env!("CARGO_MANIFEST_DIR")).join("snapshots/x86_64/plain"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(program, shown));
}

macro_rules! snapshots {
    ($($program:ident)*) => {
        $(#[test]
        fn $program() {
            check_snapshot(stringify!($program));
        })*

        #[test]
        fn every_program_has_a_snapshot() {
            let names: Vec<&str> = PROGRAMS.iter().map(|program| program.name).collect();
            assert_eq!(names, [$(stringify!($program)),*]);
        }
    };
}

snapshots! { foreign_hook foreign_hook_real foreign_hook_depth foreign_hook_once foreign_hook_busy foreign_none }

#[track_caller]
fn check_claims(clock: &str) {
    let run = framecheck()
        .args(["run", "--clock", clock])
        .output()
        .unwrap();
    let report = String::from_utf8_lossy(&run.stdout);
    assert!(
        run.status.success(),
        "{report}\n{}",
        String::from_utf8_lossy(&run.stderr)
    );
    assert!(
        report.ends_with("judged 6 of 6, passed 6 of 6\n"),
        "{report}"
    );
}

#[test]
fn every_claim_holds_on_the_thread_clock() {
    check_claims("thread");
}

#[test]
fn every_claim_holds_on_the_process_clock() {
    check_claims("process");
}

#[test]
fn every_claim_holds_on_the_wall_clock() {
    check_claims("wall");
}

/// Sandboxes refuse perf events, and then there is nothing to judge.
#[test]
fn every_claim_holds_on_the_perf_clock() {
    match Clock::Perf.availability().refusal {
        None => check_claims("perf"),
        Some(refusal) => {
            let _ = writeln!(
                std::io::stderr(),
                "SKIPPED every_claim_holds_on_the_perf_clock: {refusal}; allow perf_event_open(2)"
            );
        }
    }
}
