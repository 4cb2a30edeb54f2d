//! Finding a compiler, and calling it and its tools: with a scrubbed environment, a deadline, and temporary files of
//! its own folder.

use std::env;
use std::ffi::{OsStr, OsString};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use super::error::BuildError;
use super::hash::Hash;
use crate::run::child::{End, Outcome, Spec};
use crate::run::spawn;

/// The largest case takes a second; the rest is for machines that are busy.
const DEADLINE: Duration = Duration::from_secs(60);

/// A compiler that was found.
#[derive(Clone, Debug)]
pub(super) struct Compiler {
    path: PathBuf,
    /// The first line of what it says of itself.
    pub(super) version: String,
    /// Whether it takes what only gcc has.
    pub(super) gcc: bool,
}

impl Compiler {
    /// Finds the C or C++ compiler as cc does: CC or CXX, or else what is usual here. cc finds and does not compile:
    /// it would add flags that it thinks fit, and those of CFLAGS.
    pub(super) fn find(cpp: bool, calls: &Calls, scratch: &Path) -> Result<Self, BuildError> {
        let tool = cc::Build::new()
            .cpp(cpp)
            .target(env!("FRAMECHECK_TARGET"))
            .host(env!("FRAMECHECK_TARGET"))
            .opt_level(0)
            .out_dir(scratch)
            .cargo_metadata(false)
            .cargo_warnings(false)
            .no_default_flags(true)
            .try_get_compiler()
            .map_err(|error| BuildError::NoCompiler(error.to_string()))?;
        Compiler::at(tool.path(), tool.is_like_gnu(), calls, scratch)
    }

    /// The compiler at a path, or of a name in PATH.
    pub(super) fn at(
        path: &Path,
        gcc: bool,
        calls: &Calls,
        scratch: &Path,
    ) -> Result<Self, BuildError> {
        let outcome = calls
            .child(path.as_os_str(), &["--version".into()], scratch)
            .map_err(|error| BuildError::NoCompiler(format!("{}: {error}", path.display())))?;
        let says = String::from_utf8_lossy(&outcome.stdout);
        match says.lines().next() {
            Some(version) if outcome.end == End::Exited(0) => Ok(Compiler {
                path: path.to_path_buf(),
                version: version.to_owned(),
                gcc,
            }),
            _ => {
                let why = format!("{} --version says nothing", path.display());
                Err(BuildError::NoCompiler(why))
            }
        }
    }

    /// A command line, from the compiler's path on.
    pub(super) fn argv<A: Into<OsString>>(
        &self,
        args: impl IntoIterator<Item = A>,
    ) -> Vec<OsString> {
        let path = self.path.clone().into_os_string();
        [path]
            .into_iter()
            .chain(args.into_iter().map(Into::into))
            .collect()
    }

    /// What tells it from other compilers.
    pub(super) fn hash(&self, hash: &mut Hash) {
        hash.part(self.path.as_os_str().as_encoded_bytes());
        hash.part(&self.version);
    }
}

/// Calls, and how many there were.
pub(super) struct Calls {
    count: AtomicUsize,
    deadline: Duration,
}

impl Calls {
    pub(super) fn new() -> Self {
        Calls {
            count: AtomicUsize::new(0),
            deadline: DEADLINE,
        }
    }

    /// Calls a tool in `folder` and returns what it wrote to stdout, and to stderr although it succeeded.
    pub(super) fn call(
        &self,
        argv: &[OsString],
        folder: &Path,
    ) -> Result<(String, String), BuildError> {
        let failed = |says: String| BuildError::Compiler {
            argv: argv.to_vec(),
            says,
        };
        let (exe, args) = argv.split_first().ok_or_else(|| failed(String::new()))?;
        let outcome = self
            .child(exe, args, folder)
            .map_err(|error| failed(error.to_string()))?;
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim_end().to_owned();
        let says = text(&outcome.stderr);
        match outcome.end {
            End::Exited(0) => Ok((text(&outcome.stdout), says)),
            End::Exited(code) if says.is_empty() => Err(failed(format!("exit code {code}"))),
            End::Exited(_) => Err(failed(says)),
            End::Signaled(signal) => Err(failed(format!("ended by signal {signal}\n{says}"))),
            End::TimedOut => Err(failed(format!("not done after {:?}", self.deadline))),
        }
    }

    fn child(&self, exe: &OsStr, args: &[OsString], folder: &Path) -> io::Result<Outcome> {
        self.count.fetch_add(1, Ordering::Relaxed);
        // A compiler looks for its parts in PATH and writes to TMPDIR; CPATH, C_INCLUDE_PATH and the like stay out.
        let path = env::var_os("PATH").map(|path| ("PATH".into(), path));
        let own = [
            ("LC_ALL".into(), "C".into()),
            ("TMPDIR".into(), folder.into()),
        ];
        let spec = Spec {
            exe: exe.into(),
            args: args.to_vec(),
            env: own.into_iter().chain(path).collect(),
            deadline: self.deadline,
        };
        spawn::run_at(&spec, folder)
    }

    /// How many there were so far.
    pub(super) fn count(&self) -> usize {
        self.count.load(Ordering::Relaxed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_compiler_that_is_not_there_is_said_with_the_remedy() {
        let folder = tempfile::tempdir().unwrap();
        for path in ["/no/such/cc", "/bin/false"] {
            let found = Compiler::at(path.as_ref(), true, &Calls::new(), folder.path());
            let says = found.unwrap_err().to_string();
            assert!(
                says.contains(path) && says.contains("install gcc"),
                "{says}"
            );
        }
    }

    fn says(calls: &Calls, script: &str) -> String {
        let folder = tempfile::tempdir().unwrap();
        let argv = ["sh", "-c", script].map(OsString::from);
        calls.call(&argv, folder.path()).unwrap_err().to_string()
    }

    #[test]
    fn how_a_tool_ended_is_said() {
        let calls = Calls::new();
        assert_eq!(says(&calls, "echo bad >&2; exit 1"), "sh: bad");
        assert_eq!(says(&calls, "exit 3"), "sh: exit code 3");
        let killed = says(&calls, "echo last words >&2; kill -ABRT $$");
        assert_eq!(killed, "sh: ended by signal 6\nlast words");
        assert_eq!(calls.count(), 3);
    }

    #[test]
    fn a_tool_that_hangs_is_ended_with_its_children() {
        let calls = Calls {
            deadline: Duration::from_millis(200),
            ..Calls::new()
        };
        // Both hold the output open: the call comes back only when both are gone.
        let hung = says(&calls, "sleep 600 & sleep 600");
        assert_eq!(hung, "sh: not done after 200ms");
    }

    #[test]
    fn the_environment_is_scrubbed_and_temporary_files_stay_in_the_folder() {
        let folder = tempfile::tempdir().unwrap();
        let argv = ["sh", "-c", "echo $TMPDIR-$LC_ALL-$HOME-$CARGO"].map(OsString::from);
        let (out, _) = Calls::new().call(&argv, folder.path()).unwrap();
        assert_eq!(out, format!("{}-C--", folder.path().display()));
    }
}
