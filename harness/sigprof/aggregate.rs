//! Samples, summed: equal stacks of a thread become one, and nothing else is dropped or made up.

use std::collections::{BTreeMap, HashMap};

use super::record::{Record, Span};
use super::threads::Thread;

/// What makes two samples one.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Key {
    serial: u64,
    spans: Vec<Span>,
    addresses: Vec<u64>,
}

/// One stack of one thread, and its weight.
#[derive(Debug, PartialEq, Eq)]
pub struct Sum<'a> {
    /// Whose.
    pub thread: &'a Thread,
    /// Which of the addresses hooks answered.
    pub spans: &'a [Span],
    /// The stack, leaf first, as it is to be looked up.
    pub addresses: &'a [u64],
    /// Expirations of the clock.
    pub weight: u64,
}

/// All samples of a session.
#[derive(Debug, Default)]
pub struct Aggregate {
    threads: BTreeMap<u64, Thread>,
    weights: HashMap<Key, u64>,
}

impl Aggregate {
    /// Adds one sample.
    pub fn add(&mut self, thread: &Thread, record: Record) {
        if !self.threads.contains_key(&thread.serial) {
            self.name(thread);
        }
        let Record {
            weight,
            spans,
            addresses,
        } = record;
        *self
            .weights
            .entry(Key {
                serial: thread.serial,
                spans,
                addresses,
            })
            .or_default() += weight;
    }

    /// What is known of a thread now goes for all its samples.
    pub fn name(&mut self, thread: &Thread) {
        self.threads.insert(thread.serial, thread.clone());
    }

    /// The weight of all samples together.
    pub fn total(&self) -> u64 {
        self.weights.values().sum()
    }

    /// The sums, heaviest first, in an order that does not depend on hashing.
    pub fn sums(&self) -> Vec<Sum<'_>> {
        let mut all: Vec<(&Key, u64)> = self.weights.iter().map(|(key, sum)| (key, *sum)).collect();
        all.sort_by(|(a, a_weight), (b, b_weight)| {
            let by_thread = b_weight.cmp(a_weight).then(a.serial.cmp(&b.serial));
            let by_thread = by_thread.then_with(|| a.spans.cmp(&b.spans));
            by_thread.then_with(|| a.addresses.cmp(&b.addresses))
        });
        all.into_iter()
            .map(|(key, weight)| Sum {
                thread: &self.threads[&key.serial],
                spans: &key.spans,
                addresses: &key.addresses,
                weight,
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn thread(id: i32) -> Thread {
        Thread {
            serial: id as u64,
            id,
            name: format!("t{id}"),
        }
    }

    const ANSWERED: &[Span] = &[Span {
        start: 0,
        length: 1,
    }];

    fn record(weight: u64, spans: &[Span], addresses: &[u64]) -> Record {
        Record {
            weight,
            spans: spans.to_vec(),
            addresses: addresses.to_vec(),
        }
    }

    #[test]
    fn equal_stacks_of_a_thread_are_summed_and_others_are_not() {
        let mut aggregate = Aggregate::default();
        aggregate.add(&thread(1), record(1, &[], &[1, 2]));
        aggregate.add(&thread(1), record(4, &[], &[1, 2]));
        aggregate.add(&thread(2), record(2, &[], &[1, 2]));
        // The same addresses, but one of them from a hook: not the same sample.
        aggregate.add(&thread(1), record(1, ANSWERED, &[1, 2]));
        let (one, two) = (thread(1), thread(2));
        let sum = |thread, spans, weight| Sum {
            thread,
            spans,
            addresses: &[1, 2],
            weight,
        };
        assert_eq!(aggregate.total(), 8);
        assert_eq!(
            aggregate.sums(),
            [sum(&one, &[], 5), sum(&two, &[], 2), sum(&one, ANSWERED, 1)]
        );
    }

    #[test]
    fn a_name_that_came_late_goes_for_all_samples() {
        let mut aggregate = Aggregate::default();
        aggregate.add(&thread(1), record(1, &[], &[1]));
        let named = Thread {
            name: "late".to_owned(),
            ..thread(1)
        };
        aggregate.name(&named);
        aggregate.add(&thread(1), record(1, &[], &[1]));
        let sum = Sum {
            thread: &named,
            spans: &[],
            addresses: &[1],
            weight: 2,
        };
        assert_eq!(aggregate.sums(), [sum]);
    }

    #[test]
    fn nothing_in_is_nothing_out() {
        assert_eq!(Aggregate::default().total(), 0);
        assert!(Aggregate::default().sums().is_empty());
    }
}
