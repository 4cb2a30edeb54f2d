//! Calling the profiler's handler as often as one likes: a genuine tick's siginfo is kept, and given to the handler again
//! with the registers of wherever this thread is.

use std::cell::UnsafeCell;
use std::ffi::{c_int, c_void};
use std::hint::black_box;
use std::mem::{MaybeUninit, transmute, zeroed};
use std::ptr::null_mut;
use std::sync::atomic::{AtomicBool, Ordering};

use framecheck::sigprof::{Clock, Profiler};

type Handler = unsafe extern "C" fn(c_int, *mut libc::siginfo_t, *mut c_void);

/// Calls in one visit: deep stacks of so many fit the ring together (64 × 210 words of 32768).
pub const BATCH: usize = 64;

struct State {
    handler: Option<Handler>,
    tick: MaybeUninit<libc::siginfo_t>,
    cost_ns: [u64; BATCH],
}

struct Shared(UnsafeCell<State>);
// SAFETY: one thread uses it, and its own signal handlers while that thread waits in `raise`.
unsafe impl Sync for Shared {}

static SHARED: Shared = Shared(UnsafeCell::new(State {
    handler: None,
    tick: MaybeUninit::uninit(),
    cost_ns: [0; BATCH],
}));
static HAS_TICK: AtomicBool = AtomicBool::new(false);

fn now_ns() -> u64 {
    // SAFETY: a local that lives across the call.
    let time = unsafe {
        let mut time: libc::timespec = zeroed();
        libc::clock_gettime(libc::CLOCK_MONOTONIC, &raw mut time);
        time
    };
    time.tv_sec as u64 * 1_000_000_000 + time.tv_nsec as u64
}

/// What reading the clock costs by itself: the least of many.
pub fn clock_ns() -> u64 {
    let pair = || {
        let before = now_ns();
        now_ns() - before
    };
    (0..1000).map(|_| pair()).min().unwrap_or(0)
}

extern "C" fn keep_tick(_: c_int, info: *mut libc::siginfo_t, _: *mut c_void) {
    if !HAS_TICK.swap(true, Ordering::Relaxed) {
        // SAFETY: the kernel's own siginfo; the thread that reads it is the one interrupted here.
        unsafe { (*SHARED.0.get()).tick.write(*info) };
    }
}

extern "C" fn visit(_: c_int, _: *mut libc::siginfo_t, context: *mut c_void) {
    // SAFETY: the thread waits in `raise`, with SIGPROF blocked: nobody else is at the state. The handler gets what the
    // kernel gave it once, and the context of this signal, which is one of this thread.
    unsafe {
        let state = &mut *SHARED.0.get();
        let Some(handler) = state.handler else { return };
        for cost_ns in &mut state.cost_ns {
            let before = now_ns();
            handler(libc::SIGPROF, state.tick.as_mut_ptr(), context);
            *cost_ns = now_ns() - before;
        }
    }
}

/// # Safety
/// `handler` takes `signal` as a handler may: it is async-signal-safe.
unsafe fn install(signal: c_int, handler: extern "C" fn(c_int, *mut libc::siginfo_t, *mut c_void)) {
    // SAFETY: a handler of the right shape; SIGPROF stays out of it.
    unsafe {
        let mut action: libc::sigaction = zeroed();
        action.sa_sigaction = handler as *const () as usize;
        action.sa_flags = libc::SA_SIGINFO | libc::SA_RESTART;
        libc::sigaddset(&raw mut action.sa_mask, libc::SIGPROF);
        assert_eq!(libc::sigaction(signal, &raw const action, null_mut()), 0);
    }
}

/// A running profiler whose timer hardly ever fires, and its handler in hand.
pub fn start() -> Profiler {
    let profiler = Profiler::builder().hz(1).clock(Clock::Thread).start();
    let profiler = profiler.expect("the profiler starts");
    // SAFETY: the profiler's handler is put back, and was installed with SA_SIGINFO.
    unsafe {
        let mut own: libc::sigaction = zeroed();
        libc::sigaction(libc::SIGPROF, null_mut(), &raw mut own);
        install(libc::SIGPROF, keep_tick);
        while !HAS_TICK.load(Ordering::Relaxed) {
            black_box(now_ns());
        }
        libc::sigaction(libc::SIGPROF, &raw const own, null_mut());
        (*SHARED.0.get()).handler = Some(transmute::<usize, Handler>(own.sa_sigaction));
        install(libc::SIGUSR1, visit);
    }
    profiler
}

/// The cost of each call of the handler here, on top of this very stack.
pub fn costs_here() -> [u64; BATCH] {
    // SAFETY: the handler of SIGUSR1 is `visit`; it has returned when `raise` has.
    unsafe {
        libc::raise(libc::SIGUSR1);
        (*SHARED.0.get()).cost_ns
    }
}
