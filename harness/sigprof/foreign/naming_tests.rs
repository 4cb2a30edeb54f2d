//! A symbolizer is asked as `foreign_traceback.h` says, and released once after all.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use super::*;

/// The first address of a function, and how far the next one is.
const FIRST: usize = 0x1000;
const STEP: usize = 0x10;

static CALLS: AtomicUsize = AtomicUsize::new(0);
static RELEASES: AtomicUsize = AtomicUsize::new(0);
static ONE: Mutex<()> = Mutex::new(());

/// Knows two functions, the first of which has another inlined. `data` is one more at each call.
unsafe extern "C" fn symbolizer(arg: *mut SymbolizerArg) {
    // SAFETY: called with one valid argument.
    let arg = unsafe { &mut *arg };
    assert_eq!(
        arg.data,
        CALLS.fetch_add(1, Ordering::Relaxed),
        "data is kept"
    );
    arg.data += 1;
    match arg.pc {
        0 => {
            RELEASES.fetch_add(1, Ordering::Relaxed);
        }
        pc if (FIRST..FIRST + STEP).contains(&pc) => {
            // The state is in what was said before, as in Go's own test.
            let is_first = arg.func.is_null();
            arg.func = if is_first { c"inlined" } else { c"outer" }.as_ptr();
            arg.file = c"one.c".as_ptr();
            arg.lineno = if is_first { 7 } else { 9 };
            arg.entry = FIRST;
            arg.more = is_first.into();
        }
        pc if (FIRST + STEP..FIRST + 2 * STEP).contains(&pc) => {
            arg.func = c"next".as_ptr();
            arg.entry = FIRST + STEP;
        }
        _ => {}
    }
}

unsafe extern "C" fn endless(arg: *mut SymbolizerArg) {
    // SAFETY: called with one valid argument.
    let arg = unsafe { &mut *arg };
    arg.func = c"again".as_ptr();
    arg.more = 1;
}

fn name(function: &str, file: &str, line: i64) -> Name {
    Name {
        function: function.to_owned(),
        file: file.to_owned(),
        line,
    }
}

/// The names at these addresses, and how often the symbolizer was called and released.
fn names(addresses: &[usize], defects: Defects) -> (Vec<Vec<Name>>, usize, usize) {
    let _one = ONE.lock().unwrap_or_else(PoisonError::into_inner);
    CALLS.store(0, Ordering::Relaxed);
    RELEASES.store(0, Ordering::Relaxed);
    let mut naming = Naming::with(Some(symbolizer), defects);
    let names = addresses
        .iter()
        .map(|address| naming.names(*address as u64).to_vec());
    let names = names.collect();
    drop(naming);
    (
        names,
        CALLS.load(Ordering::Relaxed),
        RELEASES.load(Ordering::Relaxed),
    )
}

fn inlined() -> Vec<Name> {
    vec![name("inlined", "one.c", 7), name("outer", "one.c", 9)]
}

#[test]
fn inlines_come_innermost_first_and_an_address_is_asked_for_once() {
    let (found, calls, releases) = names(&[FIRST, FIRST], Defects::NONE);
    assert_eq!(found, [inlined(), inlined()]);
    assert_eq!((calls, releases), (3, 1), "two lines and the release");
}

#[test]
fn an_address_that_it_does_not_know_has_no_name_and_not_the_last_one() {
    let (found, _, releases) = names(&[FIRST, 5, FIRST + STEP], Defects::NONE);
    assert_eq!(found, [inlined(), vec![], vec![name("next", "", 0)]]);
    assert_eq!(releases, 1);
}

#[test]
fn what_was_not_used_is_not_released_and_0_is_nobodys_name() {
    assert_eq!(names(&[], Defects::NONE), (vec![], 0, 0));
    assert_eq!(names(&[0], Defects::NONE), (vec![vec![]], 0, 0));
    assert!(
        Naming::with(None, Defects::NONE)
            .names(FIRST as u64)
            .is_empty()
    );
}

#[test]
fn one_that_never_stops_is_stopped() {
    let mut naming = Naming::with(Some(endless), Defects::NONE);
    assert_eq!(naming.names(1).len(), MAX_LINES);
}

#[test]
fn the_defects_are_what_they_say() {
    let drop_inlines = Defects::NONE.with(Defect::DropInlines);
    assert_eq!(names(&[FIRST], drop_inlines).0, [inlined()[..1].to_vec()]);
    let next = Defects::NONE.with(Defect::SymbolOfNext);
    assert_eq!(names(&[FIRST + 3], next).0, [[name("next", "", 0)]]);
}
