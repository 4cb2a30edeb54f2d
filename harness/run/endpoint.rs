//! An executable that speaks the protocol, what it can be asked, and the environment that it gets: nothing of ours but PATH,
//! a folder, and the C locale, so that a run is the same everywhere.

use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::child::{Outcome, Spec};
use super::scratch::Scratch;
use super::spawn;

/// Lines of a child's stderr that come back, its last ones.
const SAID_LINES_MAX: usize = 40;
/// Bytes of them.
const SAID_BYTES_MAX: usize = 4096;

/// An executable that speaks the protocol.
#[derive(Clone, Debug)]
pub struct Endpoint {
    /// The executable. Without a slash it is looked for in PATH; with one it is relative to the current folder.
    pub exe: PathBuf,
    /// Arguments before what it is asked. Relative paths among them are relative to the run's own folder.
    pub args: Vec<OsString>,
}

/// What an executable can be asked to run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Job {
    /// `EXE NAME`: a program of its own.
    Program(String),
    /// `EXE run-so FILE`: a C case's artefact.
    RunSo(PathBuf),
}

/// How to run a program.
#[derive(Clone, Debug)]
pub struct Request {
    /// What to run.
    pub job: Job,
    /// What it is told in its environment, beside PATH, TMPDIR, FRAMECHECK_TRUTH and LC_ALL. TMPDIR and FRAMECHECK_TRUTH
    /// cannot be changed.
    pub env: Vec<(OsString, OsString)>,
    /// Wall time that it has.
    pub deadline: Duration,
}

impl Job {
    fn args(&self) -> io::Result<Vec<OsString>> {
        Ok(match self {
            Job::Program(name) => vec![name.into()],
            Job::RunSo(file) => vec!["run-so".into(), std::path::absolute(file)?.into()],
        })
    }
}

impl Endpoint {
    /// Runs what is asked in a folder. The truth file's path is in FRAMECHECK_TRUTH.
    pub(super) fn ask(&self, request: &Request, scratch: &Scratch) -> io::Result<Outcome> {
        let spec = Spec {
            exe: absolute(&self.exe)?,
            args: self
                .args
                .iter()
                .cloned()
                .chain(request.job.args()?)
                .collect(),
            env: environment(request, scratch),
            deadline: request.deadline,
        };
        spawn::run_in(&spec, scratch)
    }
}

/// A child's whole environment. Of two values of one name the later counts.
pub(super) fn environment(request: &Request, scratch: &Scratch) -> Vec<(OsString, OsString)> {
    let path = std::env::var_os("PATH").map(|path| ("PATH".into(), path));
    let mut env: Vec<(OsString, OsString)> = path.into_iter().collect();
    env.push(("LC_ALL".into(), "C".into()));
    env.extend(request.env.iter().cloned());
    // By its TMPDIR a process is known as one of the run's.
    env.push(("TMPDIR".into(), scratch.path().into()));
    env.push(("FRAMECHECK_TRUTH".into(), truth_path(scratch.path()).into()));
    env
}

/// Where the truth file is to go.
pub(super) fn truth_path(folder: &Path) -> PathBuf {
    folder.join("truth.json")
}

/// The child begins in another folder.
pub(super) fn absolute(exe: &Path) -> io::Result<PathBuf> {
    match exe.components().count() {
        1 if !exe.has_root() => Ok(exe.to_owned()),
        _ => std::path::absolute(exe),
    }
}

/// The last lines of what a child wrote to stderr.
pub(super) fn said(stderr: &[u8]) -> String {
    let text = String::from_utf8_lossy(stderr);
    let text = text.trim();
    let lines = text.rmatch_indices('\n').nth(SAID_LINES_MAX - 1);
    let bytes = text.len().saturating_sub(SAID_BYTES_MAX);
    let begin = bytes.max(lines.map_or(0, |(at, _)| at + 1));
    let begin = (begin..=text.len()).find(|&at| text.is_char_boundary(at));
    match begin {
        None | Some(0) => text.to_owned(),
        Some(begin) => format!("… {}", &text[begin..]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_much_the_last_lines_come_back() {
        assert_eq!(said(b" one\ntwo\n"), "one\ntwo");
        let lines: Vec<String> = (0..100).map(|line| format!("line {line}")).collect();
        let last = said(lines.join("\n").as_bytes());
        assert!(
            last.starts_with("… line 60\n") && last.ends_with("\nline 99"),
            "{last}"
        );
        let long = said("é".repeat(10_000).as_bytes());
        assert!(long.len() <= SAID_BYTES_MAX + "… ".len(), "{}", long.len());
    }

    #[test]
    fn a_name_is_left_to_path_and_a_path_is_made_absolute() {
        assert_eq!(absolute(Path::new("perf")).unwrap(), Path::new("perf"));
        let here = std::env::current_dir().unwrap();
        assert_eq!(absolute(Path::new("a/b")).unwrap(), here.join("a/b"));
        assert_eq!(absolute(Path::new("./b")).unwrap(), here.join("b"));
        assert_eq!(absolute(Path::new("/b")).unwrap(), Path::new("/b"));
    }
}
