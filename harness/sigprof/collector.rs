//! The collector: a thread that empties the rings and looks for threads nobody told us of.
#![allow(unsafe_code)]

use std::io;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc;
use std::thread::{Builder, JoinHandle};
use std::time::{Duration, Instant};

use super::action;
use super::registry;
use super::sampling;
use super::sys;

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
        let mut registry = registry::lock();
        let registry::Registry { entries, sampling } = &mut *registry;
        if let Some(sampling) = sampling {
            sampling::drain(entries, &mut sampling.aggregate);
        }
        if last_look.elapsed() >= LOOK {
            sampling::look_for_threads(&mut registry);
            action::was_replaced();
            last_look = Instant::now();
        }
    }
}

/// Waits for a full ring, or for a while.
fn wait() {
    let visit_ns = VISIT.as_nanos() as i64;
    let value = DOORBELL.load(Ordering::Relaxed);
    sys::futex_wait(&DOORBELL, value, visit_ns);
}
