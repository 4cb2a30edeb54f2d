//! A sandbox refuses what a profiler would like: perf_event_open(2), timer_create(2), process_vm_readv(2). It goes on with
//! less and says so, or does not start and says so; never a profile of nothing without a word.
//!
//! Without the word (mutant silent-zero), timer_create refused on the clock of that name: no samples, and a profile that
//! looks like that of a program that did nothing.
#![allow(unsafe_code)]

use framecheck::sigprof::Clock;

use crate::case::{Case, End, Killer};
use crate::child::{burn_ms, clock, declarations, profiler, total};

/// A case with these system calls refused.
macro_rules! case {
    ($name:literal, $calls:expr, $killers:expr) => {
        Case {
            name: $name,
            child: || refused(&$calls),
            clocks: Clock::ALL,
            killers: $killers,
        }
    };
}

const SILENT: &[Killer] = &[silent(Clock::Thread, "and not a word")];
const SILENT_ON_BOTH: &[Killer] = &[
    silent(Clock::Thread, "and not a word"),
    silent(Clock::Perf, "and not a word"),
];

const fn silent(clock: Clock, says: &'static str) -> Killer {
    Killer {
        mutant: "silent-zero",
        clock,
        end: End::Failed(says),
    }
}

/// What a profile says on a clock where a system call is refused.
const WORDS: &[(i64, Clock, &str)] = &[
    (libc::SYS_perf_event_open, Clock::Perf, "perf being refused"),
    (
        libc::SYS_timer_create,
        Clock::Thread,
        "the clock thread is refused",
    ),
    (
        libc::SYS_timer_create,
        Clock::Wall,
        "the clock wall is refused",
    ),
    (
        libc::SYS_process_vm_readv,
        Clock::Thread,
        "process_vm_readv is refused",
    ),
];

pub const CASES: &[Case] = &[
    case!(
        "seccomp_perf_event_open",
        [libc::SYS_perf_event_open],
        &[silent(Clock::Perf, "perf being refused")]
    ),
    case!("seccomp_timer_create", [libc::SYS_timer_create], SILENT),
    // A thread's own stack is read without it; before it was, these stacks were a pc and a pseudo root.
    case!(
        "seccomp_process_vm_readv",
        [libc::SYS_process_vm_readv],
        &[silent(Clock::Thread, "process_vm_readv is refused")]
    ),
    case!(
        "seccomp_all",
        [
            libc::SYS_perf_event_open,
            libc::SYS_timer_create,
            libc::SYS_process_vm_readv
        ],
        SILENT_ON_BOTH
    ),
];

/// From here on the kernel answers EPERM to these calls, for this thread and those it makes.
fn refuse(calls: &[i64]) {
    // Classic BPF (linux/filter.h): the call's number; for each call, one comparison that goes on or skips the refusal.
    let load = libc::BPF_LD | libc::BPF_W | libc::BPF_ABS;
    let jump_if_equal = libc::BPF_JMP | libc::BPF_JEQ | libc::BPF_K;
    let answer = libc::BPF_RET | libc::BPF_K;
    let refusal = libc::SECCOMP_RET_ERRNO | libc::EPERM as u32;
    let step = |code: u32, if_not: u8, k: u32| libc::sock_filter {
        code: code as u16,
        jt: 0,
        jf: if_not,
        k,
    };
    let mut filter = vec![step(load, 0, 0)];
    for call in calls {
        filter.push(step(jump_if_equal, 1, *call as u32));
        filter.push(step(answer, 0, refusal));
    }
    filter.push(step(answer, 0, libc::SECCOMP_RET_ALLOW));
    let program = libc::sock_fprog {
        len: filter.len() as u16,
        filter: filter.as_mut_ptr(),
    };
    // SAFETY: the program and its filter live across the calls, which copy them.
    unsafe {
        assert_eq!(libc::prctl(libc::PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), 0);
        let answer = libc::prctl(
            libc::PR_SET_SECCOMP,
            libc::SECCOMP_MODE_FILTER,
            &raw const program,
        );
        assert_eq!(answer, 0, "seccomp: {}", std::io::Error::last_os_error());
    }
}

fn refused(calls: &[i64]) {
    refuse(calls);
    let profiler = match profiler().start() {
        Ok(profiler) => profiler,
        // Loud enough.
        Err(error) => return println!("note: {error}"),
    };
    burn_ms(200);
    let profile = profiler.stop().unwrap();
    let (total, declarations) = (total(&profile), declarations(&profile));
    println!("note: {total} samples on {}; {declarations:?}", clock());
    assert!(
        total > 0 || !declarations.is_empty(),
        "nothing, and not a word"
    );
    // Where it can go on it does, and what is not as it was asked for is said.
    if calls.len() == 1 {
        assert!(total > 3, "{total} samples");
        let due = WORDS
            .iter()
            .filter(|(call, on, _)| calls == [*call] && *on == clock());
        for (_, _, words) in due {
            assert!(
                declarations.iter().any(|text| text.contains(words)),
                "not a word of {words:?}: {declarations:?}"
            );
        }
    }
    // What is seen has its root, or the profile says why not.
    let is_rooted = |sample| {
        profile
            .stack(sample)
            .iter()
            .any(|frame| frame.function.ends_with("main"))
    };
    let is_lost =
        |sample| matches!(&profile.stack(sample)[..], [only] if only.function == "lost samples");
    let are_rooted = profile
        .samples()
        .iter()
        .all(|sample| is_rooted(sample) || is_lost(sample));
    assert!(
        are_rooted || !declarations.is_empty(),
        "stacks without roots, and not a word"
    );
}
