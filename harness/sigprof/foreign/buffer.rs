//! The buffer between the hook and the sample: one a thread, a guard while somebody is at it, and used up once.
//!
//! As in Go, where the trampoline fills `m.cgoCallers` and `sigprof` takes it: two steps, because whoever holds the
//! guard may be interrupted between them.
#![allow(unsafe_code)]

use std::cell::UnsafeCell;
use std::sync::atomic::{AtomicBool, Ordering, compiler_fence};

use super::abi::{MAX_FRAMES, Traceback, TracebackArg};

/// What stands behind the space that a hook is given: a hook that writes beyond it changes this.
const CANARY: usize = 0x0f0f_5afe_c0de_f0f0;

/// A thread's foreign frames. Only that thread touches it, in a handler or outside one.
pub struct Buffer {
    in_use: AtomicBool,
    frames: UnsafeCell<[usize; MAX_FRAMES + 1]>,
}

// SAFETY: the cell is read and written by the thread that the buffer belongs to alone; `in_use` keeps its signal
// handler away while the thread itself is at it.
unsafe impl Sync for Buffer {}

impl Buffer {
    /// An empty one.
    pub const fn new() -> Buffer {
        let mut frames = [0; MAX_FRAMES + 1];
        frames[MAX_FRAMES] = CANARY;
        Buffer {
            in_use: AtomicBool::new(false),
            frames: UnsafeCell::new(frames),
        }
    }

    /// Whether somebody is at it: a sample then goes without foreign frames (Go: `cgoCallersUse`).
    #[inline]
    pub fn is_in_use(&self) -> bool {
        self.in_use.load(Ordering::Relaxed)
    }

    /// Takes the guard; false if it is taken.
    pub fn acquire(&self) -> bool {
        let was = self.in_use.swap(true, Ordering::Acquire);
        compiler_fence(Ordering::SeqCst);
        !was
    }

    /// Gives the guard back.
    pub fn release(&self) {
        compiler_fence(Ordering::SeqCst);
        self.in_use.store(false, Ordering::Release);
    }

    /// Lets `hook` fill the buffer. False if it wrote where it must not: then the buffer is empty.
    ///
    /// # Safety
    /// Called on the buffer's own thread, and nobody is at the buffer; `context` is 0 or recorded and not released,
    /// `sig_context` is 0 or the `ucontext_t *` of the running signal handler.
    pub unsafe fn fill(&self, hook: Traceback, context: usize, sig_context: usize) -> bool {
        // SAFETY: by the caller's promise this is the only access.
        let frames = unsafe { &mut *self.frames.get() };
        frames[0] = 0;
        let mut arg = TracebackArg {
            context,
            sig_context,
            buf: frames.as_mut_ptr(),
            max: MAX_FRAMES,
        };
        // SAFETY: a registered hook keeps the promises of `set_traceback`; `arg` and its space live across the call.
        unsafe { hook(&raw mut arg) };
        let is_intact = frames[MAX_FRAMES] == CANARY;
        if !is_intact {
            frames[MAX_FRAMES] = CANARY;
            frames[0] = 0;
        }
        is_intact
    }

    /// Copies the frames out, up to the first 0, and marks them used; how many. Without `consume` they stay, which
    /// is a defect and nothing else.
    ///
    /// # Safety
    /// Called on the buffer's own thread, and nobody is at the buffer.
    pub unsafe fn take(&self, out: &mut [usize; MAX_FRAMES], consume: bool) -> usize {
        // SAFETY: by the caller's promise this is the only access.
        let frames = unsafe { &mut *self.frames.get() };
        let mut count = 0;
        for (place, frame) in out.iter_mut().zip(frames.iter()) {
            if *frame == 0 {
                break;
            }
            *place = *frame;
            count += 1;
        }
        if consume {
            frames[0] = 0;
        }
        count
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    unsafe extern "C" fn three(arg: *mut TracebackArg) {
        // SAFETY: the buffer has 32 words.
        unsafe { std::slice::from_raw_parts_mut((*arg).buf, 4).copy_from_slice(&[1, 2, 3, 0]) };
    }

    unsafe extern "C" fn full(arg: *mut TracebackArg) {
        // SAFETY: `max` words are ours to write; no terminator.
        unsafe { std::slice::from_raw_parts_mut((*arg).buf, (*arg).max).fill(7) };
    }

    unsafe extern "C" fn beyond(arg: *mut TracebackArg) {
        // SAFETY: one more than allowed: the canary's word, which is part of the buffer's own array.
        unsafe { std::slice::from_raw_parts_mut((*arg).buf, (*arg).max + 1).fill(7) };
    }

    fn fill_and_take(hook: Traceback) -> (bool, Vec<usize>, usize) {
        let buffer = Buffer::new();
        let mut out = [0; MAX_FRAMES];
        // SAFETY: the buffer is this test's alone.
        unsafe {
            let is_intact = buffer.fill(hook, 0, 0);
            let count = buffer.take(&mut out, true);
            (
                is_intact,
                out[..count].to_vec(),
                buffer.take(&mut out, true),
            )
        }
    }

    #[test]
    fn frames_are_taken_once() {
        assert_eq!(fill_and_take(three), (true, vec![1, 2, 3], 0));
    }

    #[test]
    fn a_full_buffer_needs_no_terminator() {
        assert_eq!(fill_and_take(full), (true, vec![7; 32], 0));
    }

    #[test]
    fn a_hook_that_writes_beyond_max_is_not_believed() {
        assert_eq!(fill_and_take(beyond), (false, vec![], 0));
    }

    #[test]
    fn the_guard_is_taken_once() {
        let buffer = Buffer::new();
        assert!(buffer.acquire());
        assert!(buffer.is_in_use() && !buffer.acquire());
        buffer.release();
        assert!(buffer.acquire());
    }
}
