//! foreign_hook_real's hook at every instruction of its chain. The chain is single-stepped in this very process, and at
//! each step the hook is asked as a signal handler would ask it. The truth is a shadow of calls and returns.

use std::cell::UnsafeCell;
use std::collections::BTreeSet;
use std::mem;

use libc::{REG_EFL, REG_RIP, REG_RSP, c_int, c_void, siginfo_t, ucontext_t};

use super::{foreign_hook_real_run, foreign_hook_real_traceback, prepare_real};
use crate::sigprof::foreign::TracebackArg;

/// The processor's trap flag: a SIGTRAP after each instruction.
const TRAP_FLAG: i64 = 0x100;
/// The chain is three deep.
const DEPTH: usize = 3;

struct Walk {
    before: usize,
    returns: [usize; DEPTH],
    depth: usize,
    steps: usize,
    wrong: usize,
    first_wrong: Option<(usize, Vec<usize>, Vec<usize>)>,
    places: BTreeSet<(usize, usize)>,
}

struct Shared(UnsafeCell<Walk>);
// SAFETY: only the thread that steps touches it, in the handler while stepping and outside when it is over.
unsafe impl Sync for Shared {}

static WALK: Shared = Shared(UnsafeCell::new(Walk {
    before: 0,
    returns: [0; DEPTH],
    depth: 0,
    steps: 0,
    wrong: 0,
    first_wrong: None,
    places: BTreeSet::new(),
}));

/// After each instruction. SIGTRAP is synchronous here: whatever runs was not in an allocator, so allocating is fine.
extern "C" fn on_step(_: c_int, _: *mut siginfo_t, context: *mut c_void) {
    // SAFETY: SA_SIGINFO gives a ucontext_t of this thread, and the handler does not nest.
    let (walk, context) = unsafe { (&mut *WALK.0.get(), &mut *context.cast::<ucontext_t>()) };
    let registers = &mut context.uc_mcontext.gregs;
    let pc = registers[REG_RIP as usize] as usize;
    let sp = registers[REG_RSP as usize] as usize;
    if walk.depth == 0 && pc != foreign_hook_real_run as usize {
        return walk.before = pc;
    }
    // SAFETY: an instruction that has just been executed; the byte behind its first one is part of the text too, of which a
    // ret is never the last byte here. The stack pointer is the thread's.
    let (first, second, top) = unsafe {
        let code = walk.before as *const u8;
        (*code, *code.add(1), *(sp as *const usize))
    };
    // call rel32, and call through a register or memory; ret, and its padded form.
    let calls = first == 0xe8 || (first == 0xff && (second >> 3) & 7 == 2);
    let returns = first == 0xc3 || (first == 0xf3 && second == 0xc3);
    if walk.depth == 0 || calls {
        enter(walk, top);
    } else if returns {
        walk.depth -= 1;
    }
    walk.before = pc;
    if walk.depth == 0 {
        return registers[REG_EFL as usize] &= !TRAP_FLAG;
    }
    compare(walk, pc, context);
}

fn enter(walk: &mut Walk, return_address: usize) {
    walk.returns[walk.depth] = return_address;
    walk.depth += 1;
}

fn compare(walk: &mut Walk, pc: usize, context: &mut ucontext_t) {
    let mut buf = [usize::MAX; DEPTH + 2];
    let sig_context = context as *mut ucontext_t as usize;
    let mut arg = TracebackArg {
        context: 0,
        sig_context,
        buf: buf.as_mut_ptr(),
        max: buf.len(),
    };
    // SAFETY: the argument is laid out as the hook expects, and the buffer has `max` words.
    unsafe { foreign_hook_real_traceback(&mut arg) };
    // The outermost return address leads into Rust, which is not the hook's to report.
    let callers = walk.returns[1..walk.depth]
        .iter()
        .rev()
        .map(|address| address - 1);
    let truth: Vec<usize> = [pc].into_iter().chain(callers).collect();
    let told: Vec<usize> = buf.into_iter().take_while(|&pc| pc != 0).collect();
    walk.steps += 1;
    walk.places.insert((walk.depth, pc));
    if truth != told {
        walk.wrong += 1;
        walk.first_wrong.get_or_insert((walk.depth, truth, told));
    }
}

#[test]
fn the_real_hook_is_right_at_every_instruction() {
    prepare_real().unwrap();
    // SAFETY: an all-zero sigaction is one without flags and with an empty mask; the handler has SA_SIGINFO's signature.
    let installed = unsafe {
        let mut action: libc::sigaction = mem::zeroed();
        action.sa_sigaction = on_step as *const () as usize;
        action.sa_flags = libc::SA_SIGINFO;
        libc::sigaction(libc::SIGTRAP, &action, std::ptr::null_mut())
    };
    assert_eq!(installed, 0);
    // SAFETY: sets one flag and nothing else; the handler, installed above, clears it as the chain returns.
    unsafe {
        std::arch::asm!("pushfq", "or qword ptr [rsp], {flag}", "popfq", flag = const TRAP_FLAG)
    };
    foreign_hook_real_run();
    // SAFETY: the chain has returned, so nothing is stepped any more.
    let walk = unsafe { &*WALK.0.get() };
    assert_eq!(
        (walk.wrong, &walk.first_wrong),
        (0, &None),
        "of {} steps",
        walk.steps
    );
    // The loop alone is that long; and of each function the instructions before, at and behind its call were seen.
    assert!(walk.steps > 100_000, "{} steps", walk.steps);
    for depth in 1..=DEPTH {
        let places = walk.places.iter().filter(|place| place.0 == depth).count();
        assert!(places >= 3, "{places} instructions at depth {depth}");
    }
}
