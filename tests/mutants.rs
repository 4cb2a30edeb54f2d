//! The suite can say no: each mutant of the reference fails a claim of a program that is about its defect, and passes
//! every claim of one that is not. Without the mutant all of them pass, which tests/programs.rs holds.
#![cfg(all(feature = "cli", sigprof))]

mod support;

use framecheck::judge::{Verdict, judge, stacks};
use framecheck::mutant::{self, MUTANTS};
use framecheck::port::Reference;
use framecheck::programs::{self, settings};
use support::Profile;

/// The claims that do not pass, and how, of a program under a mutant.
fn not_passed(program: &str, mutant: &str) -> Vec<(String, Verdict)> {
    let profile = Profile::with(program, &[("FRAMECHECK_MUTANT", mutant)]);
    let profile = std::fs::read(&profile.path).unwrap();
    let due = settings::CPU_MS as f64 / 1000.0 * f64::from(settings::HZ);
    let claims = programs::find(program).unwrap().claims;
    let stacks = stacks::decode(&profile, &Reference).unwrap();
    let findings = judge(claims, &stacks, due, &Reference);
    let failed = findings
        .into_iter()
        .filter(|finding| finding.verdict != Verdict::Pass);
    failed
        .map(|finding| (finding.claim, finding.verdict))
        .collect()
}

#[track_caller]
fn check(mutant: &str, killed_by: &str) {
    let failed = not_passed(killed_by, mutant);
    assert!(
        failed.iter().any(|(_, verdict)| *verdict == Verdict::Fail),
        "{mutant} survives {killed_by}: {failed:?}"
    );
    assert_eq!(
        not_passed("foreign_none", mutant),
        [],
        "{mutant} is too crude"
    );
}

#[test]
fn drop_root_per_foreign_the_seeds_own_bug_is_killed() {
    assert_eq!(MUTANTS[0].name, "drop-root-per-foreign");
    for program in ["foreign_hook", "foreign_hook_real", "foreign_hook_depth"] {
        check("drop-root-per-foreign", program);
    }
}

#[test]
fn drop_foreign_is_killed() {
    check("drop-foreign", "foreign_hook");
}

#[test]
fn stale_foreign_is_killed() {
    check("stale-foreign", "foreign_hook_once");
}

#[test]
fn ignore_in_use_is_killed() {
    // The program itself counts how often the hook is called while it is answering: it ends with 1, or it shows.
    let run = support::testprog()
        .arg("foreign_hook_busy")
        .env("FRAMECHECK_MUTANT", "ignore-in-use")
        .env("TMPDIR", tempfile::TempDir::new().unwrap().path())
        .assert()
        .code(1);
    let stderr = String::from_utf8_lossy(&run.get_output().stderr).into_owned();
    assert!(stderr.contains("foreign_hook_busy"), "{stderr}");
}

#[test]
fn truncate_foreign_16_is_killed() {
    check("truncate-foreign-16", "foreign_hook_depth");
}

#[test]
fn flatten_contexts_is_killed() {
    check("flatten-contexts", "foreign_context");
}

#[test]
fn main_thread_only_is_killed() {
    check("main-thread-only", "foreign_thread_hook");
    check("main-thread-only", "foreign_thread_no_hook");
}

#[test]
fn empty_stack_is_killed() {
    check("empty-stack", "foreign_thread_empty_hook");
}

#[test]
fn forget_entered_threads_is_killed() {
    check("forget-entered-threads", "foreign_thread_entered_host");
}

#[test]
fn one_global_buffer_is_killed() {
    check("one-global-buffer", "foreign_thread_contention");
}

#[test]
fn external_root_always_is_killed() {
    check("external-root-always", "foreign_callback");
}

#[test]
fn drop_inlines_is_killed() {
    check("drop-inlines", "foreign_symbolizer");
}

#[test]
fn symbol_of_next_is_killed() {
    check("symbol-of-next", "foreign_jit");
}

/// malloc-in-handler is killed in tests/handler.rs, which counts: it needs an allocator of its own. What a program would
/// notice is killed in tests/survive, in processes of its own.
#[test]
fn every_mutant_has_its_test() {
    let text = concat!(
        include_str!("mutants.rs"),
        include_str!("handler.rs"),
        include_str!("survive/cases/eintr.rs"),
        include_str!("survive/cases/errno.rs"),
        include_str!("survive/cases/exec.rs"),
        include_str!("survive/cases/exit.rs"),
        include_str!("survive/cases/fork.rs"),
        include_str!("survive/cases/jump.rs"),
        include_str!("survive/cases/limits.rs"),
        include_str!("survive/cases/own_handler.rs"),
        include_str!("survive/cases/rbp_data.rs"),
        include_str!("survive/cases/seccomp.rs"),
        include_str!("survive/cases/small_altstack.rs"),
        include_str!("survive/cases/small_stack.rs"),
        include_str!("survive/cases/start_stop.rs"),
        include_str!("survive/cases/storm.rs"),
        include_str!("survive/cases/tls.rs"),
        include_str!("survive/cases/vfork.rs"),
    );
    for mutant in MUTANTS {
        let test = mutant.name.replace('-', "_");
        let quoted = format!("\"{}\"", mutant.name);
        let is_tested = text.contains(&quoted) || mutant.name == "malloc-in-handler";
        assert!(is_tested, "{test} is not tested");
    }
    assert!(mutant::find("none-such").is_none());
}
