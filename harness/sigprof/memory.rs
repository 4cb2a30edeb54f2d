//! Reads of memory that may not be there, without a fault: in bulk, through the kernel, into a window of our own; and of
//! memory that is known to be there, where it stands.
//!
//! process_vm_readv(2) on oneself copies what is mapped and stops short at what is not, for about 3 µs a window of
//! 16 KiB, once a stack and not once a word. It is a plain system call: async-signal-safe, no lock of ours.
#![allow(unsafe_code)]

use std::sync::atomic::{AtomicBool, Ordering};

use super::sys;

/// One window: a stack of a few hundred frames fits, and a thread of 16 KiB wholly.
pub const WINDOW_BYTES: usize = 16 * 1024;
/// Pieces end at page boundaries: the man page promises partial copies by piece only.
const PAGE_BYTES: usize = 4096;
const PIECES: usize = WINDOW_BYTES / PAGE_BYTES + 1;

/// A mutant's: memory is read as if it were there.
pub static IS_UNGUARDED: AtomicBool = AtomicBool::new(false);

/// A window on this process's memory; it moves to where the reader looks.
pub struct Memory {
    bytes: [u8; WINDOW_BYTES],
    start: u64,
    length: usize,
    /// Whether the window stays where it is: it shows what a stack was like, and not what it is like now.
    is_frozen: bool,
    /// What is known to be mapped and is read where it stands: from the first to before the second.
    known: (u64, u64),
}

impl Memory {
    /// An empty window. Its place is made beforehand: it is far too large for a stack in a handler.
    pub fn new() -> Memory {
        Memory {
            bytes: [0; WINDOW_BYTES],
            start: 0,
            length: 0,
            is_frozen: false,
            known: (0, 0),
        }
    }

    /// Says that everything from `from` to before `to` is mapped, and stays so until it is told to forget.
    ///
    /// # Safety
    /// It is.
    pub unsafe fn trust(&mut self, from: u64, to: u64) {
        self.known = (from, to);
    }

    /// Forgets what was read: memory has changed since the last sample.
    pub fn forget(&mut self) {
        self.length = 0;
        self.is_frozen = false;
        self.known = (0, 0);
    }

    /// Shows `words`, which stood at `start`, and nothing else, until it is told to forget.
    pub fn freeze(&mut self, start: u64, words: &[u64]) {
        self.start = start;
        self.length = (words.len() * 8).min(WINDOW_BYTES);
        self.is_frozen = true;
        self.known = (0, 0);
        for (place, word) in self.bytes.chunks_exact_mut(8).zip(words) {
            place.copy_from_slice(&word.to_le_bytes());
        }
    }

