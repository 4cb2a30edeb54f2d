//! Contexts and callbacks to the frame, without a clock: stacks are asked for and not sampled. And what the symbolizer said,
//! in a profile. Rust functions stand in for C; the hook may be registered once, so that all tests share it.
#![cfg(sigprof)]
#![allow(unsafe_code)]

use std::hint::black_box;
use std::panic::{self, AssertUnwindSafe};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use framecheck::pprof::Profile;
use framecheck::sigprof::foreign::{self, ContextArg, SymbolizerArg, TracebackArg};
use framecheck::sigprof::{Clock, Profiler, Stack, capture};

/// Records that are not released, oldest first.
static LIVE: Mutex<Vec<usize>> = Mutex::new(Vec::new());
static NEXT: AtomicUsize = AtomicUsize::new(1);
static WRONG_RELEASES: AtomicUsize = AtomicUsize::new(0);
static KEEPS_NOTHING: AtomicBool = AtomicBool::new(false);
static SYMBOLIZER_RELEASES: AtomicUsize = AtomicUsize::new(0);

/// Two frames for a record, and two for the code here (0).
fn frames_of(context: usize) -> [usize; 2] {
    [0x1000 * context + 0x101, 0x1000 * context + 0x202]
}

unsafe extern "C" fn traceback(arg: *mut TracebackArg) {
    // SAFETY: called with one valid argument, whose buffer has space for 32.
    unsafe {
        let [leaf, caller] = frames_of((*arg).context);
        std::slice::from_raw_parts_mut((*arg).buf, 3).copy_from_slice(&[leaf, caller, 0]);
    }
}

unsafe extern "C" fn context(arg: *mut ContextArg) {
    // SAFETY: called with one valid argument.
    let arg = unsafe { &mut *arg };
    let mut live = LIVE.lock().unwrap();
    if arg.context != 0 {
        if live.pop() != Some(arg.context) {
            WRONG_RELEASES.fetch_add(1, Ordering::Relaxed);
        }
    } else if !KEEPS_NOTHING.load(Ordering::Relaxed) {
        arg.context = NEXT.fetch_add(1, Ordering::Relaxed);
        live.push(arg.context);
    }
}

unsafe extern "C" fn symbolizer(arg: *mut SymbolizerArg) {
    // SAFETY: called with one valid argument.
    let arg = unsafe { &mut *arg };
    let [leaf, _] = frames_of(0);
    if arg.pc == 0 {
        SYMBOLIZER_RELEASES.fetch_add(1, Ordering::Relaxed);
    } else if arg.pc == leaf {
        let is_first = arg.more == 0;
        arg.func = if is_first { c"inlined" } else { c"outer" }.as_ptr();
        arg.file = c"dir/file.c".as_ptr();
        arg.lineno = if is_first { 71 } else { 82 };
        arg.more = is_first.into();
    }
}

static ONE: Mutex<()> = Mutex::new(());

/// One test at a time, with the functions registered and all contexts released.
fn alone() -> MutexGuard<'static, ()> {
    let one = ONE.lock().unwrap_or_else(PoisonError::into_inner);
    // SAFETY: `traceback` writes three words and is async-signal-safe; `context` is called outside handlers.
    unsafe { foreign::set_traceback(0, Some(traceback), Some(context), Some(symbolizer)) }.unwrap();
    NEXT.store(1, Ordering::Relaxed);
    KEEPS_NOTHING.store(false, Ordering::Relaxed);
    one
}

#[track_caller]
fn check_released() {
    assert_eq!(WRONG_RELEASES.load(Ordering::Relaxed), 0);
    assert!(LIVE.lock().unwrap().is_empty());
}

/// Stands in for C between two hosts.
#[inline(never)]
extern "C-unwind" fn c(back: extern "C-unwind" fn()) {
    back();
    black_box(());
}

static TAKEN: Mutex<Stack> = Mutex::new(Stack { frames: Vec::new() });

fn take() {
    *TAKEN.lock().unwrap() = capture();
}

fn taken() -> Stack {
    std::mem::take(&mut TAKEN.lock().unwrap())
}

/// What the hook answered, part by part from the leaf; an empty part is host code.
fn parts(stack: &Stack) -> Vec<Vec<usize>> {
    let parts = stack.frames.chunk_by(|a, b| a.is_answered == b.is_answered);
    let answers = |part: &[framecheck::sigprof::StackFrame]| {
        let answered = part.iter().filter(|frame| frame.is_answered);
        answered.map(|frame| frame.address).collect()
    };
    parts.map(answers).collect()
}

fn answer(context: usize) -> Vec<usize> {
    frames_of(context).to_vec()
}

const HOST: Vec<usize> = Vec::new();

extern "C-unwind" fn leaf_in_call() {
    foreign::callback(|| foreign::call(take));
    black_box(());
}

extern "C-unwind" fn leaf_in_callback() {
    foreign::callback(take);
    black_box(());
}

extern "C-unwind" fn again_to_call() {
    foreign::callback(|| foreign::call(|| c(leaf_in_call)));
    black_box(());
}

extern "C-unwind" fn again_to_callback() {
    foreign::callback(|| foreign::call(|| c(leaf_in_callback)));
    black_box(());
}

