//! vfork and exec in a loop, as std::process::Command does it and by hand: the child shares the parent's memory, so that
//! what it does to the profiler it does to the parent. The parent is profiled on.
//!
//! With an exec that stops what it finds through thread-local storage (mutant stop-in-vfork-child) it is the parent's event
//! that stops, and after the first child that became a program there is not one sample more.
#![allow(unsafe_code)]

use std::arch::naked_asm;
use std::ffi::{CString, c_char, c_int};

use framecheck::sigprof::Clock;

use crate::case::{Case, End, Killer};
use crate::child::{burn_ms, profiler, total};

pub const CASES: &[Case] = &[
    Case {
        name: "vfork",
        child: vfork_and_exec,
        clocks: Clock::ALL,
        killers: &[Killer {
            mutant: "stop-in-vfork-child",
            clock: Clock::Perf,
            end: End::Failed("the parent is profiled still: 0 samples"),
        }],
    },
    Case {
        name: "spawn",
        child: spawn,
        clocks: Clock::ALL,
        killers: &[],
    },
];

/// vfork(2), and in the child execv(3), by the name that goes before libc's; it ends with 7 if that comes back. In
/// assembly: vfork returns twice, and the child must not touch the stack that the parent goes on with. The child's
/// call goes below all that the parent has there.
///
/// SAFETY: `path` and `argv` are as for execv.
#[unsafe(naked)]
unsafe extern "C" fn vfork_execv(path: *const c_char, argv: *const *const c_char) -> c_int {
    naked_asm!(
        ".cfi_startproc",
        "sub rsp, 8",
        ".cfi_adjust_cfa_offset 8",
        "mov eax, 58",
        "syscall",
        "test eax, eax",
        "jne 2f",
        "call {execv}",
        "mov edi, 7",
        "mov eax, 231",
        "syscall",
        "2:",
        "add rsp, 8",
        ".cfi_adjust_cfa_offset -8",
        "ret",
        ".cfi_endproc",
        execv = sym libc::execv,
    )
}

fn wait(child: c_int) -> c_int {
    let mut status = 0;
    // SAFETY: our own child.
    while unsafe { libc::waitpid(child, &raw mut status, 0) } != child {}
    assert!(libc::WIFEXITED(status), "{status:#x}");
    libc::WEXITSTATUS(status)
}

fn vfork_and_exec() {
    let profiler = profiler().start().unwrap();
    // Last those that succeed: whoever comes back from exec lets what was stopped go on.
    for (path, code) in [("/none/such", 7), ("/bin/true", 0)] {
        let path = CString::new(path).unwrap();
        let argv = [path.as_ptr(), std::ptr::null()];
        for _ in 0..100 {
            // SAFETY: a string and a list that end.
            let child = unsafe { vfork_execv(path.as_ptr(), argv.as_ptr()) };
            assert!(child > 0);
            assert_eq!(wait(child), code);
        }
    }
    burn_ms(100);
    let profile = profiler.stop().unwrap();
    let is_burning = |sample| {
        let stack = profile.stack(sample);
        stack
            .iter()
            .any(|frame| frame.function.ends_with("::burn_ms"))
    };
    let burning = profile.samples().iter().filter(|sample| is_burning(sample));
    let seen: i64 = burning.map(|sample| profile.values(sample)[0]).sum();
    // 100 ms are 25 ticks of a kernel that ticks 250 times a second.
    assert!(seen >= 3, "the parent is profiled still: {seen} samples");
}

fn spawn() {
    let profiler = profiler().start().unwrap();
    for _ in 0..100 {
        assert!(
            std::process::Command::new("true")
                .status()
                .unwrap()
                .success()
        );
    }
    burn_ms(100);
    assert!(total(&profiler.stop().unwrap()) >= 3);
}
