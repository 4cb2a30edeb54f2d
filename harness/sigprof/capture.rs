//! The current mixed stack, outside a signal: Go's `runtime.Callers`, and the reason why the buffer has a guard.
#![allow(unsafe_code)]

use std::sync::Arc;

use super::arch::{Registers, registers_here};
use super::assemble::{Begin, assemble};
use super::foreign::{self, boundary::Trail};
use super::modules::{self, Modules};
use super::process::lock::ForkLock;
use super::pseudo::Pseudo;
use super::registry;
use super::sample::{Draft, MAX_FRAMES};
use super::slot::Slot;
use super::unwind::{Scratch, Walk};
use super::{Defects, Stack, StackFrame};

/// Takes the stack of the calling thread, without this function's own frame.
///
/// Inside [`foreign::call`], and in no [`foreign::callback`] since, the registered hook is asked, with `sig_context` 0,
/// through the same buffer that samples go through; the host's stack goes on at the boundary, and so on through all
/// boundaries as in a sample. Elsewhere, and where the hook answers nothing, everything is unwound natively. A sample
/// that is taken while the hook answers finds the buffer in use and goes without foreign frames.
///
/// Allocates; not for signal handlers.
#[inline(never)]
pub fn capture() -> Stack {
    let registers = registers_here!();
    let slot = registry::current();
    let mut scratch = Scratch::new();
    let modules = loaded();
    let trail = living(slot, &modules, &mut scratch, registers);
    let mut space = vec![0; MAX_FRAMES];
    let mut draft = Draft::new(&mut space);
    // This is host code, so that a thread of foreign code alone makes nothing foreign.
    let is_answered = trail.is_leaf_foreign(false) && ask(slot, &mut draft, 0);
    let begin = match is_answered {
        true => Begin::BehindCall,
        false => Begin::Here(registers),
    };
    let walk = |space: &mut [u64], from: Registers, last_sp: Option<u64>| {
        let walk = Walk::new(&modules, &mut scratch, from);
        walk.up_to(last_sp.unwrap_or(u64::MAX)).addresses(space)
    };
    let ask_context = |draft: &mut Draft<'_>, context| {
        ask(slot, draft, context);
    };
    assemble(&mut draft, begin, trail, walk, ask_context);
    let lone = (registers.ip(), Pseudo::System);
    let sample = draft.finish(lone, Defects::NONE);
    let frames = space.iter().take(sample.total).enumerate();
    let own_frames = usize::from(!is_answered);
    let frames = frames.skip(own_frames).map(|(index, address)| StackFrame {
        address: *address as usize,
        is_answered: sample.spans().iter().any(|span| span.contains(index)),
    });
    Stack {
        frames: frames.collect(),
    }
}

/// The boundaries of this thread that are alive at these registers.
fn living<'a>(
    slot: &'a Slot,
    modules: &Modules,
    scratch: &mut Scratch,
    registers: Registers,
) -> Trail<'a> {
    let mut trail = slot.boundaries.trail(registers.sp(), |boundary| {
        scratch.word(boundary.nonce_address) == Some(boundary.nonce)
    });
    trail.confirm(registers, |from, frame| {
        Walk::new(modules, scratch, from).passes(frame)
    });
    trail
}

/// Forgets the innermost boundaries of this thread that a jump or a panic has left behind, by unwinding from
/// `registers`: some 10 µs, for a case that should not be. `release` gets their contexts.
#[cold]
pub fn forget_dead(slot: &Slot, registers: Registers, release: impl FnMut(usize)) {
    let depth = living(slot, &loaded(), &mut Scratch::new(), registers).depth();
    slot.boundaries.leave(depth, release);
}

/// Has the hook answer for the code here (0) or for a recorded context; false if it does not.
fn ask(slot: &Slot, draft: &mut Draft<'_>, context: usize) -> bool {
    let Some(hook) = foreign::traceback() else {
        return false;
    };
    if !slot.buffer.acquire() {
        return false;
    }
    let mut frames = [0; foreign::MAX_FRAMES];
    // SAFETY: this thread's own buffer, and the guard is ours: its handler stays away. A context on a live record has
    // not been released.
    let count = unsafe {
        slot.buffer.fill(hook, context, 0);
        slot.buffer.take(&mut frames, true)
    };
    slot.buffer.release();
    draft.add_answer(&frames[..count]);
    count > 0
}

static LAST: ForkLock<Option<Arc<Modules>>> = ForkLock::new(None);

/// Forgets what was loaded, in the child of a fork.
///
/// # Safety
/// The calling thread is the only one in this process, and is not in [`capture`].
pub unsafe fn abandon() {
    // SAFETY: the caller's promise.
    unsafe { LAST.abandon(None) };
}

/// The modules, read again only when the loader has loaded or closed something.
fn loaded() -> Arc<Modules> {
    let mut last = LAST.lock();
    let changes = modules::changes();
    match &*last {
        Some(modules) if modules.changes() == changes => Arc::clone(modules),
        _ => {
            let modules = Arc::new(Modules::of_this_process());
            *last = Some(Arc::clone(&modules));
            modules
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[inline(never)]
    fn outer() -> Stack {
        let stack = capture();
        std::hint::black_box(stack)
    }

    #[test]
    fn the_leaf_is_the_caller_and_there_is_nothing_foreign_outside_a_foreign_call() {
        let stack = outer();
        assert!(stack.answered().is_empty());
        let start = outer as *const () as usize;
        // The call is inside outer, which is a few dozen bytes long.
        let leaf = stack.frames[0].address;
        assert!(
            (start..start + 256).contains(&leaf),
            "{leaf:#x} is not in outer at {start:#x}"
        );
        assert!(stack.frames.len() > 3, "{stack:x?}");
    }
}
