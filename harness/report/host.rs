//! What a bug report has to say of the machine: facts, no judgement.

use std::fs;

use serde::Serialize;

/// The machine that a verdict was found on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Host {
    /// The kernel's release.
    pub kernel: String,
    /// The processor's name.
    pub processor: String,
    /// How many of them.
    pub processors: usize,
    /// Rate of the kernel's tick; None where it is not known.
    pub tick_hz: Option<u64>,
    /// The version of this suite.
    pub framecheck: String,
}

impl Host {
    /// This one.
    pub fn this() -> Self {
        let read = |path: &str| fs::read_to_string(path).unwrap_or_default();
        let processor = read("/proc/cpuinfo")
            .lines()
            .find_map(|line| line.strip_prefix("model name"))
            .map(|rest| rest.trim_start_matches([' ', '\t', ':']).to_owned());
        Host {
            kernel: read("/proc/sys/kernel/osrelease").trim().to_owned(),
            processor: processor.unwrap_or_else(|| std::env::consts::ARCH.to_owned()),
            processors: std::thread::available_parallelism().map_or(0, usize::from),
            tick_hz: tick_hz(),
            framecheck: env!("CARGO_PKG_VERSION").to_owned(),
        }
    }
}

#[cfg(sigprof)]
fn tick_hz() -> Option<u64> {
    crate::sigprof::host::tick_ns().map(|tick_ns| 1_000_000_000 / tick_ns.max(1))
}

#[cfg(not(sigprof))]
fn tick_hz() -> Option<u64> {
    None
}

impl std::fmt::Display for Host {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "Linux {}, {} × {}, tick {}, framecheck {}",
            self.kernel,
            self.processors,
            self.processor,
            self.tick_hz
                .map_or("not known".into(), |hz| format!("{hz} Hz")),
            self.framecheck
        )
    }
}
