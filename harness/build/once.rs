//! Making each thing once a run, also when two threads ask for it at a time: the second waits for the first.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// What was made, by name.
pub(super) struct OnceEach<V>(Mutex<HashMap<String, Arc<OnceLock<V>>>>);

impl<V: Clone> OnceEach<V> {
    pub(super) fn new() -> Self {
        OnceEach(Mutex::new(HashMap::new()))
    }

    /// What has the name, made now if nobody did. Things of other names are made meanwhile.
    pub(super) fn get(&self, name: String, make: impl FnOnce() -> V) -> V {
        let cell = {
            // A thread that panicked did so outside this lock.
            let mut cells = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(cells.entry(name).or_default())
        };
        cell.get_or_init(make).clone()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[test]
    fn two_threads_make_it_once() {
        let (once, made) = (OnceEach::new(), AtomicUsize::new(0));
        let get = || once.get("name".into(), || made.fetch_add(1, Ordering::SeqCst));
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| assert_eq!(get(), 0));
            }
        });
        assert_eq!(made.load(Ordering::SeqCst), 1);
    }
}
