//! Something that handlers may look at while it is there, and that can be taken from them.
//!
//! A handler enters, looks, and leaves; who takes the thing away waits until nobody is inside. Nobody waits for
//! anything in a handler.
#![allow(unsafe_code)]

use super::atomic::{AtomicPtr, AtomicUsize, Ordering, keep_order, wait};

/// A place for a `T` on the heap.
pub struct Visited<T> {
    current: AtomicPtr<T>,
    inside: AtomicUsize,
}

impl<T> Visited<T> {
    /// Nothing there. Constant but where a model checker's atomics are not.
    #[cfg(not(loom))]
    pub const fn nothing() -> Visited<T> {
        Visited {
            current: AtomicPtr::new(std::ptr::null_mut()),
            inside: AtomicUsize::new(0),
        }
    }

    /// Nothing there.
    #[cfg(loom)]
    pub fn nothing() -> Visited<T> {
        Visited {
            current: AtomicPtr::new(std::ptr::null_mut()),
            inside: AtomicUsize::new(0),
        }
    }

    /// Runs `look` on what is there, if anything is. Async-signal-safe if `look` is.
    #[inline]
    pub fn with<R>(&self, look: impl FnOnce(&T) -> R) -> Option<R> {
        // Sequentially consistent, like the swap in `take`: either this load sees that the thing is gone, or `take`
        // sees that somebody is inside.
        self.inside.fetch_add(1, Ordering::SeqCst);
        keep_order();
        let current = self.current.load(Ordering::SeqCst);
        // SAFETY: `take` frees it only after it has seen nobody inside, and this thread is.
        let answer = unsafe { current.as_ref() }.map(look);
        self.inside.fetch_sub(1, Ordering::SeqCst);
        answer
    }

    /// Shows `thing`. There was nothing.
    pub fn show(&self, thing: T) {
        let before = self
            .current
            .swap(Box::into_raw(Box::new(thing)), Ordering::SeqCst);
        debug_assert!(before.is_null(), "one at a time");
    }

    /// Takes it away, waits until nobody looks at it, and gives it back. Never called in a handler.
    pub fn take(&self) -> Option<Box<T>> {
        let taken = self.current.swap(std::ptr::null_mut(), Ordering::SeqCst);
        if taken.is_null() {
            return None;
        }
        keep_order();
        while self.inside.load(Ordering::SeqCst) != 0 {
            wait();
        }
        // SAFETY: made from a box by `show`, swapped out by us alone, and nobody looks at it any more.
        Some(unsafe { Box::from_raw(taken) })
    }

    /// Takes it away and leaks it, in a process in which whoever was inside is not; whether there was anything.
    pub fn abandon(&self) -> bool {
        let taken = self.current.swap(std::ptr::null_mut(), Ordering::SeqCst);
        self.inside.store(0, Ordering::SeqCst);
        !taken.is_null()
    }

    /// A mutant's: leaves an address where nothing is, as something that was freed while handlers look.
    #[cfg(not(loom))]
    pub fn spoil(&self) {
        let nowhere = std::ptr::without_provenance_mut(64);
        self.current.store(nowhere, Ordering::SeqCst);
    }
}
