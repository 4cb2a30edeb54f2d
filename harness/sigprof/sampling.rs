//! What is being sampled while a profiler runs: the threads, each with gear and timer, and their samples so far.
//! Everything here is done under the registry's lock, outside handlers.

use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, Ordering};

use super::clock::Clock;
use super::defect::{Defect, Defects};
#[cfg(feature = "interpose")]
use super::errand;
use super::gear::Gear;
use super::registry::{self, Entry, Registry};
#[cfg(feature = "interpose")]
use super::slot::Slot;
use super::source::{Phase, Source};
#[cfg(feature = "interpose")]
use super::sys;
use super::tally::Tally;
use super::threads::{self, Thread};
use super::ticker::{Kind, Ticker};

/// Whether there is a [`Sampling`]: asked by each pthread_create, which should not take a lock for nothing.
static IS_ON: AtomicBool = AtomicBool::new(false);

/// A running profiler's side that is not for handlers.
pub struct Sampling {
    /// Which clock is armed, and how.
    pub clock: Clock,
    /// Time between two expirations.
    pub period_ns: u64,
    /// Samples so far.
    pub tally: Tally,
    /// Threads that could not be given a timer or gear: their time is not in the profile.
    pub unsampled_threads: u64,
    /// What is wrong on purpose.
    pub defects: Defects,
    /// The collector itself, which is not sampled.
    pub collector_id: libc::pid_t,
    /// Threads that got another clock than the one asked for.
    pub substituted_threads: u64,
    /// Whether time in the kernel goes unsampled.
    pub is_user_only: bool,
    /// Periods that were over when sampling was switched off, and that no signal had come for. Not among the slots' counts,
    /// which the handlers of threads that run on may be at.
    pub unseen: u64,
    /// State of the generator for first expiries.
    pub random: u64,
}

impl Sampling {
    /// What is not as it was asked for, in sentences for the profile.
    pub fn remarks(&self) -> Vec<String> {
        let mut remarks = Vec::new();
        if self.is_user_only {
            remarks.push("time in the kernel is not sampled: perf_event_paranoid".to_owned());
        }
        if self.substituted_threads > 0 {
            let (count, clock) = (self.substituted_threads, self.clock);
            remarks.push(format!(
                "threads on the clock thread, {clock} being refused: {count}"
            ));
        }
        if self.unsampled_threads > 0 {
            let count = self.unsampled_threads;
            remarks.push(format!("threads that could not be sampled: {count}"));
        }
        remarks
    }

    /// Gives a thread's entry what it needs to be sampled.
    fn begin(&mut self, entry: &mut Entry) {
        if !entry.slot.is_equipped() {
            match Gear::new() {
                Ok(gear) => entry.slot.equip(gear),
                Err(_) => return self.refuse(entry),
            }
        }
        self.arm(entry, false);
    }

    fn arm(&mut self, entry: &mut Entry, is_new: bool) {
        let Some(thread) = &entry.thread else { return };
        if self.clock == Clock::Process || thread.id == 0 {
            return;
        }
        let head_start_ns = self.next_random() % self.period_ns;
        let phase = Phase {
            period_ns: self.period_ns,
            head_start_ns,
            is_new,
        };
        match Source::arm(self.clock, thread.id, entry.slot, phase) {
            Ok(source) => {
                self.substituted_threads += u64::from(source.clock() != self.clock);
                self.is_user_only |= source.is_user_only();
                entry.source = Some(source);
            }
            // The thread has ended meanwhile: nothing to sample.
            Err(error) if error.raw_os_error() == Some(libc::EINVAL) => {}
            Err(_) => self.refuse(entry),
        }
    }

    /// Counts a thread once, however often it is tried again.
    fn refuse(&mut self, entry: &mut Entry) {
        if !entry.was_refused {
            entry.was_refused = true;
            self.unsampled_threads += 1;
        }
    }

