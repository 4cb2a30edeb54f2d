//! The threads of this process: those that are there, those that are made, those that end.
//!
//! New ones are caught by defining pthread_create here: in an executable it goes before libc's, for Rust's std and
//! for C libraries alike, also those that are opened later. Threads made by a bare clone(2) are found by looking at
//! /proc, and so are all where the feature `interpose` is off.
#![allow(unsafe_code)]

use std::collections::HashSet;
use std::ffi::c_void;
use std::fs;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

use super::registry;

/// A thread, as its samples are labelled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Thread {
    /// Which of all threads that ever had a slot: the kernel's ids come back, these do not.
    pub serial: u64,
    /// The kernel's id; 0 for a thread that is yet to be made.
    pub id: libc::pid_t,
    /// Its name, as the kernel has it: at most fifteen bytes.
    pub name: String,
}

impl Thread {
    /// A thread that is about to be made.
    pub fn to_be() -> Thread {
        static NEXT_SERIAL: AtomicU64 = AtomicU64::new(0);
        let serial = NEXT_SERIAL.fetch_add(1, Ordering::Relaxed);
        Thread {
            serial,
            id: 0,
            name: String::new(),
        }
    }

    /// A thread of this process, with the name that it has now.
    pub fn of_this_process(id: libc::pid_t) -> Thread {
        let mut thread = Thread {
            id,
            ..Thread::to_be()
        };
        thread.read_name();
        thread
    }

    /// Names change: Rust's std names a thread from inside. A thread that is gone keeps the name it had.
    pub fn read_name(&mut self) {
        if let Ok(name) = fs::read(format!("/proc/self/task/{}/comm", self.id)) {
            self.name = String::from_utf8_lossy(&name)
                .trim_end_matches('\n')
                .to_owned();
        }
    }
}

/// The calling thread's name, prctl(2): a system call, where a look at /proc is four and some allocations.
pub fn own_name() -> String {
    let mut name = [0u8; 16];
    // SAFETY: PR_GET_NAME writes at most 16 bytes, the last of them 0.
    unsafe { libc::prctl(libc::PR_GET_NAME, name.as_mut_ptr()) };
    let length = name
        .iter()
        .position(|byte| *byte == 0)
        .unwrap_or(name.len());
    String::from_utf8_lossy(&name[..length]).into_owned()
}

/// Whether a thread of this process is still there: to its last instruction, and not only to its last line of code.
pub fn is_alive(id: libc::pid_t) -> bool {
    // SAFETY: signal 0 only asks.
    unsafe { libc::syscall(libc::SYS_tgkill, libc::getpid(), id, 0) == 0 }
}

/// The ids of all threads that there are now; None if the system does not say.
pub fn all_ids() -> Option<HashSet<libc::pid_t>> {
    let tasks = fs::read_dir("/proc/self/task").ok()?;
    let ids = tasks
        .flatten()
        .filter_map(|task| task.file_name().to_str()?.parse().ok());
    Some(ids.collect())
}

/// Sees to it that the calling thread's slot is given back when it ends. A key's destructor, because it runs for
/// pthread_exit and cancellation too, where a guard on the stack would not be safe to run.
pub fn retire_at_exit() {
    static KEY: OnceLock<Option<libc::pthread_key_t>> = OnceLock::new();
    let key = KEY.get_or_init(|| {
        let mut key = 0;
        // SAFETY: the destructor is a function that lives as long as the process.
        let answer = unsafe { libc::pthread_key_create(&raw mut key, Some(on_thread_exit)) };
        (answer == 0).then_some(key)
    });
    if let Some(key) = key {
        // SAFETY: our own key; any value but null makes the destructor run.
        unsafe { libc::pthread_setspecific(*key, std::ptr::dangling::<c_void>()) };
    }
}

unsafe extern "C" fn on_thread_exit(_: *mut c_void) {
    registry::end_current();
}

#[cfg(feature = "interpose")]
mod interpose {
    //! pthread_create, before libc's.

    use std::ffi::{c_int, c_void};

    use crate::sigprof::foreign::origin;
    use crate::sigprof::process::next::Next;
    use crate::sigprof::registry;
    use crate::sigprof::sampling;
    use crate::sigprof::slot::Slot;

    type Start = extern "C" fn(*mut c_void) -> *mut c_void;
    type Create = unsafe extern "C" fn(
        *mut libc::pthread_t,
        *const libc::pthread_attr_t,
        Start,
        *mut c_void,
    ) -> c_int;

    /// What the new thread is to run, and the slot that was made ready for it: its own stack may be tiny.
    struct Launch {
        start: Start,
        argument: *mut c_void,
        slot: &'static Slot,
    }

    /// pthread_create(3), and while a profiler runs the new thread is sampled from its first instruction.
    ///
    /// # Safety
    /// As for libc's.
    #[unsafe(no_mangle)]
    pub unsafe extern "C" fn pthread_create(
        thread: *mut libc::pthread_t,
        attributes: *const libc::pthread_attr_t,
        start: Start,
        argument: *mut c_void,
    ) -> c_int {
        if origin::is_question(start as usize) {
            return libc::EAGAIN;
        }
        let Some(create) = next() else {
            return libc::ENOSYS;
        };
        let Some(slot) = sampling::prepare_thread() else {
            // SAFETY: the caller's arguments, to the function that they were meant for.
            return unsafe { create(thread, attributes, start, argument) };
        };
        if !origin::is_host_start(start as usize) {
            slot.mark_foreign();
        }
        let launch = Box::into_raw(Box::new(Launch {
            start,
            argument,
            slot,
        }));
        // SAFETY: as above; `launched` takes the box over.
        let answer = unsafe { create(thread, attributes, launched, launch.cast()) };
        if answer != 0 {
            // SAFETY: no thread was made, so that the box is still ours.
            drop(unsafe { Box::from_raw(launch) });
            sampling::cancel_thread(slot);
        }
        answer
    }

    extern "C" fn launched(launch: *mut c_void) -> *mut c_void {
        // SAFETY: the box that `pthread_create` made for this thread alone.
        let launch = unsafe { Box::from_raw(launch.cast::<Launch>()) };
        let Launch {
            start,
            argument,
            slot,
        } = *launch;
        sampling::enter_thread(slot);
        registry::adopt(slot);
        start(argument)
    }

    /// dlclose(3): samples of a library are read while it is still there.
    ///
    /// # Safety
    /// As for libc's.
    #[unsafe(no_mangle)]
    pub unsafe extern "C" fn dlclose(handle: *mut c_void) -> c_int {
        type Close = unsafe extern "C" fn(*mut c_void) -> c_int;
        static NEXT: Next = Next::new(c"dlclose");
        let address = NEXT.get();
        sampling::settle();
        if address.is_null() {
            return -1;
        }
        // SAFETY: not null, so it is the address of a function of this type.
        let close = unsafe { std::mem::transmute::<*mut c_void, Close>(address) };
        // SAFETY: the caller's argument, to the function that it was meant for.
        unsafe { close(handle) }
    }

    /// libc's own.
    fn next() -> Option<Create> {
        static NEXT: Next = Next::new(c"pthread_create");
        let address = NEXT.get();
        // SAFETY: not null, so it is the address of a function of this type.
        (!address.is_null()).then(|| unsafe { std::mem::transmute::<*mut c_void, Create>(address) })
    }
}
