//! Why there is no artefact.

use std::error::Error;
use std::ffi::OsString;
use std::fmt::{self, Display, Formatter};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Why there is no artefact. Each is the case's, the compiler's or the machine's, and never the profiler's fault.
#[derive(Clone, Debug)]
pub enum BuildError {
    /// The compiler, or a tool behind it, refused.
    Compiler {
        /// How it was called.
        argv: Vec<OsString>,
        /// Its own message.
        says: String,
    },
    /// There is none.
    NoCompiler(String),
    /// A call that the case claims is none in the code.
    Edge {
        /// The caller.
        from: String,
        /// The callee.
        to: String,
        /// What it is instead.
        why: String,
    },
    /// What was asked for makes no sense: a word that is no variant, a name that leads out of the folder.
    Refused(String),
    /// A file could not be read or written.
    Io {
        /// Which.
        path: PathBuf,
        /// Why.
        error: Arc<io::Error>,
    },
}

impl BuildError {
    /// For `map_err`: what went wrong with `path`.
    pub(super) fn io(path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_path_buf();
        move |error| BuildError::Io {
            path,
            error: Arc::new(error),
        }
    }
}

impl Display for BuildError {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            BuildError::Compiler { argv, says } => {
                let tool = argv.first().map(|exe| exe.to_string_lossy());
                write!(f, "{}: {says}", tool.unwrap_or_default())
            }
            BuildError::NoCompiler(why) => write!(
                f,
                "no compiler: {why}; install gcc or clang, or name one in CC (CXX for C++)"
            ),
            BuildError::Edge { from, to, why } => {
                write!(f, "{from} > {to} is claimed, and is no call: {why}")
            }
            BuildError::Refused(why) => f.write_str(why),
            BuildError::Io { path, error } => write!(f, "{}: {error}", path.display()),
        }
    }
}

impl Error for BuildError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            BuildError::Io { error, .. } => Some(error.as_ref()),
            _ => None,
        }
    }
}
