//! Stacks of PTHREAD_STACK_MIN: 16 KiB, of which the kernel's frame for a signal takes some 3 KiB. What the handler does
//! happens on another stack, and so does making ready what a new thread needs, for a thread of 16 KiB may make threads.
//!
//! With a handler that uses 16 KiB of the interrupted stack (mutant big-handler-frame): SIGSEGV at the first sample.
//! Before `errand` existed, a thread of 16 KiB that made a thread while a profiler ran ended with SIGSEGV too.
#![allow(unsafe_code)]

use std::ffi::c_void;
use std::ptr::{null, null_mut};

use framecheck::sigprof::{Clock, capture, foreign};

use crate::case::{Case, End, Killer};
use crate::child::{burn_ms, profiler, total};

pub const CASES: &[Case] = &[
    Case {
        name: "small_stack",
        child: small_threads_burn,
        clocks: Clock::ALL,
        killers: &[Killer {
            mutant: "big-handler-frame",
            clock: Clock::Thread,
            end: End::Killed(libc::SIGSEGV),
        }],
    },
    Case {
        name: "small_stack_makes_threads",
        child: small_threads_make_threads,
        clocks: Clock::ALL,
        killers: &[],
    },
    Case {
        name: "small_stack_first_call",
        child: first_call_on_a_small_stack,
        clocks: &[Clock::Thread],
        killers: &[],
    },
];

/// Runs `start` on a thread with a stack of `bytes`, and waits for its end. By libc: std adds to what it is asked for.
pub fn on_small_stack(bytes: usize, start: extern "C" fn(*mut c_void) -> *mut c_void) {
    // SAFETY: attributes of our own, initialised before they are used; the thread is joined.
    unsafe {
        let mut attributes: libc::pthread_attr_t = std::mem::zeroed();
        assert_eq!(libc::pthread_attr_init(&raw mut attributes), 0);
        assert_eq!(
            libc::pthread_attr_setstacksize(&raw mut attributes, bytes),
            0
        );
        let mut thread = 0;
        let answer =
            libc::pthread_create(&raw mut thread, &raw const attributes, start, null_mut());
        assert_eq!(answer, 0);
        assert_eq!(libc::pthread_join(thread, null_mut()), 0);
    }
}

extern "C" fn burn(_: *mut c_void) -> *mut c_void {
    foreign::call(|| burn_ms(100));
    null_mut()
}

fn small_threads_burn() {
    let profiler = profiler().start().unwrap();
    for _ in 0..3 {
        on_small_stack(libc::PTHREAD_STACK_MIN, burn);
    }
    assert!(total(&profiler.stop().unwrap()) > 3);
}

extern "C" fn make_a_thread(_: *mut c_void) -> *mut c_void {
    extern "C" fn nothing(_: *mut c_void) -> *mut c_void {
        null_mut()
    }
    let mut thread = 0;
    // SAFETY: default attributes; the thread is joined.
    unsafe {
        assert_eq!(
            libc::pthread_create(&raw mut thread, null(), nothing, null_mut()),
            0
        );
        libc::pthread_join(thread, null_mut());
    }
    burn_ms(1);
    null_mut()
}

fn small_threads_make_threads() {
    let profiler = profiler().start().unwrap();
    for _ in 0..200 {
        on_small_stack(libc::PTHREAD_STACK_MIN, make_a_thread);
    }
    assert!(total(&profiler.stop().unwrap()) > 0);
}

/// Without a profiler: the first foreign call gives the thread its slot, which is 10 KiB large.
fn first_call_on_a_small_stack() {
    extern "C" fn call(_: *mut c_void) -> *mut c_void {
        foreign::call(|| ());
        null_mut()
    }
    on_small_stack(libc::PTHREAD_STACK_MIN, call);
    foreign::call(|| assert!(!capture().unwound().is_empty()));
}
