//! The suite can say no: each mutant of the reference is killed by the cases that name it, and spares one that is about something
//! else. Each pair is a test, as `framecheck mutants` runs them; what no case sees is killed in the test that the mutant names.
#![cfg_attr(not(all(feature = "cli", sigprof)), allow(unused))]

use std::process::ExitCode;

use libtest_mimic::{Arguments, Failed, Trial as Test};

#[cfg(all(feature = "cli", sigprof))]
use {
    framecheck::{corpus, mutant::MUTANTS},
    std::collections::BTreeSet,
    std::path::Path,
    std::process::Command,
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
            .map(|mutant| {
                let name = mutant.name;
                Test::test(name, move || killed(name))
            }),
    );
    tests
}

/// Runs the mutant against all cases that name it and the one that it spares.
#[cfg(all(feature = "cli", sigprof))]
fn killed(mutant: &str) -> Result<(), Failed> {
    let run = Command::new(env!("CARGO_BIN_EXE_framecheck"))
        .args(["mutants", mutant, "--jobs", "1"])
        .output()
        .map_err(|error| error.to_string())?;
    let shown = [run.stdout, run.stderr].map(|text| String::from_utf8_lossy(&text).into_owned());
    holds(run.status.code() == Some(0), &shown.concat())
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
