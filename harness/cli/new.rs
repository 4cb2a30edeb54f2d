//! `framecheck new CASE`: a case to begin with, which runs as it is.

use std::fs::OpenOptions;
use std::io::{ErrorKind, Write};

use super::EXIT_EXPECTED;
use crate::case;

pub fn new(id: &str, out: &mut dyn Write) -> Result<i32, String> {
    let file = format!("{}.c", id.replace('.', "_"));
    let text = skeleton(id);
    // The parser knows what an id may be.
    case::parse(&file, &text).map_err(|_| {
        format!("{id:?} is no id of a case: words of a-z, 0-9 and _, at least two of them, joined by dots, such as stack.leaf")
    })?;
    let mut created = OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(&file)
        .map_err(|error| match error.kind() {
            ErrorKind::AlreadyExists => {
                format!("{file} is there already: remove it, or name another case")
            }
            _ => format!("{file}: {error}"),
        })?;
    created
        .write_all(text.as_bytes())
        .map_err(|error| format!("{file}: {error}"))?;
    writeln!(out, "{file}: change it, then `framecheck run {file}`")
        .map_err(|error| format!("stdout: {error}"))?;
    Ok(EXIT_EXPECTED)
}

fn skeleton(id: &str) -> String {
    include_str!("skeleton.c").replace("CASE_ID", id)
}
