//! What the process does on SIGPROF: our handler while a profiler runs, and what was there before, before and after.
#![allow(unsafe_code)]

use std::ffi::{c_int, c_void};
use std::sync::atomic::{AtomicPtr, Ordering};

use super::Error;
use super::sys;

/// What a handler with SA_SIGINFO looks like.
pub type Handler = unsafe extern "C" fn(c_int, *mut libc::siginfo_t, *mut c_void);

/// What was there before us. Leaked at each start, because a handler may be looking at it: 150 bytes a time.
static BEFORE: AtomicPtr<libc::sigaction> = AtomicPtr::new(std::ptr::null_mut());

/// Installs `handler`, and remembers what was there.
pub fn install(handler: Handler) -> Result<(), Error> {
    // SAFETY: all zeroes is a valid sigaction; the calls below fill it.
    let mut ours: libc::sigaction = unsafe { std::mem::zeroed() };
    ours.sa_sigaction = handler as usize;
    ours.sa_flags = libc::SA_SIGINFO | libc::SA_ONSTACK | libc::SA_RESTART;
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
    // SAFETY: as above.
    let mut before: libc::sigaction = unsafe { std::mem::zeroed() };
    // SAFETY: asks only: the second argument is null.
    if unsafe { libc::sigaction(libc::SIGPROF, std::ptr::null(), &raw mut before) } != 0 {
        return Err(sys::failed("read the SIGPROF handler"));
    }
    BEFORE.store(Box::into_raw(Box::new(before)), Ordering::Release);
    // SAFETY: the handler is a function of the type that SA_SIGINFO asks for, and keeps the rules of handlers.
    if unsafe { libc::sigaction(libc::SIGPROF, &raw const ours, std::ptr::null_mut()) } != 0 {
        return Err(sys::failed("install the SIGPROF handler"));
    }
    Ok(())
}

/// Puts back what was there. Where there was no handler, SIGPROF stays ignored: a signal that is still on its way
/// would end the process (golang/go#19320).
pub fn restore() {
    let before = BEFORE.load(Ordering::Acquire);
    // SAFETY: stored by `install`, never freed.
    let Some(before) = (unsafe { before.as_ref() }) else {
        return;
    };
    let mut after = *before;
    if after.sa_sigaction == libc::SIG_DFL {
        after.sa_sigaction = libc::SIG_IGN;
    }
    // SAFETY: what the program itself had installed, or SIG_IGN.
    unsafe { libc::sigaction(libc::SIGPROF, &raw const after, std::ptr::null_mut()) };
}

/// Hands a signal that is not ours to whoever had it before. Async-signal-safe.
///
/// # Safety
/// The arguments are those of a running handler.
pub unsafe fn forward(signal: c_int, info: *mut libc::siginfo_t, context: *mut c_void) {
    // SAFETY: stored by `install`, never freed.
    let Some(before) = (unsafe { BEFORE.load(Ordering::Acquire).as_ref() }) else {
        return;
    };
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
