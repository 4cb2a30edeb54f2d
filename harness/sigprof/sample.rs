//! One sample in the making: what hooks answered and what was unwound, in order, never one at the cost of the other, and
//! never nothing. Runs in the handler: no allocation, no lock, no panic.
//!
//! This is the heart of the seed (`sigprof` in Go's runtime/proc.go), and where its bug was (golang/go#29034). Where
//! the parts come from, and in which order, `assemble` knows.

use super::defect::{Defect, Defects};
use super::foreign::MAX_FRAMES as MAX_ANSWER;
use super::foreign::boundary::MAX_NESTED;
use super::pseudo::Pseudo;
use super::record::Span;
use super::unwind::End;

/// The most answers of hooks in a sample: one for the leaf, and one for each call back, of which there is at most one
/// for each call.
pub const MAX_SPANS: usize = MAX_NESTED / 2 + 1;
/// The most frames that are walked beside them.
pub const MAX_HOST: usize = 2048;
/// The space that a sample is put together in.
pub const MAX_FRAMES: usize = MAX_SPANS * MAX_ANSWER + MAX_HOST;

/// A stack in the making, leaf first.
pub struct Draft<'a> {
    space: &'a mut [u64],
    total: usize,
    unwound: usize,
    spans: [Span; MAX_SPANS],
    span_count: usize,
    end: End,
}

impl<'a> Draft<'a> {
    /// Nothing yet.
    pub fn new(space: &'a mut [u64]) -> Draft<'a> {
        Draft {
            space,
            total: 0,
            unwound: 0,
            spans: [Span::default(); MAX_SPANS],
            span_count: 0,
            end: End::Cut,
        }
    }

    /// Adds what a hook answered.
    pub fn add_answer(&mut self, frames: &[usize]) {
        let Some(span) = self.spans.get_mut(self.span_count) else {
            return;
        };
        let start = self.total;
        for (place, address) in self.space.iter_mut().skip(start).zip(frames) {
            *place = *address as u64;
            self.total += 1;
        }
        if self.total > start {
            *span = Span {
                start: start as u32,
                length: (self.total - start) as u32,
            };
            self.span_count += 1;
        }
    }

    /// Adds what `walk` writes and counts.
    pub fn add_walk(&mut self, walk: impl FnOnce(&mut [u64]) -> (usize, End)) {
        let space = self.space.get_mut(self.total..).unwrap_or_default();
        let most = space.len().min(MAX_HOST.saturating_sub(self.unwound));
        let (count, end) = walk(space.get_mut(..most).unwrap_or_default());
        self.unwound += count;
        self.total += count;
        self.end = end;
    }

    /// Gives up what there is: the sample is a pc that nothing is known above.
    pub fn make_lone(&mut self, pc: u64, root: Pseudo) {
        (self.total, self.unwound, self.span_count) = (0, 0, 0);
        for (place, address) in self.space.iter_mut().zip([pc, root.address()]) {
            *place = address;
            self.total += 1;
        }
    }

    /// The sample; at least one frame. `pc` is the interrupted instruction and `root` the pseudo root for it: the
    /// sample where nothing else is known.
    pub fn finish(mut self, (pc, root): (u64, Pseudo), defects: Defects) -> Sample {
        let is_unwound_alone = self.total == self.unwound;
        let is_nothing = self.total == 0 && !defects.has(Defect::EmptyStack);
        if is_nothing || (self.total == 1 && is_unwound_alone && self.end == End::Cut) {
            self.make_lone(pc, root);
        }
        if defects.has(Defect::FlattenContexts) {
            self.flatten();
        }
        if defects.has(Defect::DropRootPerForeign) && self.unwound > 0 {
            self.total = self.unwound;
        }
        Sample {
            total: self.total,
            spans: self.spans,
            span_count: self.span_count,
        }
    }

    /// A defect: what hooks answered stands together at the leaf, wherever it belongs.
    fn flatten(&mut self) {
        let mut front = 0;
        for span in self.spans.iter_mut().take(self.span_count) {
            let (start, length) = (span.start as usize, span.length as usize);
            if let Some(part) = self.space.get_mut(front..start + length) {
                part.rotate_right(length);
            }
            span.start = front as u32;
            front += length;
        }
    }
}

/// How a finished sample stands in its space.
#[derive(Clone, Copy, Debug)]
pub struct Sample {
    /// All frames; at least one.
    pub total: usize,
    spans: [Span; MAX_SPANS],
    span_count: usize,
}

impl Sample {
    /// Which of the frames hooks answered.
    pub fn spans(&self) -> &[Span] {
        self.spans.get(..self.span_count).unwrap_or_default()
    }
}

#[cfg(test)]
#[path = "sample_tests.rs"]
mod tests;
