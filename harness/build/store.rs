//! The cache folder. What is in it under its final name is whole: it is made in a scratch folder, and renamed.
//! Several processes may share it; of two that make the same thing, the second's is thrown away.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use tempfile::TempDir;

/// What a run that was killed left is removed by a later one. No run is as long as this.
const SCRATCH_AGE: Duration = Duration::from_secs(24 * 3600);

const SCRATCH: &str = "scratch-";

/// The cache, and this run's part of it.
pub(super) struct Store {
    folder: PathBuf,
    /// Goes with the run, and with it what is of no use to another.
    scratch: TempDir,
}

impl Store {
    /// Opens it, and makes it where it is not there.
    pub(super) fn open(folder: &Path) -> io::Result<Self> {
        fs::create_dir_all(folder)?;
        let folder = folder.canonicalize()?;
        remove_old_scratch(&folder);
        let scratch = tempfile::Builder::new()
            .prefix(SCRATCH)
            .tempdir_in(&folder)?;
        Ok(Store { folder, scratch })
    }

    /// A folder to make something in. It goes when it is dropped.
    pub(super) fn scratch(&self) -> io::Result<TempDir> {
        tempfile::Builder::new().tempdir_in(self.scratch.path())
    }

    /// Where this run's folders are.
    pub(super) fn scratch_root(&self) -> &Path {
        self.scratch.path()
    }

    /// Where something of this name is, or will be.
    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// Gives what was made its final name. Where another process was first, that is what remains.
    pub(super) fn publish(&self, made: TempDir, name: &str) -> io::Result<PathBuf> {
        let path = self.path(name);
        match fs::rename(made.path(), &path) {
            Ok(()) => {
                // It is not there any more.
                let _ = made.keep();
                Ok(path)
            }
            Err(_) if path.is_dir() => {
                made.close()?;
                Ok(path)
            }
            Err(error) => Err(error),
        }
    }

    /// Removes what is not whole: somebody has been there.
    pub(super) fn discard(&self, name: &str) -> io::Result<()> {
        match fs::remove_dir_all(self.path(name)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    /// Keeps what was made until the run ends.
    pub(super) fn keep_for_the_run(&self, made: TempDir) -> PathBuf {
        made.keep()
    }
}

/// Nobody is hurt where this fails.
fn remove_old_scratch(folder: &Path) {
    let Ok(entries) = fs::read_dir(folder) else {
        return;
    };
    for entry in entries.flatten() {
        let old = || -> Option<bool> {
            let age = SystemTime::now().duration_since(entry.metadata().ok()?.modified().ok()?);
            Some(age.ok()? > SCRATCH_AGE)
        };
        let ours = entry.file_name().to_string_lossy().starts_with(SCRATCH);
        if ours && old() == Some(true) {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made(store: &Store, text: &str) -> TempDir {
        let folder = store.scratch().unwrap();
        fs::write(folder.path().join("file"), text).unwrap();
        folder
    }

    #[test]
    fn the_second_of_two_makers_gets_what_the_first_made() {
        let cache = tempfile::tempdir().unwrap();
        let store = Store::open(cache.path()).unwrap();
        let first = store.publish(made(&store, "first"), "name").unwrap();
        let second = store.publish(made(&store, "second"), "name").unwrap();
        assert_eq!(first, second);
        assert_eq!(fs::read_to_string(first.join("file")).unwrap(), "first");
        assert_eq!(fs::read_dir(store.scratch_root()).unwrap().count(), 0);
    }

    #[test]
    fn what_a_killed_run_left_goes_and_a_running_ones_stays() {
        let cache = tempfile::tempdir().unwrap();
        let other = Store::open(cache.path()).unwrap();
        let left = cache.path().join("scratch-left");
        fs::create_dir(&left).unwrap();
        let old = SystemTime::now() - SCRATCH_AGE - Duration::from_secs(60);
        fs::File::open(&left).unwrap().set_modified(old).unwrap();
        drop(Store::open(cache.path()).unwrap());
        assert!(!left.exists());
        assert!(other.scratch_root().exists());
    }
}
