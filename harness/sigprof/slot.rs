//! A thread's place in the profiler: what its handler finds without asking anybody. Slots live as long as the process
//! and go from one thread to the next.
#![allow(unsafe_code)]

use super::atomic::{AtomicBool, AtomicPtr, AtomicU32, AtomicU64, Ordering};

use super::foreign::boundary::Boundaries;
use super::foreign::buffer::Buffer;
use super::gear::Gear;
use super::own_stack::OwnStack;
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
    /// Calls into foreign code, and back.
    pub boundaries: Boundaries,
    /// Whether foreign code made the thread, so that it is foreign where nothing says otherwise.
    is_foreign: AtomicBool,
    /// Foreign frames between hook and sample.
    pub buffer: Buffer,
    /// What became of its signals.
    pub counts: Counts,
    /// What they come from, and what they weigh.
    pub ticker: Ticker,
    /// Its thread's own stack: `high` is 0 where it is not known, and is written last.
    stack_low: AtomicU64,
    stack_high: AtomicU64,
    gear: AtomicPtr<Gear>,
}

impl Slot {
    /// A slot without gear.
    pub fn new(index: u32) -> Slot {
        Slot {
            index,
            generation: AtomicU32::new(0),
            boundaries: Boundaries::new(),
            is_foreign: AtomicBool::new(false),
            buffer: Buffer::new(),
            counts: Counts::default(),
            ticker: Ticker::new(),
            stack_low: AtomicU64::new(0),
            stack_high: AtomicU64::new(0),
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

    /// Another thread takes the slot: nothing of the one before goes for it.
    pub fn begin(&self) {
        self.generation.fetch_add(1, Ordering::Relaxed);
        self.boundaries.clear();
        self.is_foreign.store(false, Ordering::Relaxed);
        self.stack_high.store(0, Ordering::Relaxed);
    }

    /// The thread that takes the slot is one of foreign code. Said before it runs.
    #[cfg(feature = "interpose")]
    pub fn mark_foreign(&self) {
        self.is_foreign.store(true, Ordering::Relaxed);
    }

    /// Whether foreign code made the slot's thread.
    #[inline]
    pub fn is_foreign(&self) -> bool {
        self.is_foreign.load(Ordering::Relaxed)
    }

    /// Says where the calling thread's own stack is. By the slot's thread alone.
    pub fn set_stack(&self, stack: Option<OwnStack>) {
        if let Some(OwnStack { low, high }) = stack {
            self.stack_low.store(low, Ordering::Relaxed);
            // Its own handler may come in between.
            self.stack_high.store(high, Ordering::Release);
        }
    }

    /// Up to where everything from `sp` on is mapped: the end of the thread's own stack, if `sp` is on that.
    #[inline]
    pub fn stack_above(&self, sp: u64) -> Option<u64> {
        let high = self.stack_high.load(Ordering::Acquire);
        let low = self.stack_low.load(Ordering::Relaxed);
        (low <= sp && sp < high).then_some(high)
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
