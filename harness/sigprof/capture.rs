//! The current mixed stack, outside a signal: Go's `runtime.Callers`, and the reason why the buffer has a guard.
#![allow(unsafe_code)]

use std::sync::Arc;

use super::Stack;
use super::arch::registers_here;
use super::foreign;
use super::modules::{self, Modules};
use super::process::lock::ForkLock;
use super::registry;
use super::sample::MAX_HOST;
use super::unwind::{Scratch, Walk};

/// Takes the stack of the calling thread, without this function's own frame.
///
/// Inside [`foreign::call`] the registered hook is asked, with `sig_context` 0, through the same buffer that samples
/// go through; the host's stack goes on at the boundary. Elsewhere, and where the hook answers nothing, everything is
/// unwound natively. A sample that is taken meanwhile finds the buffer in use and goes without foreign frames.
///
/// Allocates; not for signal handlers.
#[inline(never)]
pub fn capture() -> Stack {
    let registers = registers_here!();
    let slot = registry::current();
    let mut scratch = Scratch::new();
    let boundary = slot
        .boundaries
        .innermost(registers.sp())
        .filter(|boundary| scratch.word(boundary.nonce_address) == Some(boundary.nonce));
    let mut foreign = Vec::new();
    if let (Some(_), Some(hook)) = (boundary, foreign::traceback())
        && slot.buffer.acquire()
    {
        let mut frames = [0; foreign::MAX_FRAMES];
        // SAFETY: this thread's own buffer, and the guard is ours: its handler stays away.
        let count = unsafe {
            slot.buffer.fill(hook, 0);
            slot.buffer.take(&mut frames, true)
        };
        slot.buffer.release();
        foreign.extend_from_slice(&frames[..count]);
    }
    let from_boundary = boundary.filter(|_| !foreign.is_empty());
    let from = from_boundary.map_or(registers, |boundary| boundary.registers);
    let mut space = vec![0; MAX_HOST];
    let (count, _) = Walk::new(&loaded(), &mut scratch, from).addresses(&mut space);
    let own_frames = usize::from(from_boundary.is_none());
    let host = space
        .iter()
        .take(count)
        .skip(own_frames)
        .map(|address| *address as usize)
        .collect();
    Stack { foreign, host }
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
        assert!(stack.foreign.is_empty());
        let start = outer as *const () as usize;
        // The call is inside outer, which is a few dozen bytes long.
        let leaf = stack.host[0];
        assert!(
            (start..start + 256).contains(&leaf),
            "{leaf:#x} is not in outer at {start:#x}"
        );
        assert!(stack.host.len() > 3, "{stack:x?}");
    }
}
