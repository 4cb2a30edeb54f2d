//! The ring, the slot and the visited place of `harness/sigprof`, with loom's atomics: every order of their operations that
//! the memory model allows is tried. What the slot is made of besides is a stand-in here.
//!
//! It knows nothing of signals: a handler is a thread here, which is more than a handler can do.
#![cfg(test)]
#![allow(dead_code, missing_docs, unused_imports)]

mod atomic {
    pub use loom::sync::atomic::{
        AtomicBool, AtomicPtr, AtomicU32, AtomicU64, AtomicUsize, Ordering,
    };

    pub fn zeroed_words(count: usize) -> Box<[AtomicU64]> {
        (0..count).map(|_| AtomicU64::new(0)).collect()
    }

    /// loom takes SeqCst operations for AcqRel; its fences are what they say.
    pub fn keep_order() {
        loom::sync::atomic::fence(Ordering::SeqCst);
    }

    pub fn wait() {
        loom::thread::yield_now();
    }
}

mod foreign {
    pub mod boundary {
        pub struct Boundaries;
        impl Boundaries {
            pub fn new() -> Boundaries {
                Boundaries
            }
            pub fn clear(&self) {}
        }
    }
    pub mod buffer {
        pub struct Buffer;
        impl Buffer {
            pub fn new() -> Buffer {
                Buffer
            }
        }
    }
}

mod gear {
    /// A word that loom watches: read before it is written there, and the model fails.
    pub struct Gear(pub loom::cell::UnsafeCell<u64>);
}

mod own_stack {
    #[derive(Clone, Copy)]
    pub struct OwnStack {
        pub low: u64,
        pub high: u64,
    }
}

mod ticker {
    pub struct Ticker;
    impl Ticker {
        pub fn new() -> Ticker {
            Ticker
        }
    }
}

#[path = "../../harness/sigprof/ring.rs"]
mod ring;
#[path = "../../harness/sigprof/slot.rs"]
mod slot;
#[path = "../../harness/sigprof/visited.rs"]
mod visited;

mod models;
