//! The boundary from host into foreign code: where the host's stack goes on behind foreign frames.
//!
//! Records stand in the thread's slot and not on its stack, and nothing is dropped on the way, so that a longjmp or a
//! panic across a boundary is defined: what it leaves behind is recognised as stale, by its stack pointer and by a
//! nonce in the frame that it speaks of.
#![allow(unsafe_code)]

use std::cell::UnsafeCell;
use std::hint::black_box;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering, compiler_fence};

use crate::sigprof::arch::{Registers, registers_here};
use crate::sigprof::registry;

/// How deep calls may nest and still be known one by one. Deeper ones are unwound natively.
const MAX_NESTED: usize = 64;

/// One call into foreign code.
#[derive(Clone, Copy, Debug)]
pub struct Boundary {
    /// The registers in the frame of [`call`].
    pub registers: Registers,
    /// Where in that frame its nonce is.
    pub nonce_address: u64,
    /// What stands there while the frame lives.
    pub nonce: u64,
}

/// A thread's boundaries, outermost first. The thread pushes and pops; its handler reads.
pub struct Boundaries {
    depth: AtomicUsize,
    records: UnsafeCell<[Boundary; MAX_NESTED]>,
}

// SAFETY: only the owning thread and its own signal handler touch the records, and the handler only those below
// `depth`, which are written before `depth` says that they are there.
unsafe impl Sync for Boundaries {}

impl Boundaries {
    /// None.
    pub fn new() -> Boundaries {
        let none = Boundary {
            registers: Registers::new(0, 0, 0),
            nonce_address: 0,
            nonce: 0,
        };
        Boundaries {
            depth: AtomicUsize::new(0),
            records: UnsafeCell::new([none; MAX_NESTED]),
        }
    }

    /// Records a call; the depth to go back to. What lies at or below its stack pointer has been left behind.
    fn enter(&self, boundary: Boundary) -> usize {
        let mut depth = self.depth.load(Ordering::Relaxed);
        while let Some(older) = depth.checked_sub(1) {
            // SAFETY: on the owning thread, within what has been written; nobody else writes.
            let record = unsafe { (*self.records.get()).get(older) };
            match record {
                Some(record) if record.registers.sp() <= boundary.registers.sp() => depth = older,
                _ => break,
            }
        }
        self.depth.store(depth, Ordering::Relaxed);
        compiler_fence(Ordering::SeqCst);
        // SAFETY: on the owning thread; the handler does not read at or above `depth`.
        if let Some(place) = unsafe { (*self.records.get()).get_mut(depth) } {
            *place = boundary;
        }
        compiler_fence(Ordering::SeqCst);
        self.depth.store(depth + 1, Ordering::Relaxed);
        depth
    }

    fn leave(&self, depth: usize) {
        compiler_fence(Ordering::SeqCst);
        self.depth.store(depth, Ordering::Relaxed);
    }

    /// The innermost call that this thread is in, unless `sp` shows that it was left behind. The nonce is for the
    /// caller to check, for that takes a guarded read.
    ///
    /// Called on the owning thread only, in a handler or outside one.
    pub fn innermost(&self, sp: u64) -> Option<Boundary> {
        let last = self.depth.load(Ordering::Relaxed).checked_sub(1)?;
        // SAFETY: on the owning thread: nobody writes at the same time; deeper than the space is None.
        let boundary = unsafe { (*self.records.get()).get(last).copied() }?;
        (sp <= boundary.registers.sp()).then_some(boundary)
    }

    /// Forgets everything: another thread takes the slot.
    pub fn clear(&self) {
        self.depth.store(0, Ordering::Relaxed);
    }
}

/// Makes nonces that no two calls share.
static NEXT_NONCE: AtomicU64 = AtomicU64::new(0x9e37_79b9_7f4a_7c15);

/// Calls `f`, which calls foreign code, and marks the boundary meanwhile: a sample taken inside is what the
/// registered hook answers, with the whole host stack from here on.
///
/// Calls nest. Leaving by panic or longjmp is fine. Costs a few nanoseconds; the first call of a thread registers it.
#[inline(never)]
pub fn call<R>(f: impl FnOnce() -> R) -> R {
    let slot = registry::current();
    let mut nonce = NEXT_NONCE.fetch_add(2, Ordering::Relaxed);
    let value = nonce;
    let nonce_address = black_box(&raw mut nonce) as u64;
    let depth = slot.boundaries.enter(Boundary {
        registers: registers_here!(),
        nonce_address,
        nonce: value,
    });
    let result = f();
    slot.boundaries.leave(depth);
    // SAFETY: our own local. Volatile: this frame is not to be taken for a living one when it is gone.
    unsafe { (&raw mut nonce).write_volatile(0) };
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(sp: u64) -> Boundary {
        Boundary {
            registers: Registers::new(1, sp, 0),
            nonce_address: sp,
            nonce: 1,
        }
    }

    #[test]
    fn calls_nest_and_come_back() {
        let boundaries = Boundaries::new();
        let outer = boundaries.enter(at(0x900));
        let inner = boundaries.enter(at(0x800));
        assert_eq!(
            boundaries.innermost(0x700).map(|b| b.registers.sp()),
            Some(0x800)
        );
        boundaries.leave(inner);
        assert_eq!(
            boundaries.innermost(0x700).map(|b| b.registers.sp()),
            Some(0x900)
        );
        boundaries.leave(outer);
        assert!(boundaries.innermost(0x700).is_none());
    }

    #[test]
    fn what_a_jump_has_left_behind_is_stale_and_makes_room() {
        let boundaries = Boundaries::new();
        boundaries.enter(at(0x900));
        boundaries.enter(at(0x800));
        // A jump to a frame at 0xa00: neither call is alive there.
        assert!(boundaries.innermost(0xa00).is_none());
        assert_eq!(boundaries.enter(at(0x980)), 0, "both were dropped");
    }

    #[test]
    fn deeper_than_the_space_is_no_boundary_rather_than_a_wrong_one() {
        let boundaries = Boundaries::new();
        for level in 0..=MAX_NESTED as u64 {
            boundaries.enter(at(0x10_0000 - 16 * level));
        }
        assert!(boundaries.innermost(0x100).is_none());
    }
}
