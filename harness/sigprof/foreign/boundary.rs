//! The boundaries between host and foreign code that a thread is in: where the host's stack goes on behind foreign
//! frames, and where foreign code has called back.
//!
//! Records stand in the thread's slot and not on its stack, and nothing is dropped on the way, so that a longjmp or a
//! panic across a boundary is defined: what it leaves behind is recognised as stale, by its stack pointer and by a
//! nonce in the frame that it speaks of. This file keeps records; who makes them is `crossing`.
#![allow(unsafe_code)]

use std::cell::UnsafeCell;
use std::sync::atomic::{AtomicUsize, Ordering, compiler_fence};

use crate::sigprof::arch::Registers;

/// How deep boundaries may nest and still be known one by one. Deeper stacks are unwound natively. As many as a
/// [`Trail`] has bits.
pub const MAX_NESTED: usize = 64;

/// Which way a boundary is crossed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Crossing {
    /// From host into foreign code.
    Call,
    /// From foreign code back into the host.
    Callback {
        /// What the context function recorded of the foreign code below, 0 for nothing; None where it was not asked,
        /// so that the foreign code is unwound natively.
        context: Option<usize>,
    },
}

/// One crossing that has not come back.
#[derive(Clone, Copy, Debug)]
pub struct Boundary {
    /// Which way.
    pub crossing: Crossing,
    /// The registers in the frame of the function that crosses.
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

const NONE: u64 = 0;

impl Boundaries {
    /// None.
    pub fn new() -> Boundaries {
        let none = Boundary {
            crossing: Crossing::Call,
            registers: Registers::new(0, 0, 0),
            nonce_address: 0,
            nonce: NONE,
        };
        Boundaries {
            depth: AtomicUsize::new(0),
            records: UnsafeCell::new([none; MAX_NESTED]),
        }
    }

    fn get(&self, index: usize) -> Option<Boundary> {
        // SAFETY: on the owning thread, in its handler or outside: nobody writes at the same time.
        unsafe { (*self.records.get()).get(index).copied() }
    }

    /// Forgets what lies at or below `sp`: a jump or a panic has left it behind. `release` gets the contexts that
    /// nobody has released, the innermost first.
    pub fn forget_below(&self, sp: u64, release: impl FnMut(usize)) {
        let mut depth = self.depth.load(Ordering::Relaxed);
        while let Some(older) = depth.checked_sub(1) {
            match self.get(older) {
                Some(record) if record.registers.sp() <= sp => depth = older,
                _ => break,
            }
        }
        self.leave(depth, release);
    }

    /// Which way the innermost crossing went; None outside all, and beyond the last that can be known.
    pub fn innermost(&self) -> Option<Crossing> {
        let last = self.depth.load(Ordering::Relaxed).checked_sub(1)?;
        self.get(last).map(|record| record.crossing)
    }

    /// Whether there is space for one more record.
    pub fn has_space(&self) -> bool {
        self.depth.load(Ordering::Relaxed) < MAX_NESTED
    }

    /// Records a crossing; the depth to go back to.
    pub fn enter(&self, boundary: Boundary) -> usize {
        let depth = self.depth.load(Ordering::Relaxed);
        // SAFETY: on the owning thread; the handler does not read at or above `depth`.
        if let Some(place) = unsafe { (*self.records.get()).get_mut(depth) } {
            *place = boundary;
        }
        compiler_fence(Ordering::SeqCst);
        self.depth.store(depth + 1, Ordering::Relaxed);
        depth
    }

    /// Goes back to `depth`. What is above it and has been left behind goes as well: `release` gets the contexts,
    /// the innermost first, each when no handler can see it any more.
    pub fn leave(&self, depth: usize, mut release: impl FnMut(usize)) {
        let mut now = self.depth.load(Ordering::Relaxed);
        while now > depth {
            now -= 1;
            compiler_fence(Ordering::SeqCst);
            self.depth.store(now, Ordering::Relaxed);
            compiler_fence(Ordering::SeqCst);
            if let Some(Crossing::Callback {
                context: Some(context),
            }) = self.get(now).map(|record| record.crossing)
                && context != 0
            {
                release(context);
            }
        }
    }

