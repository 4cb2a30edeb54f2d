//! A software task clock of perf_event_open(2) on one thread, whose overflows are SIGPROF to that thread (fcntl(2),
//! F_SETSIG). It is driven by a high-resolution timer and not by the tick: exact at any rate, and out of step with
//! whatever the program does at ticks.
//!
//! Never PERF_EVENT_IOC_REFRESH: with a software clock it hangs some 6.16 and 6.17 kernels (async-profiler#1578).
//! Never `inherit` with F_SETSIG: all signals of all threads would go to the one that opened the event.
#![allow(unsafe_code)]

use std::fs::File;
use std::io;
use std::mem::{offset_of, size_of};
use std::os::fd::{AsRawFd, FromRawFd, RawFd};

/// The first published size of perf_event_attr, PERF_ATTR_SIZE_VER0: nothing later is needed.
const ATTR_BYTES: u32 = 64;
const TYPE_SOFTWARE: u32 = 1;
const CONFIG_TASK_CLOCK: u64 = 1;
const FLAG_FD_CLOEXEC: libc::c_ulong = 1 << 3;
const BIT_DISABLED: u64 = 1 << 0;
const BIT_EXCLUDE_KERNEL: u64 = 1 << 5;
const BIT_EXCLUDE_HV: u64 = 1 << 6;
/// _IO('$', 0)
const IOC_ENABLE: libc::c_ulong = 0x2400;
/// _IO('$', 1)
const IOC_DISABLE: libc::c_ulong = 0x2401;
/// _IOW('$', 4, __u64)
const IOC_PERIOD: libc::c_ulong = 0x4008_2404;
/// F_SETOWN_EX and F_OWNER_TID of fcntl(2).
const F_SETOWN_EX: libc::c_int = 15;
const F_SETSIG: libc::c_int = 10;
const F_OWNER_TID: libc::c_int = 0;
/// What the kernel makes of anything shorter (perf_swevent_hrtimer).
pub const SHORTEST_PERIOD_NS: u64 = 10_000;

/// perf_event_attr, as far as its first size goes.
#[repr(C)]
#[derive(Default)]
struct Attr {
    kind: u32,
    size: u32,
    config: u64,
    sample_period: u64,
    sample_type: u64,
    read_format: u64,
    bits: u64,
    wakeup_events: u32,
    breakpoint_type: u32,
    breakpoint_address: u64,
}

const _: () = assert!(size_of::<Attr>() == ATTR_BYTES as usize);
const _: () = assert!(offset_of!(Attr, sample_period) == 16 && offset_of!(Attr, bits) == 40);

#[repr(C)]
struct Owner {
    kind: libc::c_int,
    id: libc::pid_t,
}

/// An event. Dropped, it is gone.
#[derive(Debug)]
pub struct Event {
    file: File,
    /// Whether time in the kernel is not sampled: without CAP_PERFMON, perf_event_paranoid 2 asks for that.
    pub is_user_only: bool,
    /// Where the thread's CPU clock stood when the event began to count.
    pub base_ns: u64,
}

impl Event {
    /// An event on a thread of this process, not yet enabled, whose signals go to that thread.
    pub fn new(thread_id: libc::pid_t) -> io::Result<Event> {
        let event = match open(thread_id, 0) {
            Ok(file) => Event {
                file,
                is_user_only: false,
                base_ns: 0,
            },
            Err(error) if is_refusal(&error) => Event {
                file: open(thread_id, BIT_EXCLUDE_KERNEL)?,
                is_user_only: true,
                base_ns: 0,
            },
            Err(error) => return Err(error),
        };
        event.send_signals_to(thread_id)?;
        Ok(event)
    }

