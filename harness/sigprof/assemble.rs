//! From the leaf to the root across all boundaries: which part of a stack is unwound, which is asked for, and where each
//! one ends. Runs in the handler, and for `capture` outside it: no allocation, no lock, no panic.
//!
//! It knows the order alone. What a walk is, and whether a hook may be asked now, its callers know.

use super::arch::Registers;
use super::foreign::boundary::{Boundary, Crossing, Trail};
use super::sample::Draft;
use super::unwind::End;

/// Where unwinding begins.
#[derive(Clone, Copy, Debug)]
pub enum Begin {
    /// At the leaf: nothing is known of it yet.
    Here(Registers),
    /// Behind the innermost call into foreign code: the foreign frames are there already, or cannot be had. On a thread
    /// of foreign code that is in no call, there is nothing behind.
    BehindCall,
}

/// Puts a stack together: walks from where it begins to the innermost callback whose foreign code has a record; asks for
/// the frames of that; goes on behind the call that led there; and so on. Callbacks without a record are walked
/// through, C and host alike.
///
/// `walk` unwinds from registers, no further than the frame at a stack pointer, where there is one; `ask` has the
/// frames of a recorded context added to the draft.
pub fn assemble(
    draft: &mut Draft<'_>,
    begin: Begin,
    mut trail: Trail<'_>,
    mut walk: impl FnMut(&mut [u64], Registers, Option<u64>) -> (usize, End),
    mut ask: impl FnMut(&mut Draft<'_>, usize),
) {
    let mut from = match begin {
        Begin::Here(registers) => registers,
        Begin::BehindCall => match trail.pop() {
            Some(call) => call.registers,
            None => return,
        },
    };
    loop {
        let callback = next_recorded(&mut trail);
        let last_sp = callback.map(|(boundary, _)| boundary.registers.sp());
        draft.add_walk(|space| walk(space, from, last_sp));
        let Some((_, context)) = callback else {
            return;
        };
        if context != 0 {
            ask(draft, context);
        }
        // A context is recorded only where a call is the next crossing outwards, or on a thread of foreign code.
        match trail.pop() {
            Some(call) => from = call.registers,
            None => return,
        }
    }
}

/// The next callback on the way to the root whose foreign code was recorded.
fn next_recorded(trail: &mut Trail<'_>) -> Option<(Boundary, usize)> {
    while let Some(boundary) = trail.pop() {
        if let Crossing::Callback {
            context: Some(context),
        } = boundary.crossing
        {
            return Some((boundary, context));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sigprof::defect::Defects;
    use crate::sigprof::foreign::boundary::Boundaries;
    use crate::sigprof::pseudo::Pseudo;
    use crate::sigprof::sample::MAX_FRAMES;

    fn callback(context: usize) -> Crossing {
        Crossing::Callback {
            context: Some(context),
        }
    }

    const NATIVE: Crossing = Crossing::Callback { context: None };

    /// The stack of a thread that has crossed these boundaries, outermost first, 0x100 of stack each. A walk is two words,
    /// where it begins and where it ends (0: at the root); the frame of a context is the context.
    fn stack(crossings: &[Crossing], begin: Begin) -> Vec<u64> {
        let boundaries = Boundaries::new();
        for (level, crossing) in crossings.iter().enumerate() {
            let sp = 0x1_0000 - 0x100 * (level as u64 + 1);
            boundaries.enter(Boundary {
                crossing: *crossing,
                registers: Registers::new(1, sp, 0),
                nonce_address: sp,
                nonce: 1,
            });
        }
        let mut space = vec![0; MAX_FRAMES];
        let mut draft = Draft::new(&mut space);
        let walk = |space: &mut [u64], from: Registers, last_sp: Option<u64>| {
            space[..2].copy_from_slice(&[from.sp(), last_sp.unwrap_or(0)]);
            (2, End::Limit)
        };
        let ask = |draft: &mut Draft<'_>, context| draft.add_answer(&[context]);
        assemble(
            &mut draft,
            begin,
            boundaries.trail(0x10, |_| true),
            walk,
            ask,
        );
        let total = draft.finish((7, Pseudo::System), Defects::NONE).total;
        space[..total].to_vec()
    }

    fn here() -> Begin {
        Begin::Here(Registers::new(1, 0x10, 0))
    }

    #[test]
    fn without_boundaries_it_is_one_walk() {
        assert_eq!(stack(&[], here()), [0x10, 0]);
        assert_eq!(stack(&[Crossing::Call], here()), [0x10, 0]);
        assert_eq!(stack(&[Crossing::Call], Begin::BehindCall), [0xff00, 0]);
    }

    #[test]
    fn host_and_foreign_parts_alternate_to_the_root() {
        let crossings = [
            Crossing::Call,
            callback(1),
            Crossing::Call,
            callback(2),
            Crossing::Call,
        ];
        let outer = [0xfd00, 0xfe00, 1, 0xff00, 0];
        let inner = [0xfb00, 0xfc00, 2];
        assert_eq!(
            stack(&crossings, Begin::BehindCall),
            [&inner[..], &outer].concat()
        );
        let in_callback = stack(&crossings[..4], here());
        assert_eq!(in_callback, [&[0x10, 0xfc00, 2][..], &outer].concat());
    }

    #[test]
    fn a_context_of_0_has_no_frames_and_a_callback_without_one_is_walked_through() {
        let nothing_kept = [Crossing::Call, callback(0)];
        assert_eq!(stack(&nothing_kept, here()), [0x10, 0xfe00, 0xff00, 0]);
        let native = [Crossing::Call, NATIVE, Crossing::Call];
        assert_eq!(stack(&native, Begin::BehindCall), [0xfd00, 0]);
    }

    #[test]
    fn on_a_thread_of_foreign_code_the_outermost_context_is_the_root() {
        assert_eq!(stack(&[callback(5)], here()), [0x10, 0xff00, 5]);
        let lone = [7, Pseudo::System.address()];
        assert_eq!(stack(&[], Begin::BehindCall), lone);
    }
}
