//! EINTR: read, a futex and wait4 are never interrupted, for the handler says SA_RESTART. What no flag restarts
//! (nanosleep, poll, epoll_wait, sem_timedwait: signal(7)) is counted and reported, without a verdict.
//!
//! The clocks hit sleepers seldom; so SIGPROF is sent to the sleeping thread, twenty times, each when it sleeps. Without
//! SA_RESTART (mutant no-sa-restart) the first read ended with EINTR.
#![allow(unsafe_code)]

use std::io::{PipeReader, Write as _};
use std::os::fd::AsRawFd as _;
use std::sync::atomic::{AtomicBool, AtomicI32, AtomicU32, Ordering};
use std::thread;
use std::time::Duration;

use framecheck::sigprof::Clock;

use crate::case::{Case, End, Killer};
use crate::child::profiler;

pub const CASES: &[Case] = &[Case {
    name: "eintr",
    child: eintr,
    clocks: Clock::ALL,
    killers: &[Killer {
        mutant: "no-sa-restart",
        clock: Clock::Thread,
        end: End::Failed("EINTR in read"),
    }],
}];

const SIGNALS: u32 = 20;
static FUTEX: AtomicU32 = AtomicU32::new(0);

/// How often `sleep`, which answers -1 when it was interrupted, is interrupted by twenty signals; `wake` ends it.
fn interruptions(sleep: impl Fn() -> i64 + Send + Sync, wake: impl FnOnce()) -> u32 {
    let id = AtomicI32::new(0);
    let is_over = AtomicBool::new(false);
    let count = AtomicU32::new(0);
    thread::scope(|scope| {
        scope.spawn(|| {
            // SAFETY: no arguments.
            id.store(unsafe { libc::gettid() }, Ordering::SeqCst);
            while sleep() == -1 {
                let error = std::io::Error::last_os_error();
                assert_eq!(error.kind(), std::io::ErrorKind::Interrupted, "{error}");
                count.fetch_add(1, Ordering::SeqCst);
                if is_over.load(Ordering::SeqCst) {
                    break;
                }
            }
        });
        while id.load(Ordering::SeqCst) == 0 {
            thread::yield_now();
        }
        for _ in 0..SIGNALS {
            until_asleep(id.load(Ordering::SeqCst));
            // SAFETY: no memory is involved.
            unsafe {
                libc::syscall(
                    libc::SYS_tgkill,
                    libc::getpid(),
                    id.load(Ordering::SeqCst),
                    libc::SIGPROF,
                )
            };
        }
        until_asleep(id.load(Ordering::SeqCst));
        is_over.store(true, Ordering::SeqCst);
        wake();
    });
    count.load(Ordering::SeqCst)
}

/// Waits until the kernel says that the thread sleeps, and no signal is on its way to it.
fn until_asleep(id: i32) {
    loop {
        let status = std::fs::read_to_string(format!("/proc/self/task/{id}/status")).unwrap();
        let has = |start: &str| status.lines().any(|line| line.starts_with(start));
        if has("State:\tS") && has("SigPnd:\t0000000000000000") {
            return;
        }
        thread::sleep(Duration::from_micros(100));
    }
}

fn eintr() {
    let profiler = profiler().start().unwrap();
    let (reader, mut writer) = std::io::pipe().unwrap();
    let read = interruptions(|| read_byte(&reader), || writer.write_all(&[1]).unwrap());
    // SAFETY: the child makes one system call.
    let child = unsafe { libc::fork() };
    if child == 0 {
        // SAFETY: sleeps until it is killed.
        unsafe { libc::pause() };
    }
    let wait4 = interruptions(
        // SAFETY: our own child; nothing is asked for.
        || unsafe { libc::wait4(child, std::ptr::null_mut(), 0, std::ptr::null_mut()) }.into(),
        || {
            // SAFETY: our own child.
            unsafe { libc::kill(child, libc::SIGKILL) };
        },
    );
    let futex = interruptions(futex_wait, || {
        FUTEX.store(1, Ordering::SeqCst);
        // SAFETY: the word is static.
        unsafe { libc::syscall(libc::SYS_futex, FUTEX.as_ptr(), libc::FUTEX_WAKE, 1) };
    });
    others();
    drop(profiler);
    assert_eq!(
        (read, wait4, futex),
        (0, 0, 0),
        "EINTR in read, wait4, futex"
    );
}

fn read_byte(reader: &PipeReader) -> i64 {
    let mut byte = 0u8;
    // SAFETY: one byte of our own.
    unsafe { libc::read(reader.as_raw_fd(), (&raw mut byte).cast(), 1) as i64 }
}

fn futex_wait() -> i64 {
    let forever = std::ptr::null::<libc::timespec>();
    // SAFETY: the word is static.
    match unsafe {
        libc::syscall(
            libc::SYS_futex,
            FUTEX.as_ptr(),
            libc::FUTEX_WAIT,
            0,
            forever,
        )
    } {
        // The word had changed before it slept.
        -1 if FUTEX.load(Ordering::SeqCst) == 1 => 0,
        answer => answer,
    }
}

/// The four that no flag restarts. Each is woken by one more signal.
fn others() {
    const MINUTE: libc::timespec = libc::timespec {
        tv_sec: 60,
        tv_nsec: 0,
    };
    type Sleep = fn() -> i64;
    let sleeps: [(&str, Sleep); 4] = [
        ("nanosleep", || {
            // SAFETY: a constant that is read; the rest is not asked for.
            unsafe { libc::nanosleep(&MINUTE, std::ptr::null_mut()) }.into()
        }),
        ("poll", || {
            // SAFETY: no descriptors, no memory.
            unsafe { libc::poll(std::ptr::null_mut(), 0, 60_000) }.into()
        }),
        // SAFETY: one event of our own; the descriptor is left to the end of the process.
        ("epoll_wait", || unsafe {
            let mut event = std::mem::zeroed();
            libc::epoll_wait(libc::epoll_create1(0), &raw mut event, 1, 60_000).into()
        }),
        // SAFETY: a semaphore of our own, initialised before it is used; a time a minute from now.
        ("sem_timedwait", || unsafe {
            let mut semaphore = std::mem::zeroed();
            libc::sem_init(&raw mut semaphore, 0, 0);
            let mut end = std::mem::zeroed();
            libc::clock_gettime(libc::CLOCK_REALTIME, &raw mut end);
            end.tv_sec += MINUTE.tv_sec;
            libc::sem_timedwait(&raw mut semaphore, &raw const end).into()
        }),
    ];
    for (name, sleep) in sleeps {
        let id = AtomicI32::new(0);
        let count = interruptions(
            || {
                // SAFETY: no arguments.
                id.store(unsafe { libc::gettid() }, Ordering::SeqCst);
                sleep()
            },
            // SAFETY: no memory is involved.
            || unsafe {
                libc::syscall(
                    libc::SYS_tgkill,
                    libc::getpid(),
                    id.load(Ordering::SeqCst),
                    libc::SIGPROF,
                );
            },
        );
        println!(
            "note: {name}: {count} times EINTR for {} signals",
            SIGNALS + 1
        );
    }
}
