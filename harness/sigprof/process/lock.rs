//! A lock that a forked child can throw away, together with what is behind it.
//!
//! At the moment of a fork another thread may hold the lock, with the data half changed; in the child that thread is not
//! there, and would be waited for in vain. Holding every lock while the process forks would do too, but fork(2) is
//! allowed in signal handlers, where it would wait for the very code that it interrupts.
#![allow(unsafe_code)]

use std::cell::UnsafeCell;
use std::mem::ManuallyDrop;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// A mutex that can be made anew.
pub struct ForkLock<T>(UnsafeCell<ManuallyDrop<Mutex<T>>>);

// SAFETY: shared use goes through the mutex; `abandon`, which does not, is unsafe and has its own condition.
unsafe impl<T: Send> Sync for ForkLock<T> {}

impl<T> ForkLock<T> {
    /// A lock around `value`.
    pub const fn new(value: T) -> ForkLock<T> {
        ForkLock(UnsafeCell::new(ManuallyDrop::new(Mutex::new(value))))
    }

    /// Locks. A panic under the lock leaves nothing half done that would matter to the next.
    pub fn lock(&self) -> MutexGuard<'_, T> {
        // SAFETY: nobody writes the cell but `abandon`, whose caller promises that no guard is used afterwards.
        let mutex = unsafe { &*self.0.get() };
        mutex.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Puts an open lock around `fresh` in its place. What was there is leaked: nobody knows in what state it is.
    ///
    /// # Safety
    /// The calling thread is the only one in this process and holds no guard of this lock that it goes on to use.
    pub unsafe fn abandon(&self, fresh: T) {
        // SAFETY: the caller's promise: nobody else looks.
        unsafe { self.0.get().write(ManuallyDrop::new(Mutex::new(fresh))) };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_locked_and_abandoned_is_open_and_new() {
        let lock = ForkLock::new(1);
        std::mem::forget(lock.lock());
        // SAFETY: nobody else knows the lock, and its guard is forgotten.
        unsafe { lock.abandon(2) };
        assert_eq!(*lock.lock(), 2);
    }
}