    /// splitmix64: a sequence that nothing in the program is in step with.
    fn next_random(&mut self) -> u64 {
        self.random = self.random.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.random;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
}

/// Switches sampling on: all threads that there are get what they need.
pub fn switch_on(registry: &mut Registry, sampling: Sampling) {
    registry.sampling = Some(sampling);
    IS_ON.store(true, Ordering::SeqCst);
    look_for_threads(registry);
}

/// Switches it off: timers are gone, and what the rings hold is in the result.
pub fn switch_off(registry: &mut Registry) -> Option<Sampling> {
    IS_ON.store(false, Ordering::SeqCst);
    let mut sampling = registry.sampling.take()?;
    let leaks = sampling.defects.has(Defect::LeakTimer);
    for entry in &mut registry.entries {
        if leaks {
            std::mem::forget(entry.source.take());
            continue;
        }
        sampling.unseen += entry.unseen();
        entry.slot.ticker.set(Kind::None, Ticker::NO_FD);
        entry.source = None;
    }
    Some(sampling)
}

/// Nothing is sampled any more: in the child of a fork.
pub fn abandon() {
    IS_ON.store(false, Ordering::SeqCst);
}

/// Reads all rings, and takes the slots from threads that have ended.
pub fn drain(entries: &mut [Entry], tally: &mut Tally) {
    for entry in entries
        .iter_mut()
        .filter(|entry| entry.is_ending && !entry.is_retired)
    {
        if entry
            .thread
            .as_ref()
            .is_none_or(|thread| !threads::is_alive(thread.id))
        {
            registry::retire(entry);
        }
    }
    for entry in entries.iter() {
        entry.drain(|thread, record| tally.add(thread, record));
    }
    for thread in entries
        .iter()
        .filter(|entry| entry.is_retired)
        .filter_map(|e| e.thread.as_ref())
    {
        tally.aggregate.name(thread);
    }
    registry::free_retired(entries);
}

/// Finds threads that were made or ended behind our back: before the start, by clone(2), or by a quick end.
pub fn look_for_threads(registry: &mut Registry) {
    let believes = |sampling: &Sampling| sampling.defects.has(Defect::BelieveListing);
    match threads::all_ids() {
        Some(ids) => meet(registry, ids),
        None if registry.sampling.as_ref().is_some_and(believes) => meet(registry, HashSet::new()),
        // Out of file descriptors, perhaps. Who is not seen is not gone.
        None => {}
    }
}

/// Takes note of the threads that were seen.
fn meet(registry: &mut Registry, ids: HashSet<libc::pid_t>) {
    let Registry {
        entries,
        sampling: Some(sampling),
    } = registry
    else {
        return;
    };
    let believes = sampling.defects.has(Defect::BelieveListing);
    for entry in entries.iter_mut() {
        let id = entry.thread.as_ref().map_or(0, |thread| thread.id);
        // Not on the list is not gone: where a thread ends while /proc is read, the kernel goes on by counting
        // (first_tid() in fs/proc/base.c), and passes over threads that live. A slot taken from one of them would go to two.
        let is_gone = || !ids.contains(&id) && (believes || !threads::is_alive(id));
        if id != 0 && !entry.is_retired && is_gone() {
            registry::retire(entry);
        } else if id != 0 && !entry.is_retired && needs_arming(entry, sampling) {
            sampling.begin(entry);
        }
    }
    let known = |entries: &[Entry], id| {
        entries
            .iter()
            .any(|entry| entry.thread.as_ref().is_some_and(|thread| thread.id == id))
    };
    for id in ids {
        if id != sampling.collector_id && !known(entries, id) {
            let slot = registry::claim(entries, Thread::of_this_process(id));
            if let Some(entry) = entries.get_mut(slot.index as usize) {
                sampling.begin(entry);
            }
        }
    }
}

fn needs_arming(entry: &Entry, sampling: &Sampling) -> bool {
    let has_source = entry.source.is_some() || sampling.clock == Clock::Process;
    !entry.slot.is_equipped() || !has_source
}

/// For a thread that is about to be made: a slot with gear, or None while nothing is sampled.
#[cfg(feature = "interpose")]
pub fn prepare_thread() -> Option<&'static Slot> {
    if !IS_ON.load(Ordering::SeqCst) {
        return None;
    }
    errand::run(&mut registry::lock(), prepare_slot)?
}

#[cfg(feature = "interpose")]
fn prepare_slot(registry: &mut Registry) -> Option<&'static Slot> {
    let Registry {
        entries,
        sampling: Some(sampling),
    } = registry
    else {
        return None;
    };
    if entries
        .iter()
        .any(|entry| entry.is_retired || entry.is_ending)
    {
        // A slot that waits only for its ring to be read is better than one more.
        drain(entries, &mut sampling.tally);
    }
    let slot = registry::claim(entries, Thread::to_be());
    sampling.begin(entries.get_mut(slot.index as usize)?);
    Some(slot)
}

/// The thread was not made after all.
#[cfg(feature = "interpose")]
pub fn cancel_thread(slot: &'static Slot) {
    if let Some(entry) = registry::lock().entries.get_mut(slot.index as usize) {
        registry::retire(entry);
    }
}