    fn send_signals_to(&self, thread_id: libc::pid_t) -> io::Result<()> {
        let fd = self.fd();
        let owner = Owner {
            kind: F_OWNER_TID,
            id: thread_id,
        };
        // SAFETY: our own descriptor; `owner` lives across the call and is laid out as f_owner_ex.
        let answers = unsafe {
            [
                libc::fcntl(fd, F_SETSIG, libc::SIGPROF),
                libc::fcntl(fd, F_SETOWN_EX, &raw const owner),
                libc::fcntl(fd, libc::F_SETFL, libc::O_ASYNC | libc::O_NONBLOCK),
            ]
        };
        if answers.contains(&-1) {
            Err(io::Error::last_os_error())
        } else {
            Ok(())
        }
    }

    /// Starts it: the first signal after `first_ns` of the thread's CPU time.
    pub fn enable(&self, first_ns: u64) -> io::Result<()> {
        set_period(self.fd(), first_ns)?;
        // SAFETY: our own descriptor, and a request without an argument.
        match unsafe { libc::ioctl(self.fd(), IOC_ENABLE, 0) } {
            -1 => Err(io::Error::last_os_error()),
            _ => Ok(()),
        }
    }

    /// Its descriptor, which is in each of its signals.
    pub fn fd(&self) -> RawFd {
        self.file.as_raw_fd()
    }
}

impl Drop for Event {
    /// Closing is not enough: a child may have a copy of the descriptor, and with it the event would go on.
    fn drop(&mut self) {
        pause(self.fd());
    }
}

/// Stops the event behind `fd`, to go on with [`resume`]. Async-signal-safe.
pub fn pause(fd: RawFd) {
    // SAFETY: a request without an argument; a descriptor that is none only makes the call fail.
    unsafe { libc::ioctl(fd, IOC_DISABLE, 0) };
}

/// Lets a paused event go on. Async-signal-safe.
#[cfg(feature = "interpose")]
pub fn resume(fd: RawFd) {
    // SAFETY: as in `pause`.
    unsafe { libc::ioctl(fd, IOC_ENABLE, 0) };
}

fn open(thread_id: libc::pid_t, bits: u64) -> io::Result<File> {
    let attr = Attr {
        kind: TYPE_SOFTWARE,
        size: ATTR_BYTES,
        config: CONFIG_TASK_CLOCK,
        // Any period makes it a sampling event; the true one comes when it is enabled.
        sample_period: u64::from(u32::MAX),
        bits: BIT_DISABLED | BIT_EXCLUDE_HV | bits,
        wakeup_events: 1,
        ..Attr::default()
    };
    // SAFETY: `attr` lives across the call and has the size that it states; on any CPU, in no group.
    let fd = unsafe {
        libc::syscall(
            libc::SYS_perf_event_open,
            &raw const attr,
            thread_id,
            -1,
            -1,
            FLAG_FD_CLOEXEC,
        )
    };
    match RawFd::try_from(fd) {
        // SAFETY: a new descriptor that nobody else knows.
        Ok(fd) if fd >= 0 => Ok(unsafe { File::from_raw_fd(fd) }),
        _ => Err(io::Error::last_os_error()),
    }
}

fn is_refusal(error: &io::Error) -> bool {
    matches!(error.raw_os_error(), Some(libc::EACCES | libc::EPERM))
}

/// The time that the event behind `fd` has counted, in nanoseconds. Async-signal-safe.
pub fn count_ns(fd: RawFd) -> Option<u64> {
    let mut count = 0u64;
    // SAFETY: eight bytes of our own; a descriptor that is none only makes the call fail.
    let read = unsafe { libc::read(fd, (&raw mut count).cast(), size_of::<u64>()) };
    (read == size_of::<u64>() as isize).then_some(count)
}

/// Sets the period from the next overflow on. Async-signal-safe.
pub fn set_period(fd: RawFd, period_ns: u64) -> io::Result<()> {
    let period_ns = period_ns.max(SHORTEST_PERIOD_NS);
    // SAFETY: the argument is a u64 that lives across the call.
    match unsafe { libc::ioctl(fd, IOC_PERIOD, &raw const period_ns) } {
        -1 => Err(io::Error::last_os_error()),
        _ => Ok(()),
    }
}
