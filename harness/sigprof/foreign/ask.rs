//! Asking the hook from a signal handler, in two halves as in Go: `cgoSigtramp` lets it fill the buffer, `sigprof` takes
//! what is there. Between them, and before, somebody else may be at the buffer. No allocation, no lock, no panic.
#![allow(unsafe_code)]

use super::boundary::{Crossing, Trail};
use super::buffer::Buffer;
use super::{MAX_FRAMES, traceback};
use crate::sigprof::defect::{Defect, Defects};
use crate::sigprof::sample::Draft;
use crate::sigprof::slot::{Counts, Slot};

/// What is known of the leaf of a sample before anything is unwound.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Leaf {
    /// Nothing: host code, or foreign code for which no hook answers. It is to be unwound.
    Unknown,
    /// The hook's frames for the foreign code are in the draft.
    Answered,
    /// It is foreign code, and somebody is at the buffer: no frames, and no look at the stack that would need them.
    Busy,
    /// A defect: nothing is looked at.
    GivenUp,
}

/// One sample's questions to the hook.
pub struct Asker<'a> {
    slot: &'a Slot,
    defects: Defects,
    sig_context: usize,
}

/// A defect: one buffer for all threads of foreign code.
static SHARED: Buffer = Buffer::new();

impl<'a> Asker<'a> {
    /// For the handler of the thread that has `slot`.
    ///
    /// # Safety
    /// On the slot's own thread, in its handler, until that returns; `sig_context` is the handler's.
    pub unsafe fn new(slot: &'a Slot, defects: Defects, sig_context: usize) -> Asker<'a> {
        Asker {
            slot,
            defects,
            sig_context,
        }
    }

    /// Asks for the code at the leaf, if that is foreign, and adds the answer to `draft`.
    pub fn leaf(&self, draft: &mut Draft<'_>, trail: &Trail<'_>) -> Leaf {
        let is_foreign = trail.is_leaf_foreign(self.slot.is_foreign());
        let is_stale_too = self.defects.has(Defect::StaleForeign);
        if self.slot.is_foreign()
            && let Some(leaf) = self.defect_on_foreign_thread(draft, trail)
        {
            return leaf;
        }
        if is_foreign {
            self.fill(0, self.sig_context);
        } else if !is_stale_too {
            return Leaf::Unknown;
        }
        match self.take(draft, !is_stale_too) {
            _ if !is_foreign => Leaf::Unknown,
            0 if self.slot.buffer.is_in_use() => Leaf::Busy,
            0 => Leaf::Unknown,
            _ => Leaf::Answered,
        }
    }

    /// Asks for the code that a context was recorded for, and adds the answer to `draft`.
    pub fn context(&self, draft: &mut Draft<'_>, context: usize) {
        self.fill(context, 0);
        self.take(draft, true);
    }

    fn may_use(&self) -> bool {
        !self.slot.buffer.is_in_use() || self.defects.has(Defect::IgnoreInUse)
    }

    /// The first half: the hook fills the buffer, if nobody is at it.
    fn fill(&self, context: usize, sig_context: usize) {
        let Some(hook) = traceback().filter(|_| self.may_use()) else {
            return;
        };
        // SAFETY: on the buffer's own thread, in its handler, whose context it is (promised to `new`), and nobody is at
        // the buffer (or a mutant says so). A context that stands on a live record has not been released.
        if !unsafe { self.slot.buffer.fill(hook, context, sig_context) } {
            Counts::add(&self.slot.counts.hook_overruns, 1);
        }
    }

    /// The second half: what is in the buffer goes into the sample, once; how many frames.
    fn take(&self, draft: &mut Draft<'_>, consume: bool) -> usize {
        if !self.may_use() || self.defects.has(Defect::DropForeign) {
            return 0;
        }
        let mut frames = [0; MAX_FRAMES];
        // SAFETY: on the buffer's own thread, in its handler (promised to `new`), and nobody is at it.
        let mut count = unsafe { self.slot.buffer.take(&mut frames, consume) };
        if self.defects.has(Defect::TruncateForeign16) {
            count = count.min(16);
        }
        draft.add_answer(frames.get(..count).unwrap_or_default());
        count
    }

    /// What a defect makes of a sample on a thread of foreign code; None without such a defect.
    fn defect_on_foreign_thread(&self, draft: &mut Draft<'_>, trail: &Trail<'_>) -> Option<Leaf> {
        let crossing = trail.peek().map(|boundary| boundary.crossing);
        let has = |defect| self.defects.has(defect);
        match crossing {
            Some(Crossing::Callback { .. }) => {
                has(Defect::ExternalRootAlways).then_some(Leaf::GivenUp)
            }
            Some(Crossing::Call) => None,
            None if has(Defect::ForgetEnteredThreads) && self.slot.boundaries.is_used() => {
                Some(Leaf::GivenUp)
            }
            None if has(Defect::EmptyStack) => {
                self.fill(0, self.sig_context);
                let count = self.take(draft, true);
                Some(if count > 0 {
                    Leaf::Answered
                } else {
                    Leaf::GivenUp
                })
            }
            None if has(Defect::OneGlobalBuffer) => self.through_shared_buffer(draft),
            None => None,
        }
    }

    fn through_shared_buffer(&self, draft: &mut Draft<'_>) -> Option<Leaf> {
        let hook = traceback()?;
        if !SHARED.acquire() {
            return Some(Leaf::Busy);
        }
        let mut frames = [0; MAX_FRAMES];
        // SAFETY: the guard is ours, so that nobody else is at the buffer; the context is the handler's.
        let count = unsafe {
            SHARED.fill(hook, 0, self.sig_context);
            SHARED.take(&mut frames, true)
        };
        SHARED.release();
        draft.add_answer(frames.get(..count).unwrap_or_default());
        Some(if count > 0 {
            Leaf::Answered
        } else {
            Leaf::Unknown
        })
    }
}
