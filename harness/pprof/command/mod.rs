//! The command lines of `pprof` and `lint`: arguments in, text to the writers that are handed in, an exit code out.
//!
//! It decides nothing about layout; that is the views'. Exit codes: 0 shown, 1 lint found something, 2 the call or the
//! input was wrong.

mod flags;
mod settings;
mod sources;
mod table;
mod values;

use std::borrow::Cow;
use std::ffi::OsString;
use std::fmt;
use std::fs::File;
use std::io::{self, IsTerminal, Write};

use super::model::Profile;
use super::view::{self, View};
use settings::Settings;

/// A reason to exit with 2, in one line.
struct Refusal(String);

impl<E: fmt::Display> From<E> for Refusal {
    fn from(cause: E) -> Refusal {
        Refusal(cause.to_string())
    }
}

/// Runs `pprof` with these arguments (without the name of the program): the report goes to `out`, all else to `err`.
pub fn main(args: &[OsString], out: &mut dyn Write, err: &mut dyn Write) -> i32 {
    exit_code(run(args, out, err).map(|()| 0), err)
}

/// Runs `lint` with these arguments: the files. A finding a line goes to `out`, `FILE: PATH: CAUSE`; with findings the
/// exit code is 1, and 2 where a file is no valid profile.
pub fn lint(args: &[OsString], out: &mut dyn Write, err: &mut dyn Write) -> i32 {
    exit_code(run_lint(args, out), err)
}

fn exit_code(result: Result<i32, Refusal>, err: &mut dyn Write) -> i32 {
    result.unwrap_or_else(|Refusal(line)| {
        // Nothing is left to tell anybody if stderr is closed.
        let _ = writeln!(err, "{line}");
        2
    })
}

fn run(args: &[OsString], out: &mut dyn Write, err: &mut dyn Write) -> Result<(), Refusal> {
    let (mut settings, files) = settings::parse(args).map_err(Refusal)?;
    if settings.help {
        return Ok(out.write_all(table::help().as_bytes())?);
    }
    for note in &settings.notes {
        writeln!(err, "{note}")?;
    }
    let Some(view) = settings.view.take() else {
        return Err(Refusal(
            "no view: use -top, -traces, -tree, -peek, -raw, -tags, -comments or -proto \
             (pprof's interactive mode is not supported)"
                .to_owned(),
        ));
    };
    let profile = sources::profile(&settings, files, err)?;
    let Some(path) = settings.output.take() else {
        let is_terminal = io::stdout().is_terminal();
        if is_terminal && view == View::Proto {
            return Err(Refusal(
                "-proto would write binary data to the terminal: use -output=FILE".to_owned(),
            ));
        }
        settings.options.colour = is_terminal && std::env::var_os("NO_COLOR").is_none();
        return show(&view, profile, &settings, out, err);
    };
    // The whole report first: one that fails leaves an older file as it was.
    let mut report = Vec::new();
    show(&view, profile, &settings, &mut report, err)?;
    writeln!(err, "Generating report in {path}")?;
    let written = File::create(&path).and_then(|mut file| file.write_all(&report));
    written.map_err(|cause| Refusal(format!("{path}: {cause}")))
}

fn show(
    view: &View,
    profile: Profile,
    settings: &Settings,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> Result<(), Refusal> {
    let mut buffered = io::BufWriter::with_capacity(1 << 16, out);
    let mut note = |line: String| {
        // A closed stderr is no reason not to show the report.
        let _ = writeln!(err, "{line}");
    };
    let shown = view::show(
        view,
        Cow::Owned(profile),
        &settings.options,
        &mut buffered,
        &mut note,
    );
    match shown.and_then(|()| buffered.flush().map_err(view::Error::Io)) {
        // `… | head` is a way to read a report.
        Err(view::Error::Io(error)) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        other => Ok(other?),
    }
}

fn run_lint(args: &[OsString], out: &mut dyn Write) -> Result<i32, Refusal> {
    if args.is_empty() {
        return Err(Refusal("no profile: framecheck lint PROFILE …".to_owned()));
    }
    let mut code = 0;
    for file in args {
        let name = file.to_string_lossy();
        let refusal = |cause: &dyn fmt::Display| Refusal(format!("{name}: {cause}"));
        let bytes = std::fs::read(file).map_err(|cause| refusal(&cause))?;
        let profile = Profile::decode(&bytes).map_err(|cause| refusal(&cause))?;
        profile
            .check_valid()
            .map_err(|cause| refusal(&format!("{}: {cause}", cause.path())))?;
        for finding in profile.lint() {
            writeln!(out, "{name}: {finding}")?;
            code = 1;
        }
    }
    Ok(code)
}
