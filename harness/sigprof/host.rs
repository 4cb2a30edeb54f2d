//! What the kernel is like: its tick, its version, and what versions are known to break.

use std::fs;

use super::clock::Clock;
use super::sys;

/// The kernel's release, as two numbers.
pub type Release = (u32, u32);

/// Time between two ticks of the kernel, 1 s / CONFIG_HZ: timers on CPU clocks expire at ticks only. The resolution of
/// the coarse clocks, which move once a tick (clock_getres(2)); None where it cannot be asked for.
pub fn tick_ns() -> Option<u64> {
    sys::clock_resolution_ns(libc::CLOCK_MONOTONIC_COARSE)
}

/// The release of the running kernel, from /proc/sys/kernel/osrelease.
pub fn release() -> Option<Release> {
    parse_release(&fs::read_to_string("/proc/sys/kernel/osrelease").ok()?)
}

fn parse_release(text: &str) -> Option<Release> {
    let mut numbers = text.trim().split(['.', '-', '+']);
    Some((numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?))
}

/// Why a clock must not be used on a kernel; None where nothing is known against it.
pub fn known_broken(clock: Clock, release: Release) -> Option<&'static str> {
    match clock {
        Clock::Thread if ((5, 9)..(5, 16)).contains(&release) => Some(
            "Linux 5.9 to 5.15 loses timers on the CPU clocks of new threads (golang/go#49065)",
        ),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn releases_are_read_with_whatever_hangs_on_them() {
        assert_eq!(parse_release("6.18.44-fc-v782\n"), Some((6, 18)));
        assert_eq!(parse_release("5.9-rc1"), Some((5, 9)));
        assert_eq!(parse_release("what"), None);
    }

    #[test]
    fn a_range_of_kernels_is_refused_and_its_neighbours_are_not() {
        assert!(known_broken(Clock::Thread, (5, 9)).is_some());
        assert!(known_broken(Clock::Thread, (5, 15)).is_some());
        assert!(known_broken(Clock::Thread, (5, 8)).is_none());
        assert!(known_broken(Clock::Thread, (5, 16)).is_none());
        assert!(known_broken(Clock::Process, (5, 10)).is_none());
    }

    #[test]
    fn the_tick_is_one_that_kernels_are_built_with() {
        let tick_ns = tick_ns().unwrap();
        // CONFIG_HZ is 100 to 1000.
        assert!((1_000_000..=10_000_000).contains(&tick_ns), "{tick_ns}");
    }
}
