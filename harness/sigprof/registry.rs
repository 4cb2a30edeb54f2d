//! Which thread has which slot. Handlers only look, in arrays that never move; everything else is behind a lock that
//! no handler takes.
#![allow(unsafe_code)]

use std::cell::Cell;
use std::sync::MutexGuard;
use std::sync::atomic::{AtomicI32, AtomicPtr, AtomicUsize, Ordering};

use super::errand;
use super::own_stack::OwnStack;
use super::process::lock::ForkLock;
use super::record;
use super::sampling::Sampling;
use super::slot::{Counts, Slot};
use super::source::Source;
use super::sys;
use super::threads::{self, Thread};
use super::ticker::{Kind, Ticker};

/// The most threads that can have a slot at once.
const MAX_SLOTS: usize = 4096;

/// Slots by number: filled from the front, never emptied.
static SLOTS: [AtomicPtr<Slot>; MAX_SLOTS] =
    [const { AtomicPtr::new(std::ptr::null_mut()) }; MAX_SLOTS];
/// The thread that has each slot, or 0. Apart from the slots, so that a search reads sixteen in a cache line.
static THREAD_IDS: [AtomicI32; MAX_SLOTS] = [const { AtomicI32::new(0) }; MAX_SLOTS];
static COUNT: AtomicUsize = AtomicUsize::new(0);
static REGISTRY: ForkLock<Registry> = ForkLock::new(Registry {
    entries: Vec::new(),
    sampling: None,
});

thread_local! {
    // Without a destructor and with a constant to begin with: no allocation, no registration, also in late moments.
    static MINE: Cell<Option<&'static Slot>> = const { Cell::new(None) };
}

/// Everything that is behind the lock.
pub struct Registry {
    /// The slots, by number.
    pub entries: Vec<Entry>,
    /// What is being sampled, while a profiler runs.
    pub sampling: Option<Sampling>,
}

/// What is known of a slot besides what the slot itself holds.
pub struct Entry {
    /// The slot.
    pub slot: &'static Slot,
    /// The thread that has it, or had it until its last samples are read; None for a free slot.
    pub thread: Option<Thread>,
    /// What sends it signals, on a clock that has one a thread.
    pub source: Option<Source>,
    /// The thread is in its last moments, and still sampled.
    pub is_ending: bool,
    /// The thread is gone.
    pub is_retired: bool,
    /// The system has refused it what sampling takes, and the profile will say so.
    pub was_refused: bool,
}

impl Entry {
    /// Periods of its thread's time that no signal came for, and none will.
    pub fn unseen(&self) -> u64 {
        match (&self.source, &self.thread) {
            (Some(source), Some(thread)) => source.unseen(thread.id, self.slot),
            _ => 0,
        }
    }

    /// Reads the records in the ring.
    pub fn drain(&self, mut take: impl FnMut(&Thread, record::Record)) {
        // SAFETY: gear is never taken from a slot. Shared use of the ring alone, whose one reader holds the lock.
        let ring = unsafe { self.slot.gear().as_ref() }.map(|gear| &gear.ring);
        let (Some(ring), Some(thread)) = (ring, &self.thread) else {
            return;
        };
        while let Some(record) = record::pop(ring) {
            take(thread, record);
        }
    }
}

/// The registry, locked.
pub fn lock() -> MutexGuard<'static, Registry> {
    REGISTRY.lock()
}

/// A registry that knows nothing, for the child of a fork. What its parent had is leaked, also the slots: another
/// thread's handler may have been in the middle of one.
///
/// # Safety
/// The calling thread is the only one in this process, and does not hold the lock.
pub unsafe fn abandon() {
    COUNT.store(0, Ordering::Release);
    for (slot, id) in SLOTS.iter().zip(&THREAD_IDS) {
        slot.store(std::ptr::null_mut(), Ordering::Release);
        id.store(0, Ordering::Release);
    }
    MINE.set(None);
    let fresh = Registry {
        entries: Vec::new(),
        sampling: None,
    };
    // SAFETY: the caller's promise.
    unsafe { REGISTRY.abandon(fresh) };
}

/// The slot that a timer's signal names, if its thread still has it. Async-signal-safe.
#[inline]
pub fn slot_of_cookie(cookie: u64) -> Option<&'static Slot> {
    let slot = slot_at((cookie & 0xffff_ffff) as usize)?;
    (slot.cookie() == cookie).then_some(slot)
}

/// Whether a thread has the slot. Async-signal-safe.
#[inline]
pub fn is_slot_of(slot: &Slot, thread_id: libc::pid_t) -> bool {
    let id = THREAD_IDS.get(slot.index as usize);
    id.is_some_and(|id| id.load(Ordering::Acquire) == thread_id)
}

/// The slot of a thread, by search. Async-signal-safe.
pub fn slot_of_thread(thread_id: libc::pid_t) -> Option<&'static Slot> {
    let known = THREAD_IDS.get(..COUNT.load(Ordering::Acquire))?;
    let index = known
        .iter()
        .position(|id| id.load(Ordering::Acquire) == thread_id)?;
    slot_at(index)
}

#[inline]
fn slot_at(index: usize) -> Option<&'static Slot> {
    // SAFETY: null or a leaked box.
    unsafe { SLOTS.get(index)?.load(Ordering::Acquire).as_ref() }
}

