//! What a thread's slot needs while it is sampled: a stack for the handler, a ring, space for frames, caches for the
//! walk. Made outside the handler, given to one thread after another, never freed while a profiler runs.
#![allow(unsafe_code)]

use std::io;

use super::record::{HEADER_WORDS, MAX_REST_WORDS};
use super::ring::Ring;
use super::sample::{MAX_FRAMES, MAX_SPANS};
use super::unwind::Scratch;

/// For the handler and the hook that it calls: gimli keeps rows and expressions on it, and a hook may bring an unwinder of its
/// own. Only what is touched takes memory.
const STACK_BYTES: usize = 128 * 1024;
const GUARD_BYTES: usize = 4096;
/// 256 KiB: some thousand stacks of thirty frames, or fifteen of the deepest, between two visits of the collector.
const RING_WORDS: usize = 32 * 1024;

/// A stack with a page below it that nobody may touch: running over it is a fault, and not somebody else's data.
pub struct HandlerStack {
    base: *mut libc::c_void,
    bytes: usize,
}

impl HandlerStack {
    /// A stack that nobody uses yet.
    pub fn new(bytes: usize) -> io::Result<HandlerStack> {
        // SAFETY: a fresh mapping at an address of the kernel's choice.
        let base = unsafe {
            libc::mmap(
                std::ptr::null_mut(),
                GUARD_BYTES + bytes,
                libc::PROT_READ | libc::PROT_WRITE,
                libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_NORESERVE | libc::MAP_STACK,
                -1,
                0,
            )
        };
        if base == libc::MAP_FAILED {
            return Err(io::Error::last_os_error());
        }
        // SAFETY: the lowest page of our own mapping.
        if unsafe { libc::mprotect(base, GUARD_BYTES, libc::PROT_NONE) } != 0 {
            return Err(io::Error::last_os_error());
        }
        Ok(HandlerStack { base, bytes })
    }

    /// Where a stack that grows down begins: aligned to a page, and so to 16 bytes.
    pub fn top(&self) -> *mut u8 {
        self.base
            .cast::<u8>()
            .wrapping_add(GUARD_BYTES + self.bytes)
    }
}

/// All of it.
pub struct Gear {
    /// The stack that the handler works on.
    pub stack: HandlerStack,
    /// Where samples go.
    pub ring: Ring,
    /// What walks work with.
    pub scratch: Box<Scratch>,
    /// The record that is being put together: header, addresses, and which of them hooks answered.
    pub words: Box<[u64]>,
}

impl Gear {
    /// New gear, about half a megabyte of address space.
    pub fn new() -> io::Result<Gear> {
        Ok(Gear {
            stack: HandlerStack::new(STACK_BYTES)?,
            ring: Ring::new(RING_WORDS),
            scratch: Scratch::new(),
            words: vec![0; HEADER_WORDS + MAX_FRAMES + MAX_SPANS + MAX_REST_WORDS]
                .into_boxed_slice(),
        })
    }
}
