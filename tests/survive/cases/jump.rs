//! Jumps out of foreign calls: longjmp over them, and swapcontext to another stack in the middle of one. What a jump has
//! left behind is no boundary any more: the samples right afterwards have nothing of the hook, and their roots.
//!
//! With boundaries believed until their call returns (mutant boundary-not-popped), the functions that run after the jump
//! were on no stack: the hook answered for them, and the rest was the stack that had been left. With the stack pointer
//! and the nonce alone it was the same in `after_the_jump`, whose frame has a hole where the nonce still stood, and on a
//! stack below the one that was left.
#![allow(unsafe_code)]

use std::arch::naked_asm;
use std::ffi::{c_int, c_void};
use std::hint::black_box;

use framecheck::pprof::Profile;
use framecheck::sigprof::Clock;
use framecheck::sigprof::foreign::{self, TracebackArg};

use crate::case::{Case, End, Killer};
use crate::child::{burn_ms, profiler};

const KILLERS: &[Killer] = &[Killer {
    mutant: "boundary-not-popped",
    clock: Clock::Thread,
    end: End::Failed("0 samples in"),
}];

pub const CASES: &[Case] = &[
    Case {
        name: "longjmp",
        child: longjmp_out,
        clocks: Clock::ALL,
        killers: KILLERS,
    },
    Case {
        name: "swapcontext",
        child: || swapcontext_out(Below),
        clocks: Clock::ALL,
        killers: KILLERS,
    },
    Case {
        name: "swapcontext_above",
        child: || swapcontext_out(Above),
        clocks: Clock::ALL,
        killers: KILLERS,
    },
];

/// Answers one frame: `marker`.
unsafe extern "C" fn hook(arg: *mut TracebackArg) {
    // SAFETY: the buffer has space for 32.
    unsafe {
        *(*arg).buf = marker as *const () as usize;
        *(*arg).buf.add(1) = 0;
    }
}

#[inline(never)]
extern "C" fn marker() {
    black_box(7);
}

/// glibc's jmp_buf has 200 bytes.
#[repr(C, align(16))]
struct JumpBuffer([u8; 256]);

unsafe extern "C" {
    fn longjmp(buffer: *mut JumpBuffer, value: c_int) -> !;
}

/// Calls `function(argument)`: 0 if it came back, 1 if it jumped. In assembly, because setjmp returns twice, which no
/// function of Rust may see.
///
/// # Safety
/// `function` leaves by return or by a jump to `buffer`, over frames that have nothing to drop.
#[unsafe(naked)]
unsafe extern "C" fn catch_jump(
    buffer: *mut JumpBuffer,
    function: extern "C" fn(*mut c_void),
    argument: *mut c_void,
) -> c_int {
    naked_asm!(
        ".cfi_startproc",
        "push rbx",
        ".cfi_adjust_cfa_offset 8",
        ".cfi_offset rbx, -16",
        "push r12",
        ".cfi_adjust_cfa_offset 8",
        ".cfi_offset r12, -24",
        "sub rsp, 8",
        ".cfi_adjust_cfa_offset 8",
        "mov rbx, rsi",
        "mov r12, rdx",
        "call {setjmp}",
        "test eax, eax",
        "jne 2f",
        "mov rdi, r12",
        "call rbx",
        "xor eax, eax",
        "2:",
        "add rsp, 8",
        ".cfi_adjust_cfa_offset -8",
        "pop r12",
        ".cfi_adjust_cfa_offset -8",
        ".cfi_restore r12",
        "pop rbx",
        ".cfi_adjust_cfa_offset -8",
        ".cfi_restore rbx",
        "ret",
        ".cfi_endproc",
        setjmp = sym _setjmp,
    )
}

unsafe extern "C" {
    fn _setjmp(buffer: *mut JumpBuffer) -> c_int;
}

extern "C" fn jump_out_of_two_calls(buffer: *mut c_void) {
    foreign::call(|| {
        foreign::call(|| {
            burn_ms(1);
            // SAFETY: the frames up to `catch_jump`'s are alive and have nothing to drop.
            unsafe { longjmp(buffer.cast(), 1) }
        })
    });
}

/// Works at the depth of the frames that were left, too: the stack pointer alone tells nothing there.
#[inline(never)]
fn after_the_jump(ms: u32) {
    let space = black_box([0u8; 2048]);
    burn_ms(ms);
    black_box(space);
}

/// Shallower than the calls that were left.
#[inline(never)]
fn right_after_the_jump() {
    burn_ms(3);
    black_box(());
}

fn start() -> framecheck::sigprof::Profiler {
    // SAFETY: `hook` writes two words.
    unsafe { foreign::set_traceback(0, Some(hook), None, None) }.unwrap();
    profiler().start().unwrap()
}

fn longjmp_out() {
    let profiler = start();
    for _ in 0..60 {
        let mut buffer = JumpBuffer([0; 256]);
        let address = (&raw mut buffer).cast();
        // SAFETY: `jump_out_of_two_calls` jumps to this buffer, over frames with nothing to drop.
        let jumped = unsafe { catch_jump(&raw mut buffer, jump_out_of_two_calls, address) };
        assert_eq!(jumped, 1);
        right_after_the_jump();
        after_the_jump(3);
    }
    assert_unmarked(
        &profiler.stop().unwrap(),
        &["right_after_the_jump", "after_the_jump"],
    );
}