    /// The words from `address` on, as far as they are there, at most a window of them.
    pub fn words_from(&mut self, address: u64) -> impl Iterator<Item = u64> + '_ {
        self.move_to(address);
        let whole = self.bytes.get(..self.length).unwrap_or(&[]).chunks_exact(8);
        whole.filter_map(|bytes| bytes.try_into().ok().map(u64::from_le_bytes))
    }

    /// Eight bytes of code, which do not change: read as they are now, and the window stays where it is.
    pub fn code_at(&self, address: u64) -> Option<[u8; 8]> {
        let mut bytes = [0u8; 8];
        let local = libc::iovec {
            iov_base: bytes.as_mut_ptr().cast(),
            iov_len: 8,
        };
        let remote = libc::iovec {
            iov_base: address as *mut libc::c_void,
            iov_len: 8,
        };
        // SAFETY: eight bytes of our own, and the kernel checks what it reads.
        let copied = unsafe {
            libc::syscall(
                libc::SYS_process_vm_readv,
                sys::process_id(),
                &raw const local,
                1usize,
                &raw const remote,
                1usize,
                0usize,
            )
        };
        (copied == 8).then_some(bytes)
    }

    /// The word at `address`, or None where nothing is mapped.
    #[inline]
    pub fn word(&mut self, address: u64) -> Option<u64> {
        self.bytes_at(address).map(u64::from_le_bytes)
    }

    /// The eight bytes at `address`.
    #[inline]
    pub fn bytes_at(&mut self, address: u64) -> Option<[u8; 8]> {
        let (from, to) = self.known;
        if address >= from && address < to && to - address >= 8 {
            // SAFETY: mapped, says whoever called `trust`; and the thread that writes there is the one that reads.
            return Some(unsafe { (address as *const u64).read_unaligned() }.to_ne_bytes());
        }
        if let Some(bytes) = self.in_window(address) {
            return Some(bytes);
        }
        if self.is_frozen {
            return None;
        }
        self.move_to(address);
        self.in_window(address)
    }

    #[inline]
    fn in_window(&self, address: u64) -> Option<[u8; 8]> {
        let offset = usize::try_from(address.checked_sub(self.start)?).ok()?;
        let end = offset.checked_add(8)?;
        if end > self.length {
            return None;
        }
        self.bytes.get(offset..end)?.try_into().ok()
    }

    /// Reads the window that begins at `address`: a stack is read upwards.
    #[cold]
    fn move_to(&mut self, address: u64) {
        self.start = address & !7;
        if IS_UNGUARDED.load(Ordering::Relaxed) {
            // SAFETY: none: this is the defect, and a test sees the fault.
            let word = unsafe { (self.start as *const [u8; 16]).read_volatile() };
            self.bytes[..16].copy_from_slice(&word);
            self.length = 16;
            return;
        }
        let local = libc::iovec {
            iov_base: self.bytes.as_mut_ptr().cast(),
            iov_len: WINDOW_BYTES,
        };
        let mut remote = [libc::iovec {
            iov_base: std::ptr::null_mut(),
            iov_len: 0,
        }; PIECES];
        let pieces = split_at_pages(self.start, &mut remote);
        // SAFETY: `local` is our own buffer with its true length; the kernel checks the remote pieces itself and
        // reads only what is mapped; both arrays live across the call.
        let copied = unsafe {
            libc::syscall(
                libc::SYS_process_vm_readv,
                sys::process_id(),
                &raw const local,
                1usize,
                remote.as_ptr(),
                pieces,
                0usize,
            )
        };
        self.length = usize::try_from(copied).unwrap_or(0).min(WINDOW_BYTES);
    }
}

/// Splits the window from `start` into pieces that end at page boundaries; how many there are.
fn split_at_pages(start: u64, pieces: &mut [libc::iovec; PIECES]) -> usize {
    let mut address = start as usize;
    let mut left = WINDOW_BYTES;
    let mut used = 0;
    for piece in pieces.iter_mut() {
        let to_page_end = PAGE_BYTES - address % PAGE_BYTES;
        let length = to_page_end.min(left);
        if length == 0 {
            break;
        }
        *piece = libc::iovec {
            iov_base: address as *mut libc::c_void,
            iov_len: length,
        };
        used += 1;
        left -= length;
        match address.checked_add(length) {
            Some(next) => address = next,
            None => break,
        }
    }
    used
}

/// Whether this process may read itself in this way: a sandbox may refuse.
pub fn is_readable_here() -> bool {
    let word = 0x5eed_u64;
    let mut memory = Box::new(Memory::new());
    memory.word(&raw const word as u64) == Some(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_mapped_is_read_and_a_hole_is_not() {
        let page = |protection| {
            // SAFETY: a fresh anonymous mapping, of which nobody else knows.
            unsafe {
                libc::mmap(
                    std::ptr::null_mut(),
                    2 * PAGE_BYTES,
                    protection,
                    libc::MAP_PRIVATE | libc::MAP_ANONYMOUS,
                    -1,
                    0,
                )
            }
        };
        let two_pages = page(libc::PROT_READ | libc::PROT_WRITE);
        let hole = (two_pages as usize + PAGE_BYTES) as u64;
        // SAFETY: the second of our two pages; from here on it is a hole.
        let answer = unsafe { libc::munmap(hole as *mut libc::c_void, PAGE_BYTES) };
        assert_eq!(answer, 0);
        let last_word = (hole - 8) as *mut u64;
        // SAFETY: the last word of our first page.
        unsafe { last_word.write(42) };
        let mut memory = Memory::new();
        assert_eq!(memory.word(hole - 8), Some(42));
        assert_eq!(
            memory.word(hole - 4),
            None,
            "half of this word is in the hole"
        );
        assert_eq!(memory.word(hole), None);
        assert_eq!(memory.word(8), None);
        assert_eq!(memory.word(u64::MAX - 3), None);
        memory.forget();
        // SAFETY: as above.
        unsafe { last_word.write(43) };
        assert_eq!(memory.word(hole - 8), Some(43), "forgotten, so read again");
    }
}
