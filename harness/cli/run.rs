//! `framecheck run`: cases, each in a process of its own, judged and told as they come.

use std::io::Write;

use super::args::{Format, Partition, Run};
use super::pool::{self, Task};
use super::select;
use super::setting::Setting;
use crate::corpus::Entry;
use crate::report::json::Json;
use crate::report::text::Text;
use crate::report::{Report, Summary};

pub fn run(request: &Run, out: &mut (dyn Write + Send)) -> Result<i32, String> {
    let entries = select::entries(&request.cases)?;
    let setting = Setting::new(request.clock.as_deref(), request.seed)?;
    let tasks = tasks(request, &entries)?;
    setting.probe()?;
    let width = tasks.iter().map(|task| task.what.0.case.id.len()).max();
    let mut report: Box<dyn Report + '_> = match request.format {
        Format::Text => Box::new(Text::new(out, width.unwrap_or(0))),
        Format::Json => Box::new(Json::new(out)),
    };
    let mut summary = Summary::default();
    let told = pool::each(
        &tasks,
        pool::jobs(request.jobs),
        |(entry, variant)| setting.run(entry, variant, None),
        |outcome| {
            summary.add(&outcome);
            report.outcome(&outcome)
        },
    );
    told.and_then(|()| report.end(&summary))
        .map_err(|error| format!("stdout: {error}"))?;
    Ok(summary.exit_code())
}

/// What is to be run: cases in their variants, without the long ones where nobody asked for those.
fn tasks<'a>(
    request: &Run,
    entries: &'a [Entry],
) -> Result<Vec<Task<(&'a Entry, String)>>, String> {
    let is_named = !request.cases.is_empty();
    let mut tasks = Vec::new();
    for entry in entries {
        if entry.case.long && !request.long && !is_named {
            continue;
        }
        for variant in select::variants(entry, &request.variant)? {
            tasks.push(Task {
                name: format!("{} {variant}", entry.case.id),
                alone: entry.case.alone,
                what: (entry, variant),
            });
        }
    }
    let Some(Partition { part, of }) = request.partition else {
        return Ok(tasks);
    };
    let is_mine = |(index, _): &(usize, _)| index % of == part - 1;
    let mine = tasks.into_iter().enumerate().filter(is_mine);
    Ok(mine.map(|(_, task)| task).collect())
}
