//! What handlers share while a profiler runs. How it is taken from them when it stops is [`Visited`]'s.
#![allow(unsafe_code)]

use std::ops::Range;
use std::sync::atomic::{AtomicPtr, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use super::clock::Clock;
use super::defect::Defects;
use super::modules::Modules;
use super::visited::Visited;

/// One running profiler, as handlers see it.
pub struct Session {
    /// Which signals are ours.
    pub clock: Clock,
    /// What can be unwound. Replaced when the loader has loaded something; none is freed before the session is.
    modules: AtomicPtr<Modules>,
    // Boxed, because handlers hold their addresses: the vector may move what it holds, the boxes do not.
    #[allow(clippy::vec_box)]
    replaced: Mutex<Vec<Box<Modules>>>,
    /// Where the kernel's page of fast system calls is.
    pub vdso: Range<u64>,
    /// What is wrong on purpose.
    pub defects: Defects,
    /// Accepted signals of threads that had no slot yet: all of them are lost.
    pub homeless: AtomicU64,
}

/// What a session is made of.
pub struct Parts {
    /// Which signals are ours.
    pub clock: Clock,
    /// What can be unwound at first.
    pub modules: Modules,
    /// Where the kernel's page of fast system calls is.
    pub vdso: Range<u64>,
    /// What is wrong on purpose.
    pub defects: Defects,
}

impl Session {
    /// A session that nobody sees yet.
    pub fn new(parts: Parts) -> Session {
        let Parts {
            clock,
            modules,
            vdso,
            defects,
        } = parts;
        Session {
            clock,
            modules: AtomicPtr::new(Box::into_raw(Box::new(modules))),
            replaced: Mutex::new(Vec::new()),
            vdso,
            defects,
            homeless: AtomicU64::new(0),
        }
    }

    /// What can be unwound now. Async-signal-safe.
    #[inline]
    pub fn modules(&self) -> &Modules {
        // SAFETY: never null, made from a box, and not freed before the session is: what is replaced is kept.
        unsafe { &*self.modules.load(Ordering::Acquire) }
    }

    /// Shows handlers other modules. Never called in a handler.
    pub fn replace_modules(&self, modules: Modules) {
        let before = self
            .modules
            .swap(Box::into_raw(Box::new(modules)), Ordering::AcqRel);
        // SAFETY: made from a box, and only the one who swapped it out owns it; the box keeps its address.
        let before = unsafe { Box::from_raw(before) };
        self.replaced
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(before);
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        // SAFETY: made from a box; nobody sees the session any more.
        drop(unsafe { Box::from_raw(*self.modules.get_mut()) });
    }
}

static CURRENT: Visited<Session> = Visited::nothing();

/// Runs `look` on the session, if there is one. Async-signal-safe.
#[inline]
pub fn with<R>(look: impl FnOnce(&Session) -> R) -> Option<R> {
    CURRENT.with(look)
}

/// Shows `session` to the handlers. There was none.
pub fn open(session: Session) {
    CURRENT.show(session);
}

/// A mutant's: what handlers look at goes at exit, while they run.
pub fn free_at_exit() {
    extern "C" fn free() {
        // Not where it was, but where nothing is: what was freed may look whole for a while.
        CURRENT.spoil();
    }
    // SAFETY: the function lives as long as the process.
    unsafe { libc::atexit(free) };
}

/// Takes the session away from the child of a fork, and leaks it; whether there was one. Who was inside is not there.
pub fn abandon() -> bool {
    CURRENT.abandon()
}

/// Takes the session away, waits until no handler is in it, and gives it back. Never called in a handler.
pub fn close() -> Option<Box<Session>> {
    CURRENT.take()
}
