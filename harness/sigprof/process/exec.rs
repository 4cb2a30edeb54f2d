//! The exec family, before libc's: ITIMER_PROF goes over to the new program and our handler does not, so that the first
//! tick would kill it ("Profiling timer expired", gperftools#1535). The timer is stopped before, and runs again if there
//! is no new program after all.
//!
//! A bare execve(2) by syscall(2) goes past us; so does one in libc itself, as in posix_spawn(3), whose child has no
//! timer. All here is async-signal-safe and does nothing in a child of vfork(2), whose memory is its parent's.
#![allow(unsafe_code)]

use std::arch::naked_asm;
use std::ffi::{c_char, c_int, c_void};
use std::sync::atomic::{AtomicBool, Ordering};

use super::fork;
use super::next::Next;
use crate::sigprof::clock::Clock;
use crate::sigprof::defect::{Defect, Defects};
use crate::sigprof::sys::{self, Errno};
use crate::sigprof::{action, perf, registry, session};

type Strings = *const *const c_char;

static EXECVE: Next = Next::new(c"execve");
static EXECVPE: Next = Next::new(c"execvpe");
static EXECVEAT: Next = Next::new(c"execveat");
static FEXECVE: Next = Next::new(c"fexecve");

/// A mutant's: nobody asks whose child it is that execs.
static IS_CARELESS: AtomicBool = AtomicBool::new(false);

/// Looks up libc's functions: dlsym(3) is not for signal handlers, and these are.
pub fn prepare(defects: Defects) {
    IS_CARELESS.store(defects.has(Defect::StopInVforkChild), Ordering::Relaxed);
    for next in [&EXECVE, &EXECVPE, &EXECVEAT, &FEXECVE] {
        next.get();
    }
}

unsafe extern "C" {
    static environ: Strings;
}

/// What was stopped, to go on if there is no new program.
enum Stopped {
    /// The process's timer.
    Timer(libc::itimerval),
    /// This thread's perf event. The other threads end, and what was sent to them with them.
    Event(c_int),
}

/// Calls `next` with what would reach the new program stopped, and starts it again: who comes back has failed.
fn without_timer(next: &Next, exec: impl FnOnce(*mut c_void) -> c_int) -> c_int {
    let address = next.get();
    if address.is_null() {
        // SAFETY: this thread's own.
        unsafe { *libc::__errno_location() = libc::ENOSYS };
        return -1;
    }
    let stopped = stop();
    let answer = exec(address);
    let errno = Errno::save();
    if let Some(stopped) = stopped {
        // Unless the profiler was stopped meanwhile.
        session::with(|_| start(&stopped));
    }
    errno.restore();
    answer
}

fn stop() -> Option<Stopped> {
    let is_careless = IS_CARELESS.load(Ordering::Relaxed);
    if !is_careless && !fork::is_owner() {
        return None;
    }
    let (clock, defects) = session::with(|session| (session.clock, session.defects))?;
    if defects.has(Defect::TimerSurvivesExec) {
        return None;
    }
    match clock {
        Clock::Process => stop_timer(),
        Clock::Perf => {
            let slot = match is_careless {
                // A child of vfork(2) finds its parent's here.
                true => registry::current(),
                false => registry::slot_of_thread(sys::thread_id())?,
            };
            let fd = slot.ticker.perf_fd()?;
            perf::pause(fd);
            Some(Stopped::Event(fd))
        }
        // Timers of timer_create(2) end with the program, and the kernel takes their signals away with them.
        _ => None,
    }
}

fn start(stopped: &Stopped) {
    match stopped {
        Stopped::Timer(timer) => drop(set_timer(timer)),
        Stopped::Event(fd) => perf::resume(*fd),
    }
}

fn stop_timer() -> Option<Stopped> {
    // SAFETY: all zeroes is a valid, disarmed itimerval.
    let before = set_timer(&unsafe { std::mem::zeroed() }).map(still_armed);
    // A signal that was sent and not yet taken, by a thread that exec ends, would still kill.
    action::drop_pending();
    before.map(Stopped::Timer)
}

/// The kernel counts in nanoseconds and answers in microseconds: less than one is 0, which would disarm. And it adds a
/// tick to what it is given, so that a program that tries in a loop would put the next sample off further and further:
/// a whole period it is, neither less nor more.
fn still_armed(timer: libc::itimerval) -> libc::itimerval {
    libc::itimerval {
        it_value: timer.it_interval,
        ..timer
    }
}

fn set_timer(timer: &libc::itimerval) -> Option<libc::itimerval> {
    // SAFETY: all zeroes is a valid itimerval.
    let mut before: libc::itimerval = unsafe { std::mem::zeroed() };
    // SAFETY: both live across the call.
    let answer = unsafe { libc::setitimer(libc::ITIMER_PROF, timer, &raw mut before) };
    (answer == 0).then_some(before)
}