/// No sample with one of `functions` on it has the hook's frame, and each of those stacks has its root.
fn assert_unmarked(profile: &Profile, functions: &[&str]) {
    for function in functions {
        let mut seen = 0;
        for sample in profile.samples() {
            let stack = profile.stack(sample);
            let has = |name: &str| stack.iter().any(|frame| frame.function.ends_with(name));
            if has(&format!("::{function}")) {
                seen += profile.values(sample)[0];
                let names: Vec<_> = stack
                    .iter()
                    .map(|frame| frame.function.to_string())
                    .collect();
                assert!(
                    !has("::marker"),
                    "the hook was asked in {function}: {names:?}"
                );
                assert!(has("main") || has("::on_a_thread"), "no root: {names:?}");
            }
        }
        // At least 150 ms in each: 37 ticks of a coarse kernel, of which a busy machine misses many.
        assert!(seen >= 3, "{seen} samples in {function}");
    }
    let is_marked = |sample| {
        profile
            .stack(sample)
            .iter()
            .any(|frame| frame.function.ends_with("::marker"))
    };
    assert!(
        profile.samples().iter().any(is_marked),
        "the hook was never asked"
    );
}

/// Where the other stack is, as seen from the thread's.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Below,
    Above,
}
use Place::{Above, Below};

const STACK_BYTES: usize = 256 * 1024;

/// Two contexts, in memory that does not move: they point into themselves.
struct Contexts {
    thread: libc::ucontext_t,
    other: libc::ucontext_t,
}

static mut CONTEXTS: *mut Contexts = std::ptr::null_mut();

/// On the other stack: in a foreign call, out of it in the middle, again and again.
extern "C" fn other() {
    loop {
        foreign::call(|| {
            burn_ms(1);
            // SAFETY: `on_a_thread` waits in its context.
            unsafe { libc::swapcontext(&raw mut (*CONTEXTS).other, &raw const (*CONTEXTS).thread) };
            burn_ms(1);
        });
    }
}

#[inline(never)]
fn swapped_out() {
    burn_ms(4);
    black_box(());
}

/// Runs on a stack of our own choice in one mapping with the other context's, so that which is above is known.
fn swapcontext_out(place: Place) {
    extern "C" fn on_a_thread(_: *mut c_void) -> *mut c_void {
        for _ in 0..60 {
            // SAFETY: made by `swapcontext_out`, and alive until this thread has ended.
            unsafe { libc::swapcontext(&raw mut (*CONTEXTS).thread, &raw const (*CONTEXTS).other) };
            swapped_out();
        }
        std::ptr::null_mut()
    }
    let profiler = start();
    // SAFETY: a mapping of our own, one half for each stack, that outlives both; contexts in a box that is never
    // moved; the thread is joined, and the other context never runs again.
    unsafe {
        let (read_write, private) = (
            libc::PROT_READ | libc::PROT_WRITE,
            libc::MAP_PRIVATE | libc::MAP_ANONYMOUS,
        );
        let low = libc::mmap(
            std::ptr::null_mut(),
            2 * STACK_BYTES,
            read_write,
            private,
            -1,
            0,
        );
        assert_ne!(low, libc::MAP_FAILED);
        let high = low.byte_add(STACK_BYTES);
        let (others, threads) = if place == Below {
            (low, high)
        } else {
            (high, low)
        };
        let contexts = Box::leak(Box::new(std::mem::zeroed::<Contexts>()));
        CONTEXTS = contexts;
        libc::getcontext(&raw mut contexts.other);
        contexts.other.uc_stack.ss_sp = others;
        contexts.other.uc_stack.ss_size = STACK_BYTES;
        libc::makecontext(&raw mut contexts.other, other, 0);
        let mut attributes: libc::pthread_attr_t = std::mem::zeroed();
        assert_eq!(libc::pthread_attr_init(&raw mut attributes), 0);
        assert_eq!(
            libc::pthread_attr_setstack(&raw mut attributes, threads, STACK_BYTES),
            0
        );
        let mut thread = 0;
        let nothing = std::ptr::null_mut();
        // libc's own, so that nobody takes the thread for one that foreign code has made: this is host code.
        type Create = unsafe extern "C" fn(
            *mut libc::pthread_t,
            *const libc::pthread_attr_t,
            extern "C" fn(*mut c_void) -> *mut c_void,
            *mut c_void,
        ) -> c_int;
        let create = libc::dlsym(libc::RTLD_NEXT, c"pthread_create".as_ptr());
        assert!(!create.is_null());
        let create = std::mem::transmute::<*mut c_void, Create>(create);
        assert_eq!(
            create(&raw mut thread, &raw const attributes, on_a_thread, nothing),
            0
        );
        assert_eq!(libc::pthread_join(thread, std::ptr::null_mut()), 0);
    }
    assert_unmarked(&profiler.stop().unwrap(), &["swapped_out"]);
}