#[test]
fn host_and_foreign_parts_interleave_in_true_order() {
    let _one = alone();
    foreign::call(|| c(again_to_call));
    let stack = taken();
    let expected = [answer(0), HOST, answer(2), HOST, answer(1), HOST];
    assert_eq!(parts(&stack), expected, "{stack:x?}");
    NEXT.store(1, Ordering::Relaxed);
    foreign::call(|| c(again_to_callback));
    let stack = taken();
    assert_eq!(
        parts(&stack),
        [HOST, answer(2), HOST, answer(1), HOST],
        "{stack:x?}"
    );
    check_released();
}

#[test]
fn a_context_of_0_has_no_frames_and_costs_no_host_frame() {
    let _one = alone();
    // One call from one place, so that the stacks are the same but for the contexts.
    let mut stacks = Vec::new();
    for keeps_nothing in black_box(vec![false, true]) {
        KEEPS_NOTHING.store(keeps_nothing, Ordering::Relaxed);
        foreign::call(|| c(again_to_callback));
        stacks.push(taken());
    }
    let [with, stack] = &stacks[..] else {
        panic!("two stacks");
    };
    assert_eq!(with.unwound(), stack.unwound());
    assert_eq!(with.answered(), [answer(2), answer(1)].concat());
    assert_eq!(parts(stack), [HOST], "{stack:x?}");
    // The C between them is neither answered nor unwound.
    let start = c as *const () as usize;
    let is_in_c = |address: &usize| (start..start + 64).contains(address);
    assert!(!stack.unwound().iter().any(is_in_c), "{stack:x?}");
    check_released();
}

#[test]
fn a_callback_that_comes_from_no_foreign_code_records_nothing() {
    let _one = alone();
    foreign::callback(|| foreign::callback(take));
    assert_eq!(parts(&taken()), [HOST]);
    foreign::call(|| c(nested_callbacks));
    assert_eq!(parts(&taken()), [HOST, answer(1), HOST]);
    check_released();
}

extern "C-unwind" fn nested_callbacks() {
    foreign::callback(leaf_in_callback_of_callback);
    black_box(());
}

fn leaf_in_callback_of_callback() {
    foreign::callback(take);
    black_box(());
}

const PANIC: &str = "out of two callbacks";

extern "C-unwind" fn panics() {
    foreign::callback(|| panic::panic_any(PANIC));
}

extern "C-unwind" fn panics_deeper() {
    foreign::callback(|| foreign::call(|| c(panics)));
}

#[test]
fn what_a_panic_leaves_behind_is_not_used_and_is_released_in_order() {
    let _one = alone();
    let hook = panic::take_hook();
    // Ours are expected; a failed assertion is not.
    panic::set_hook(Box::new(|info| {
        if info.payload_as_str() != Some(PANIC) {
            eprintln!("{info}");
        }
    }));
    foreign::call(|| {
        let caught = panic::catch_unwind(AssertUnwindSafe(|| c(panics_deeper)));
        assert!(caught.is_err());
        assert_eq!(*LIVE.lock().unwrap(), [1, 2], "left behind");
        take();
        assert_eq!(parts(&taken()), [answer(0), HOST], "here it is C");
        // The next callback finds the records below it, releases them, and is the only one.
        c(leaf_in_callback);
    });
    assert_eq!(parts(&taken()), [HOST, answer(3), HOST]);
    check_released();
    // And without another one they go when the call comes back.
    foreign::call(|| {
        let caught = panic::catch_unwind(AssertUnwindSafe(|| c(panics_deeper)));
        assert!(caught.is_err());
    });
    panic::set_hook(hook);
    check_released();
}

#[test]
fn what_the_symbolizer_says_is_in_the_profile_and_it_is_released_once() {
    let _one = alone();
    let releases = SYMBOLIZER_RELEASES.load(Ordering::Relaxed);
    let profiler = Profiler::builder()
        .hz(250)
        .clock(Clock::Thread)
        .start()
        .unwrap();
    foreign::call(|| {
        // About 0.4 s of work: a hundred samples are due, and one is enough.
        let mut x = 3u64;
        for i in 0..200_000_000u64 {
            x = black_box(x.wrapping_mul(x ^ i));
        }
    });
    assert_eq!(SYMBOLIZER_RELEASES.load(Ordering::Relaxed), releases);
    let profile = Profile::decode(&profiler.stop().unwrap().encode()).unwrap();
    assert_eq!(SYMBOLIZER_RELEASES.load(Ordering::Relaxed), releases + 1);
    let [leaf, caller] = frames_of(0);
    let answered = |stack: &[(String, String, i64, u64)]| {
        let known = |at: usize, name: &str, line| {
            let (function, file, number, address) = &stack[at];
            function == name && file == "dir/file.c" && *number == line && *address == leaf as u64
        };
        // The symbolizer does not know the caller, and neither does any file.
        let (function, _, _, address) = &stack[2];
        known(0, "inlined", 71)
            && known(1, "outer", 82)
            && function.is_empty()
            && *address == caller as u64
    };
    let samples = profile.samples().iter().map(|sample| {
        let frames = profile.stack(sample);
        let frame = |frame: &framecheck::pprof::Frame<'_>| {
            let file = frame.file.clone().into_owned();
            (
                frame.function.clone().into_owned(),
                file,
                frame.line,
                frame.address,
            )
        };
        frames.iter().map(frame).collect::<Vec<_>>()
    });
    let samples: Vec<_> = samples.collect();
    assert!(
        samples
            .iter()
            .any(|stack| stack.len() > 3 && answered(stack)),
        "{samples:#?}"
    );
}
