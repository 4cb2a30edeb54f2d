//! The child of a fork is no profiled process: it has one thread, no collector and no timer, and must not wait for any
//! of them. It may start a profiler of its own.
//!
//! What the parent had is abandoned and leaked, never tidied up: other threads may have been anywhere in it when the
//! process was copied, also in the middle of a handler. No lock of ours is waited for before the fork, but that nobody is at
//! the [`loader`]'s list.
#![allow(unsafe_code)]

use std::sync::Once;
use std::sync::atomic::{AtomicI32, Ordering};

use super::loader;
use crate::sigprof::defect::Defect;
use crate::sigprof::sys::{self, Errno};
use crate::sigprof::{action, capture, collector, registry, sampling, session};

/// The process that a profiler was last started in, or 0.
static OWNER: AtomicI32 = AtomicI32::new(0);

/// A process, to be recognised later.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Process(libc::pid_t);

impl Process {
    /// This one.
    pub fn current() -> Process {
        Process(sys::process_id())
    }

    /// Whether it is still this one, and not a child that has a copy of it.
    pub fn is_current(self) -> bool {
        self == Process::current()
    }
}

/// Sees to it that this process's children know what they are. Called before a profiler starts.
pub fn watch() {
    static ONCE: Once = Once::new();
    let process = sys::process_id();
    let owner = OWNER.swap(process, Ordering::SeqCst);
    if owner != 0 && owner != process && !is_mutant() {
        // A child of a bare clone(2), which nobody told of its birth.
        // SAFETY: such a child has one thread, this one, until it makes others, and the profiler is the first to ask.
        unsafe { abandon_all() };
    }
    ONCE.call_once(|| {
        // SAFETY: the function lives as long as the process. Out of memory, it is as if it had not been called: the
        // child of a fork is then found out as that of a clone is.
        unsafe {
            libc::pthread_atfork(
                Some(loader::before_fork),
                Some(loader::after_fork),
                Some(in_child),
            )
        };
    });
}

/// Whether this is the process that a profiler was last started in. Async-signal-safe; a child of vfork(2), which
/// shares the memory, is told from its parent.
#[cfg(feature = "interpose")]
pub fn is_owner() -> bool {
    OWNER.load(Ordering::SeqCst) == sys::process_id()
}

/// Whether a child is to go on as if it were its parent.
fn is_mutant() -> bool {
    session::with(|session| session.defects.has(Defect::TimerInChild)) == Some(true)
}

/// Called by fork(3) in the child.
unsafe extern "C" fn in_child() {
    let errno = Errno::save();
    loader::abandon();
    if !is_mutant() {
        OWNER.store(0, Ordering::SeqCst);
        // SAFETY: a process has one thread right after fork, and it was not in a handler of ours: those do not fork.
        unsafe { abandon_all() };
    }
    errno.restore();
}

/// # Safety
/// The calling thread is the only one, and in no handler of ours.
unsafe fn abandon_all() {
    // First the handler: it looks at what follows.
    if session::abandon() {
        // The kernel gives a child no timers and no pending signals, so that here nothing is on its way.
        action::restore_exactly();
    }
    sampling::abandon();
    // SAFETY: the caller's promise.
    unsafe { registry::abandon() };
    // SAFETY: as above.
    unsafe { capture::abandon() };
    // SAFETY: as above.
    unsafe { collector::abandon() };
}
