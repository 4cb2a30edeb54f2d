//! The suite can say no: each mutant of the reference is killed by the cases that name it, and spares one that is about something
//! else. `framecheck mutants` runs all pairs, the tests one of each; what no case sees is killed in the test that the mutant names.
#![cfg_attr(not(all(feature = "cli", sigprof)), allow(unused))]

use std::process::ExitCode;

use libtest_mimic::{Arguments, Failed, Trial as Test};

#[cfg(all(feature = "cli", sigprof))]
use {
    framecheck::build::Builder,
    framecheck::corpus::{self, Entry},
    framecheck::judge::Verdict,
    framecheck::mutant::{MUTANTS, Mutant},
    framecheck::port::Port,
    framecheck::run::program::Endpoint,
    framecheck::sigprof::Clock,
    framecheck::trial::{Outcome, Trial},
    std::collections::BTreeSet,
    std::path::Path,
    std::sync::OnceLock,
};

fn main() -> ExitCode {
    libtest_mimic::run(&Arguments::from_args(), tests()).exit_code()
}

#[cfg(not(all(feature = "cli", sigprof)))]
fn tests() -> Vec<Test> {
    Vec::new()
}

#[cfg(all(feature = "cli", sigprof))]
fn tests() -> Vec<Test> {
    let mut tests = vec![
        Test::test("what_cases_kill_are_mutants", what_cases_kill_are_mutants),
        Test::test(
            "each_mutant_is_killed_somewhere",
            each_mutant_is_killed_somewhere,
        ),
        Test::test("the_first_is_the_seeds_own_bug", || {
            holds(
                MUTANTS[0].name == "drop-root-per-foreign",
                "it is the first",
            )
        }),
    ];
    tests.extend(
        MUTANTS
            .iter()
            .filter(|mutant| mutant.test.is_none())
            .map(|mutant| Test::test(mutant.name, move || killed(mutant))),
    );
    tests
}

/// Runs the mutant against the first case that names it and the one that it spares. `framecheck mutants` takes all.
#[cfg(all(feature = "cli", sigprof))]
fn killed(mutant: &'static Mutant) -> Result<(), Failed> {
    let entries = corpus::all().expect("the corpus is well-formed");
    let names_it = |entry: &&Entry| entry.case.kills.iter().any(|name| name == mutant.name);
    // What takes long only where nothing else kills it.
    let killer = entries
        .iter()
        .filter(names_it)
        .min_by_key(|entry| entry.case.long);
    let killer = killer.ok_or_else(|| format!("no case kills {}", mutant.name))?;
    let outcome = run(killer, mutant.name);
    let is_kill = matches!(
        outcome.verdict,
        Verdict::Fail | Verdict::Crash | Verdict::Timeout
    );
    holds(
        is_kill,
        &format!("{} survives:\n{}", mutant.name, shown(&outcome)),
    )?;
    let spared = entries
        .iter()
        .find(|entry| Some(entry.case.id.as_str()) == mutant.spares);
    let spared = spared.ok_or_else(|| format!("{} spares nothing", mutant.name))?;
    let outcome = run(spared, mutant.name);
    let passes = outcome.verdict == Verdict::Pass;
    holds(
        passes,
        &format!("{} is too crude:\n{}", mutant.name, shown(&outcome)),
    )
}

#[cfg(all(feature = "cli", sigprof))]
fn run(entry: &Entry, mutant: &str) -> Outcome {
    let port = Port::reference(Endpoint {
        exe: env!("CARGO_BIN_EXE_framecheck").into(),
        args: vec!["__program".into()],
    })
    .expect("the reference's list of expected failings is well-formed");
    let variants = entry.variants();
    Trial {
        entry,
        variant: variants.first().map_or("", String::as_str),
        port: &port,
        builder: builder(),
        clock: match entry.case.clock.as_deref() {
            Some("best") => Clock::best().clock.name(),
            _ => "thread",
        },
        seed: 1,
        mutant: Some(mutant),
    }
    .run()
}

/// One cache for all: what two tests need is compiled once.
#[cfg(all(feature = "cli", sigprof))]
fn builder() -> &'static Builder {
    static BUILDER: OnceLock<Builder> = OnceLock::new();
    BUILDER.get_or_init(|| {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("mutants");
        Builder::new(&folder).expect("the target folder can be written to")
    })
}

/// How it came out, claim by claim.
#[cfg(all(feature = "cli", sigprof))]
fn shown(outcome: &Outcome) -> String {
    let claims = outcome.findings.iter();
    let claims =
        claims.map(|found| format!("{} {}: {}\n", found.verdict, found.directive, found.says));
    format!(
        "{} {}: {}\n",
        outcome.case, outcome.verdict, outcome.evidence.says
    ) + &claims.collect::<String>()
}

#[cfg(all(feature = "cli", sigprof))]
fn kills() -> BTreeSet<String> {
    let entries = corpus::all().expect("the corpus is well-formed");
    entries
        .into_iter()
        .flat_map(|entry| entry.case.kills)
        .collect()
}

#[cfg(all(feature = "cli", sigprof))]
fn what_cases_kill_are_mutants() -> Result<(), Failed> {
    for name in kills() {
        let is_mutant = MUTANTS.iter().any(|mutant| mutant.name == name);
        holds(
            is_mutant,
            &format!("a case kills {name}, which there is not"),
        )?;
    }
    Ok(())
}

/// By a case or else by the test that it names, which must speak of it.
#[cfg(all(feature = "cli", sigprof))]
fn each_mutant_is_killed_somewhere() -> Result<(), Failed> {
    let kills = kills();
    for mutant in MUTANTS {
        match mutant.test {
            None => {
                holds(
                    kills.contains(mutant.name),
                    &format!("no case kills {}", mutant.name),
                )?;
                holds(
                    mutant.spares.is_some(),
                    &format!("{} spares nothing", mutant.name),
                )?;
            }
            Some(test) => {
                let text = texts(&Path::new(env!("CARGO_MANIFEST_DIR")).join(test));
                let variant = camel(mutant.name);
                let is_named = text.contains(&format!("\"{}\"", mutant.name))
                    || text.contains(&format!("Defect::{variant}"));
                holds(
                    is_named,
                    &format!("{test} does not speak of {}", mutant.name),
                )?;
            }
        }
    }
    Ok(())
}

/// `malloc-in-handler` as the variant of an enum.
#[cfg(all(feature = "cli", sigprof))]
fn camel(name: &str) -> String {
    let capital = |word: &str| word[..1].to_uppercase() + &word[1..];
    name.split('-').map(capital).collect()
}

/// A file's text, or those of all files below a folder.
#[cfg(all(feature = "cli", sigprof))]
fn texts(path: &Path) -> String {
    match std::fs::read_dir(path) {
        Ok(entries) => entries
            .flatten()
            .map(|entry| texts(&entry.path()))
            .collect(),
        Err(_) => std::fs::read_to_string(path).unwrap_or_default(),
    }
}

#[cfg(all(feature = "cli", sigprof))]
fn holds(condition: bool, otherwise: &str) -> Result<(), Failed> {
    match condition {
        true => Ok(()),
        false => Err(otherwise.into()),
    }
}
