//! This thread's CPU clock and its id. Never the process clock: it moves in steps of a tick while ITIMER_PROF
//! is armed, and a program that measures itself with it gets its own phases wrong.

use rustix::thread::gettid;
use rustix::time::{ClockId, clock_gettime};

/// CPU time that the calling thread has used, user and system.
#[inline(never)]
pub(super) fn thread_cpu_ns() -> u64 {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    // Both are never negative on this clock.
    time.tv_sec as u64 * 1_000_000_000 + time.tv_nsec as u64
}

/// The kernel's id of the calling thread.
pub(super) fn thread_id() -> i32 {
    gettid().as_raw_nonzero().get()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_threads_work_does_not_count() {
        let before_ns = thread_cpu_ns();
        let other_ns = std::thread::spawn(|| {
            let start_ns = thread_cpu_ns();
            while thread_cpu_ns() - start_ns < 20_000_000 {}
            thread_cpu_ns() - start_ns
        })
        .join()
        .unwrap();
        let own_ns = thread_cpu_ns() - before_ns;
        assert!(other_ns >= 20_000_000);
        assert!(
            own_ns < other_ns / 2,
            "charged {own_ns} ns for a thread that used {other_ns} ns"
        );
    }
}
