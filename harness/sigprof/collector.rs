//! The collector: a thread that empties the rings and looks for threads nobody told us of.
#![allow(unsafe_code)]

use std::io;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc;
use std::thread::{Builder, JoinHandle};
use std::time::{Duration, Instant};

use super::action;
use super::modules::{self, Changes, Modules};
use super::process::lock::ForkLock;
use super::record::Record;
use super::registry::{self, Registry};
use super::sampling;
use super::session::{self, Session};
use super::sys;
use super::tally;
use super::threads::Thread;

/// How long samples wait in a ring that does not fill.
const VISIT: Duration = Duration::from_millis(20);
/// How long a thread that was made by a bare clone(2) goes unseen.
const LOOK: Duration = Duration::from_millis(100);

/// Set when the running collector is to end.
static GENERATION: AtomicU32 = AtomicU32::new(0);

/// Where the collector sleeps.
static DOORBELL: AtomicU32 = AtomicU32::new(0);

/// Wakes the collector. Async-signal-safe.
pub fn ring() {
    DOORBELL.fetch_add(1, Ordering::Relaxed);
    sys::futex_wake(&DOORBELL);
}

/// A running collector.
pub struct Collector {
    handle: JoinHandle<()>,
    /// Its thread, which is not to be sampled.
    pub thread_id: libc::pid_t,
}

impl Collector {
    /// Starts the thread; it works once sampling is on.
    pub fn start() -> io::Result<Collector> {
        let generation = GENERATION.fetch_add(1, Ordering::SeqCst) + 1;
        let (tell, told) = mpsc::channel();
        let handle = Builder::new().name("sigprof".to_owned()).spawn(move || {
            block_sigprof();
            let _ = tell.send(sys::thread_id());
            collect(generation);
        })?;
        let thread_id = told.recv().map_err(io::Error::other)?;
        Ok(Collector { handle, thread_id })
    }

    /// Ends it and waits for the end. The registry's lock is not held.
    pub fn stop(self) {
        GENERATION.fetch_add(1, Ordering::SeqCst);
        ring();
        // A collector that panicked has lost no samples: they are in the rings, and the last reader comes later.
        let _ = self.handle.join();
    }
}

/// The process's timer may pick any thread; this one has nothing to tell.
fn block_sigprof() {
    // SAFETY: a set of our own, and this thread's own mask.
    unsafe {
        let mut set: libc::sigset_t = std::mem::zeroed();
        libc::sigemptyset(&raw mut set);
        libc::sigaddset(&raw mut set, libc::SIGPROF);
        libc::pthread_sigmask(libc::SIG_BLOCK, &raw const set, std::ptr::null_mut());
    }
}

fn collect(generation: u32) {
    let mut last_look = Instant::now();
    while GENERATION.load(Ordering::SeqCst) == generation {
        wait();
        // Asked before the registry is locked: a thread may hold the loader's lock and make a thread, for which it
        // wants the registry.
        let changes = modules::changes();
        session::with(|session| refresh(session, changes));
        let mut registry = registry::lock();
        let unfinished = match &mut *registry {
            Registry {
                entries,
                sampling: Some(sampling),
            } => {
                sampling.tally.notice(changes);
                sampling::drain(entries, &mut sampling.tally);
                sampling.tally.take_unfinished()
            }
            _ => Vec::new(),
        };
        if last_look.elapsed() >= LOOK {
            sampling::look_for_threads(&mut registry);
            action::was_replaced();
            last_look = Instant::now();
        }
        drop(registry);
        finish(unfinished);
    }
}

/// Shows handlers what was loaded.
fn refresh(session: &Session, changes: Changes) {
    if session.modules().changes() != changes {
        let modules = Modules::since(Some(session.modules()));
        session.replace_modules(modules);
    }
}

/// Walks on where handlers had to stop, and keeps the outcome: the session may be over before it is there.
fn finish(unfinished: Vec<(Thread, Record)>) {
    if unfinished.is_empty() {
        return;
    }
    let modules = Modules::of_this_process();
    let finished = tally::finish(unfinished, &modules);
    // The handler does better next time, if it is code that has come by another way than the loader's.
    session::with(|session| session.replace_modules(modules));
    FINISHED.lock().extend(finished);
}

/// What was walked late. Taken when the collector has ended.
pub fn take_finished() -> Vec<(Thread, Record)> {
    std::mem::take(&mut FINISHED.lock())
}

static FINISHED: ForkLock<Vec<(Thread, Record)>> = ForkLock::new(Vec::new());

/// Forgets it, in the child of a fork.
///
/// # Safety
/// The calling thread is the only one in this process.
pub unsafe fn abandon() {
    // SAFETY: the caller's promise; the lock is held for moments, in which nobody forks.
    unsafe { FINISHED.abandon(Vec::new()) };
}

/// Waits for a full ring, or for a while.
fn wait() {
    let visit_ns = VISIT.as_nanos() as i64;
    let value = DOORBELL.load(Ordering::Relaxed);
    sys::futex_wait(&DOORBELL, value, visit_ns);
}
