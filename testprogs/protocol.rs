//! `EXE PROGRAM`, or `run-so FILE` for a C case: runs it under a profiler that is linked in, and prints the profile's path, alone,
//! on stdout. What goes wrong is one line on stderr, nothing on stdout, and no file left behind. Which profiler it is, it
//! does not know.

use std::ffi::OsString;
use std::fmt::Display;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use serde_json::json;
use tempfile::{Builder, NamedTempFile};

use super::ffi_artefact::{self, Artefact};
use super::run_so;
use super::session::Session;
use super::settings::Settings;
use super::table::{PROGRAMS, Program, find};
use crate::port::Profiler;

/// The program found something wrong itself.
pub const EXIT_CHECK_FAILED: i32 = 1;
/// The program could not be run: environment, temporary folder, profiler.
pub const EXIT_SET_UP: i32 = 2;
/// There is no such program here, or not on this platform.
pub const EXIT_NO_PROGRAM: i32 = 127;

/// The protocol's version, in what `describe` prints.
const PROTOCOL: u32 = 1;
/// A way to end other than well: the exit code and the line.
struct Failure {
    code: i32,
    line: String,
}

fn failure(code: i32, message: impl Display) -> Failure {
    // An error of somebody else's may have several lines.
    Failure {
        code,
        line: message.to_string().replace('\n', "; "),
    }
}

