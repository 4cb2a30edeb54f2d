//! The folder of a run: what the child writes goes there, and goes with it, also when the run is interrupted.

use std::io;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

#[cfg(unix)]
use super::live;

/// A folder that is removed with everything in it.
#[derive(Debug)]
pub struct Scratch {
    folder: Option<TempDir>,
    /// Without symbolic links: /proc knows it by this name.
    path: PathBuf,
}

impl Scratch {
    /// Makes a folder in the system's temporary folder.
    pub fn new() -> io::Result<Self> {
        let make = || -> io::Result<Self> {
            let folder = tempfile::Builder::new().prefix("framecheck-").tempdir()?;
            let path = folder.path().canonicalize()?;
            Ok(Scratch {
                folder: Some(folder),
                path,
            })
        };
        #[cfg(unix)]
        return live::add_folder(make);
        #[cfg(not(unix))]
        return make();
    }

    /// Where it is, absolute and without symbolic links.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Removes it, and says why where that does not work.
    pub fn close(mut self) -> io::Result<()> {
        self.remove()
    }

    fn remove(&mut self) -> io::Result<()> {
        let Some(folder) = self.folder.take() else {
            return Ok(());
        };
        let removed = folder.close();
        #[cfg(unix)]
        live::forget_folder(&self.path);
        removed
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // Here on the way out of an error or a panic, which says more.
        let _ = self.remove();
    }
}
