//! What must hold in every order.

use loom::sync::Arc;
use loom::sync::atomic::{AtomicUsize, Ordering};
use loom::thread;

use crate::gear::Gear;
use crate::own_stack::OwnStack;
use crate::ring::Ring;
use crate::slot::{Counts, Slot};
use crate::visited::Visited;

/// Checks `body` in all orders, of which there must be some: loom finds the orders to try by the last access to an
/// atomic alone, so that a model in which the main thread is the one that reads may be through after one.
fn model(orders_min: usize, body: impl Fn() + Sync + Send + 'static) {
    let orders = std::sync::Arc::new(std::sync::atomic::AtomicUsize::new(0));
    let counter = std::sync::Arc::clone(&orders);
    loom::model(move || {
        counter.fetch_add(1, Ordering::Relaxed);
        body();
    });
    let orders = orders.load(Ordering::Relaxed);
    assert!(orders >= orders_min, "only {orders} orders were tried");
}

#[test]
fn what_the_reader_gets_is_what_was_written_in_order_and_the_rest_was_refused() {
    model(2, || {
        // Two records fit: the third has to be refused, unless the reader was quick.
        let ring = Arc::new(Ring::new(4));
        let reader = {
            let ring = Arc::clone(&ring);
            thread::spawn(move || {
                let mut got = Vec::new();
                pop(&ring, &mut got);
                pop(&ring, &mut got);
                got
            })
        };
        let recorded: Vec<u64> = (1..=3).filter(|&n| ring.push(&[n, !n])).collect();
        let mut got = reader.join().unwrap();
        while pop(&ring, &mut got) {}
        assert_eq!(got, recorded, "recorded is what arrives");
    });
}

fn pop(ring: &Ring, got: &mut Vec<u64>) -> bool {
    let mut record = [0; 2];
    let is_there = ring.pop(&mut record);
    if is_there {
        assert_eq!(record[1], !record[0], "half of a record");
        got.push(record[0]);
    }
    is_there
}

#[test]
fn counts_have_one_writer_and_any_reader_sees_them_grow() {
    model(2, || {
        let slot = Arc::new(Slot::new(0));
        let reader = {
            let slot = Arc::clone(&slot);
            thread::spawn(move || {
                let first = slot.counts.accepted.load(Ordering::Relaxed);
                let second = slot.counts.accepted.load(Ordering::Relaxed);
                assert!(first <= second && second <= 2);
            })
        };
        for _ in 0..2 {
            Counts::add(&slot.counts.accepted, 1);
        }
        reader.join().unwrap();
        assert_eq!(slot.counts.accepted.load(Ordering::Relaxed), 2);
    });
}

#[test]
fn gear_is_given_once_and_is_whole_for_whoever_sees_it() {
    model(2, || {
        let slot = Arc::new(Slot::new(0));
        let gear = || Gear(loom::cell::UnsafeCell::new(1));
        let other = {
            let slot = Arc::clone(&slot);
            thread::spawn(move || slot.equip(gear()))
        };
        let handler = {
            let slot = Arc::clone(&slot);
            thread::spawn(move || {
                let seen = slot.gear();
                // SAFETY: null, or gear that is never taken away; nobody writes to it any more.
                if let Some(gear) = unsafe { seen.as_ref() } {
                    gear.0.with(|word| assert_eq!(unsafe { *word }, 1));
                    assert_eq!(slot.gear(), seen, "it stays what it was");
                }
            })
        };
        slot.equip(gear());
        other.join().unwrap();
        handler.join().unwrap();
        assert!(slot.is_equipped());
        // SAFETY: made from a box by `equip`; both threads are gone.
        drop(unsafe { Box::from_raw(slot.gear()) });
    });
}

#[test]
fn a_signal_for_the_thread_before_is_not_taken_for_this_one() {
    model(2, || {
        let slot = Arc::new(Slot::new(7));
        let before = slot.cookie();
        let handler = {
            let slot = Arc::clone(&slot);
            thread::spawn(move || slot.cookie())
        };
        slot.begin();
        let now = slot.cookie();
        // Until the slot changes hands the old cookie is right, and afterwards never again.
        let seen = handler.join().unwrap();
        assert!(now != before && (seen == before || seen == now));
    });
}

#[test]
fn a_stack_is_trusted_whole_or_not_at_all() {
    model(2, || {
        let slot = Arc::new(Slot::new(0));
        let (low, high) = (0x1000, 0x2000);
        let other = {
            let slot = Arc::clone(&slot);
            // Below the stack: believed only by somebody who has not seen where it begins.
            thread::spawn(move || assert_eq!(slot.stack_above(low - 8), None))
        };
        slot.set_stack(Some(OwnStack { low, high }));
        other.join().unwrap();
        assert_eq!(slot.stack_above(low), Some(high));
        assert_eq!(slot.stack_above(high), None);
    });
}

#[test]
fn nobody_looks_at_what_was_taken_away() {
    /// Says when it goes.
    struct Thing(Arc<AtomicUsize>);
    impl Drop for Thing {
        fn drop(&mut self) {
            self.0.store(1, Ordering::SeqCst);
        }
    }
    model(2, || {
        let gone = Arc::new(AtomicUsize::new(0));
        let place = Arc::new(Visited::nothing());
        place.show(Thing(Arc::clone(&gone)));
        let visitor = {
            let (place, gone) = (Arc::clone(&place), Arc::clone(&gone));
            thread::spawn(move || {
                place.with(|_| {
                    assert_eq!(gone.load(Ordering::SeqCst), 0, "it went while we looked");
                    thread::yield_now();
                    assert_eq!(gone.load(Ordering::SeqCst), 0, "it went while we looked");
                })
            })
        };
        drop(place.take().expect("it was there"));
        assert_eq!(gone.load(Ordering::SeqCst), 1);
        assert!(place.take().is_none() && place.with(|_| ()).is_none());
        let _ = visitor.join();
    });
}
