//@ case: foreign.hook_busy
//@ says: Where the hook's buffer is in use a sample has the whole host stack, no foreign frame, and nothing torn.
//@ origin: the seed's cgoCallersUse
//@ needs: hook
//@ hz: 250
//@ cpu: 600ms
// Two kinds of turns, drawn from one distribution. Busy ones end up to 3 ms late, so they have half or more.
//@ stack: main > ... > host::foreign_hook_busy > framecheck::programs::foreign_hook_busy::busy > host::*? > host::*? > host::*? > host::*?
//@ every cpuHog: main > ... > host::foreign_hook_busy > framecheck::programs::foreign_hook_busy::calm > ... > cpuHog2 > cpuHog
//@ never: ... > framecheck::programs::foreign_hook_busy::busy > ... > cpuHog > ...
//@ never: ... > hookReentered > ...
//@ never: ... > hookHog
// Also where the leaf is not C.
//@ every: main > ...
//@ self: captured
//@ self: reentered
//@ snapshot
//@ kills: ignore-in-use
//! foreign_hook_busy: the hook's buffer is in use while samples come, because the program itself is asking for its current
//! stack. Such a sample has the whole host stack and no foreign frame; the stack that was asked for is whole too.

use std::hint::black_box;

use super::ffi::{self, Hook};
use super::session::Session;
use super::table::Program;
use crate::sigprof::{self, Stack, foreign};

/// Longer than one answer of the hook takes, 2 to 3 ms.
const TURN_NS: u64 = 8_000_000;

pub(super) const PROGRAM: Program = Program {
    name: "foreign_hook_busy",
    source: include_str!("foreign_hook_busy.rs"),
    prepare: || ffi::register(Hook::Busy),
    run,
    after: None,
};

#[inline(never)]
fn run(session: &mut Session) -> Result<(), String> {
    // The callers of `run` are what two stacks taken from different lines of it have in common.
    let here = sigprof::capture().unwound();
    let callers = common_root(&here, &sigprof::capture().unwound());
    let mut left_ns = session.cpu_ns();
    let mut captured =
        Ok("each captured stack is the hook's frames over the whole host stack".into());
    while left_ns > 0 {
        let busy_ns = session.random().dithered_ns(TURN_NS).min(left_ns);
        ffi::set_busy_silent(true);
        let mut phase = session.phase("busy", busy_ns);
        while phase.more() {
            let stack = busy();
            if let (true, Err(says)) = (
                captured.is_ok(),
                check(&stack, &here[here.len() - callers..]),
            ) {
                captured = Err(says);
            }
        }
        ffi::set_busy_silent(false);
        left_ns -= busy_ns;
        let calm_ns = session.random().dithered_ns(TURN_NS).min(left_ns);
        let mut phase = session.phase("cpuHog", calm_ns);
        while phase.more() {
            calm();
        }
        left_ns -= calm_ns;
    }
    let reentered = match ffi::busy_reentered() {
        0 => Ok("the hook was never called while it was answering".into()),
        times => Err(format!(
            "the hook was called {times} times while it was answering"
        )),
    };
    session.check("captured", captured);
    session.check("reentered", reentered);
    Ok(())
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
