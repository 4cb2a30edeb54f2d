//! The environment of a program. A malformed value is an error that names the variable and says what it takes; a
//! variable that is not set has a default.

use std::collections::hash_map::RandomState;
use std::ffi::OsString;
use std::fmt::Display;
use std::hash::{BuildHasher, Hasher};
use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::str::FromStr;

use crate::mutant::{self, Mutant};
use crate::sigprof::Clock;

/// How a program is run.
#[derive(Clone, Debug)]
pub struct Settings {
    /// FRAMECHECK_CPU_MS: CPU time that it uses.
    pub cpu_ms: u64,
    /// FRAMECHECK_HZ: samples a second of CPU time.
    pub hz: u32,
    /// FRAMECHECK_CLOCK: what delivers the signals.
    pub clock: Clock,
    /// FRAMECHECK_CLOCK as it was spelled.
    pub clock_name: String,
    /// FRAMECHECK_SEED: where the lengths of its phases come from.
    pub seed: u64,
    /// FRAMECHECK_MUTANT: what is wrong with the profiler on purpose.
    pub mutant: Option<&'static Mutant>,
    /// FRAMECHECK_TRUTH: where the truth file goes, if not beside the profile.
    pub truth: Option<PathBuf>,
}

/// CPU time of a program that is not told otherwise.
pub const CPU_MS: u64 = 1000;
/// Rate of a program that is not told otherwise.
pub const HZ: u32 = 100;
/// Clock of a program that is not told otherwise.
pub const CLOCK: &str = "thread";

/// Ten minutes: beyond that it is a slip of the keyboard.
const CPU_MS_RANGE: RangeInclusive<u64> = 1..=600_000;
/// Above this the handler is all that runs.
const HZ_RANGE: RangeInclusive<u32> = 1..=10_000;

impl Settings {
    /// Reads the environment.
    pub fn from_env() -> Result<Self, String> {
        Self::from(|name| std::env::var_os(name))
    }

    fn from(get: impl Fn(&str) -> Option<OsString>) -> Result<Self, String> {
        let text = |name: &str, takes: &str| match get(name).map(OsString::into_string) {
            None => Ok(None),
            Some(Ok(text)) => Ok(Some(text)),
            Some(Err(raw)) => Err(malformed(name, &raw.to_string_lossy(), takes)),
        };
        let clocks = "a clock of the profiler, such as thread or process";
        let clock_name = text("FRAMECHECK_CLOCK", clocks)?.unwrap_or_else(|| CLOCK.into());
        let mutants = "the name of a mutant, such as drop-foreign";
        let seeds = "a whole number, 0 to 2^64-1";
        Ok(Settings {
            cpu_ms: number(text, "FRAMECHECK_CPU_MS", CPU_MS_RANGE, CPU_MS)?,
            hz: number(text, "FRAMECHECK_HZ", HZ_RANGE, HZ)?,
            clock: clock_name
                .parse()
                .map_err(|_| malformed("FRAMECHECK_CLOCK", &clock_name, clocks))?,
            clock_name,
            seed: match text("FRAMECHECK_SEED", seeds)? {
                Some(seed) => seed
                    .parse()
                    .map_err(|_| malformed("FRAMECHECK_SEED", &seed, seeds))?,
                None => random_seed(),
            },
            mutant: text("FRAMECHECK_MUTANT", mutants)?
                .map(|name| {
                    mutant::find(&name)
                        .ok_or_else(|| malformed("FRAMECHECK_MUTANT", &name, mutants))
                })
                .transpose()?,
            truth: match get("FRAMECHECK_TRUTH") {
                Some(path) if path.is_empty() => {
                    return Err(malformed("FRAMECHECK_TRUTH", "", "the path of a file"));
                }
                path => path.map(PathBuf::from),
            },
        })
    }
}

/// FRAMECHECK_LIB: the library of a case that has one.
pub(super) fn lib() -> Result<PathBuf, String> {
    let path = std::env::var_os("FRAMECHECK_LIB").filter(|path| !path.is_empty());
    path.map(PathBuf::from).ok_or_else(|| {
        "FRAMECHECK_LIB is not set; it takes the library of the case's `lib:` line: `framecheck run` builds it".into()
    })
}

fn number<T: FromStr + PartialOrd + Display>(
    text: impl Fn(&str, &str) -> Result<Option<String>, String>,
    name: &str,
    range: RangeInclusive<T>,
    default: T,
) -> Result<T, String> {
    let takes = format!("a whole number, {} to {}", range.start(), range.end());
    match text(name, &takes)? {
        None => Ok(default),
        Some(value) => match value.parse() {
            Ok(number) if range.contains(&number) => Ok(number),
            _ => Err(malformed(name, &value, &takes)),
        },
    }
}

fn malformed(name: &str, value: &str, takes: &str) -> String {
    format!("{name} is {value:?}; it takes {takes}: correct it, or unset it for the default")
}

/// Different in each run; the truth file says what it was.
fn random_seed() -> u64 {
    RandomState::new().build_hasher().finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(name: &'static str, value: &'static str) -> Result<Settings, String> {
        Settings::from(|asked| (asked == name).then(|| value.into()))
    }

    #[test]
    fn defaults_hold_where_nothing_is_set() {
        let settings = Settings::from(|_| None).unwrap();
        assert_eq!((settings.cpu_ms, settings.hz), (CPU_MS, HZ));
        assert_eq!(
            (settings.clock_name.as_str(), settings.truth),
            (CLOCK, None)
        );
    }

    #[test]
    fn a_malformed_value_names_its_variable_and_what_it_takes() {
        for (name, value, takes) in [
            ("FRAMECHECK_CPU_MS", "1s", "1 to 600000"),
            ("FRAMECHECK_CPU_MS", "0", "1 to 600000"),
            ("FRAMECHECK_CPU_MS", "", "1 to 600000"),
            ("FRAMECHECK_HZ", "-1", "1 to 10000"),
            ("FRAMECHECK_HZ", "10001", "1 to 10000"),
            ("FRAMECHECK_SEED", "0x1", "2^64-1"),
            ("FRAMECHECK_TRUTH", "", "path"),
        ] {
            let error = read(name, value).expect_err(name);
            assert!(error.starts_with(name) && error.contains(takes), "{error}");
            assert!(!error.contains('\n'));
        }
    }

    #[test]
    fn each_variable_is_read() {
        assert_eq!(read("FRAMECHECK_CPU_MS", "20").unwrap().cpu_ms, 20);
        assert_eq!(read("FRAMECHECK_HZ", "250").unwrap().hz, 250);
        assert_eq!(read("FRAMECHECK_SEED", "9").unwrap().seed, 9);
        assert_eq!(
            read("FRAMECHECK_TRUTH", "t").unwrap().truth,
            Some("t".into())
        );
        assert_eq!(
            read("FRAMECHECK_CLOCK", "process").unwrap().clock_name,
            "process"
        );
    }
}