/// This thread's slot, made the first time. Never called in a handler.
#[inline]
pub fn current() -> &'static Slot {
    match MINE.get() {
        Some(slot) => slot,
        None => find_current(),
    }
}

#[cold]
fn find_current() -> &'static Slot {
    let mut registry = lock();
    let thread_id = sys::thread_id();
    let slot = match slot_of_thread(thread_id) {
        Some(slot) => slot,
        None => errand::run(&mut registry, |registry| {
            claim(&mut registry.entries, Thread::of_this_process(thread_id))
        })
        .unwrap_or_else(surplus),
    };
    drop(registry);
    adopt(slot);
    slot
}

/// Makes `slot` known to this thread, and sees to it that it is given back when the thread ends.
pub fn adopt(slot: &'static Slot) {
    MINE.set(Some(slot));
    slot.set_stack(OwnStack::of_this_thread());
    threads::retire_at_exit();
}

/// Gives a thread a slot. When all are taken the thread shares a slot that is never sampled.
pub fn claim(entries: &mut Vec<Entry>, thread: Thread) -> &'static Slot {
    let free = entries.iter().position(|entry| entry.thread.is_none());
    let index = match free {
        Some(index) => index,
        None => match add_slot(entries) {
            Some(index) => index,
            None => return surplus(),
        },
    };
    let thread_id = thread.id;
    let entry = &mut entries[index];
    entry.slot.begin();
    entry.thread = Some(thread);
    entry.is_ending = false;
    entry.is_retired = false;
    entry.was_refused = false;
    THREAD_IDS[index].store(thread_id, Ordering::Release);
    entry.slot
}

fn add_slot(entries: &mut Vec<Entry>) -> Option<usize> {
    let index = entries.len();
    let place = SLOTS.get(index)?;
    let slot: &'static Slot = Box::leak(Box::new(Slot::new(index as u32)));
    place.store(std::ptr::from_ref(slot).cast_mut(), Ordering::Release);
    entries.push(Entry {
        slot,
        thread: None,
        source: None,
        is_ending: false,
        is_retired: false,
        was_refused: false,
    });
    COUNT.store(entries.len(), Ordering::Release);
    Some(index)
}

/// For a thread beyond the last slot: boundaries that work for nobody's samples. Apart, for its frame is large.
#[cold]
#[inline(never)]
fn surplus() -> &'static Slot {
    Box::leak(Box::new(Slot::new(u32::MAX)))
}

/// Takes the slot from its thread, whose last samples may still be in the ring. Time that no signal came for is lost.
pub fn retire(entry: &mut Entry) {
    lose(entry, entry.unseen());
    entry.slot.ticker.set(Kind::None, Ticker::NO_FD);
    entry.source = None;
    entry.is_retired = true;
    entry.slot.generation.fetch_add(1, Ordering::Relaxed);
    THREAD_IDS[entry.slot.index as usize].store(0, Ordering::Release);
}

/// So many periods are over, and there is no sample of them. Of a thread that is gone, or of the calling one with SIGPROF
/// blocked: a handler counts without real additions.
fn lose(entry: &Entry, periods: u64) {
    if periods == 0 {
        // Nor a store: a slot that is retired by its own thread has no source any more, and a handler that is.
        return;
    }
    Counts::add(&entry.slot.counts.accepted, periods);
    Counts::add(&entry.slot.counts.lost, periods);
}

/// Says that the calling thread is about to end. Its CPU clock ends with it, so that what no signal has come for is counted
/// here. It is sampled to the end; the collector retires its slot when the
/// kernel has forgotten it, for to close an event here would cost a short thread a good part of its life.
pub fn end_current() {
    let Some(slot) = MINE.take() else { return };
    errand::run(&mut lock(), |registry| {
        // A slot beyond the last has no entry.
        if let Some(entry) = registry.entries.get_mut(slot.index as usize) {
            if let Some(thread) = &mut entry.thread {
                thread.name = threads::own_name();
            }
            entry.is_ending = true;
            lose(entry, entry.unseen());
        }
    });
}

/// Gives retired slots, whose rings have been read, to whoever wants one.
pub fn free_retired(entries: &mut [Entry]) {
    for entry in entries.iter_mut().filter(|entry| entry.is_retired) {
        entry.thread = None;
        entry.is_retired = false;
    }
}

/// The thread that a slot was made ready for is there: it can be found by its id.
#[cfg(feature = "interpose")]
pub fn set_thread_id(entry: &mut Entry, thread_id: libc::pid_t) {
    if let Some(thread) = &mut entry.thread {
        thread.id = thread_id;
    }
    THREAD_IDS[entry.slot.index as usize].store(thread_id, Ordering::Release);
}

/// What became of all signals since the counters were last taken; (accepted, recorded, lost, hook overruns).
pub fn take_counts(entries: &[Entry]) -> [u64; 4] {
    let mut sums = [0; 4];
    for entry in entries {
        let Counts {
            accepted,
            recorded,
            lost,
            hook_overruns,
        } = &entry.slot.counts;
        for (sum, counter) in sums
            .iter_mut()
            .zip([accepted, recorded, lost, hook_overruns])
        {
            *sum += counter.swap(0, Ordering::Relaxed);
        }
    }
    sums
}
