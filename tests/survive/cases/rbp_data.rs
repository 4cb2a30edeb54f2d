//! rbp holds data that looks like bad pointers, in code with an unwind table and in code without one, as JIT compilers
//! make it: no fault, and no address on any stack that is not code.
//!
//! With reads that believe their address (mutant unguarded-read): SIGSEGV at the first sample that follows rbp.
#![allow(unsafe_code)]

use std::arch::naked_asm;
use std::hint::black_box;

use framecheck::pprof::Profile;
use framecheck::sigprof::Clock;

use crate::case::{Case, End, Killer};
use crate::child::profiler;

pub const CASES: &[Case] = &[Case {
    name: "rbp_data",
    child: rbp_data,
    clocks: Clock::ALL,
    killers: &[Killer {
        mutant: "unguarded-read",
        clock: Clock::Thread,
        end: End::Killed(libc::SIGSEGV),
    }],
}];

type Spin = unsafe extern "C" fn(rbp: u64, rounds: u64);

/// Counts down with `rbp` in rbp. Its table says where the caller's rbp is: on the stack, where rsp leads.
///
/// SAFETY: touches nothing but registers that it restores.
#[unsafe(naked)]
unsafe extern "C" fn spin_with_table(rbp: u64, rounds: u64) {
    naked_asm!(
        ".cfi_startproc",
        "push rbp",
        ".cfi_adjust_cfa_offset 8",
        ".cfi_offset rbp, -16",
        "mov rbp, rdi",
        "2:",
        "dec rsi",
        "jnz 2b",
        "pop rbp",
        ".cfi_adjust_cfa_offset -8",
        ".cfi_restore rbp",
        "ret",
        ".cfi_endproc",
    )
}

/// The same, in memory that no table covers.
fn spin_without_table() -> Spin {
    // push rbp; mov rbp, rdi; dec rsi; jnz back to the dec; pop rbp; ret.
    const CODE: [u8; 11] = [
        0x55, 0x48, 0x89, 0xfd, 0x48, 0xff, 0xce, 0x75, 0xfb, 0x5d, 0xc3,
    ];
    let page = page();
    // SAFETY: a fresh page of our own, written before it is made code; the code is a function of this type.
    unsafe {
        page.cast::<[u8; 11]>().write(CODE);
        assert_eq!(
            libc::mprotect(page, PAGE_BYTES, libc::PROT_READ | libc::PROT_EXEC),
            0
        );
        std::mem::transmute::<*mut libc::c_void, Spin>(page)
    }
}

const PAGE_BYTES: usize = 4096;

fn page() -> *mut libc::c_void {
    let (read_write, private) = (
        libc::PROT_READ | libc::PROT_WRITE,
        libc::MAP_PRIVATE | libc::MAP_ANONYMOUS,
    );
    // SAFETY: a fresh mapping.
    let page = unsafe { libc::mmap(std::ptr::null_mut(), PAGE_BYTES, read_write, private, -1, 0) };
    assert_ne!(page, libc::MAP_FAILED);
    page
}

/// What rbp holds: no pointers, pointers to nothing, and pointers to what looks like a frame and is none.
fn values() -> Vec<u64> {
    let forbidden = page();
    // SAFETY: our own page.
    let answer = unsafe { libc::mprotect(forbidden, PAGE_BYTES, libc::PROT_NONE) };
    assert_eq!(answer, 0);
    let full = page() as u64;
    // A frame whose caller is itself, one whose return address is a function's first byte, one that returns to data.
    let function = page as *const () as u64;
    let frames = [full, function, full + 16, function, full + 32, full];
    // SAFETY: the beginning of our own page.
    unsafe { (full as *mut [u64; 6]).write(frames) };
    let here = black_box(&frames).as_ptr() as u64;
    vec![
        0,
        1,
        8,
        0xdead_beef_dead_beef,
        0x7fff_ffff_f000,
        1 << 47,
        u64::MAX,
        u64::MAX - 7,
        0x6578_652f_666c,
        forbidden as u64,
        full,
        full + 3,
        full + 16,
        full + 32,
        full + PAGE_BYTES as u64 - 8,
        here,
        here + 16,
        here + 0x10_0000,
    ]
}

fn rbp_data() {
    let without_table = spin_without_table();
    let profiler = profiler().start().unwrap();
    // Some 40 ms for each value: a few samples on any clock.
    for value in values() {
        for _ in 0..10 {
            // SAFETY: both restore what they change.
            unsafe { spin_with_table(value, 2_000_000) };
            // SAFETY: as above.
            unsafe { without_table(value, 2_000_000) };
        }
    }
    let profile = profiler.stop().unwrap();
    assert_only_code(&profile);
    let in_page = without_table as usize as u64;
    let seen = |start: u64| {
        let leaves = profile
            .samples()
            .iter()
            .filter_map(|sample| Some(profile.stack(sample).first()?.address));
        leaves
            .filter(|address| (start..start + 64).contains(address))
            .count()
    };
    assert!(seen(in_page) > 0, "code without a table was never seen");
    // With a table, whatever rbp holds, the stack is whole.
    for sample in profile.samples() {
        let stack = profile.stack(sample);
        let has = |name: &str| stack.iter().any(|frame| frame.function.ends_with(name));
        assert!(!has("::spin_with_table") || has("::rbp_data"), "cut");
    }
}

/// Each address lies in something executable, or is one of the profiler's own, which have no address.
fn assert_only_code(profile: &Profile) {
    let mut count = 0;
    for sample in profile.samples() {
        for frame in profile.stack(sample) {
            let is_code = frame.mapping.is_some() || frame.address == 0;
            assert!(
                is_code,
                "{:#x} {:?} is no code",
                frame.address, frame.function
            );
            count += 1;
        }
    }
    assert!(count > 50, "{count} frames");
}
