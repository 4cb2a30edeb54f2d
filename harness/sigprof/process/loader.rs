//! Looks at the loader's list, kept apart from forks: the lock that dl_iterate_phdr(3) takes is none that glibc opens again
//! in a child, so that a child of a fork during our look would hang in its own first one. That would be our doing, for the
//! program itself may never look.
#![allow(unsafe_code)]

use std::ffi::{c_int, c_void};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// Somebody looks, or forks.
static IS_TAKEN: AtomicBool = AtomicBool::new(false);
/// The fork that goes on has taken it.
static IS_TAKEN_BY_FORK: AtomicBool = AtomicBool::new(false);
/// How long a fork waits for a look that is not over: it may be the fork that interrupts it, in a signal handler.
/// On a busy machine a look was interrupted for more than 0.1 s.
const PATIENCE: Duration = Duration::from_secs(2);

type Visit = unsafe extern "C" fn(*mut libc::dl_phdr_info, usize, *mut c_void) -> c_int;

/// dl_iterate_phdr(3), and no fork meanwhile.
///
/// # Safety
/// As for dl_iterate_phdr: `data` is what `visit` takes. `visit` neither looks again nor forks.
pub unsafe fn look(visit: Visit, data: *mut c_void) {
    while IS_TAKEN.swap(true, Ordering::Acquire) {
        std::thread::sleep(Duration::from_micros(50));
    }
    // SAFETY: the caller's promise.
    unsafe { libc::dl_iterate_phdr(Some(visit), data) };
    IS_TAKEN.store(false, Ordering::Release);
}

/// Called by fork(3), before.
pub unsafe extern "C" fn before_fork() {
    let start = Instant::now();
    while IS_TAKEN.swap(true, Ordering::Acquire) {
        if start.elapsed() > PATIENCE {
            return;
        }
        std::thread::sleep(Duration::from_micros(50));
    }
    IS_TAKEN_BY_FORK.store(true, Ordering::Relaxed);
}

/// Called by fork(3) in the parent.
pub unsafe extern "C" fn after_fork() {
    if IS_TAKEN_BY_FORK.swap(false, Ordering::Relaxed) {
        IS_TAKEN.store(false, Ordering::Release);
    }
}

/// In the child nobody looks.
pub fn abandon() {
    IS_TAKEN_BY_FORK.store(false, Ordering::Relaxed);
    IS_TAKEN.store(false, Ordering::Release);
}
