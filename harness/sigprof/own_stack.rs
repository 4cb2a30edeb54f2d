//! Where a thread's own stack lies: what its handler may read without asking the kernel. Asked outside handlers, by the
//! thread itself; it allocates.
#![allow(unsafe_code)]

use std::mem::MaybeUninit;
use std::ptr::null_mut;

/// No deeper than that is believed of the main thread's stack, which grows: below it the kernel keeps at least 128 MiB
/// free of other mappings (mmap_base() in arch/x86/mm/mmap.c), whatever the limit is.
const MAIN_BYTES_MAX: u64 = 64 << 20;

/// A thread's stack: from `low` up to, and without, `high`. Between a stack pointer in it and `high` everything is mapped
/// for as long as the thread lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OwnStack {
    /// The lowest address that the stack pointer may have.
    pub low: u64,
    /// The end above.
    pub high: u64,
}

impl OwnStack {
    /// That of the calling thread, by pthread_getattr_np(3); None where glibc cannot say.
    pub fn of_this_thread() -> Option<OwnStack> {
        let mut attributes = MaybeUninit::<libc::pthread_attr_t>::uninit();
        let (mut start, mut bytes) = (null_mut(), 0usize);
        // SAFETY: the attributes are filled before they are read, and destroyed once.
        let answer = unsafe {
            if libc::pthread_getattr_np(libc::pthread_self(), attributes.as_mut_ptr()) != 0 {
                return None;
            }
            let attributes = attributes.as_mut_ptr();
            let answer = libc::pthread_attr_getstack(attributes, &raw mut start, &raw mut bytes);
            libc::pthread_attr_destroy(attributes);
            answer
        };
        if answer != 0 {
            return None;
        }
        let high = (start as u64).checked_add(bytes as u64)?;
        let low = (start as u64).max(high.saturating_sub(MAIN_BYTES_MAX));
        Some(OwnStack { low, high })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_local_of_each_thread_is_on_its_own_stack_and_not_on_the_others() {
        fn here() -> (OwnStack, u64) {
            let local = 0u8;
            (OwnStack::of_this_thread().unwrap(), &raw const local as u64)
        }
        let (mine, my_local) = here();
        let (other, others_local) = std::thread::spawn(here).join().unwrap();
        let has = |stack: OwnStack, address| (stack.low..stack.high).contains(&address);
        assert!(has(mine, my_local) && has(other, others_local));
        assert!(!has(mine, others_local) && !has(other, my_local));
    }
}
