//! The command line: arguments in, exit code out. Results go to stdout, progress and diagnostics to stderr; no other room
//! prints.
//!
//! `args`: what can be asked; `select`: names and globs; `pool`: cases in parallel; `setting`: port, clock and seed; and a file a
//! subcommand: `check`, `doctor`, `list`, `mutants`, `new`, `run`.

mod args;
mod check;
mod doctor;
mod list;
mod mutants;
mod new;
mod pool;
mod run;
mod select;
mod setting;

use std::ffi::{OsStr, OsString};
use std::io::{self, Write};

use clap::Parser;

use args::{Arguments, Command};

/// All as expected.
const EXIT_EXPECTED: i32 = 0;
/// Not as expected.
const EXIT_UNEXPECTED: i32 = 1;
/// The call or the set-up was wrong.
const EXIT_WRONG_CALL: i32 = 2;

/// The hidden subcommand by which `run` runs a program in a process of its own, without another executable.
const PROGRAM: &str = "__program";

/// Runs the command line, the executable's name first, and returns the exit code.
pub fn main(args: impl IntoIterator<Item = OsString>) -> i32 {
    let args: Vec<OsString> = args.into_iter().collect();
    let rest = || args.iter().skip(2).cloned();
    // Both before clap sees them: one speaks a protocol of its own, the other spells its flags as `go tool pprof` does.
    match args.get(1).map(OsString::as_os_str) {
        Some(command) if command == PROGRAM => {
            return crate::programs::main(rest(), &mut io::stdout(), &mut io::stderr());
        }
        Some(command) if command == OsStr::new("pprof") => {
            return pprof(&rest().collect::<Vec<_>>());
        }
        _ => {}
    }
    let arguments = match Arguments::try_parse_from(&args) {
        Ok(arguments) => arguments,
        Err(error) => {
            // Help and version are asked for and go to stdout with 0; the rest is a wrong call.
            let _ = error.print();
            return error.exit_code();
        }
    };
    match dispatch(arguments) {
        Ok(code) => code,
        Err(message) => {
            let _ = writeln!(anstream::stderr(), "framecheck: {message}");
            EXIT_WRONG_CALL
        }
    }
}

fn dispatch(arguments: Arguments) -> Result<i32, String> {
    let out = &mut anstream::stdout();
    match arguments.command {
        Command::Run(request) => run::run(&request, out),
        Command::Check(request) => check::check(&request, out),
        Command::New { case } => new::new(&case, out),
        Command::Mutants(request) => mutants::mutants(&request, out),
        Command::List { format } => list::list(format, out),
        // Taken before clap; here for the help.
        Command::Pprof { args } => Ok(pprof(&args)),
        Command::Lint { profiles } => Ok(crate::pprof::command::lint(
            &profiles,
            out,
            &mut anstream::stderr(),
        )),
        Command::Doctor => doctor::doctor(out).map_err(|error| error.to_string()),
    }
}

fn pprof(args: &[OsString]) -> i32 {
    crate::pprof::command::main(args, &mut io::stdout().lock(), &mut io::stderr().lock())
}
