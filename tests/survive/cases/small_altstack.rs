//! A small sigaltstack, as programs make it for SIGSEGV: twice the kernel's own frame and 2 KiB. SIGPROF comes while the
//! program's SIGSEGV handler runs there, so that two frames of the kernel are on it already.
//!
//! A page below the stack that nobody may touch turns too much into a fault: with a handler that uses 16 KiB (mutant
//! big-handler-frame) the child ends by SIGSEGV, which is blocked in its own handler, at the first sample.
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
static FAULTS: AtomicUsize = AtomicUsize::new(0);

/// Works on the alternate stack, for SIGPROF to come, and then goes on behind the faulting instruction.
unsafe extern "C" fn on_fault(_: c_int, _: *mut libc::siginfo_t, context: *mut c_void) {
    FAULTS.fetch_add(1, Ordering::Relaxed);
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

fn sigprof_in_sigsegv() {
    // SAFETY: reads a value that the kernel gave this process when it began.
    let minimum = unsafe { libc::getauxval(libc::AT_MINSIGSTKSZ) } as usize;
    assert!(minimum > 0, "no AT_MINSIGSTKSZ");
    use_alternate_stack(2 * minimum + 2048);
    let profiler = profiler().start().unwrap();
    while FAULTS.load(Ordering::Relaxed) < 100 {
        fault();
    }
    burn_ms(10);
    let profile = profiler.stop().unwrap();
    assert!(total(&profile) > 3, "{}", total(&profile));
}

/// An alternate stack of `bytes`, right above a page that nobody may touch, and the handler that uses it.
fn use_alternate_stack(bytes: usize) {
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
        action.sa_sigaction = on_fault as *const () as usize;
        action.sa_flags = libc::SA_SIGINFO | libc::SA_ONSTACK;
        assert_eq!(
            libc::sigaction(libc::SIGSEGV, &raw const action, std::ptr::null_mut()),
            0
        );
    }
}