/// Called by a new thread, before anything else: from here on it is sampled. Its stack may be tiny.
#[cfg(feature = "interpose")]
pub fn enter_thread(slot: &'static Slot) {
    let mut registry = registry::lock();
    let Registry { entries, sampling } = &mut *registry;
    let thread_id = sys::thread_id();
    // A look at /proc may have found the thread before it came here: with the timer of that slot beside its own it
    // would be counted twice from now on.
    let is_found = |entry: &&mut Entry| {
        !entry.is_retired && entry.thread.as_ref().is_some_and(|t| t.id == thread_id)
    };
    let mut was_refused = false;
    if let Some(found) = entries.iter_mut().find(is_found) {
        // Its time up to here goes to the slot of its own; what it was refused, it has been counted for.
        was_refused = found.was_refused;
        found.source = None;
        registry::retire(found);
    }
    let Some(entry) = entries.get_mut(slot.index as usize) else {
        return;
    };
    registry::set_thread_id(entry, thread_id);
    entry.was_refused |= was_refused;
    if let Some(sampling) = sampling {
        sampling.arm(entry, true);
    }
}

/// Called before a library is closed: what its code was sampled at belongs to it, and not to what comes in its place.
#[cfg(feature = "interpose")]
pub fn settle() {
    if IS_ON.load(Ordering::SeqCst)
        && let Registry {
            entries,
            sampling: Some(sampling),
        } = &mut *registry::lock()
    {
        drain(entries, &mut sampling.tally);
        sampling.tally.distrust();
    }
}

#[cfg(all(test, feature = "interpose"))]
mod tests {
    use super::*;

    /// /proc may pass over a thread that lives, where others end while it is read.
    #[test]
    fn a_thread_that_is_not_on_the_list_keeps_its_slot_for_as_long_as_it_lives() {
        let (tell, told) = std::sync::mpsc::channel();
        let (end, ended) = std::sync::mpsc::channel::<()>();
        let thread = std::thread::spawn(move || {
            let slot = registry::current();
            tell.send((slot.index as usize, sys::thread_id())).unwrap();
            let _ = ended.recv();
        });
        let (index, thread_id) = told.recv().unwrap();
        let look = || {
            let mut registry = registry::lock();
            registry.sampling = Some(idle());
            meet(&mut registry, HashSet::new());
            registry.sampling = None;
            let entry = &registry.entries[index];
            entry.thread.as_ref().is_some_and(|t| t.id == thread_id) && !entry.is_retired
        };
        assert!(look(), "alive");
        drop(end);
        thread.join().unwrap();
        // The kernel forgets a thread a little after it has been joined.
        while threads::is_alive(thread_id) {
            std::thread::yield_now();
        }
        assert!(!look(), "gone");
    }

    /// What samples nobody.
    fn idle() -> Sampling {
        Sampling {
            clock: Clock::Process,
            period_ns: 1_000_000,
            tally: Tally::default(),
            unsampled_threads: 0,
            substituted_threads: 0,
            is_user_only: false,
            defects: crate::sigprof::Defects::NONE,
            collector_id: 0,
            unseen: 0,
            random: 0,
        }
    }

    /// A look at /proc that comes between a thread's beginning and its first words about itself finds a stranger.
    #[test]
    fn a_thread_that_was_found_before_it_came_to_its_own_slot_has_one_slot() {
        let body = || {
            let thread_id = sys::thread_id();
            let entries = &mut registry::lock().entries;
            let own = registry::claim(entries, Thread::to_be());
            let found = registry::claim(entries, Thread::of_this_process(thread_id));
            entries[found.index as usize].was_refused = true;
            (own, thread_id)
        };
        let look = |own: &Slot, thread_id| {
            let entries = &registry::lock().entries;
            let is_its = |entry: &&Entry| {
                !entry.is_retired && entry.thread.as_ref().is_some_and(|t| t.id == thread_id)
            };
            let slots: Vec<u32> = entries
                .iter()
                .filter(is_its)
                .map(|e| e.slot.index)
                .collect();
            assert_eq!(slots, [own.index]);
            assert!(entries[own.index as usize].was_refused, "counted once");
        };
        let checked = std::thread::spawn(move || {
            let (own, thread_id) = body();
            enter_thread(own);
            look(own, thread_id);
            cancel_thread(own);
        });
        checked.join().unwrap();
    }
}
