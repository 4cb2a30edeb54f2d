//! What the process does on SIGPROF: our handler while a profiler runs, and what was there before, before and after.
//! The program may have a handler too, and may install one while we run: it is left alone, and what follows declared.
#![allow(unsafe_code)]

use std::ffi::{c_int, c_void};
use std::sync::atomic::{AtomicBool, AtomicPtr, AtomicUsize, Ordering};

use super::Error;
use super::defect::{Defect, Defects};
use super::sys;

/// What a handler with SA_SIGINFO looks like.
pub type Handler = unsafe extern "C" fn(c_int, *mut libc::siginfo_t, *mut c_void);

/// What was there before us. Leaked at each start, because a handler may be looking at it: 150 bytes a time.
static BEFORE: AtomicPtr<libc::sigaction> = AtomicPtr::new(std::ptr::null_mut());
/// Our handler's address, while it is installed.
static OURS: AtomicUsize = AtomicUsize::new(0);
/// Whether somebody else's handler was seen in our place.
static WAS_REPLACED: AtomicBool = AtomicBool::new(false);

/// Installs `handler`, and remembers what was there.
pub fn install(handler: Handler, defects: Defects) -> Result<(), Error> {
    let Some(mut before) = current() else {
        return Err(sys::failed("read the SIGPROF handler"));
    };
    if before.sa_sigaction == do_nothing as *const () as usize {
        // Our own, of an earlier end: the program had said nothing.
        before.sa_sigaction = libc::SIG_DFL;
    }
    BEFORE.store(Box::into_raw(Box::new(before)), Ordering::Release);
    OURS.store(handler as usize, Ordering::Release);
    WAS_REPLACED.store(false, Ordering::Release);
    if set(&our_action(handler, defects)) {
        Ok(())
    } else {
        Err(sys::failed("install the SIGPROF handler"))
    }
}

fn our_action(handler: Handler, defects: Defects) -> libc::sigaction {
    // SAFETY: all zeroes is a valid sigaction; what follows fills it.
    let mut ours: libc::sigaction = unsafe { std::mem::zeroed() };
    ours.sa_sigaction = handler as usize;
    ours.sa_flags = libc::SA_SIGINFO | libc::SA_ONSTACK;
    if !defects.has(Defect::NoSaRestart) {
        ours.sa_flags |= libc::SA_RESTART;
    }
    // Everything waits while a sample is taken, but for what only this thread itself can have caused: a fault must
    // be heard at once, and a hook may rely on that for its reads.
    // SAFETY: a set of our own.
    unsafe {
        libc::sigfillset(&raw mut ours.sa_mask);
        for fault in [
            libc::SIGSEGV,
            libc::SIGBUS,
            libc::SIGILL,
            libc::SIGFPE,
            libc::SIGTRAP,
        ] {
            libc::sigdelset(&raw mut ours.sa_mask, fault);
        }
    }
    ours
}

/// Whether our handler was seen to be replaced since it was installed. Asked now and then: until somebody looks, a
/// program that puts ours back goes unnoticed.
pub fn was_replaced() -> bool {
    if current().is_some_and(|now| now.sa_sigaction != OURS.load(Ordering::Acquire)) {
        WAS_REPLACED.store(true, Ordering::Release);
    }
    WAS_REPLACED.load(Ordering::Acquire)
}

/// Puts back what was there. Where there was no handler, one stays that does nothing: a signal that is still on its way
/// would end the process (golang/go#19320). Not SIG_IGN: a new program would have that from exec(3), and what it does with
/// SIGPROF is its own affair. A handler that the program installed after ours stays.
pub fn restore(defects: Defects) {
    let Some(before) = before() else { return };
    if current().is_none_or(|now| now.sa_sigaction != OURS.load(Ordering::Acquire)) {
        return;
    }
    let mut after = *before;
    if after.sa_sigaction == libc::SIG_DFL && !defects.has(Defect::DefaultAfterStop) {
        after.sa_sigaction = do_nothing as *const () as usize;
        after.sa_flags = libc::SA_ONSTACK | libc::SA_RESTART;
    }
    set(&after);
}

extern "C" fn do_nothing(_: c_int) {}

/// Puts back exactly what was there, where nothing can be on its way. Async-signal-safe.
pub fn restore_exactly() {
    if let (Some(before), Some(now)) = (before(), current())
        && now.sa_sigaction == OURS.load(Ordering::Acquire)
    {
        set(before);
    }
}

/// Forgets signals that were sent and not yet taken: to ignore a signal, if only for a moment, does that.
/// Async-signal-safe.
#[cfg(feature = "interpose")]
pub fn drop_pending() {
    let Some(now) = current() else { return };
    // SAFETY: all zeroes is a valid sigaction.
    let mut ignore: libc::sigaction = unsafe { std::mem::zeroed() };
    ignore.sa_sigaction = libc::SIG_IGN;
    set(&ignore);
    set(&now);
}

/// Hands a signal that is not ours to whoever had it before. Async-signal-safe.
///
/// # Safety
/// The arguments are those of a running handler.
pub unsafe fn forward(signal: c_int, info: *mut libc::siginfo_t, context: *mut c_void) {
    let Some(before) = before() else { return };
    match before.sa_sigaction {
        libc::SIG_DFL | libc::SIG_IGN => {}
        address if before.sa_flags & libc::SA_SIGINFO != 0 => {
            // SAFETY: the program registered this address as a handler with three arguments.
            let handler = unsafe { std::mem::transmute::<usize, Handler>(address) };
            // SAFETY: the arguments are a running handler's.
            unsafe { handler(signal, info, context) };
        }
        address => {
            // SAFETY: the program registered this address as a handler with one argument.
            let handler = unsafe { std::mem::transmute::<usize, extern "C" fn(c_int)>(address) };
            handler(signal);
        }
    }
}

fn before() -> Option<&'static libc::sigaction> {
    // SAFETY: null, or stored by `install` and never freed.
    unsafe { BEFORE.load(Ordering::Acquire).as_ref() }
}

fn current() -> Option<libc::sigaction> {
    // SAFETY: all zeroes is a valid sigaction.
    let mut now: libc::sigaction = unsafe { std::mem::zeroed() };
    // SAFETY: asks only: the second argument is null.
    let answer = unsafe { libc::sigaction(libc::SIGPROF, std::ptr::null(), &raw mut now) };
    (answer == 0).then_some(now)
}

fn set(action: &libc::sigaction) -> bool {
    // SAFETY: our own handler, which keeps the rules of handlers, or what the program itself had installed.
    unsafe { libc::sigaction(libc::SIGPROF, action, std::ptr::null_mut()) == 0 }
}
