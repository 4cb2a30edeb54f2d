//! A ring of words between one writer, which may be interrupted anywhere, and one reader: no lock, no waiting, and no
//! record that is half there. What does not fit is refused, and the writer counts it.

use super::atomic::{AtomicU64, AtomicUsize, Ordering, zeroed_words};

/// The ring. Its capacity is a power of two, in words.
pub struct Ring {
    words: Box<[AtomicU64]>,
    /// Words written since the beginning; only the writer stores it.
    written: AtomicUsize,
    /// Words read since the beginning; only the reader stores it.
    read: AtomicUsize,
}

impl Ring {
    /// A ring of at least `capacity` words.
    pub fn new(capacity: usize) -> Ring {
        Ring {
            words: zeroed_words(capacity.next_power_of_two()),
            written: AtomicUsize::new(0),
            read: AtomicUsize::new(0),
        }
    }

    #[inline]
    fn word(&self, position: usize) -> &AtomicU64 {
        // The mask keeps the index in bounds; the length is a power of two and not zero.
        &self.words[position & (self.words.len() - 1)]
    }

    /// The writer's part: all of `record`, or none of it and `false`.
    pub fn push(&self, record: &[u64]) -> bool {
        let written = self.written.load(Ordering::Relaxed);
        let used = written.wrapping_sub(self.read.load(Ordering::Acquire));
        if record.len() > self.words.len() - used {
            return false;
        }
        for (index, value) in record.iter().enumerate() {
            self.word(written.wrapping_add(index))
                .store(*value, Ordering::Relaxed);
        }
        self.written
            .store(written.wrapping_add(record.len()), Ordering::Release);
        true
    }

    /// Whether the reader should come soon.
    pub fn is_half_full(&self) -> bool {
        let read = self.read.load(Ordering::Relaxed);
        self.written.load(Ordering::Relaxed).wrapping_sub(read) >= self.words.len() / 2
    }

    /// The reader's part: takes the next `record.len()` words, or nothing and `false` where there are fewer.
    pub fn pop(&self, record: &mut [u64]) -> bool {
        let read = self.read.load(Ordering::Relaxed);
        let available = self.written.load(Ordering::Acquire).wrapping_sub(read);
        if record.len() > available {
            return false;
        }
        for (index, value) in record.iter_mut().enumerate() {
            *value = self.word(read.wrapping_add(index)).load(Ordering::Relaxed);
        }
        self.read
            .store(read.wrapping_add(record.len()), Ordering::Release);
        true
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;

    #[test]
    fn a_record_comes_out_as_it_went_in_also_around_the_end() {
        let ring = Ring::new(8);
        for round in 0..100 {
            let record = [round, round + 1, round + 2];
            assert!(ring.push(&record));
            let mut out = [0; 3];
            assert!(ring.pop(&mut out));
            assert_eq!(out, record);
        }
    }

    #[test]
    fn what_does_not_fit_is_refused_whole() {
        let ring = Ring::new(8);
        assert!(ring.push(&[1; 5]));
        assert!(!ring.push(&[2; 4]), "three words are left");
        assert!(ring.is_half_full());
        assert!(
            ring.push(&[3; 3]),
            "the refused record has left nothing behind"
        );
        assert!(!ring.push(&[4]));
        let mut all = [0; 8];
        assert!(ring.pop(&mut all));
        assert_eq!(all, [1, 1, 1, 1, 1, 3, 3, 3]);
        assert!(!ring.pop(&mut [0]));
        assert!(!ring.push(&[0; 9]), "larger than the ring");
    }

    #[test]
    fn two_threads_agree_on_every_word() {
        let ring = Ring::new(64);
        let count = 20_000u64;
        std::thread::scope(|scope| {
            scope.spawn(|| {
                for value in 0..count {
                    while !ring.push(&[value, !value]) {
                        std::hint::spin_loop();
                    }
                }
            });
            for value in 0..count {
                let mut pair = [0; 2];
                while !ring.pop(&mut pair) {
                    std::hint::spin_loop();
                }
                assert_eq!(pair, [value, !value]);
            }
        });
    }
}
