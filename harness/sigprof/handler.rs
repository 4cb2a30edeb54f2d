//! The signal handler: whose signal is it, which slot, and over to the slot's own stack for the sample.
//!
//! Nothing here allocates, locks or can panic; errno stays as it was.
#![allow(unsafe_code)]

use std::ffi::{c_int, c_void};
use std::sync::atomic::Ordering;

use super::action;
use super::arch::{self, Registers};
use super::clock::Clock;
use super::collector;
use super::defect::Defect;
use super::foreign::boundary::Boundary;
use super::foreign::{self, MAX_FRAMES};
use super::gear::Gear;
use super::pseudo::Pseudo;
use super::record::{HEADER_WORDS, write_header, write_rest};
use super::registry;
use super::sample::{Composed, compose};
use super::session::{self, Session};
use super::slot::{Counts, Slot};
use super::sys::{self, Errno};
use super::timer::TimerInfo;
use super::unwind::{Scratch, Walk};

/// The handler of SIGPROF.
///
/// # Safety
/// Installed with SA_SIGINFO, and called by the kernel only.
pub unsafe extern "C" fn on_sigprof(
    signal: c_int,
    info: *mut libc::siginfo_t,
    context: *mut c_void,
) {
    let errno = Errno::save();
    let is_clobbered = session::with(|session| {
        if session.defects.has(Defect::BigHandlerFrame) {
            use_16_kib_of_this_stack();
        }
        session.defects.has(Defect::ClobberErrno)
    });
    // SAFETY: the kernel gives a siginfo_t; TimerInfo is a prefix of it.
    let timer = unsafe { &*info.cast::<TimerInfo>() };
    let was_ours = session::with(|session| {
        let Some((slot, weight)) = accept(session, timer) else {
            return false;
        };
        // Of weight 0 is a signal that came before a period was over.
        if let Some(slot) = slot.filter(|_| weight > 0) {
            // SAFETY: `context` is this handler's.
            unsafe { take_sample(session, slot, weight, context) };
        }
        true
    });
    if was_ours != Some(true) {
        // SAFETY: the arguments are this handler's.
        unsafe { action::forward(signal, info, context) };
    }
    if is_clobbered == Some(true) {
        return Errno::spoil();
    }
    errno.restore();
}

/// A mutant's: what a handler that works on the interrupted stack takes of it.
#[inline(never)]
fn use_16_kib_of_this_stack() {
    std::hint::black_box(&mut [0u8; 16 * 1024]);
}

/// Whether the signal is ours, and then which slot it is about and how much it weighs. `si_code` alone is no identity:
/// the program may have timers of its own, so that a timer's signal must carry our cookie.
fn accept(session: &Session, info: &TimerInfo) -> Option<(Option<&'static Slot>, u64)> {
    match (session.clock, info.code) {
        (_, libc::SI_TIMER) => {
            let slot = registry::slot_of_cookie(info.cookie)?;
            Some((Some(slot), slot.ticker.weigh_timer(info.overrun)))
        }
        (Clock::Perf, _) => {
            let fd = info.poll_fd()?;
            let slot = registry::slot_of_thread(sys::thread_id())?;
            slot.ticker
                .is_perf_fd(fd)
                .then(|| (Some(slot), slot.ticker.weigh_perf(fd)))
        }
        (Clock::Process, libc::SI_KERNEL) => {
            let slot = registry::slot_of_thread(sys::thread_id()).filter(|slot| slot.is_equipped());
            if slot.is_none() {
                // Threads race here, so that this one is a real addition.
                session.homeless.fetch_add(1, Ordering::Relaxed);
            }
            Some((slot, 1))
        }
        _ => None,
    }
}

/// What goes over to the other stack.
struct Job<'a> {
    session: &'a Session,
    slot: &'a Slot,
    gear: &'a mut Gear,
    weight: u64,
    context: *mut c_void,
}

/// # Safety
/// `context` is that of the running handler, and `slot` is this thread's.
unsafe fn take_sample(session: &Session, slot: &Slot, weight: u64, context: *mut c_void) {
    Counts::add(&slot.counts.accepted, weight);
    // SAFETY: the gear of this thread's slot: SIGPROF is blocked while its handler runs, so nobody else holds it;
    // the collector touches only the ring, which is made for that.
    let Some(gear) = (unsafe { slot.gear().as_mut() }) else {
        Counts::add(&slot.counts.lost, weight);
        return;
    };
    let top = gear.stack.top();
    let mut job = Job {
        session,
        slot,
        gear,
        weight,
        context,
    };
    // SAFETY: the slot's stack is ours while the handler runs, 128 KiB and aligned; `on_own_stack` does not unwind
    // and gets a job that lives across the call.
    unsafe { arch::call_on_stack(top, on_own_stack, &raw mut job as usize, 0) };
}

