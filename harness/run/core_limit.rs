//! Whether a child that crashes leaves a core dump in its folder: the kernel's pattern must name a file there, and the
//! limit must allow it. What is in a dump it does not know.

use std::fs;
use std::io;

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// Enough for the notes at a dump's beginning and for the stacks of ordinary programs behind them. A longer dump is cut off.
const CORE_BYTES_MAX: u64 = 256 << 20;
/// With less than this not even the notes fit.
const CORE_BYTES_MIN: u64 = 64 << 10;

/// Does `start` while children inherit a limit that allows core dumps. Nothing else of the child is different, and it runs as
/// it would run without. The error says why it gets none, and then `start` was done without.
pub fn with_cores<T>(start: impl FnOnce() -> T) -> (T, Result<(), String>) {
    let pattern = match fs::read_to_string("/proc/sys/kernel/core_pattern") {
        Ok(pattern) => is_beside(pattern.trim_end()),
        Err(error) => Err(format!("/proc/sys/kernel/core_pattern: {error}")),
    };
    let old = getrlimit(Resource::Core);
    match pattern.and_then(|()| raised(old)) {
        Err(why) => (start(), Err(why)),
        Ok(None) => (start(), Ok(())),
        // Also for whoever else starts a child at this moment, which does no harm; and back again right after.
        Ok(Some(new)) => match setrlimit(Resource::Core, new) {
            Err(error) => {
                let why = format!("RLIMIT_CORE: {}", io::Error::from(error));
                (start(), Err(why))
            }
            Ok(()) => {
                let started = start();
                let _ = setrlimit(Resource::Core, old);
                (started, Ok(()))
            }
        },
    }
}

/// Whether dumps go to the current folder of who crashes (core(5)).
fn is_beside(pattern: &str) -> Result<(), String> {
    let taken = match pattern.strip_prefix('|') {
        Some(program) => {
            let program = program.split_whitespace().next().unwrap_or_default();
            format!("the kernel gives core dumps to {program}")
        }
        None if pattern.contains('/') => format!("the kernel writes core dumps to {pattern}"),
        None if pattern.is_empty() => "the kernel writes no core dumps".to_owned(),
        None => return Ok(()),
    };
    Err(format!("{taken} (`sysctl kernel.core_pattern=core` helps)"))
}

/// The limit to set, if it has to be set.
fn raised(limit: Rlimit) -> Result<Option<Rlimit>, String> {
    let wanted = limit
        .maximum
        .map_or(CORE_BYTES_MAX, |maximum| maximum.min(CORE_BYTES_MAX));
    match limit.current {
        None => Ok(None),
        Some(current) if current >= wanted && current >= CORE_BYTES_MIN => Ok(None),
        _ if wanted < CORE_BYTES_MIN => {
            Err("core dumps are limited for good (`ulimit -H -c`)".to_owned())
        }
        _ => Ok(Some(Rlimit {
            current: Some(wanted),
            maximum: limit.maximum,
        })),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_file_in_the_current_folder_is_beside() {
        assert_eq!(is_beside("core"), Ok(()));
        assert_eq!(is_beside("core.%p"), Ok(()));
        let taken = is_beside("|/usr/lib/systemd/systemd-coredump %P %u").unwrap_err();
        assert!(
            taken.contains("/usr/lib/systemd/systemd-coredump ("),
            "{taken}"
        );
        assert!(is_beside("/var/crash/core").is_err());
        assert!(is_beside("").is_err());
    }

    #[test]
    fn the_limit_is_raised_as_far_as_it_may_be() {
        let limit = |current, maximum| Rlimit { current, maximum };
        let core = Some(CORE_BYTES_MAX);
        assert_eq!(raised(limit(Some(0), None)), Ok(Some(limit(core, None))));
        let maximum = Some(1 << 20);
        assert_eq!(
            raised(limit(Some(0), maximum)),
            Ok(Some(limit(maximum, maximum)))
        );
        assert_eq!(raised(limit(None, None)), Ok(None));
        assert!(raised(limit(Some(0), Some(0))).is_err());
    }
}
