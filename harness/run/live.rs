//! All runs that there are now in this process: their families and their folders, so that one look ends everything when the
//! process is about to end. The only state of this room that is shared.

use std::io;
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::sync::{Arc, Mutex, MutexGuard, Once, PoisonError};

use super::family::{self, Family};
use super::interrupt;

static REGISTRY: Mutex<Registry> = Mutex::new(Registry {
    families: Vec::new(),
    folders: Vec::new(),
});

#[derive(Debug)]
struct Registry {
    families: Vec<Shared>,
    folders: Vec<PathBuf>,
}

/// A family, between who runs it and who may have to end everything.
pub(super) type Shared = Arc<Mutex<Family>>;

/// Ends all runs when it goes: for a `main` that other threads run children for. It holds also where `main` panics.
#[derive(Debug)]
#[must_use]
pub struct Guard(());

impl Drop for Guard {
    fn drop(&mut self) {
        let _ = end_all();
    }
}

/// All runs end with what is returned. Runs in a scope of threads need none: the scope waits for them.
pub fn guard() -> Guard {
    Guard(())
}

/// Nothing is started and no run ends as long as this is held.
#[derive(Debug)]
#[must_use]
pub struct Ended {
    _registry: MutexGuard<'static, Registry>,
}

/// Kills the processes of all runs and removes their folders. What comes back keeps others from starting anew.
///
/// For who handles SIGINT, SIGTERM or SIGHUP himself; where nobody does, the first run installs handlers that call this and
/// let the signal have its default effect.
pub fn end_all() -> Ended {
    let mut registry = lock(&REGISTRY);
    // First the quick part for all, then the thorough one.
    for family in &registry.families {
        if let Ok(family) = family.try_lock() {
            family.kill_group();
        }
    }
    for family in registry.families.drain(..) {
        // There is nobody to tell any more, and the folders are still to go.
        let _ = lock(&family).end();
    }
    for folder in registry.folders.drain(..) {
        let _ = std::fs::remove_dir_all(folder);
    }
    Ended {
        _registry: registry,
    }
}

/// Makes a folder, in a way that it cannot be missed.
pub(super) fn add_folder(
    make: impl FnOnce() -> io::Result<super::scratch::Scratch>,
) -> io::Result<super::scratch::Scratch> {
    begin();
    let mut registry = lock(&REGISTRY);
    let scratch = make()?;
    registry.folders.push(scratch.path().to_owned());
    Ok(scratch)
}

pub(super) fn forget_folder(folder: &Path) {
    lock(&REGISTRY).folders.retain(|other| other != folder);
}

/// Starts a child, in a way that it cannot be missed. `wrap` may do something around the start that no other start sees.
pub(super) fn start(
    command: &mut Command,
    wrap: impl FnOnce(&mut dyn FnMut() -> io::Result<Child>) -> io::Result<Child>,
    family: impl FnOnce(&Child) -> Family,
) -> io::Result<(Child, Shared)> {
    begin();
    let mut registry = lock(&REGISTRY);
    let child = wrap(&mut || command.spawn())?;
    let family = Arc::new(Mutex::new(family(&child)));
    registry.families.push(Arc::clone(&family));
    Ok((child, family))
}

/// To be called before the leader is reaped: its id is anybody's then.
pub(super) fn forget(family: &Shared) {
    lock(&REGISTRY)
        .families
        .retain(|other| !Arc::ptr_eq(other, family));
}

/// A panic elsewhere changes nothing here: the lists are whole between any two steps.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What the process needs once, before its first run.
fn begin() {
    static BEGUN: Once = Once::new();
    BEGUN.call_once(|| {
        family::adopt_orphans();
        interrupt::install();
    });
}
