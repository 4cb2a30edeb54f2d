//! Boundaries nest, come back, and are left behind.

use super::*;

fn at(sp: u64, crossing: Crossing) -> Boundary {
    Boundary {
        crossing,
        registers: Registers::new(1, sp, 0),
        nonce_address: sp,
        nonce: 1,
    }
}

const CALL: Crossing = Crossing::Call;

fn callback(context: usize) -> Crossing {
    Crossing::Callback {
        context: Some(context),
    }
}

/// The stack pointers of the crossings that are alive, innermost first.
fn live(boundaries: &Boundaries, sp: u64) -> Vec<u64> {
    let mut trail = boundaries.trail(sp, |_| true);
    std::iter::from_fn(|| trail.pop().map(|boundary| boundary.registers.sp())).collect()
}

fn no_release(context: usize) {
    panic!("context {context} is released");
}

#[test]
fn calls_nest_and_come_back() {
    let boundaries = Boundaries::new();
    let outer = boundaries.enter(at(0x900, CALL));
    let inner = boundaries.enter(at(0x800, callback(0)));
    assert_eq!(live(&boundaries, 0x700), [0x800, 0x900]);
    boundaries.leave(inner, no_release);
    assert_eq!(live(&boundaries, 0x700), [0x900]);
    boundaries.leave(outer, no_release);
    assert!(live(&boundaries, 0x700).is_empty());
}

#[test]
fn what_a_jump_has_left_behind_is_stale_and_makes_room() {
    let boundaries = Boundaries::new();
    boundaries.enter(at(0x900, CALL));
    boundaries.enter(at(0x800, CALL));
    // A jump to a frame at 0xa00: neither call is alive there; to one at 0x880: the outer one is.
    assert!(live(&boundaries, 0xa00).is_empty());
    assert_eq!(live(&boundaries, 0x880), [0x900]);
    boundaries.forget_below(0x980, no_release);
    assert_eq!(
        boundaries.enter(at(0x980, CALL)),
        0,
        "both make room for the next"
    );
}

#[test]
fn a_frame_without_its_nonce_is_skipped_and_those_above_it_are_not() {
    let boundaries = Boundaries::new();
    boundaries.enter(at(0x900, CALL));
    boundaries.enter(at(0x800, callback(7)));
    let mut trail = boundaries.trail(0x700, |record| record.nonce_address != 0x800);
    assert_eq!(trail.pop().map(|record| record.crossing), Some(CALL));
    assert!(trail.pop().is_none());
}

#[test]
fn frames_that_unwinding_does_not_meet_are_dropped_whatever_their_nonces_say() {
    let boundaries = Boundaries::new();
    for sp in [0x900, 0x800, 0x700, 0x600] {
        boundaries.enter(at(sp, CALL));
    }
    let mut trail = boundaries.trail(0x500, |_| true);
    let mut asked = Vec::new();
    trail.confirm(Registers::new(1, 0x500, 0), |from, frame| {
        asked.push((from.sp(), frame.sp()));
        frame.sp() == 0x800 || frame.sp() == 0x700
    });
    assert_eq!(
        asked,
        [
            (0x500, 0x600),
            (0x600, 0x700),
            (0x600, 0x800),
            (0x600, 0x900)
        ],
        "each from the last one that was met"
    );
    assert_eq!(trail.pop().map(|record| record.registers.sp()), Some(0x600));
    assert_eq!(trail.pop().map(|record| record.registers.sp()), Some(0x900));
    assert!(trail.pop().is_none());
}

#[test]
fn contexts_are_released_once_the_innermost_first() {
    let boundaries = Boundaries::new();
    let mut released = Vec::new();
    let outer = boundaries.enter(at(0x900, CALL));
    boundaries.enter(at(0x800, callback(1)));
    boundaries.enter(at(0x700, CALL));
    boundaries.enter(at(0x600, callback(0)));
    boundaries.enter(at(0x500, CALL));
    let innermost = boundaries.enter(at(0x400, callback(2)));
    boundaries.leave(innermost, |context| released.push(context));
    assert_eq!(released, [2]);
    boundaries.enter(at(0x400, callback(3)));
    // A panic goes up to 0x880, and the outermost call comes back.
    boundaries.leave(outer, |context| released.push(context));
    assert_eq!(released, [2, 3, 1], "0 is nothing to release");
}

#[test]
fn deeper_than_the_space_is_nothing_known_rather_than_something_wrong() {
    let boundaries = Boundaries::new();
    for level in 0..=MAX_NESTED as u64 {
        assert_eq!(boundaries.has_space(), level < MAX_NESTED as u64);
        boundaries.enter(at(0x10_0000 - 16 * level, CALL));
    }
    let trail = boundaries.trail(0x100, |_| true);
    assert!(trail.peek().is_none() && !trail.is_leaf_foreign(true));
    boundaries.leave(MAX_NESTED, no_release);
    assert_eq!(live(&boundaries, 0x100).len(), MAX_NESTED);
}

#[test]
fn the_leaf_is_foreign_behind_a_call_and_on_a_thread_of_foreign_code() {
    let boundaries = Boundaries::new();
    let is_foreign = |on_foreign_thread| {
        boundaries
            .trail(0x100, |_| true)
            .is_leaf_foreign(on_foreign_thread)
    };
    assert!(!is_foreign(false) && is_foreign(true));
    boundaries.enter(at(0x900, callback(1)));
    assert!(!is_foreign(false) && !is_foreign(true));
    boundaries.enter(at(0x800, CALL));
    assert!(is_foreign(false) && is_foreign(true));
}