/// execve(2), without our timer.
///
/// # Safety
/// As for libc's.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn execve(path: *const c_char, argv: Strings, envp: Strings) -> c_int {
    type Execve = unsafe extern "C" fn(*const c_char, Strings, Strings) -> c_int;
    without_timer(&EXECVE, |next| {
        // SAFETY: libc's function of this name has this type; the arguments are the caller's.
        unsafe { std::mem::transmute::<*mut c_void, Execve>(next)(path, argv, envp) }
    })
}

/// execv(3), without our timer.
///
/// # Safety
/// As for libc's.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn execv(path: *const c_char, argv: Strings) -> c_int {
    // SAFETY: the caller's arguments, and libc's own list of variables, as libc's execv does it.
    unsafe { execve(path, argv, environ) }
}

/// execvpe(3), without our timer.
///
/// # Safety
/// As for libc's.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn execvpe(file: *const c_char, argv: Strings, envp: Strings) -> c_int {
    type Execvpe = unsafe extern "C" fn(*const c_char, Strings, Strings) -> c_int;
    without_timer(&EXECVPE, |next| {
        // SAFETY: as in `execve`.
        unsafe { std::mem::transmute::<*mut c_void, Execvpe>(next)(file, argv, envp) }
    })
}

/// execvp(3), without our timer.
///
/// # Safety
/// As for libc's.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn execvp(file: *const c_char, argv: Strings) -> c_int {
    // SAFETY: as in `execv`.
    unsafe { execvpe(file, argv, environ) }
}

/// execveat(2), without our timer.
///
/// # Safety
/// As for libc's.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn execveat(
    folder: c_int,
    path: *const c_char,
    argv: Strings,
    envp: Strings,
    flags: c_int,
) -> c_int {
    type Execveat = unsafe extern "C" fn(c_int, *const c_char, Strings, Strings, c_int) -> c_int;
    without_timer(&EXECVEAT, |next| {
        // SAFETY: as in `execve`.
        unsafe {
            std::mem::transmute::<*mut c_void, Execveat>(next)(folder, path, argv, envp, flags)
        }
    })
}

/// fexecve(3), without our timer.
///
/// # Safety
/// As for libc's.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fexecve(file: c_int, argv: Strings, envp: Strings) -> c_int {
    type Fexecve = unsafe extern "C" fn(c_int, Strings, Strings) -> c_int;
    without_timer(&FEXECVE, |next| {
        // SAFETY: as in `execve`.
        unsafe { std::mem::transmute::<*mut c_void, Fexecve>(next)(file, argv, envp) }
    })
}

/// `argv`, its end, and then the variables: what the arguments of execle(3) are in memory.
unsafe extern "C" fn execle_of_list(path: *const c_char, argv: Strings) -> c_int {
    // SAFETY: the caller's list ends in a null, behind which there is one pointer more.
    unsafe {
        let mut end = argv;
        while !(*end).is_null() {
            end = end.add(1);
        }
        execve(path, argv, (*end.add(1)).cast())
    }
}

/// Defines a function whose arguments are a name and a list as one that takes the list as an array. Rust cannot define
/// functions with `...`; but the list is an array on the stack as soon as those of its pointers that came in registers
/// are put in front of those that did not: where the return address stood, which goes below them meanwhile.
macro_rules! takes_list {
    ($(#[$doc:meta])* $name:ident => $target:path) => {
        $(#[$doc])*
        ///
        /// # Safety
        /// As for libc's.
        #[unsafe(no_mangle)]
        #[unsafe(naked)]
        pub unsafe extern "C" fn $name() {
            naked_asm!(
                ".cfi_startproc",
                "pop rax",
                ".cfi_adjust_cfa_offset -8",
                ".cfi_register rip, rax",
                "push r9",
                "push r8",
                "push rcx",
                "push rdx",
                "push rsi",
                ".cfi_adjust_cfa_offset 40",
                "mov rsi, rsp",
                "push rax",
                ".cfi_adjust_cfa_offset 8",
                ".cfi_offset rip, -48",
                "call {target}",
                "pop rcx",
                ".cfi_adjust_cfa_offset -8",
                ".cfi_register rip, rcx",
                "add rsp, 40",
                ".cfi_adjust_cfa_offset -40",
                "push rcx",
                ".cfi_adjust_cfa_offset 8",
                ".cfi_offset rip, -8",
                "ret",
                ".cfi_endproc",
                target = sym $target,
            )
        }
    };
}

takes_list! {
    /// execl(3), without our timer.
    execl => execv
}
takes_list! {
    /// execlp(3), without our timer.
    execlp => execvp
}
takes_list! {
    /// execle(3), without our timer.
    execle => execle_of_list
}
