//! The corpus on the reference: each case in each of its variants is a test, so that `cargo test foreign.hook` runs what it says, and
//! nextest partitions them. A few run on the other clocks too. A snapshot that differs is written as insta writes it, for
//! `cargo insta review`.
#![cfg_attr(not(all(feature = "cli", sigprof)), allow(unused))]

use std::path::Path;
use std::process::ExitCode;
use std::sync::{Arc, OnceLock};

use libtest_mimic::{Arguments, Failed, Trial as Test};

#[cfg(all(feature = "cli", sigprof))]
use framecheck::{
    build::Builder,
    case::{Capability, Kind},
    corpus::{self, Entry},
    judge::{Finding, Verdict},
    port::Port,
    report::text,
    run::program::Endpoint,
    sigprof::Clock,
    trial::Trial,
};

/// What is also run on the clocks that are not the default: one process-wide timer, and events of the kernel's.
const ON_OTHER_CLOCKS: &[&str] = &[
    "foreign.hook",
    "foreign.context",
    "foreign.thread_hook",
    "foreign.callback",
    "foreign.none",
];

fn main() -> ExitCode {
    libtest_mimic::run(&Arguments::from_args(), tests()).exit_code()
}

#[cfg(not(all(feature = "cli", sigprof)))]
fn tests() -> Vec<Test> {
    Vec::new()
}

#[cfg(all(feature = "cli", sigprof))]
fn tests() -> Vec<Test> {
    let entries = match corpus::all() {
        Ok(entries) => entries,
        Err(errors) => return vec![Test::test("corpus", move || Err(errors.to_string().into()))],
    };
    // Long cases are for those who ask for them: `framecheck run --long`.
    let entries: Vec<Arc<Entry>> = entries
        .into_iter()
        .filter(|entry| !entry.case.long)
        .map(Arc::new)
        .collect();
    let mut tests = Vec::new();
    for entry in &entries {
        for variant in entry.variants() {
            let clock = match entry.case.clock.as_deref() {
                None => "thread".to_owned(),
                Some("best") => Clock::best().clock.name().to_owned(),
                Some(named) => named.to_owned(),
            };
            tests.push(test(
                format!("{}::{variant}", entry.case.id),
                entry,
                &variant,
                clock,
            ));
        }
        if ON_OTHER_CLOCKS.contains(&entry.case.id.as_str()) {
            tests.push(test(
                format!("{}::process", entry.case.id),
                entry,
                "plain",
                "process".into(),
            ));
            match Clock::Perf.availability().refusal {
                None => {
                    let name = format!("{}::perf", entry.case.id);
                    tests.push(test(name, entry, "plain", "perf".into()));
                }
                Some(refusal) => {
                    eprintln!(
                        "SKIPPED {}::perf: {refusal}; allow perf_event_open(2)",
                        entry.case.id
                    )
                }
            }
        }
    }
    tests
}

#[cfg(all(feature = "cli", sigprof))]
fn test(name: String, entry: &Arc<Entry>, variant: &str, clock: String) -> Test {
    let (entry, variant) = (Arc::clone(entry), variant.to_owned());
    Test::test(name, move || run(&entry, &variant, &clock))
}

/// One cache for all: what two tests need is compiled once.
#[cfg(all(feature = "cli", sigprof))]
fn builder() -> &'static Builder {
    static BUILDER: OnceLock<Builder> = OnceLock::new();
    BUILDER.get_or_init(|| {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("conformance");
        Builder::new(&folder).expect("the target folder can be written to")
    })
}

#[cfg(all(feature = "cli", sigprof))]
fn run(entry: &Entry, variant: &str, clock: &str) -> Result<(), Failed> {
    let port = Port::reference(Endpoint {
        exe: env!("CARGO_BIN_EXE_framecheck").into(),
        args: vec!["__program".into()],
    })
    .map_err(|error| error.to_string())?;
    let outcome = Trial {
        entry,
        variant,
        port: &port,
        builder: builder(),
        clock,
        seed: seed(),
        mutant: None,
    }
    .run();
    let is_snapshot = |finding: &&Finding| {
        entry
            .case
            .claims
            .iter()
            .any(|claim| claim.line == finding.line && claim.kind == Kind::Snapshot)
    };
    for finding in outcome.findings.iter().filter(is_snapshot) {
        propose(&entry.case.id, variant, finding);
    }
    match outcome.verdict {
        // What is expected to fail is on a committed list, and an entry that is out of date is XPASS.
        Verdict::Pass | Verdict::Xfail => Ok(()),
        // By nature: the reference is no runtime. What it has, nothing may be unsupported of.
        Verdict::Unsupported if entry.case.needs.contains(&Capability::Runtime) => Ok(()),
        _ => Err(text::shown(&outcome).into()),
    }
}

/// Lets insta see a snapshot that differs.
#[cfg(all(feature = "cli", sigprof))]
fn propose(case: &str, variant: &str, finding: &Finding) {
    let (Some(shown), Verdict::Fail) = (&finding.shown, finding.verdict) else {
        return;
    };
    let mut settings = insta::Settings::clone_current();
    let folder = format!("snapshots/{}/{variant}", std::env::consts::ARCH);
    settings.set_snapshot_path(Path::new(env!("CARGO_MANIFEST_DIR")).join(folder));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(case, shown));
}

/// Another one each time; a failure prints it.
#[cfg(all(feature = "cli", sigprof))]
fn seed() -> u64 {
    use std::hash::{BuildHasher, Hasher};
    std::hash::RandomState::new().build_hasher().finish()
}
