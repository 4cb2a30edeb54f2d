//! `framecheck list`: what there is to run.

use std::io::{self, Write};

use serde_json::{Value, json};

use super::EXIT_EXPECTED;
use super::args::Format;
use crate::programs::{PROGRAMS, Program};

pub fn list(format: Format, out: &mut dyn Write) -> io::Result<i32> {
    match format {
        Format::Text => {
            let width = PROGRAMS
                .iter()
                .map(|program| program.name.len())
                .max()
                .unwrap_or(0);
            for program in PROGRAMS {
                writeln!(out, "{:width$}  {}", program.name, program.says)?;
            }
        }
        Format::Json => {
            let entry = |program: &Program| json!({"name": program.name, "says": program.says});
            let all: Vec<Value> = PROGRAMS.iter().map(entry).collect();
            writeln!(out, "{:#}", Value::from(all))?;
        }
    }
    Ok(EXIT_EXPECTED)
}
