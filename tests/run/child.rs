//! The C child and how it is run. Without a C compiler its tests are skipped aloud.

use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use std::time::Duration;

use framecheck::run::program::{self, Ended, Endpoint, Job, Request};
use tempfile::NamedTempFile;

/// Runs the child so that it ends as `how` says. `None` without a compiler.
pub fn run(how: &str, deadline: Duration) -> Option<Ended> {
    let endpoint = Endpoint {
        exe: exe()?.to_owned(),
        args: vec![],
    };
    Some(ask(&endpoint, how, deadline))
}

/// Runs an executable, which has to be there.
pub fn ask(endpoint: &Endpoint, name: &str, deadline: Duration) -> Ended {
    let request = Request {
        job: Job::Program(name.to_owned()),
        env: vec![],
        deadline,
    };
    program::run(endpoint, &request).expect("the child can be run")
}

/// The compiled child. It stays for the next time, under a name that goes with its source.
pub fn exe() -> Option<&'static Path> {
    static EXE: OnceLock<Option<PathBuf>> = OnceLock::new();
    EXE.get_or_init(compile).as_deref()
}

fn compile() -> Option<PathBuf> {
    let cc = std::env::var_os("CC").unwrap_or_else(|| "cc".into());
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let hash = BuildHasherDefault::<DefaultHasher>::new().hash_one((SOURCE, &cc));
    let exe = folder.join(format!("run-child-{hash:x}"));
    if exe.exists() {
        return Some(exe);
    }
    let made = NamedTempFile::new_in(folder).expect("a file for the child");
    let made = made.into_temp_path();
    let mut command = Command::new(cc);
    command.args(["-g", "-O0", "-pthread", "-o"]);
    command.arg(&made).arg(SOURCE_PATH);
    match command.status() {
        Ok(status) => assert!(status.success(), "{command:?}: {status}"),
        Err(error) => {
            eprintln!("SKIPPED: {command:?}: {error}; install a C compiler, or name it in CC");
            return None;
        }
    }
    // Another test process may have been faster, and may be running its own.
    match made.persist_noclobber(&exe) {
        Ok(()) => Some(exe),
        Err(_) if exe.exists() => Some(exe),
        Err(error) => panic!("{error}"),
    }
}

/// What the kernel calls it: 15 bytes of the file's name.
pub fn name() -> &'static str {
    let name = exe()
        .and_then(Path::file_name)
        .and_then(|name| name.to_str());
    let name = name.expect("the child is there");
    &name[..name.len().min(15)]
}

const SOURCE: &str = include_str!("child.c");
const SOURCE_PATH: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/run/child.c");

/// Whether a tool is in PATH; aloud if not.
pub fn has(tool: &str, arg: &str) -> bool {
    let there = Command::new(tool).arg(arg).output().is_ok();
    if !there {
        eprintln!("SKIPPED in part: there is no {tool}; install it");
    }
    there
}
