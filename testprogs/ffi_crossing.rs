//! The C functions of programs in which C calls back, makes threads, or has contexts and a symbolizer; made safe to call.
#![allow(unsafe_code)]

use crate::sigprof::foreign::{self, Context, Symbolizer, Traceback};

/// A way back into the host.
pub(super) type Back = extern "C" fn();

// SAFETY: each declaration repeats its definition in csrc/NAME.c. Those declared safe take integers and functions without
// arguments, touch statics of their own file that are volatile, and have no preconditions; `Option` of a function
// pointer is one that may be null. The statics are `const` in C: the loader relocates them before main, and nobody
// writes them afterwards.
unsafe extern "C" {
    safe fn foreign_thread_run(cpu_ns: u64, back: Option<Back>) -> u64;
    safe static foreign_thread_traceback: Traceback;
    safe static foreign_thread_traceback_nothing: Traceback;

    safe fn foreign_thread_contention_run(cpu_ns: u64) -> u64;
    safe static foreign_thread_contention_traceback: Traceback;

    safe fn foreign_callback_run(cpu_ns: u64, back: Back) -> u64;
    safe static foreign_callback_bounce: extern "C" fn(Back);

    safe static foreign_context_outer: extern "C" fn(Back);
    safe static foreign_context_inner: extern "C" fn(Back);
    safe static foreign_context_hog: extern "C" fn();
    safe static foreign_context_traceback: Traceback;
    safe static foreign_context_context: Context;
    safe fn foreign_context_wrong() -> usize;
    safe fn foreign_context_records() -> usize;

    safe static foreign_symbolizer_run: extern "C" fn();
    safe static foreign_symbolizer_traceback: Traceback;
    safe static foreign_symbolizer_symbolizer: Symbolizer;

    safe static foreign_jit_run: extern "C" fn();
    safe static foreign_jit_traceback: Traceback;
    safe static foreign_jit_symbolizer: Symbolizer;
    safe fn foreign_jit_prepare() -> i32;

    safe static foreign_context_profile_outer: extern "C" fn(Back);
    safe static foreign_context_profile_inner: extern "C" fn(Back);
    safe static foreign_context_profile_hog: extern "C" fn();
    safe static foreign_context_profile_traceback: Traceback;
    safe static foreign_context_profile_context: Context;
    safe fn foreign_context_profile_wrong() -> usize;
    safe fn foreign_context_profile_records() -> usize;

    safe static foreign_thread_idle_host_traceback: Traceback;
    safe fn foreign_thread_idle_host_prepare() -> i32;
    /// Unsafe to call before the preparation: the lock's semaphore is made there.
    fn foreign_thread_idle_host_hold();
    /// Unsafe to call before the preparation, as above.
    fn foreign_thread_idle_host_sleep();
    /// Unsafe to call before the preparation, as above.
    fn foreign_thread_idle_host_run(cpu_ns: u64, used_ns: &mut [u64; IDLE_THREADS]) -> i32;

    safe static foreign_callback_storm_traceback: Traceback;
    /// Unsafe to call: `count` threads' times are stored at `used_ns`.
    fn foreign_callback_storm_run(cpu_ns: u64, back: Back, count: usize, used_ns: *mut u64) -> i32;
}

/// How many threads foreign_thread_idle_host makes.
const IDLE_THREADS: usize = 2;

/// The functions that a program registers, by the program.
#[derive(Clone, Copy, Debug)]
pub(super) enum Functions {
    Thread,
    ThreadNothing,
    Contention,
    Context,
    Symbolizer,
    Jit,
    ContextProfile,
    IdleHost,
    CallbackStorm,
}

/// Registers a program's functions.
pub(super) fn register(functions: Functions) -> Result<(), String> {
    let (traceback, context, symbolizer) = match functions {
        Functions::Thread => (foreign_thread_traceback, None, None),
        Functions::ThreadNothing => (foreign_thread_traceback_nothing, None, None),
        Functions::Contention => (foreign_thread_contention_traceback, None, None),
        Functions::Context => (
            foreign_context_traceback,
            Some(foreign_context_context),
            None,
        ),
        Functions::Symbolizer => (
            foreign_symbolizer_traceback,
            None,
            Some(foreign_symbolizer_symbolizer),
        ),
        Functions::Jit => (foreign_jit_traceback, None, Some(foreign_jit_symbolizer)),
        Functions::ContextProfile => (
            foreign_context_profile_traceback,
            Some(foreign_context_profile_context),
            None,
        ),
        Functions::IdleHost => (foreign_thread_idle_host_traceback, None, None),
        Functions::CallbackStorm => (foreign_callback_storm_traceback, None, None),
    };
    // SAFETY: the traceback and context functions call nothing but pthread_self, which reads a register, allocate
    // nothing, take no lock, and store at most `max` words at `buf`; foreign_jit reads the context that it is given. The
    // symbolizers hand out string literals.
    let result = unsafe { foreign::set_traceback(0, Some(traceback), context, symbolizer) };
    result.map_err(|error| format!("the hook is refused: {error}"))
}

