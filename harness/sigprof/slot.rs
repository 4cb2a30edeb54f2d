//! A thread's place in the profiler: what its handler finds without asking anybody. Slots live as long as the process
//! and go from one thread to the next.
#![allow(unsafe_code)]

use std::sync::atomic::{AtomicPtr, AtomicU32, AtomicU64, Ordering};

use super::foreign::boundary::Boundaries;
use super::foreign::buffer::Buffer;
use super::gear::Gear;
use super::ticker::Ticker;

/// Signals by what became of them, weighted. Written by the slot's thread in its handler, read by the collector.
#[derive(Default)]
pub struct Counts {
    /// Signals that were ours.
    pub accepted: AtomicU64,
    /// Samples that are in the ring, or have been.
    pub recorded: AtomicU64,
    /// Samples that did not fit.
    pub lost: AtomicU64,
    /// Answers of a hook that wrote beyond its buffer.
    pub hook_overruns: AtomicU64,
}

impl Counts {
    /// Adds to one of them. A plain load and store: there is one writer.
    #[inline]
    pub fn add(counter: &AtomicU64, weight: u64) {
        counter.store(counter.load(Ordering::Relaxed) + weight, Ordering::Relaxed);
    }
}

/// One slot.
pub struct Slot {
    /// Its number; with the generation it is what a timer's signal carries.
    pub index: u32,
    /// Which thread of those that have had the slot this is.
    pub generation: AtomicU32,
    /// Calls into foreign code.
    pub boundaries: Boundaries,
    /// Foreign frames between hook and sample.
    pub buffer: Buffer,
    /// What became of its signals.
    pub counts: Counts,
    /// What they come from, and what they weigh.
    pub ticker: Ticker,
    gear: AtomicPtr<Gear>,
}

impl Slot {
    /// A slot without gear.
    pub fn new(index: u32) -> Slot {
        Slot {
            index,
            generation: AtomicU32::new(0),
            boundaries: Boundaries::new(),
            buffer: Buffer::new(),
            counts: Counts::default(),
            ticker: Ticker::new(),
            gear: AtomicPtr::new(std::ptr::null_mut()),
        }
    }

    /// Gives the slot its gear, for good: it is never taken away, so that a handler may hold it without a lock.
    pub fn equip(&self, gear: Gear) {
        let gear = Box::into_raw(Box::new(gear));
        let unset = std::ptr::null_mut();
        if self
            .gear
            .compare_exchange(unset, gear, Ordering::AcqRel, Ordering::Relaxed)
            .is_err()
        {
            // SAFETY: just made from a box, and not shared: the slot had gear already.
            drop(unsafe { Box::from_raw(gear) });
        }
    }

    /// Whether it has gear.
    pub fn is_equipped(&self) -> bool {
        !self.gear.load(Ordering::Acquire).is_null()
    }

    /// The gear, for the slot's thread and the collector.
    pub fn gear(&self) -> *mut Gear {
        self.gear.load(Ordering::Acquire)
    }

    /// What a timer's signal carries: the slot, and the thread that it was for.
    pub fn cookie(&self) -> u64 {
        u64::from(self.generation.load(Ordering::Relaxed)) << 32 | u64::from(self.index)
    }
}