/// Runs what `args` ask for under this profiler, and returns the exit code: the executable protocol of INTERPRETING.md.
pub fn serve(
    profiler: &mut dyn Profiler,
    args: impl IntoIterator<Item = OsString>,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> i32 {
    match dispatch(profiler, args.into_iter().collect(), out) {
        Ok(()) => 0,
        Err(Failure { code, line }) => {
            // Nobody is left to tell when stderr is gone too.
            let _ = writeln!(err, "testprog: {line}");
            code
        }
    }
}

fn dispatch(
    profiler: &mut dyn Profiler,
    args: Vec<OsString>,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    let files = match args.as_slice() {
        [name] if name == "describe" => return print(out, &describe(profiler)),
        [name] => {
            let name = name.to_string_lossy();
            let program = find(&name).ok_or_else(|| {
                failure(EXIT_NO_PROGRAM, format!("no such program: {:?}", &*name))
            })?;
            supported()?;
            profile(profiler, program)?
        }
        [word, file] if word == "run-so" => {
            supported()?;
            profile_artefact(profiler, Path::new(file))?
        }
        _ => {
            let names: Vec<_> = PROGRAMS.iter().map(|program| program.name).collect();
            let usage = format!(
                "name one program: {}, or describe, or run-so FILE",
                names.join(", ")
            );
            return Err(failure(EXIT_SET_UP, usage));
        }
    };
    files.keep(out)
}

fn supported() -> Result<(), Failure> {
    match super::unsupported() {
        Some(reason) => Err(failure(EXIT_NO_PROGRAM, reason)),
        None => Ok(()),
    }
}

fn describe(profiler: &dyn Profiler) -> String {
    let described = profiler.describe();
    let capabilities = described.capabilities.iter().map(|one| one.name());
    let object = json!({
        "protocol": PROTOCOL,
        "name": described.name,
        "version": described.version,
        "url": described.url,
        "capabilities": capabilities.collect::<Vec<_>>(),
        "clock": described.clock,
    });
    object.to_string()
}

fn print(out: &mut dyn Write, line: &str) -> Result<(), Failure> {
    writeln!(out, "{line}")
        .and_then(|()| out.flush())
        .map_err(|e| failure(EXIT_SET_UP, format!("stdout: {e}")))
}

/// Runs a program under the profiler. The file is made first: where it cannot be, nothing is run.
fn profile(profiler: &mut dyn Profiler, program: &'static Program) -> Result<Files, Failure> {
    let settings = Settings::from_env().map_err(set_up)?;
    let mut files = Files::create(program.name, settings.truth.clone())?;
    (program.prepare)().map_err(set_up)?;
    start(profiler, &settings)?;
    let mut session = Session::new(program.name, &settings);
    let checked = (program.run)(&mut session);
    session.end();
    let profile = stop(profiler)?;
    checked.map_err(|e| failure(EXIT_CHECK_FAILED, format!("{}: {e}", program.name)))?;
    if let Some(after) = program.after {
        after(&mut session);
    }
    files.write(&profile)?;
    files.write_truth(&session.into_truth().to_json())?;
    Ok(files)
}

/// Runs a C case's artefact under the profiler. Its own runtime writes the truth when it is closed.
fn profile_artefact(profiler: &mut dyn Profiler, file: &Path) -> Result<Files, Failure> {
    let settings = Settings::from_env().map_err(set_up)?;
    let stem = file.file_stem().unwrap_or_default().to_string_lossy();
    let mut files = Files::create(&stem, settings.truth.clone())?;
    ffi_artefact::set_truth(&files.truth_path()).map_err(set_up)?;
    let artefact = Artefact::open(file).map_err(set_up)?;
    start(profiler, &settings)?;
    run_so::run(&artefact);
    let profile = stop(profiler)?;
    artefact.close();
    files.write(&profile)?;
    Ok(files)
}

fn set_up(message: impl Display) -> Failure {
    failure(EXIT_SET_UP, message)
}

fn start(profiler: &mut dyn Profiler, settings: &Settings) -> Result<(), Failure> {
    let started = profiler.start(settings.hz);
    started.map_err(|e| set_up(format!("the profiler does not start: {e}")))
}

fn stop(profiler: &mut dyn Profiler) -> Result<Vec<u8>, Failure> {
    let stopped = profiler.stop();
    stopped.map_err(|e| set_up(format!("the profiler does not stop: {e}")))
}

/// The files of a run, which go away unless they are kept.
struct Files {
    profile: NamedTempFile,
    truth: Option<PathBuf>,
    truth_written: Option<PathBuf>,
}

impl Files {
    fn create(program: &str, truth: Option<PathBuf>) -> Result<Self, Failure> {
        let folder = std::env::temp_dir();
        let profile = Builder::new()
            .prefix(&format!("{program}-"))
            .suffix(".pb.gz")
            .tempfile_in(&folder)
            .map_err(|e| {
                let remedy = "set TMPDIR to a folder that can be written to";
                failure(EXIT_SET_UP, format!("{}: {e}; {remedy}", folder.display()))
            })?;
        Ok(Files {
            profile,
            truth,
            truth_written: None,
        })
    }

    /// Where the truth goes: where it was asked for, or beside the profile.
    fn truth_path(&self) -> PathBuf {
        self.truth
            .clone()
            .unwrap_or_else(|| beside(self.profile.path()))
    }

    fn write(&mut self, profile: &[u8]) -> Result<(), Failure> {
        let path = self.profile.path().to_path_buf();
        self.profile
            .write_all(profile)
            .map_err(|e| unwritable(&path, &e))
    }

    fn write_truth(&mut self, truth: &str) -> Result<(), Failure> {
        let path = self.truth_path();
        fs::write(&path, truth).map_err(|e| unwritable(&path, &e))?;
        self.truth_written = Some(path);
        Ok(())
    }

    /// Keeps the files and prints the profile's path; what cannot be announced is not kept.
    fn keep(mut self, out: &mut dyn Write) -> Result<(), Failure> {
        print(out, &self.profile.path().display().to_string())?;
        self.profile.disable_cleanup(true);
        self.truth_written = None;
        Ok(())
    }
}

impl Drop for Files {
    fn drop(&mut self) {
        if let Some(path) = self.truth_written.take() {
            // It was ours a moment ago; if somebody else took it away, so much the better.
            let _ = fs::remove_file(path);
        }
    }
}

fn unwritable(path: &Path, error: &std::io::Error) -> Failure {
    set_up(format!("{}: {error}", path.display()))
}

/// PROFILE.truth.json: where `check` finds it.
fn beside(profile: &Path) -> PathBuf {
    let mut name = profile.as_os_str().to_owned();
    name.push(".truth.json");
    name.into()
}