    /// The crossings that are alive where the stack pointer is `sp`. `is_there` looks at the nonce, for that takes a
    /// guarded read.
    ///
    /// Called on the owning thread only, in a handler or outside one.
    pub fn trail(&self, sp: u64, mut is_there: impl FnMut(&Boundary) -> bool) -> Trail<'_> {
        let depth = self.depth.load(Ordering::Relaxed);
        let mut trail = Trail {
            boundaries: self,
            live: 0,
            is_beyond: depth > MAX_NESTED,
        };
        if trail.is_beyond {
            return trail;
        }
        let mut lowest = sp;
        for index in (0..depth).rev() {
            let Some(record) = self.get(index) else { break };
            // A frame is above those that it has called.
            if record.registers.sp() >= lowest && is_there(&record) {
                trail.live |= 1 << index;
                lowest = record.registers.sp() + 1;
            }
        }
        trail
    }

    /// Whether the slot's thread has ever crossed a boundary.
    pub fn is_used(&self) -> bool {
        self.get(0).is_some_and(|record| record.nonce != NONE)
    }

    /// Forgets everything: another thread takes the slot.
    pub fn clear(&self) {
        self.depth.store(0, Ordering::Relaxed);
        // SAFETY: the slot is nobody's: its old thread is gone and the new one does not have it yet.
        if let Some(first) = unsafe { (*self.records.get()).first_mut() } {
            first.nonce = NONE;
        }
    }
}

/// The crossings of a thread that are alive, taken one by one on the way from the leaf to the root.
#[derive(Clone)]
pub struct Trail<'a> {
    boundaries: &'a Boundaries,
    /// A bit for each record, the outermost lowest.
    live: u64,
    /// There are more than can be known.
    is_beyond: bool,
}

impl Trail<'_> {
    /// The next crossing, which stays.
    pub fn peek(&self) -> Option<Boundary> {
        let index = self.live.checked_ilog2()?;
        self.boundaries.get(index as usize)
    }

    /// Takes the next crossing.
    pub fn pop(&mut self) -> Option<Boundary> {
        let index = self.live.checked_ilog2()?;
        self.live &= !(1 << index);
        self.boundaries.get(index as usize)
    }

    /// Drops the crossings whose frames are gone although their nonces are still there: a jump or a panic has left them,
    /// and nothing has been written over them since. `passes` says whether unwinding from registers goes past the
    /// frame with the registers of its own without meeting it.
    pub fn confirm(
        &mut self,
        leaf: Registers,
        mut passes: impl FnMut(Registers, Registers) -> bool,
    ) {
        let mut from = leaf;
        for index in (0..MAX_NESTED).rev() {
            if self.live & 1 << index == 0 {
                continue;
            }
            let Some(boundary) = self.boundaries.get(index) else {
                continue;
            };
            if passes(from, boundary.registers) {
                self.live &= !(1 << index);
            } else {
                from = boundary.registers;
            }
        }
    }

    /// How deep the innermost crossing that is alive is: what [`Boundaries::leave`] would go back to.
    pub fn depth(&self) -> usize {
        self.live
            .checked_ilog2()
            .map_or(0, |index| index as usize + 1)
    }

    /// Whether the code at the leaf is foreign: behind a call, or on a thread of foreign code (`is_foreign_thread`)
    /// that is in no callback. Where too many are nested to be known nothing is said to be.
    pub fn is_leaf_foreign(&self, is_foreign_thread: bool) -> bool {
        match self.peek().map(|boundary| boundary.crossing) {
            Some(Crossing::Call) => true,
            Some(Crossing::Callback { .. }) => false,
            None => is_foreign_thread && !self.is_beyond,
        }
    }
}

const _: () = assert!(MAX_NESTED <= u64::BITS as usize);

#[cfg(test)]
#[path = "boundary_tests.rs"]
mod tests;
