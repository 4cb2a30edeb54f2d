//! `framecheck list`: the cases that there are.

use std::io::{self, Write};

use serde_json::json;

use super::EXIT_EXPECTED;
use super::args::Format;
use crate::case::Level;
use crate::corpus::{self, Entry};

pub fn list(format: Format, out: &mut dyn Write) -> Result<i32, String> {
    let entries = corpus::all().map_err(|errors| errors.to_string())?;
    let printed = match format {
        Format::Text => text(&entries, out),
        Format::Json => entries
            .iter()
            .try_for_each(|entry| writeln!(out, "{}", object(entry))),
    };
    printed.map_err(|error| format!("stdout: {error}"))?;
    Ok(EXIT_EXPECTED)
}

fn text(entries: &[Entry], out: &mut dyn Write) -> io::Result<()> {
    let width = entries.iter().map(|entry| entry.case.id.len()).max();
    let width = width.unwrap_or(0);
    for Entry { case, .. } in entries {
        writeln!(out, "{:width$}  {}", case.id, case.says)?;
    }
    Ok(())
}

/// An object a case, one a line.
fn object(entry: &Entry) -> serde_json::Value {
    let case = &entry.case;
    let needs: Vec<String> = case.needs.iter().map(ToString::to_string).collect();
    let claims: Vec<&str> = case
        .claims
        .iter()
        .map(|claim| claim.text.as_str())
        .collect();
    json!({
        "case": case.id,
        "says": case.says,
        "file": entry.file.display().to_string(),
        "level": match case.level {
            Level::Must => "must",
            Level::Should => "should",
        },
        "origin": case.origin,
        "needs": needs,
        "variants": entry.variants(),
        "claims": claims,
        "kills": case.kills,
        "alone": case.alone,
        "long": case.long,
    })
}
