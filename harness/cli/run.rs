//! `framecheck run`: cases, each in a process of its own, judged and told as they come.

use std::collections::HashSet;
use std::io::Write;

use super::args::{Partition, Run, RunFormat};
use super::pool::{self, Task};
use super::select;
use super::setting::{self, Setting};
use crate::corpus::{self, Entry};
use crate::port::{Port, write};
use crate::report::json::Json;
use crate::report::junit::Junit;
use crate::report::text::Text;
use crate::report::{Report, Summary};
use crate::trial::Outcome;

/// A cell of the matrix.
struct Cell<'a> {
    port: &'a Port,
    entry: &'a Entry,
    variant: String,
}

pub fn run(request: &Run, out: &mut (dyn Write + Send)) -> Result<i32, String> {
    let entries = select::entries(&request.cases)?;
    let ports = setting::ports(&request.port)?;
    let setting = Setting::new(request.clock.as_deref(), request.seed)?;
    let of_ports = of_ports(&ports, &entries)?;
    let tasks = tasks(request, &of_ports)?;
    ports.iter().try_for_each(setting::probe)?;
    let width = tasks.iter().map(|task| task.what.entry.case.id.len()).max();
    let mut report: Box<dyn Report + '_> = match request.format {
        RunFormat::Text => Box::new(Text::new(out, width.unwrap_or(0)).several(ports.len() > 1)),
        RunFormat::Json => Box::new(Json::new(out)),
        RunFormat::Junit => Box::new(Junit::new(out)),
    };
    let mut summary = Summary::default();
    let mut outcomes = Vec::new();
    let told = pool::each(
        &tasks,
        pool::jobs(request.jobs),
        |cell| setting.run(cell.port, cell.entry, &cell.variant, None),
        |outcome| {
            summary.add(&outcome);
            report.outcome(&outcome)?;
            outcomes.push(outcome);
            Ok(())
        },
    );
    told.and_then(|()| report.end(&summary))
        .map_err(|error| format!("stdout: {error}"))?;
    if request.write_expectations {
        expectations(&ports, &outcomes)?;
    }
    Ok(summary.exit_code())
}

/// The cases of each port: those of its own programs are in the place of the suite's.
fn of_ports<'a>(
    ports: &'a [Port],
    entries: &[Entry],
) -> Result<Vec<(&'a Port, Vec<Entry>)>, String> {
    let of_port = |port: &'a Port| {
        let own = match &port.programs {
            Some(files) => corpus::of_port(entries, files).map_err(|error| error.to_string())?,
            None => entries.to_vec(),
        };
        Ok((port, own))
    };
    ports.iter().map(of_port).collect()
}

/// What is to be run: cases in their variants, without the long ones where nobody asked for those.
fn tasks<'a>(
    request: &Run,
    ports: &'a [(&'a Port, Vec<Entry>)],
) -> Result<Vec<Task<Cell<'a>>>, String> {
    let is_named = !request.cases.is_empty();
    let mut tasks = Vec::new();
    for (port, entries) in ports {
        for entry in entries {
            if entry.case.long && !request.long && !is_named {
                continue;
            }
            for variant in select::variants(entry, &request.variant)? {
                tasks.push(Task {
                    name: format!("{} {} {variant}", port.name, entry.case.id),
                    alone: entry.case.alone,
                    what: Cell {
                        port,
                        entry,
                        variant,
                    },
                });
            }
        }
    }
    let Some(Partition { part, of }) = request.partition else {
        return Ok(tasks);
    };
    let is_mine = |(index, _): &(usize, _)| index % of == part - 1;
    let mine = tasks.into_iter().enumerate().filter(is_mine);
    Ok(mine.map(|(_, task)| task).collect())
}

/// Writes what failed to the lists of the ports that have a folder, and says on stderr where.
fn expectations(ports: &[Port], outcomes: &[Outcome]) -> Result<(), String> {
    let mut err = anstream::stderr();
    let mut seen = HashSet::new();
    for port in ports {
        let Some(folder) = &port.folder else {
            let says = format!(
                "{}: it has no folder for a list of expected failings",
                port.name
            );
            let _ = writeln!(err, "{says}");
            continue;
        };
        // Flavours of one port have one list.
        if !seen.insert(folder) {
            continue;
        }
        let is_its = |outcome: &&Outcome| {
            let mut its = ports
                .iter()
                .filter(|port| port.folder.as_ref() == Some(folder));
            its.any(|port| port.name == outcome.port)
        };
        let its: Vec<Outcome> = outcomes.iter().filter(is_its).cloned().collect();
        let (path, count) = write::write(folder, &its)
            .map_err(|error| format!("{}: {error}", folder.join("expect.toml").display()))?;
        // Nobody is left to tell when stderr is gone too.
        let _ = match count {
            0 => writeln!(err, "{}: nothing to add", path.display()),
            _ => writeln!(
                err,
                "{}: {count} entries added; fill in each `reason`, or the list is refused",
                path.display()
            ),
        };
    }
    Ok(())
}
