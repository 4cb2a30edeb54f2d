//! `framecheck mutants`: each mutant of the reference against the cases that name it in `kills:`, and one that does not. A mutant that
//! survives shows that the suite cannot say no; one that kills what has nothing to do with it is too crude to show anything.

use std::io::{self, Write};

use anstyle::{AnsiColor, Style};

use super::args::Mutants;
use super::pool::{self, Task};
use super::select;
use super::setting::{self, Setting};
use super::{EXIT_EXPECTED, EXIT_UNEXPECTED};
use crate::case::glob;
use crate::corpus::Entry;
use crate::judge::Verdict;
use crate::mutant::{MUTANTS, Mutant};
use crate::trial::Outcome;

/// A run of the table.
struct Cell<'a> {
    mutant: &'static Mutant,
    entry: &'a Entry,
    variant: String,
    /// Whether the case has to kill the mutant; otherwise it has to pass.
    kills: bool,
}

pub fn mutants(request: &Mutants, out: &mut (dyn Write + Send)) -> Result<i32, String> {
    let entries = select::entries(&[])?;
    strangers(&entries)?;
    let setting = Setting::new(request.clock.as_deref(), request.seed)?;
    let port = setting::reference()?;
    let tasks: Vec<Task<Cell>> = chosen(&request.mutants)?
        .into_iter()
        .flat_map(|mutant| cells(mutant, &entries))
        .map(|cell| Task {
            name: format!("{} {}", cell.mutant.name, cell.entry.case.id),
            alone: cell.entry.case.alone,
            what: cell,
        })
        .collect();
    let mut table = Table {
        out,
        wrong: 0,
        killed: 0,
        spared: 0,
    };
    for mutant in chosen(&request.mutants)? {
        let has_case = tasks
            .iter()
            .any(|task| task.what.mutant.name == mutant.name);
        table
            .row_without_case(mutant, has_case)
            .map_err(|error| format!("stdout: {error}"))?;
    }
    let told = pool::each(
        &tasks,
        pool::jobs(request.jobs),
        |cell| {
            (
                cell.mutant,
                cell.kills,
                setting.run(&port, cell.entry, &cell.variant, Some(cell.mutant.name)),
            )
        },
        |(mutant, kills, outcome)| table.row(mutant, kills, &outcome),
    );
    told.and_then(|()| table.end())
        .map_err(|error| format!("stdout: {error}"))?;
    Ok(match table.wrong {
        0 => EXIT_EXPECTED,
        _ => EXIT_UNEXPECTED,
    })
}

/// A `kills:` that names no mutant.
fn strangers(entries: &[Entry]) -> Result<(), String> {
    for entry in entries {
        for name in &entry.case.kills {
            if !MUTANTS.iter().any(|mutant| mutant.name == name) {
                return Err(format!(
                    "{}: kills {name}, and there is no such mutant",
                    entry.file.display()
                ));
            }
        }
    }
    Ok(())
}

fn chosen(globs: &[String]) -> Result<Vec<&'static Mutant>, String> {
    if let Some(stranger) = globs.iter().find(|glob| {
        !MUTANTS
            .iter()
            .any(|mutant| glob::matches(glob, mutant.name))
    }) {
        let names: Vec<&str> = MUTANTS.iter().map(|mutant| mutant.name).collect();
        return Err(format!(
            "no mutant is called {stranger:?}; there are {}",
            names.join(", ")
        ));
    }
    let is_chosen = |mutant: &&Mutant| {
        globs.is_empty() || globs.iter().any(|glob| glob::matches(glob, mutant.name))
    };
    Ok(MUTANTS.iter().filter(is_chosen).collect())
}

/// The cases that name the mutant, each in its first variant, and one that does not; none for a mutant that no case names.
fn cells<'a>(mutant: &'static Mutant, entries: &'a [Entry]) -> Vec<Cell<'a>> {
    let names_it = |entry: &&Entry| entry.case.kills.iter().any(|name| name == mutant.name);
    let killers: Vec<&Entry> = entries.iter().filter(names_it).collect();
    if killers.is_empty() {
        return Vec::new();
    }
    let unrelated = mutant
        .spares
        .and_then(|id| entries.iter().find(|entry| entry.case.id == id));
    let cell = |entry: &'a Entry, kills| Cell {
        mutant,
        entry,
        variant: entry.variants().into_iter().next().unwrap_or_default(),
        kills,
    };
    let killers = killers.into_iter().map(|entry| cell(entry, true));
    killers
        .chain(unrelated.map(|entry| cell(entry, false)))
        .collect()
}

struct Table<'a> {
    out: &'a mut (dyn Write + Send),
    wrong: usize,
    killed: usize,
    spared: usize,
}

impl Table<'_> {
    fn row(&mut self, mutant: &Mutant, kills: bool, outcome: &Outcome) -> io::Result<()> {
        let is_killed = is_kill(outcome);
        let (word, is_right) = match (kills, is_killed, outcome.verdict) {
            (true, true, _) => ("killed", true),
            (true, false, _) => ("SURVIVES", false),
            (false, _, Verdict::Pass) => ("spared", true),
            (false, ..) => ("TOO CRUDE", false),
        };
        self.wrong += usize::from(!is_right);
        self.killed += usize::from(kills && is_right);
        self.spared += usize::from(!kills && is_right);
        let color = match is_right {
            true => AnsiColor::Green,
            false => AnsiColor::Red,
        };
        let style = Style::new().fg_color(Some(color.into())).bold();
        writeln!(
            self.out,
            "{style}{word:9}{style:#} {:24} {:28} {}",
            mutant.name,
            outcome.case,
            why(outcome)
        )
    }

    /// A mutant that a test kills, or nothing; nothing to say where a case does.
    fn row_without_case(&mut self, mutant: &Mutant, has_case: bool) -> io::Result<()> {
        match mutant.test {
            _ if has_case => Ok(()),
            Some(test) => writeln!(self.out, "elsewhere {:24} {test}", mutant.name),
            None => {
                self.wrong += 1;
                writeln!(
                    self.out,
                    "SURVIVES  {:24} no case names it, and no test",
                    mutant.name
                )
            }
        }
    }

    fn end(&mut self) -> io::Result<()> {
        writeln!(
            self.out,
            "killed {}, spared by an unrelated case {}, wrong {}",
            self.killed, self.spared, self.wrong
        )
    }
}

/// A case kills by one of its claims: not by what went wrong before there was anything to claim.
fn is_kill(outcome: &Outcome) -> bool {
    matches!(
        outcome.verdict,
        Verdict::Fail | Verdict::Crash | Verdict::Timeout
    )
}

/// The first claim that decided, cut to a line.
fn why(outcome: &Outcome) -> String {
    let decided = outcome
        .findings
        .iter()
        .find(|finding| finding.verdict == outcome.verdict && finding.verdict != Verdict::Pass);
    let text = match decided {
        Some(finding) => format!("{} {}", finding.verdict, finding.directive),
        None => format!("{} {}", outcome.verdict, outcome.evidence.says),
    };
    let is_long = text.chars().count() > WHY_COLUMNS;
    match is_long {
        true => text.chars().take(WHY_COLUMNS - 1).chain(['…']).collect(),
        false => text,
    }
}

/// What is left of 100 columns.
const WHY_COLUMNS: usize = 35;
