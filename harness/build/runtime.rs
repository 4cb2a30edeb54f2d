//! The runtime that each case is linked with: csrc/runtime, compiled with the case's flags, once for each set of them.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use super::compiler::{Calls, Compiler};
use super::embedded;
use super::error::BuildError;
use super::flags::{Flags, Host};
use super::hash::Hash;
use super::store::Store;
use super::unit::{Common, Unit};

const RUNTIME: &str = "csrc/runtime";
const INCLUDE: &str = "csrc/include";
const MAIN: &str = "main.c";

/// The runtime, compiled.
#[derive(Clone, Debug)]
pub(super) struct Runtime {
    folder: PathBuf,
    /// How it was compiled, in its own folder.
    pub(super) argv: Vec<Vec<OsString>>,
}

impl Runtime {
    /// The object files that an artefact for this host is linked with.
    pub(super) fn objects(&self, host: Host) -> Vec<PathBuf> {
        units()
            .filter(|unit| host == Host::PlainC || unit.name != MAIN)
            .map(|unit| self.folder.join(unit.object().trim_start_matches("./")))
            .collect()
    }
}

fn units() -> impl Iterator<Item = Unit<'static>> {
    embedded::below(RUNTIME).filter_map(|(name, _)| Unit::of(name))
}

/// Writes the headers into the cache, where every case finds them.
pub(super) fn headers(store: &Store) -> Result<PathBuf, BuildError> {
    let mut hash = Hash::new("include");
    hash_folder(INCLUDE, &mut hash);
    let name = format!("include-{}", hash.name());
    let folder = store.path(&name);
    if embedded::below(INCLUDE).all(|(name, _)| folder.join(name).is_file()) {
        return Ok(folder);
    }
    // Not whole: somebody has been there.
    store.discard(&name).map_err(BuildError::io(&folder))?;
    let scratch = store
        .scratch()
        .map_err(BuildError::io(store.scratch_root()))?;
    write_folder(INCLUDE, scratch.path())?;
    store
        .publish(scratch, &name)
        .map_err(BuildError::io(&folder))
}

/// Compiles the runtime, unless an earlier run did.
pub(super) fn compiled(
    store: &Store,
    calls: &Calls,
    compiler: &Compiler,
    include: &Path,
    flags: &Flags,
) -> Result<Runtime, BuildError> {
    let flags = flags.compile();
    let mut hash = Hash::new("runtime");
    hash_folder(RUNTIME, &mut hash);
    hash_folder(INCLUDE, &mut hash);
    hash.list(&flags);
    compiler.hash(&mut hash);
    let name = format!("runtime-{}", hash.name());
    let scratch = store
        .scratch()
        .map_err(BuildError::io(store.scratch_root()))?;
    let include = [include];
    let common = Common {
        flags: &flags,
        scratch: scratch.path(),
        shown: Path::new(RUNTIME),
        include: &include,
        salt: &[],
    };
    let argv: Vec<_> = units()
        .map(|unit| unit.compile(compiler, &common))
        .collect();
    let folder = store.path(&name);
    if !units().all(|unit| folder.join(unit.object()).is_file()) {
        store.discard(&name).map_err(BuildError::io(&folder))?;
        write_folder(RUNTIME, scratch.path())?;
        for line in &argv {
            calls.call(line, scratch.path())?;
        }
        store
            .publish(scratch, &name)
            .map_err(BuildError::io(&folder))?;
    }
    Ok(Runtime { folder, argv })
}

fn hash_folder(folder: &str, hash: &mut Hash) {
    hash.list(embedded::below(folder).flat_map(|(name, text)| [name, text]));
}

fn write_folder(folder: &str, to: &Path) -> Result<(), BuildError> {
    for (name, text) in embedded::below(folder) {
        write(&to.join(name), text)?;
    }
    Ok(())
}

/// Writes a file, and makes its folder.
pub(super) fn write(path: &Path, text: &str) -> Result<(), BuildError> {
    let parent = path.parent().unwrap_or(path);
    fs::create_dir_all(parent).map_err(BuildError::io(parent))?;
    fs::write(path, text).map_err(BuildError::io(path))
}
