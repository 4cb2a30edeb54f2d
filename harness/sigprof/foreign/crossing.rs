//! Crossing the boundary: [`call`] from host into foreign code, [`callback`] from there back into the host.
//!
//! Nothing here is undone by a destructor: a longjmp across either is defined.
#![allow(unsafe_code)]

use std::hint::black_box;
use std::sync::atomic::{AtomicU64, Ordering};

use super::boundary::{Boundary, Crossing};
use super::hook;
use crate::sigprof::arch::{Registers, registers_here};
use crate::sigprof::capture;
use crate::sigprof::registry;
use crate::sigprof::slot::Slot;

/// Makes nonces that no two crossings share; odd, so that none is 0.
static NEXT_NONCE: AtomicU64 = AtomicU64::new(0x9e37_79b9_7f4a_7c15);

/// Calls `f`, which calls foreign code, and marks the boundary meanwhile: a sample taken inside is what the
/// registered hook answers, with the whole host stack from here on.
///
/// Calls nest, and so do calls in a [`callback`]. Leaving by panic or longjmp is fine. Costs a few nanoseconds; the
/// first one of a thread registers it.
#[inline(never)]
pub fn call<R>(f: impl FnOnce() -> R) -> R {
    let slot = registry::current();
    let mut nonce = NEXT_NONCE.fetch_add(2, Ordering::Relaxed);
    let value = nonce;
    let nonce_address = black_box(&raw mut nonce) as u64;
    let registers = registers_here!();
    slot.boundaries
        .forget_below(registers.sp(), hook::release_context);
    let depth = slot.boundaries.enter(Boundary {
        crossing: Crossing::Call,
        registers,
        nonce_address,
        nonce: value,
    });
    let result = f();
    slot.boundaries.leave(depth, hook::release_context);
    // SAFETY: our own local. Volatile: this frame is not to be taken for a living one when it is gone.
    unsafe { (&raw mut nonce).write_volatile(0) };
    result
}

/// Calls `f`, which is host code, from foreign code: the way back. A sample taken inside, and not in a deeper
/// [`call`], is unwound natively up to here; below it come the foreign frames and the outer host stack.
///
/// Where a context function is registered, it records the foreign code on the way in and releases it on the way out,
/// and the foreign frames are what the traceback function answers for that record: none for 0. Otherwise they are
/// unwound natively. It is not asked where no foreign code lies below: in a callback straight out of another one,
/// and on a thread of the host that is in no [`call`].
///
/// Nests with [`call`]. Leaving by panic or longjmp is fine: the record that is left behind is not used again, and is
/// released when a crossing further out comes back, or when the next one is made above it.
#[inline(never)]
pub fn callback<R>(f: impl FnOnce() -> R) -> R {
    let slot = registry::current();
    let mut nonce = NEXT_NONCE.fetch_add(2, Ordering::Relaxed);
    let value = nonce;
    let nonce_address = black_box(&raw mut nonce) as u64;
    let registers = registers_here!();
    slot.boundaries
        .forget_below(registers.sp(), hook::release_context);
    let depth = slot.boundaries.enter(Boundary {
        crossing: Crossing::Callback {
            context: record_context(slot, registers),
        },
        registers,
        nonce_address,
        nonce: value,
    });
    let result = f();
    slot.boundaries.leave(depth, hook::release_context);
    // SAFETY: as in `call`.
    unsafe { (&raw mut nonce).write_volatile(0) };
    result
}

/// The context of the foreign code that calls back, if there is any that is not to be unwound natively.
fn record_context(slot: &Slot, registers: Registers) -> Option<usize> {
    let boundaries = &slot.boundaries;
    if !boundaries.has_space() {
        return None;
    }
    if let Some(Crossing::Callback { .. }) = boundaries.innermost() {
        // Either host code calls back as if it were foreign, or that callback was left by a jump.
        capture::forget_dead(slot, registers, hook::release_context);
    }
    match boundaries.innermost() {
        Some(Crossing::Call) => hook::record_context(),
        Some(Crossing::Callback { .. }) => None,
        None => slot.is_foreign().then(hook::record_context).flatten(),
    }
}
