//! The atomics that ring, slot and session are made of, and waiting: in one place, so that a model checker can put its own
//! there (`loom/`).
#![allow(unsafe_code)]

pub use std::sync::atomic::{AtomicBool, AtomicPtr, AtomicU32, AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

/// So many words, all 0. Pages that nobody writes to take no memory.
pub fn zeroed_words(count: usize) -> Box<[AtomicU64]> {
    // Zeroed by the allocator.
    let zeros = vec![0u64; count].into_boxed_slice();
    // SAFETY: AtomicU64 has the size, alignment and bit validity of u64 (its documentation), and the box is ours.
    unsafe { Box::from_raw(Box::into_raw(zeros) as *mut [AtomicU64]) }
}

/// Between two sequentially consistent operations on different atomics that must not be exchanged. They are not, and nothing
/// is to be done; loom, which takes such operations for acquiring and releasing ones, has a fence here.
#[inline]
pub fn keep_order() {}

/// Gets out of the way of somebody who is through in microseconds, unless their thread is not running.
pub fn wait() {
    std::thread::sleep(Duration::from_micros(50));
}
