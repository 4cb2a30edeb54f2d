//! The timers that make the kernel send SIGPROF.
#![allow(unsafe_code)]

use std::io;
use std::mem::{offset_of, size_of};

use super::defect::{Defect, Defects};

/// Nanoseconds in a second.
const SECOND_NS: u64 = 1_000_000_000;

/// A timer whose signals go to one thread: timer_create(2).
///
/// By system call: glibc's wrapper keeps records of its own that a thread's last moments are a bad time for.
#[derive(Debug)]
pub struct ThreadTimer(i32);

impl ThreadTimer {
    /// Makes a timer on `clock` for `thread_id`, not yet armed. `cookie` comes back in each signal's `si_value`.
    pub fn new(
        clock: libc::clockid_t,
        thread_id: libc::pid_t,
        cookie: u64,
    ) -> io::Result<ThreadTimer> {
        // SAFETY: all zeroes is a valid sigevent.
        let mut event: libc::sigevent = unsafe { std::mem::zeroed() };
        event.sigev_notify = libc::SIGEV_THREAD_ID;
        event.sigev_signo = libc::SIGPROF;
        event.sigev_value.sival_ptr = cookie as *mut libc::c_void;
        event.sigev_notify_thread_id = thread_id;
        let mut id = 0i32;
        // SAFETY: both pointers are to locals that live across the call.
        let answer =
            unsafe { libc::syscall(libc::SYS_timer_create, clock, &raw mut event, &raw mut id) };
        if answer == 0 {
            Ok(ThreadTimer(id))
        } else {
            Err(io::Error::last_os_error())
        }
    }

    /// Arms it: first after `first_ns`, then every `period_ns`.
    pub fn arm(&self, first_ns: u64, period_ns: u64) -> io::Result<()> {
        self.set(0, first_ns, period_ns)
    }

    /// Arms it: first when its clock stands at `first_ns`, then every `period_ns`.
    pub fn arm_at(&self, first_ns: u64, period_ns: u64) -> io::Result<()> {
        self.set(libc::TIMER_ABSTIME, first_ns, period_ns)
    }

    fn set(&self, flags: i32, first_ns: u64, period_ns: u64) -> io::Result<()> {
        let spec = libc::itimerspec {
            it_interval: timespec(period_ns),
            it_value: timespec(first_ns),
        };
        let nowhere = std::ptr::null_mut::<libc::itimerspec>();
        // SAFETY: `spec` lives across the call; the old value is not asked for.
        let answer = unsafe {
            libc::syscall(
                libc::SYS_timer_settime,
                self.0,
                flags,
                &raw const spec,
                nowhere,
            )
        };
        if answer == 0 {
            Ok(())
        } else {
            Err(io::Error::last_os_error())
        }
    }
}

impl Drop for ThreadTimer {
    fn drop(&mut self) {
        // SAFETY: our own timer, deleted once.
        unsafe { libc::syscall(libc::SYS_timer_delete, self.0) };
    }
}

/// The CPU clock of another thread of this process, as the kernel's MAKE_THREAD_CPUCLOCK makes it: the inverted id,
/// three bits up, and in them the clock (2: scheduler time) and that it is a thread's (4).
pub fn cpu_clock_of(thread_id: libc::pid_t) -> libc::clockid_t {
    (!thread_id << 3) | 4 | 2
}

fn timespec(nanoseconds: u64) -> libc::timespec {
    libc::timespec {
        tv_sec: (nanoseconds / SECOND_NS) as libc::time_t,
        tv_nsec: (nanoseconds % SECOND_NS) as libc::c_long,
    }
}

/// The process's timer while it is ours: setitimer(2), ITIMER_PROF.
pub struct ProcessTimer {
    before: libc::itimerval,
}

impl ProcessTimer {
    /// Arms it, and remembers what was there. The kernel counts in microseconds.
    pub fn arm(period_us: u64) -> io::Result<ProcessTimer> {
        let period = libc::timeval {
            tv_sec: (period_us / 1_000_000) as libc::time_t,
            tv_usec: (period_us % 1_000_000) as libc::suseconds_t,
        };
        let spec = libc::itimerval {
            it_interval: period,
            it_value: period,
        };
        // SAFETY: all zeroes is a valid, disarmed itimerval.
        let mut before: libc::itimerval = unsafe { std::mem::zeroed() };
        // SAFETY: both live across the call.
        let answer =
            unsafe { libc::setitimer(libc::ITIMER_PROF, &raw const spec, &raw mut before) };
        if answer == 0 {
            Ok(ProcessTimer { before })
        } else {
            Err(io::Error::last_os_error())
        }
    }
}

impl ProcessTimer {
    /// Puts back what was there.
    pub fn stop(mut self, defects: Defects) {
        if defects.has(Defect::ForgetTimer) {
            // SAFETY: all zeroes is a valid, disarmed itimerval.
            self.before = unsafe { std::mem::zeroed() };
        }
    }
}

impl Drop for ProcessTimer {
    fn drop(&mut self) {
        let nowhere = std::ptr::null_mut();
        // SAFETY: what the kernel itself gave us before.
        unsafe { libc::setitimer(libc::ITIMER_PROF, &raw const self.before, nowhere) };
    }
}

/// What a timer's signal carries, laid out as the kernel has it (include/uapi/asm-generic/siginfo.h, `_timer`).
#[repr(C)]
pub struct TimerInfo {
    signal: i32,
    errno: i32,
    /// Who sent it: `SI_TIMER`, `SI_KERNEL`, `SI_USER` and others.
    pub code: i32,
    padding: i32,
    timer_id: i32,
    /// Expirations since the one that sent it: SI_TIMER only.
    pub overrun: i32,
    /// The cookie: SI_TIMER only.
    pub cookie: u64,
}

impl TimerInfo {
    /// The descriptor that a signal set by F_SETSIG is about: `_sigpoll` has it where a timer's has its value. None for
    /// other signals.
    pub fn poll_fd(&self) -> Option<i32> {
        let is_poll = (POLL_IN..=POLL_HUP).contains(&self.code);
        is_poll.then_some((self.cookie & 0xffff_ffff) as u32 as i32)
    }
}

/// The first and the last `si_code` that F_SETSIG signals have (sigaction(2), POLL_IN to POLL_HUP).
const POLL_IN: i32 = 1;
const POLL_HUP: i32 = 6;

const _: () = assert!(offset_of!(TimerInfo, code) == offset_of!(libc::siginfo_t, si_code));
const _: () = assert!(offset_of!(TimerInfo, overrun) == 20 && offset_of!(TimerInfo, cookie) == 24);
const _: () = assert!(size_of::<TimerInfo>() <= size_of::<libc::siginfo_t>());