/// Runs foreign_thread's thread for so much of its CPU time, with a call into the host first if there is one; what it
/// has used.
pub(super) fn foreign_thread(cpu_ns: u64, back: Option<Back>) -> Result<u64, String> {
    used(foreign_thread_run(cpu_ns, back))
}

/// Runs foreign_thread_contention's threads, each for so much of its CPU time; what they have used together.
pub(super) fn foreign_thread_contention(cpu_ns: u64) -> Result<u64, String> {
    used(foreign_thread_contention_run(cpu_ns))
}

/// Runs foreign_callback's thread for so much of its CPU time; what it has used.
pub(super) fn foreign_callback(cpu_ns: u64, back: Back) -> Result<u64, String> {
    used(foreign_callback_run(cpu_ns, back))
}

fn used(cpu_ns: u64) -> Result<u64, String> {
    match cpu_ns {
        0 => Err("a thread could not be made".into()),
        _ => Ok(cpu_ns),
    }
}

/// C between two callbacks of foreign_callback.
pub(super) fn bounce(back: Back) {
    foreign_callback_bounce(back);
}

/// The outermost C of foreign_context.
pub(super) fn context_outer(back: Back) {
    foreign_context_outer(back);
}

/// The C between the callbacks of foreign_context.
pub(super) fn context_inner(back: Back) {
    foreign_context_inner(back);
}

/// One call of foreign_context's hog.
pub(super) fn context_hog() {
    foreign_context_hog();
}

/// How many contexts were released out of order or not at all, and how many were recorded.
pub(super) fn contexts_wrong_of() -> (usize, usize) {
    (foreign_context_wrong(), foreign_context_records())
}

/// One call of foreign_symbolizer's hog.
pub(super) fn foreign_symbolizer() {
    foreign_symbolizer_run();
}

/// Makes foreign_jit's code.
pub(super) fn prepare_jit() -> Result<(), String> {
    match foreign_jit_prepare() {
        0 => Ok(()),
        _ => Err("this system does not let a process make executable memory".into()),
    }
}

/// One call of foreign_jit's hog.
pub(super) fn foreign_jit() {
    foreign_jit_run();
}

/// The outermost C of foreign_context_profile.
pub(super) fn context_profile_outer(back: Back) {
    foreign_context_profile_outer(back);
}

/// The C between the callbacks of foreign_context_profile.
pub(super) fn context_profile_inner(back: Back) {
    foreign_context_profile_inner(back);
}

/// One call of foreign_context_profile's hog.
pub(super) fn context_profile_hog() {
    foreign_context_profile_hog();
}

/// Of the calling thread: how many contexts were released out of order or not at all, and how many were recorded.
pub(super) fn context_profile_wrong_of() -> (usize, usize) {
    (
        foreign_context_profile_wrong(),
        foreign_context_profile_records(),
    )
}

/// Makes what foreign_thread_idle_host's threads wait for.
pub(super) fn prepare_idle_host() -> Result<(), String> {
    match foreign_thread_idle_host_prepare() {
        0 => Ok(()),
        _ => Err("this system has no semaphores".into()),
    }
}

/// Sleeps until foreign_thread_idle_host's threads are done, with the loader's list locked.
pub(super) fn idle_host_hold() {
    // SAFETY: the program's preparation has made the semaphore: it is run before the program.
    unsafe { foreign_thread_idle_host_hold() }
}

/// Sleeps until they are done.
pub(super) fn idle_host_sleep() {
    // SAFETY: as in `idle_host_hold`.
    unsafe { foreign_thread_idle_host_sleep() }
}

/// Runs foreign_thread_idle_host's threads for so much CPU time together, once the loader's list is locked; what each has used.
pub(super) fn foreign_thread_idle_host(cpu_ns: u64) -> Result<[u64; IDLE_THREADS], String> {
    let mut used_ns = [0; IDLE_THREADS];
    // SAFETY: as in `idle_host_hold`; there is room for the times of its threads.
    match unsafe { foreign_thread_idle_host_run(cpu_ns, &mut used_ns) } {
        0 => Ok(used_ns),
        _ => Err("a thread could not be made".into()),
    }
}

/// Runs foreign_callback_storm's threads, each for so much of its CPU time; what each has used.
pub(super) fn foreign_callback_storm(
    cpu_ns: u64,
    back: Back,
    count: usize,
) -> Result<Vec<u64>, String> {
    let mut used_ns = vec![0; count];
    // SAFETY: there is room for the times of `count` threads.
    match unsafe { foreign_callback_storm_run(cpu_ns, back, count, used_ns.as_mut_ptr()) } {
        0 => Ok(used_ns),
        _ => Err("a thread could not be made".into()),
    }
}
