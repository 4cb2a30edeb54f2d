//! foreign_hook_busy: the hook's buffer is in use while samples come, because the program itself is asking for its current
//! stack. Such a sample has the whole host stack and no foreign frame; the stack that was asked for is whole too.

use std::hint::black_box;

use super::ffi::{self, Hook};
use super::session::Session;
use super::table::Program;
use crate::case::claim::Claim;
use crate::sigprof::{self, Stack, foreign};

/// Longer than one answer of the hook takes, 2 to 3 ms.
const TURN_NS: u64 = 8_000_000;

pub(super) const PROGRAM: Program = Program {
    name: "foreign_hook_busy",
    says: "the hook's buffer is in use while samples come: host frames only, and all of them",
    claims: &[
        // Two kinds of turns, drawn from one distribution. Busy ones end up to 3 ms late, so they have half or more;
        // with 60 pairs in 1 s the share has a standard deviation of 0.03, and the bounds are 5 of them away.
        Claim::Some {
            stack: "main > ... > host::foreign_hook_busy > framecheck::programs::foreign_hook_busy::busy > host::*? > \
                    host::*? > host::*? > host::*?",
            share_min: 0.35,
        },
        Claim::Every {
            leaf: Some("cpuHog"),
            stack: "main > ... > host::foreign_hook_busy > framecheck::programs::foreign_hook_busy::calm > ... > \
                    cpuHog2 > cpuHog",
            share_min: 0.25,
        },
        Claim::Never {
            stack: "... > framecheck::programs::foreign_hook_busy::busy > ... > cpuHog > ...",
        },
        Claim::Never {
            stack: "... > hookReentered > ...",
        },
        Claim::Never {
            stack: "... > hookHog",
        },
        Claim::Every {
            leaf: None,
            stack: "main > ...",
            share_min: 0.98,
        },
    ],
    prepare: || ffi::register(Hook::Busy),
    run,
};

#[inline(never)]
fn run(session: &mut Session) -> Result<(), String> {
    // The callers of `run` are what two stacks taken from different lines of it have in common.
    let here = sigprof::capture().unwound();
    let callers = common_root(&here, &sigprof::capture().unwound());
    let mut left_ns = session.cpu_ns();
    while left_ns > 0 {
        let busy_ns = session.random().dithered_ns(TURN_NS).min(left_ns);
        ffi::set_busy_silent(true);
        let mut phase = session.phase("busy", busy_ns);
        while phase.more() {
            check(&busy(), &here[here.len() - callers..])?;
        }
        ffi::set_busy_silent(false);
        left_ns -= busy_ns;
        let calm_ns = session.random().dithered_ns(TURN_NS).min(left_ns);
        let mut phase = session.phase("calm", calm_ns);
        while phase.more() {
            calm();
        }
        left_ns -= calm_ns;
    }
    match ffi::busy_reentered() {
        0 => Ok(()),
        times => Err(format!(
            "the hook was called {times} times while it was answering"
        )),
    }
}

#[inline(never)]
fn busy() -> Stack {
    // Looked at after the call, or it becomes a jump.
    black_box(foreign::call(|| black_box(sigprof::capture())))
}

#[inline(never)]
fn calm() {
    foreign::call(ffi::foreign_hook_busy);
    black_box(());
}

/// How many frames two host stacks, innermost first, have in common at the root.
fn common_root(a: &[usize], b: &[usize]) -> usize {
    a.iter()
        .rev()
        .zip(b.iter().rev())
        .take_while(|(a, b)| a == b)
        .count()
}

/// A stack that was asked for in the foreign call: the hook's frames, then `busy` and `run` and all callers of `run`.
fn check(stack: &Stack, callers: &[usize]) -> Result<(), String> {
    let expected = ffi::busy_frames();
    let answered = stack.answered();
    if answered != expected {
        return Err(format!(
            "asked for, foreign frames {expected:x?} came as {answered:x?}"
        ));
    }
    if callers.len() < 2 {
        return Err(format!(
            "a captured stack shows {} callers of `run`; `main` alone is not all",
            callers.len()
        ));
    }
    let got = stack.unwound();
    if !got.ends_with(callers) || got.len() < callers.len() + 2 {
        return Err(format!(
            "the host stack {got:x?} is not `busy` and `run` over its callers {callers:x?}"
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_common_root_is_counted_from_the_root() {
        assert_eq!(common_root(&[1, 2, 8, 9], &[1, 3, 8, 9]), 2);
        assert_eq!(common_root(&[1, 9], &[2, 8]), 0);
        assert_eq!(common_root(&[], &[2]), 0);
    }
}
