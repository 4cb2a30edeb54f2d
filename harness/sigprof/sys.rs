//! The few system calls that the handler needs, and errno.
#![allow(unsafe_code)]

use std::io;

/// This process's id. The system call and not a cached value: after fork a cache would lie.
#[inline]
pub fn process_id() -> libc::pid_t {
    // SAFETY: no arguments, cannot fail.
    unsafe { libc::getpid() }
}

/// This thread's kernel id.
#[inline]
pub fn thread_id() -> libc::pid_t {
    // SAFETY: no arguments, cannot fail.
    unsafe { libc::gettid() }
}

/// Keeps errno as the interrupted code left it: a handler that lets its own system calls show through breaks
/// programs in ways nobody finds (pprof-rs#128).
pub struct Errno(i32);

impl Errno {
    /// Remembers errno.
    #[inline]
    pub fn save() -> Errno {
        // SAFETY: the address of this thread's errno, valid for as long as the thread lives.
        Errno(unsafe { *libc::__errno_location() })
    }

    /// A mutant's: leaves what failed system calls leave.
    pub fn spoil() {
        Errno(libc::EPERM).restore();
    }

    /// Puts it back.
    #[inline]
    pub fn restore(self) {
        // SAFETY: as in `save`.
        unsafe { *libc::__errno_location() = self.0 }
    }
}

/// What the last failed call left in errno, with what was tried.
pub fn failed(what: &'static str) -> super::Error {
    super::Error::System {
        what,
        source: io::Error::last_os_error(),
    }
}

/// Nanoseconds on `clock`.
pub fn clock_ns(clock: libc::clockid_t) -> i64 {
    let mut time = libc::timespec {
        tv_sec: 0,
        tv_nsec: 0,
    };
    // SAFETY: `time` is ours; an unknown clock only makes the call fail and leaves zero.
    unsafe { libc::clock_gettime(clock, &raw mut time) };
    time.tv_sec * 1_000_000_000 + time.tv_nsec
}

/// The resolution of `clock` in nanoseconds; None where there is no such clock.
pub fn clock_resolution_ns(clock: libc::clockid_t) -> Option<u64> {
    let mut time = libc::timespec {
        tv_sec: 0,
        tv_nsec: 0,
    };
    // SAFETY: `time` is ours.
    let answer = unsafe { libc::clock_getres(clock, &raw mut time) };
    (answer == 0).then(|| time.tv_sec as u64 * 1_000_000_000 + time.tv_nsec as u64)
}

/// Sleeps until `word` is no longer `value`, someone wakes it, or the time is over. Spurious returns are fine.
pub fn futex_wait(word: &std::sync::atomic::AtomicU32, value: u32, timeout_ns: i64) {
    let timeout = libc::timespec {
        tv_sec: timeout_ns / 1_000_000_000,
        tv_nsec: timeout_ns % 1_000_000_000,
    };
    // SAFETY: the word and the timeout live across the call.
    unsafe {
        libc::syscall(
            libc::SYS_futex,
            word.as_ptr(),
            libc::FUTEX_WAIT | libc::FUTEX_PRIVATE_FLAG,
            value,
            &raw const timeout,
        );
    }
}

/// Wakes who sleeps on `word`. Async-signal-safe.
pub fn futex_wake(word: &std::sync::atomic::AtomicU32) {
    // SAFETY: only the address of the word is used.
    unsafe {
        libc::syscall(
            libc::SYS_futex,
            word.as_ptr(),
            libc::FUTEX_WAKE | libc::FUTEX_PRIVATE_FLAG,
            1,
        );
    }
}