/// # Safety
/// `job` is the address of the [`Job`] that `take_sample` made, and nobody else uses it.
unsafe extern "C" fn on_own_stack(job: usize, _: usize) {
    // SAFETY: the caller's promise.
    let Job {
        session,
        slot,
        gear,
        weight,
        context,
    } = unsafe { &mut *(job as *mut Job<'_>) };
    if session.defects.has(Defect::MallocInHandler) {
        drop(std::hint::black_box(Box::new(*weight)));
    }
    // SAFETY: the kernel's context of the running handler.
    let registers = unsafe { Registers::of_signal(context.cast()) };
    let boundary = live_boundary(session, slot, gear, registers);
    if boundary.is_some() {
        // SAFETY: on this slot's thread, with the handler's context.
        unsafe { ask_hook(session, slot, *context as usize) };
    }
    let mut frames = [0; MAX_FRAMES];
    // SAFETY: on this slot's thread.
    let count = unsafe { take_frames(session, slot, boundary.is_some(), &mut frames) };
    let is_busy = slot.buffer.is_in_use();
    // In a foreign call the host's stack goes on at the boundary, if the hook has answered for what is below it or
    // cannot be asked. Else everything is unwound natively, C and Rust alike.
    let from = match boundary {
        Some(boundary) if count > 0 || is_busy => boundary.registers,
        _ => registers,
    };
    let foreign = frames.get(..count).unwrap_or(&[]);
    let Gear {
        scratch,
        words,
        ring,
        ..
    } = &mut **gear;
    let Some(space) = words.get_mut(HEADER_WORDS..) else {
        return;
    };
    let pc = registers.ip();
    let root = Pseudo::root_of(pc, session.vdso.contains(&pc));
    let modules = session.modules();
    let walk = |space: &mut [u64]| Walk::new(modules, scratch, from).addresses(space);
    let composed = compose(space, foreign, walk, (pc, root), session.defects);
    let Composed { foreign, total } = composed;
    let rest = write_rest_of(
        scratch,
        words.get_mut(HEADER_WORDS + total..).unwrap_or(&mut []),
    );
    write_header(words, *weight, foreign, total, rest);
    let record = words.get(..HEADER_WORDS + total + rest).unwrap_or(&[]);
    if ring.push(record) {
        Counts::add(&slot.counts.recorded, *weight);
    } else if !session.defects.has(Defect::LoseSilently) {
        Counts::add(&slot.counts.lost, *weight);
    }
    if ring.is_half_full() {
        collector::ring();
    }
}

/// What the collector needs to go on with a walk that has come to unknown code: it may ask the loader, and this may not.
fn write_rest_of(scratch: &mut Scratch, space: &mut [u64]) -> usize {
    let Some(from) = scratch.resume() else {
        return 0;
    };
    write_rest(space, from, scratch.stack_from(from.registers.sp() & !7))
}

/// The innermost call into foreign code, if its frame is still there. The nonce may outlive its frame where nothing was
/// written over it since, so that the stack itself is asked, as far as it can be walked.
fn live_boundary(
    session: &Session,
    slot: &Slot,
    gear: &mut Gear,
    registers: Registers,
) -> Option<Boundary> {
    if session.defects.has(Defect::BoundaryNotPopped) {
        return slot.boundaries.innermost(0);
    }
    let boundary = slot.boundaries.innermost(registers.sp())?;
    if gear.scratch.word(boundary.nonce_address) != Some(boundary.nonce) {
        return None;
    }
    let walk = Walk::new(session.modules(), &mut gear.scratch, registers);
    (!walk.misses(boundary.registers.sp())).then_some(boundary)
}

/// The first half, Go's `cgoSigtramp`: the hook fills the buffer, if nobody is at it.
///
/// # Safety
/// On the slot's own thread, in its handler; `sig_context` is the handler's.
unsafe fn ask_hook(session: &Session, slot: &Slot, sig_context: usize) {
    let Some(hook) = foreign::traceback() else {
        return;
    };
    if slot.buffer.is_in_use() && !session.defects.has(Defect::IgnoreInUse) {
        return;
    }
    // SAFETY: on the buffer's own thread, and nobody is at it (or a mutant says so).
    if !unsafe { slot.buffer.fill(hook, sig_context) } {
        Counts::add(&slot.counts.hook_overruns, 1);
    }
}

/// The second half, Go's `sigprof`: what is in the buffer goes into the sample, once.
///
/// # Safety
/// On the slot's own thread, in its handler.
unsafe fn take_frames(
    session: &Session,
    slot: &Slot,
    is_foreign: bool,
    frames: &mut [usize; MAX_FRAMES],
) -> usize {
    let defects = session.defects;
    let is_stale_too = defects.has(Defect::StaleForeign);
    let is_free = !slot.buffer.is_in_use() || defects.has(Defect::IgnoreInUse);
    if defects.has(Defect::DropForeign) || !is_free || !(is_foreign || is_stale_too) {
        return 0;
    }
    // SAFETY: on the buffer's own thread, and nobody is at it.
    let count = unsafe { slot.buffer.take(frames, !is_stale_too) };
    if defects.has(Defect::TruncateForeign16) {
        count.min(16)
    } else {
        count
    }
}
