//! Samples, summed: equal stacks of a thread become one, and nothing else is dropped or made up.

use std::collections::{BTreeMap, HashMap};

use super::mapbook::{MapBook, Page};
use super::pseudo::Pseudo;
use super::threads::Thread;

/// An address, and the mapping that it had when its sample was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Place {
    /// The address, as it is to be looked up.
    pub address: u64,
    /// The mapping; None for pseudo frames and for code that nobody has mapped.
    pub page: Option<Page>,
}

/// What makes two samples one.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Key {
    serial: u64,
    foreign: usize,
    places: Vec<Place>,
}

/// One stack of one thread, and its weight.
#[derive(Debug, PartialEq, Eq)]
pub struct Sum<'a> {
    /// Whose.
    pub thread: &'a Thread,
    /// How many addresses, from the leaf, a hook answered.
    pub foreign: usize,
    /// The stack, leaf first.
    pub places: &'a [Place],
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
    /// Adds a sample.
    pub fn add(&mut self, thread: &Thread, weight: u64, foreign: usize, places: Vec<Place>) {
        if !self.threads.contains_key(&thread.serial) {
            self.name(thread);
        }
        let key = Key {
            serial: thread.serial,
            foreign,
            places,
        };
        *self.weights.entry(key).or_default() += weight;
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
            let rank = |key: &Key| (key.serial, key.foreign);
            let by_thread = b_weight.cmp(a_weight).then_with(|| rank(a).cmp(&rank(b)));
            by_thread.then_with(|| a.places.cmp(&b.places))
        });
        all.into_iter()
            .map(|(key, weight)| Sum {
                thread: &self.threads[&key.serial],
                foreign: key.foreign,
                places: &key.places,
                weight,
            })
            .collect()
    }
}

/// The places of `addresses` by what `book` says is mapped now.
pub fn places(addresses: &[u64], book: &MapBook) -> Vec<Place> {
    let page = |address| match Pseudo::of_address(address) {
        Some(_) => None,
        None => book.at(address),
    };
    addresses
        .iter()
        .map(|address| Place {
            address: *address,
            page: page(*address),
        })
        .collect()
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

    fn stack(addresses: &[u64]) -> Vec<Place> {
        places(addresses, &MapBook::default())
    }

    #[test]
    fn equal_stacks_of_a_thread_are_summed_and_others_are_not() {
        let mut aggregate = Aggregate::default();
        aggregate.add(&thread(1), 1, 0, stack(&[1, 2]));
        aggregate.add(&thread(1), 4, 0, stack(&[1, 2]));
        aggregate.add(&thread(2), 2, 0, stack(&[1, 2]));
        // The same addresses, but one of them from a hook: not the same sample.
        aggregate.add(&thread(1), 1, 1, stack(&[1, 2]));
        // The same addresses, but in another library.
        let elsewhere = [1, 2].map(|address| Place {
            address,
            page: Some(3),
        });
        aggregate.add(&thread(2), 1, 2, elsewhere.to_vec());
        let (one, two, here) = (thread(1), thread(2), stack(&[1, 2]));
        let sum = |thread, foreign, weight| Sum {
            thread,
            foreign,
            places: &here,
            weight,
        };
        let other = Sum {
            thread: &two,
            foreign: 2,
            places: &elsewhere,
            weight: 1,
        };
        assert_eq!(aggregate.total(), 9);
        assert_eq!(
            aggregate.sums(),
            [sum(&one, 0, 5), sum(&two, 0, 2), sum(&one, 1, 1), other]
        );
    }

    #[test]
    fn a_name_that_came_late_goes_for_all_samples() {
        let mut aggregate = Aggregate::default();
        aggregate.add(&thread(1), 1, 0, stack(&[1]));
        let named = Thread {
            name: "late".to_owned(),
            ..thread(1)
        };
        aggregate.name(&named);
        aggregate.add(&thread(1), 1, 0, stack(&[1]));
        let sum = Sum {
            thread: &named,
            foreign: 0,
            places: &stack(&[1]),
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
