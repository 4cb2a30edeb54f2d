//! The corpus as the tests of another crate: a `harness = false` test whose `main` hands over a profiler. Each case runs in a process
//! of its own, which is this executable again; arguments, names and exit code are those of `cargo test` and nextest.

use std::env;
use std::ffi::OsString;
use std::hash::{BuildHasher, RandomState};
use std::io;
use std::process::exit;
use std::sync::Arc;

use libtest_mimic::{Arguments, Failed, Trial as Test};
use tempfile::TempDir;

use super::{Port, Profiler};
use crate::build::Builder;
use crate::corpus::{self, Entry};
use crate::programs;
use crate::report::text;
use crate::run::probe;
use crate::run::program::Endpoint;
use crate::trial::Trial;

/// The hidden argument by which a process is one case's.
const PROGRAM: &str = "__program";

/// Runs the corpus against a profiler, by the arguments of `cargo test`, and exits: 0 as expected, 101 not, 2 where it could not
/// be set up.
///
/// What the profiler has not, by its capabilities, is ignored; what is on its list of expected failings has to fail.
pub fn main(mut profiler: impl Profiler) -> ! {
    let mut args = env::args_os().skip(1);
    if args.next().is_some_and(|first| first == PROGRAM) {
        let (out, err) = (&mut io::stdout(), &mut io::stderr());
        exit(programs::serve(&mut profiler, args, out, err));
    }
    match tests(&profiler) {
        Err(message) => {
            eprintln!("{}: {message}", profiler.describe().name);
            exit(2)
        }
        Ok((tests, cache)) => {
            let conclusion = libtest_mimic::run(&Arguments::from_args(), tests);
            drop(cache);
            conclusion.exit()
        }
    }
}

/// What all tests share.
struct Shared {
    port: Port,
    builder: Builder,
    seed: u64,
}

/// A test for each case in each variant, and the folder of what is compiled for them.
fn tests(profiler: &impl Profiler) -> Result<(Vec<Test>, TempDir), String> {
    let exe = env::current_exe().map_err(|error| format!("this executable: {error}"))?;
    let endpoint = Endpoint {
        exe,
        args: vec![OsString::from(PROGRAM)],
    };
    let scratch = |error| format!("{error}: set TMPDIR to a folder that can be written to");
    let cache = tempfile::Builder::new()
        .prefix("framecheck-build-")
        .tempdir()
        .map_err(scratch)?;
    let asked = probe::probe(&endpoint).map_err(|error| error.to_string())?;
    if !asked.is_refused() {
        return Err(format!("BROKEN: {asked}"));
    }
    let shared = Arc::new(Shared {
        port: Port::in_process(&profiler.describe(), endpoint)
            .map_err(|error| error.to_string())?,
        builder: Builder::new(cache.path()).map_err(scratch)?,
        seed: RandomState::new().hash_one(0),
    });
    let entries = corpus::all().map_err(|errors| errors.to_string())?;
    let mut tests = Vec::new();
    for entry in entries.into_iter().filter(|entry| !entry.case.long) {
        let entry = Arc::new(entry);
        for variant in entry.variants() {
            tests.push(test(&shared, &entry, variant));
        }
    }
    Ok((tests, cache))
}

fn test(shared: &Arc<Shared>, entry: &Arc<Entry>, variant: String) -> Test {
    let (shared, entry) = (Arc::clone(shared), Arc::clone(entry));
    let needs = &entry.case.needs;
    let is_lacking = !needs
        .iter()
        .all(|need| shared.port.capabilities.contains(need));
    let name = format!("{}::{variant}", entry.case.id);
    Test::test(name, move || run(&shared, &entry, &variant)).with_ignored_flag(is_lacking)
}

fn run(shared: &Shared, entry: &Entry, variant: &str) -> Result<(), Failed> {
    let Shared {
        port,
        builder,
        seed,
    } = shared;
    let outcome = Trial {
        entry,
        variant,
        port,
        builder,
        clock: port.clock.unwrap_or(programs::settings::CLOCK),
        seed: *seed,
        mutant: None,
    }
    .run();
    match outcome.is_expected() {
        true => Ok(()),
        false => Err(text::shown(&outcome).into()),
    }
}
