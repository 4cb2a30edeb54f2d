//! The signal handler: whose signal is it, which slot, and over to the slot's own stack for the sample.
//!
//! Nothing here allocates, locks or can panic; errno stays as it was.
#![allow(unsafe_code)]

use std::ffi::{c_int, c_void};
use std::sync::atomic::Ordering;

use super::action;
use super::arch::{self, Registers};
use super::assemble::{Begin, assemble};
use super::clock::Clock;
use super::collector;
use super::defect::Defect;
use super::foreign::ask::{Asker, Leaf};
use super::foreign::boundary::Trail;
use super::gear::Gear;
use super::pseudo::Pseudo;
use super::record::{self, HEADER_WORDS};
use super::registry;
use super::sample::{Draft, Sample};
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
            return session.defects.has(Defect::SwallowSignals);
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

/// A mutant's: the first touch on a thread registers a destructor, for which libc allocates.
fn touch_thread_local() {
    struct Kept;
    impl Drop for Kept {
        fn drop(&mut self) {}
    }
    thread_local! {
        static KEPT: Kept = const { Kept };
    }
    let _ = KEPT.try_with(|kept| std::hint::black_box(std::ptr::from_ref(kept)));
}

/// Whether the signal is ours, and then which slot it is about and how much it weighs. `si_code` alone is no identity:
/// the program may have timers of its own, so that a timer's signal must carry our cookie.
fn accept(session: &Session, info: &TimerInfo) -> Option<(Option<&'static Slot>, u64)> {
    accept_own(session, info).or_else(|| {
        // A mutant's.
        let is_any = session.defects.has(Defect::CountEverySignal);
        let slot = is_any.then(|| registry::slot_of_thread(sys::thread_id()))?;
        slot.filter(|slot| slot.is_equipped())
            .map(|slot| (Some(slot), 1))
    })
}

fn accept_own(session: &Session, info: &TimerInfo) -> Option<(Option<&'static Slot>, u64)> {
    match (session.clock, info.code) {
        (_, libc::SI_TIMER) => {
            // The kernel sends a timer's signal to the timer's thread and nowhere else; but a cookie that the program has
            // seen it may send to any, and two handlers would work with one gear.
            let slot = registry::slot_of_cookie(info.cookie)
                .filter(|slot| registry::is_slot_of(slot, sys::thread_id()))?;
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
    if session.defects.has(Defect::LazyThreadLocal) {
        touch_thread_local();
    }
    if session.defects.has(Defect::MainThreadOnly) && sys::thread_id() != sys::process_id() {
        return;
    }
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
    let Gear {
        scratch,
        words,
        ring,
        ..
    } = &mut **gear;
    let Some(space) = words.get_mut(HEADER_WORDS..) else {
        return;
    };
    // SAFETY: on this slot's thread, with its handler's context.
    let asker = unsafe { Asker::new(slot, session.defects, *context as usize) };
    let sample = compose(session, slot, &asker, scratch, registers, space);
    let length = record::frame(words, *weight, sample.total, sample.spans());
    let last = words.get(HEADER_WORDS + sample.total - 1).copied();
    let length = length + append_rest(scratch, words, length, last);
    let record = words.get(..length).unwrap_or(&[]);
    if ring.push(record) {
        Counts::add(&slot.counts.recorded, *weight);
    } else if !session.defects.has(Defect::LoseSilently) {
        Counts::add(&slot.counts.lost, *weight);
    }
    if ring.is_half_full() {
        collector::ring();
    }
}

/// Behind the record, what the collector needs to go on with a walk that has come to unknown code: it may ask the loader,
/// and a handler may not. Only if the walk's last frame is the sample's last: else there is nothing to go on with.
fn append_rest(
    scratch: &mut Scratch,
    words: &mut [u64],
    length: usize,
    last: Option<u64>,
) -> usize {
    match scratch.resume() {
        Some(from) if Some(from.address()) == last => {
            let stack = scratch.stack_from(from.registers.sp() & !7);
            record::append_rest(words, length, from, stack)
        }
        _ => 0,
    }
}

/// The boundaries whose frames are still there. A nonce may outlive its frame where nothing was written over it since, so
/// that the stack itself is asked, as far as it can be walked.
fn trail<'a>(
    session: &Session,
    slot: &'a Slot,
    scratch: &mut Scratch,
    registers: Registers,
) -> Trail<'a> {
    if session.defects.has(Defect::BoundaryNotPopped) {
        return slot.boundaries.trail(0, |_| true);
    }
    let mut trail = slot.boundaries.trail(registers.sp(), |boundary| {
        scratch.word(boundary.nonce_address) == Some(boundary.nonce)
    });
    trail.confirm(registers, |from, frame| {
        Walk::new(session.modules(), scratch, from).passes(frame)
    });
    trail
}

/// Puts the sample together in `space`: what the hook answers, then what is unwound, across all boundaries.
fn compose(
    session: &Session,
    slot: &Slot,
    asker: &Asker<'_>,
    scratch: &mut Scratch,
    registers: Registers,
    space: &mut [u64],
) -> Sample {
    scratch.forget();
    if let Some(end) = slot.stack_above(registers.sp()) {
        // SAFETY: between its stack pointer and the end of its own stack a living thread's memory is mapped, and the
        // thread is this one, which does nothing else until its handler returns.
        unsafe { scratch.trust(registers.sp(), end) };
    }
    let trail = trail(session, slot, scratch, registers);
    let mut draft = Draft::new(space);
    let begin = match asker.leaf(&mut draft, &trail) {
        Leaf::Unknown => Some(Begin::Here(registers)),
        Leaf::Answered | Leaf::Busy => Some(Begin::BehindCall),
        Leaf::GivenUp => None,
    };
    if let Some(begin) = begin {
        let walk = |space: &mut [u64], from: Registers, last_sp: Option<u64>| {
            let walk = Walk::new(session.modules(), scratch, from);
            walk.up_to(last_sp.unwrap_or(u64::MAX)).addresses(space)
        };
        let ask = |draft: &mut Draft<'_>, context| asker.context(draft, context);
        assemble(&mut draft, begin, trail, walk, ask);
    }
    let pc = registers.ip();
    let root = Pseudo::root_of(pc, session.vdso.contains(&pc));
    draft.finish((pc, root), session.defects)
}
