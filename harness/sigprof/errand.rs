//! A stack for the profiler's own work on threads whose stacks are too small for it: a thread of PTHREAD_STACK_MIN has
//! 12 KB left when it begins, and making a slot with its gear takes more than ten times that where the compiler copies.
#![allow(unsafe_code)]

use std::mem::MaybeUninit;
use std::sync::atomic::{AtomicPtr, Ordering};

use super::arch;
use super::gear::HandlerStack;
use super::registry::Registry;

/// A walk's caches are made here and moved to the heap: 128 KiB were not enough. Only what is touched takes memory.
const STACK_BYTES: usize = 1024 * 1024;

/// The end of the one stack there is, which the registry's lock is for; null until it is first needed.
static TOP: AtomicPtr<u8> = AtomicPtr::new(std::ptr::null_mut());

struct Errand<'a, W, R> {
    registry: &'a mut Registry,
    work: MaybeUninit<W>,
    answer: Option<R>,
}

/// Does `work` on a roomy stack. SIGPROF waits meanwhile: no sample could find its way from there to the thread's own
/// stack, and what it is about is done when the signal is taken.
///
/// A panic in `work` ends the process. Never called in a handler.
pub fn run<R, W: FnOnce(&mut Registry) -> R>(registry: &mut Registry, work: W) -> Option<R> {
    let top = top()?;
    let mut errand = Errand {
        registry,
        work: MaybeUninit::new(work),
        answer: None,
    };
    let mask = block_sigprof();
    // SAFETY: the stack is a HandlerStack's, of which one thread at a time has the use: who has the registry, which is
    // behind the lock. `on_roomy_stack` does not unwind: it is extern "C".
    unsafe { arch::call_on_stack(top, on_roomy_stack::<R, W>, &raw mut errand as usize, 0) };
    // SAFETY: the mask that was there.
    unsafe { libc::pthread_sigmask(libc::SIG_SETMASK, &raw const mask, std::ptr::null_mut()) };
    errand.answer
}

unsafe extern "C" fn on_roomy_stack<R, W: FnOnce(&mut Registry) -> R>(errand: usize, _: usize) {
    // SAFETY: the errand of `run`, which waits and leaves it alone.
    let errand = unsafe { &mut *(errand as *mut Errand<'_, W, R>) };
    // SAFETY: written by `run`, read here once.
    let work = unsafe { errand.work.assume_init_read() };
    errand.answer = Some(work(errand.registry));
}

fn top() -> Option<*mut u8> {
    let known = TOP.load(Ordering::Acquire);
    if !known.is_null() {
        return Some(known);
    }
    let made = HandlerStack::new(STACK_BYTES).ok()?.top();
    TOP.store(made, Ordering::Release);
    Some(made)
}

/// The mask as it was.
fn block_sigprof() -> libc::sigset_t {
    // SAFETY: sets of our own, and this thread's mask.
    unsafe {
        let mut set: libc::sigset_t = std::mem::zeroed();
        let mut before: libc::sigset_t = std::mem::zeroed();
        libc::sigemptyset(&raw mut set);
        libc::sigaddset(&raw mut set, libc::SIGPROF);
        libc::pthread_sigmask(libc::SIG_BLOCK, &raw const set, &raw mut before);
        before
    }
}
