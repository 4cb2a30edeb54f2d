//! From records to sums: each address gets the mapping that it has now, and what could not be walked in the handler is
//! walked here, where the loader may be asked. Outside handlers, and never under the loader's lock.

use super::aggregate::{Aggregate, places};
use super::mapbook::MapBook;
use super::maps;
use super::modules::{Changes, Modules};
use super::pseudo::Pseudo;
use super::record::{Record, Rest};
use super::sample::MAX_HOST;
use super::threads::Thread;
use super::unwind::{End, Scratch, Walk};

/// Samples, summed and still to be walked.
#[derive(Default)]
pub struct Tally {
    /// The sums.
    pub aggregate: Aggregate,
    /// Which mappings the addresses had.
    pub book: MapBook,
    /// Whether the book is to be read again before it is asked.
    is_stale: bool,
    /// What the loader had done when the book was read.
    changes: Changes,
    /// Records whose walk is to go on.
    unfinished: Vec<(Thread, Record)>,
}

impl Tally {
    /// With a book of what is mapped now.
    pub fn new(changes: Changes) -> Tally {
        Tally {
            is_stale: true,
            changes,
            ..Tally::default()
        }
    }

    /// Says what the loader has done by now. Asked for beforehand: asking takes the loader's lock.
    pub fn notice(&mut self, changes: Changes) {
        self.is_stale |= changes != self.changes;
        self.changes = changes;
    }

    /// Says that something was unmapped.
    #[cfg(feature = "interpose")]
    pub fn distrust(&mut self) {
        self.is_stale = true;
    }

    /// Takes a record.
    pub fn add(&mut self, thread: &Thread, record: Record) {
        if record.rest.is_some() {
            self.unfinished.push((thread.clone(), record));
        } else {
            self.sum(thread, &record);
        }
    }

    fn sum(&mut self, thread: &Thread, record: &Record) {
        if self.is_stale {
            self.read_book();
        }
        let mut found = places(&record.addresses, &self.book);
        let is_unknown = |place: &super::aggregate::Place| {
            place.page.is_none() && Pseudo::of_address(place.address).is_none()
        };
        // Mapped since the book was read: generated code, or a library before the loader has said so.
        if found.iter().any(is_unknown) {
            self.read_book();
            found = places(&record.addresses, &self.book);
        }
        self.aggregate
            .add(thread, record.weight, record.spans.clone(), found);
    }

    fn read_book(&mut self) {
        // Without /proc addresses are kept without a mapping.
        self.book.read(maps::of_this_process().unwrap_or_default());
        self.is_stale = false;
    }

    /// Takes what is still to be walked.
    pub fn take_unfinished(&mut self) -> Vec<(Thread, Record)> {
        std::mem::take(&mut self.unfinished)
    }

    /// Adds what was walked meanwhile.
    pub fn add_finished(&mut self, finished: Vec<(Thread, Record)>) {
        for (thread, record) in finished {
            self.sum(&thread, &record);
        }
    }
}

/// Walks on, with what is loaded now. Not under the registry's lock: `modules` was asked of the loader.
pub fn finish(unfinished: Vec<(Thread, Record)>, modules: &Modules) -> Vec<(Thread, Record)> {
    let mut scratch = Scratch::new();
    let walk = |(thread, mut record): (Thread, Record)| {
        if let Some(rest) = record.rest.take() {
            walk_on(&mut record, &rest, modules, &mut scratch);
        }
        (thread, record)
    };
    unfinished.into_iter().map(walk).collect()
}

fn walk_on(record: &mut Record, rest: &Rest, modules: &Modules, scratch: &mut Scratch) {
    let mut space = vec![0; MAX_HOST];
    let walk = Walk::later(modules, scratch, rest.from, &rest.stack);
    let (count, end) = walk.addresses(&mut space);
    // The frame that it goes on from is the last that the handler has written.
    record.addresses.pop();
    record.addresses.extend_from_slice(&space[..count]);
    if let ([pc], End::Cut | End::Elsewhere) = (&record.addresses[..], end) {
        let root = Pseudo::root_of(*pc, false);
        record.addresses.push(root.address());
    }
}
