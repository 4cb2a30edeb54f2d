//! `pprof`'s command line: arguments in, text to the writers that are handed in, an exit code out.
//!
//! It decides nothing about layout; that is the views'. Exit codes: 0 shown, 2 the call or the input was wrong.

mod flags;
mod settings;

use std::ffi::{OsStr, OsString};
use std::fmt;
use std::io::{self, Write};
use std::path::Path;

use super::model::Profile;
use super::symbolize;
use super::view;
use settings::{Settings, View};

/// A reason to exit with 2, in one line.
struct Refusal(String);

impl<E: fmt::Display> From<E> for Refusal {
    fn from(cause: E) -> Refusal {
        Refusal(cause.to_string())
    }
}

/// Runs `pprof` with these arguments (without the name of the program): the report goes to `out`, all else to `err`.
pub fn main(args: &[OsString], out: &mut dyn Write, err: &mut dyn Write) -> i32 {
    match run(args, out, err) {
        Ok(()) => 0,
        Err(Refusal(line)) => {
            // Nothing is left to tell anybody if stderr is closed.
            let _ = writeln!(err, "{line}");
            2
        }
    }
}

fn run(args: &[OsString], out: &mut dyn Write, err: &mut dyn Write) -> Result<(), Refusal> {
    let (settings, files) = settings::parse(args).map_err(Refusal)?;
    let Some(view) = settings.view else {
        return Err(Refusal(
            "no view: use -top or -traces (pprof's interactive mode is not supported)".to_owned(),
        ));
    };
    let (executable, source) = arguments(files)?;
    let mut profile = read(source)?;
    profile.ensure_mapping();
    if let Some(executable) = executable {
        profile.set_main_binary(executable.as_encoded_bytes());
    }
    if settings.symbolize {
        let lookup = symbolize::Options {
            replace_lines: true,
            ..settings.lookup
        };
        for failure in symbolize::local(&mut profile, &lookup) {
            writeln!(
                err,
                "{}: not symbolized: {}",
                failure.file.display(),
                failure.cause
            )?;
        }
        symbolize::demangle_names(&mut profile, settings.lookup.demangle);
    }
    profile.remove_uninteresting();
    show(view, &profile, &settings, out)
}

fn show(
    view: View,
    profile: &Profile,
    settings: &Settings,
    out: &mut dyn Write,
) -> Result<(), Refusal> {
    let mut buffered = io::BufWriter::new(out);
    let shown = match view {
        View::Top => view::top(profile, &settings.options, &mut buffered),
        View::Traces => view::traces(profile, &settings.options, &mut buffered),
    };
    match shown.and_then(|()| buffered.flush().map_err(view::Error::Io)) {
        // `… | head` is a way to read a report.
        Err(view::Error::Io(error)) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        other => Ok(other?),
    }
}

/// The executable, if the first of two arguments can be opened as one, and the profile.
fn arguments(files: &[OsString]) -> Result<(Option<&OsStr>, &OsStr), Refusal> {
    match files {
        [] => Err(Refusal("no profile source specified".to_owned())),
        [source] => Ok((None, source)),
        [executable, source] => match symbolize::check_object_file(Path::new(executable)) {
            Ok(()) => Ok((Some(executable), source)),
            Err(cause) => Err(Refusal(format!(
                "{}: {cause}",
                executable.to_string_lossy()
            ))),
        },
        _ => Err(Refusal("several profiles are not supported".to_owned())),
    }
}

fn read(source: &OsStr) -> Result<Profile, Refusal> {
    let name = source.to_string_lossy();
    let bytes = std::fs::read(source).map_err(|cause| Refusal(format!("{name}: {cause}")))?;
    let profile = Profile::decode(&bytes).map_err(|cause| Refusal(format!("{name}: {cause}")))?;
    profile
        .check_valid()
        .map_err(|cause| Refusal(format!("{name}: malformed profile: {cause}")))?;
    Ok(profile)
}
