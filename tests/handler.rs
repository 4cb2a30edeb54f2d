//! What the handler must not do: allocate, or leave a trace in errno. Clock-free: only counts are compared.
//!
//! Every way to memory in this process goes through the functions below, for Rust and for C alike.
#![cfg(sigprof)]
#![allow(unsafe_code)]

use std::cell::Cell;
use std::ffi::c_void;
use std::hint::black_box;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use framecheck::sigprof::foreign::{self, TracebackArg};
use framecheck::sigprof::{Clock, Defect, Defects, Profiler};

thread_local! {
    static IS_WATCHED: Cell<bool> = const { Cell::new(false) };
}
static ALLOCATIONS: AtomicUsize = AtomicUsize::new(0);
static HOOK_CALLS: AtomicUsize = AtomicUsize::new(0);

fn note() {
    if IS_WATCHED.get() {
        ALLOCATIONS.fetch_add(1, Ordering::Relaxed);
    }
}

unsafe extern "C" {
    // SAFETY of the declarations: glibc's own names for its allocator, with the types of malloc(3).
    fn __libc_malloc(size: usize) -> *mut c_void;
    fn __libc_calloc(count: usize, size: usize) -> *mut c_void;
    fn __libc_realloc(old: *mut c_void, size: usize) -> *mut c_void;
    fn __libc_free(old: *mut c_void);
    fn __libc_memalign(alignment: usize, size: usize) -> *mut c_void;
}

/// SAFETY: as malloc(3); forwarded as it came.
#[unsafe(no_mangle)]
unsafe extern "C" fn malloc(size: usize) -> *mut c_void {
    note();
    // SAFETY: the caller's arguments.
    unsafe { __libc_malloc(size) }
}

/// SAFETY: as calloc(3); forwarded as it came.
#[unsafe(no_mangle)]
unsafe extern "C" fn calloc(count: usize, size: usize) -> *mut c_void {
    note();
    // SAFETY: the caller's arguments.
    unsafe { __libc_calloc(count, size) }
}

/// SAFETY: as realloc(3); forwarded as it came.
#[unsafe(no_mangle)]
unsafe extern "C" fn realloc(old: *mut c_void, size: usize) -> *mut c_void {
    note();
    // SAFETY: the caller's arguments.
    unsafe { __libc_realloc(old, size) }
}

/// SAFETY: as free(3); forwarded as it came.
#[unsafe(no_mangle)]
unsafe extern "C" fn free(old: *mut c_void) {
    note();
    // SAFETY: the caller's argument.
    unsafe { __libc_free(old) }
}

/// SAFETY: as memalign(3); forwarded as it came.
#[unsafe(no_mangle)]
unsafe extern "C" fn memalign(alignment: usize, size: usize) -> *mut c_void {
    note();
    // SAFETY: the caller's arguments.
    unsafe { __libc_memalign(alignment, size) }
}

/// SAFETY: as aligned_alloc(3); forwarded as it came.
#[unsafe(no_mangle)]
unsafe extern "C" fn aligned_alloc(alignment: usize, size: usize) -> *mut c_void {
    note();
    // SAFETY: the caller's arguments.
    unsafe { __libc_memalign(alignment, size) }
}

/// SAFETY: as posix_memalign(3).
#[unsafe(no_mangle)]
unsafe extern "C" fn posix_memalign(out: *mut *mut c_void, alignment: usize, size: usize) -> i32 {
    note();
    // SAFETY: the caller's arguments; `out` is its own.
    unsafe {
        *out = __libc_memalign(alignment, size);
        if (*out).is_null() { libc::ENOMEM } else { 0 }
    }
}

/// Answers one frame, this function, and counts; and leaves errno changed, as a hook's own system calls may.
unsafe extern "C" fn hook(arg: *mut TracebackArg) {
    HOOK_CALLS.fetch_add(1, Ordering::Relaxed);
    // SAFETY: errno is this thread's own; the buffer has space for 32.
    unsafe {
        *libc::__errno_location() = 1;
        *(*arg).buf = hook as *const () as usize;
        *(*arg).buf.add(1) = 0;
    }
}

/// One SIGPROF, one profiler, one test at a time.
static ONE: Mutex<()> = Mutex::new(());

fn errno() -> i32 {
    // SAFETY: this thread's own.
    unsafe { *libc::__errno_location() }
}

/// Burns CPU until the hook was called so often, on a thread that allocates nothing itself; how often this thread
/// allocated, and whether errno ever changed. The bound is on work, not on time: a clock that never ticks fails.
fn burn(defects: Defects, clock: Clock) -> (usize, bool) {
    const SAMPLES: usize = 50;
    const ROUNDS: u64 = 400_000;
    let _one = ONE.lock().unwrap_or_else(PoisonError::into_inner);
    // SAFETY: `hook` is async-signal-safe and writes two words.
    unsafe { foreign::set_traceback(0, Some(hook), None, None) }.unwrap();
    foreign::call(|| ()); // Registers the thread.
    let profiler = Profiler::builder()
        .hz(1000)
        .clock(clock)
        .defects(defects)
        .start()
        .unwrap();
    let before = HOOK_CALLS.load(Ordering::Relaxed);
    ALLOCATIONS.store(0, Ordering::Relaxed);
    IS_WATCHED.set(true);
    // SAFETY: this thread's own.
    unsafe { *libc::__errno_location() = 4711 };
    let is_kept = foreign::call(|| {
        let mut is_kept = true;
        let mut x = 3u64;
        for _ in 0..ROUNDS {
            for i in 0..10_000u64 {
                x = black_box(x.wrapping_mul(x ^ i));
            }
            is_kept &= errno() == 4711;
            if HOOK_CALLS.load(Ordering::Relaxed) - before >= SAMPLES {
                break;
            }
        }
        is_kept
    });
    IS_WATCHED.set(false);
    let calls = HOOK_CALLS.load(Ordering::Relaxed) - before;
    drop(profiler);
    assert!(
        calls >= SAMPLES,
        "{calls} samples on {clock} in {ROUNDS} rounds"
    );
    (ALLOCATIONS.load(Ordering::Relaxed), is_kept)
}

#[test]
fn the_handler_allocates_nothing_and_keeps_errno() {
    for clock in Clock::ALL {
        assert_eq!(burn(Defects::NONE, *clock), (0, true), "{clock}");
    }
}

#[test]
fn an_allocation_in_the_handler_would_be_seen() {
    let (allocations, _) = burn(Defects::NONE.with(Defect::MallocInHandler), Clock::Thread);
    assert!(allocations > 0);
}
