//! What a process does besides running threads: it forks, and it becomes another program. The profiler must not be
//! noticed in either.
//!
//! - [`fork`]: the child is no profiled process, and knows it.
//! - `exec`: the new program does not inherit a timer that kills it.
//! - [`loader`]: our looks at the loader's list, kept apart from forks.
//! - [`lock`]: locks that a child can throw away, for whoever held them is not there.
//! - `next`: libc's functions behind those that go before them.

#[cfg(feature = "interpose")]
pub mod exec;
pub mod fork;
pub mod loader;
pub mod lock;
#[cfg(feature = "interpose")]
pub mod next;
