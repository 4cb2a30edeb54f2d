//! A small sigaltstack, as programs make it for SIGSEGV: twice the kernel's own frame and 2 KiB. SIGPROF comes while the
//! program's SIGSEGV handler runs there, so that two frames of the kernel are on it already.
//!
//! The kernel's frame is measured. AT_MINSIGSTKSZ is what it can be at most: with the 8 KiB of AMX, where the processor has
//! them, that the kernel saves only for threads that have asked for them. A stack of twice that is none of the small ones.
//!
//! A page below the stack that nobody may touch turns too much into a fault: with a handler that uses 16 KiB (mutant
//! big-handler-frame) the child ends by SIGSEGV, which is blocked in its own handler, at the first SIGPROF in it; and the
//! program sends itself one there, so that no clock decides whether there is one.
#![allow(unsafe_code)]

use std::ffi::{c_int, c_void};
use std::sync::atomic::{AtomicUsize, Ordering};

use framecheck::sigprof::Clock;

use crate::case::{Case, End, Killer};
use crate::child::{burn_ms, profiler, total, work};

pub const CASES: &[Case] = &[Case {
    name: "small_altstack",
    child: sigprof_in_sigsegv,
    clocks: Clock::ALL,
    killers: &[Killer {
        mutant: "big-handler-frame",
        clock: Clock::Thread,
        end: End::Killed(libc::SIGSEGV),
    }],
}];

const PAGE_BYTES: usize = 4096;
/// Large enough for any frame of the kernel.
const ROOMY_BYTES: usize = 256 * 1024;
static FAULTS: AtomicUsize = AtomicUsize::new(0);
/// The lowest address that `measure` was seen at.
static LOW: AtomicUsize = AtomicUsize::new(0);

/// Works on the alternate stack, for SIGPROF to come, and then goes on behind the faulting instruction.
unsafe extern "C" fn on_fault(_: c_int, _: *mut libc::siginfo_t, context: *mut c_void) {
    FAULTS.fetch_add(1, Ordering::Relaxed);
    // SAFETY: no memory is involved.
    unsafe { libc::raise(libc::SIGPROF) };
    for _ in 0..30 {
        work();
    }
    // SAFETY: the context of this handler. The fault is at `fault`'s load, which is two bytes long.
    unsafe { (*context.cast::<libc::ucontext_t>()).uc_mcontext.gregs[libc::REG_RIP as usize] += 2 };
}

/// Reads where nothing is.
#[inline(never)]
fn fault() {
    // SAFETY: none for the load: the fault is the point, and its handler goes on behind it. Nothing else changes.
    unsafe { std::arch::asm!("mov eax, [rcx]", in("rcx") 8usize, out("eax") _, options(nostack)) };
}

/// Says where its frame is: right below the kernel's.
unsafe extern "C" fn measure(_: c_int, _: *mut libc::siginfo_t, _: *mut c_void) {
    let local = 0u8;
    LOW.store(&raw const local as usize, Ordering::Relaxed);
}

/// What the kernel puts on a stack for a signal, and the frame of a small handler.
fn frame_bytes() -> usize {
    let top = use_alternate_stack(ROOMY_BYTES, libc::SIGUSR1, measure);
    // SAFETY: no memory is involved.
    assert_eq!(unsafe { libc::raise(libc::SIGUSR1) }, 0);
    top - LOW.load(Ordering::Relaxed)
}

fn sigprof_in_sigsegv() {
    let frame_bytes = frame_bytes();
    println!("note: a signal takes {frame_bytes} bytes of stack");
    use_alternate_stack(2 * frame_bytes + 2048, libc::SIGSEGV, on_fault);
    let profiler = profiler().start().unwrap();
    while FAULTS.load(Ordering::Relaxed) < 100 {
        fault();
    }
    burn_ms(10);
    let profile = profiler.stop().unwrap();
    let in_handler: i64 = profile
        .samples()
        .iter()
        .filter(|sample| {
            let stack = profile.stack(sample);
            let has = |name: &str| stack.iter().any(|frame| frame.function.ends_with(name));
            has("::on_fault") && has("::sigprof_in_sigsegv")
        })
        .map(|sample| profile.values(sample)[0])
        .sum();
    // 300 ms of work in the handler are 75 ticks of a kernel that ticks 250 times a second. Each stack goes on through the
    // kernel's frame to what was interrupted.
    assert!(
        in_handler > 3,
        "{in_handler} in the handler, {} in all",
        total(&profile)
    );
}

type Handler = unsafe extern "C" fn(c_int, *mut libc::siginfo_t, *mut c_void);

/// An alternate stack of `bytes`, right above a page that nobody may touch, and the handler that uses it; where it ends.
fn use_alternate_stack(bytes: usize, signal: c_int, handler: Handler) -> usize {
    let whole = (bytes + PAGE_BYTES).next_multiple_of(PAGE_BYTES);
    // SAFETY: a mapping of our own, whose lowest page is taken away; the stack begins right above it, and the handler
    // is of the type that SA_SIGINFO asks for.
    unsafe {
        let (read_write, private) = (
            libc::PROT_READ | libc::PROT_WRITE,
            libc::MAP_PRIVATE | libc::MAP_ANONYMOUS,
        );
        let base = libc::mmap(std::ptr::null_mut(), whole, read_write, private, -1, 0);
        assert_ne!(base, libc::MAP_FAILED);
        assert_eq!(libc::mprotect(base, PAGE_BYTES, libc::PROT_NONE), 0);
        let stack = libc::stack_t {
            ss_sp: base.byte_add(PAGE_BYTES),
            ss_flags: 0,
            ss_size: bytes,
        };
        assert_eq!(libc::sigaltstack(&raw const stack, std::ptr::null_mut()), 0);
        let mut action: libc::sigaction = std::mem::zeroed();
        action.sa_sigaction = handler as *const () as usize;
        action.sa_flags = libc::SA_SIGINFO | libc::SA_ONSTACK;
        assert_eq!(
            libc::sigaction(signal, &raw const action, std::ptr::null_mut()),
            0
        );
        stack.ss_sp as usize + bytes
    }
}
