//! What all trials of a call share: the ports, the compiler's cache, the clock and the seed.

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};

use tempfile::TempDir;

use super::PROGRAM;
use crate::build::Builder;
use crate::corpus::Entry;
use crate::port::{Port, find};
use crate::programs::PORT_NAME;
use crate::programs::settings::CLOCK;
use crate::run::probe;
use crate::run::program::Endpoint;
use crate::sigprof::Clock;
use crate::trial::{Outcome, Trial};

/// A call's setting. The folder of what it compiles goes with it.
pub struct Setting {
    builder: Builder,
    /// Goes after the builder.
    _cache: TempDir,
    /// As it was asked for; a case's own choice counts where nobody asked.
    clock: Option<&'static str>,
    pub seed: u64,
}

impl Setting {
    pub fn new(clock: Option<&str>, seed: Option<u64>) -> Result<Self, String> {
        let scratch = |error| format!("{error}: set TMPDIR to a folder that can be written to");
        let cache = tempfile::Builder::new()
            .prefix("framecheck-build-")
            .tempdir()
            .map_err(scratch)?;
        Ok(Setting {
            builder: Builder::new(cache.path()).map_err(scratch)?,
            _cache: cache,
            clock: clock.map(named).transpose()?,
            seed: seed.unwrap_or_else(random_seed),
        })
    }

    /// Runs one case in one variant on one port. The reference's clock is the call's to choose, and the case's; others have
    /// their own.
    pub fn run(&self, port: &Port, entry: &Entry, variant: &str, mutant: Option<&str>) -> Outcome {
        let own = entry.case.clock.as_deref().unwrap_or(CLOCK);
        // The parser knows the clocks' names: one that it lets through is one.
        let asked = || self.clock.unwrap_or_else(|| named(own).unwrap_or(CLOCK));
        Trial {
            entry,
            variant,
            port,
            builder: &self.builder,
            clock: port.clock.unwrap_or_else(asked),
            seed: self.seed,
            mutant,
        }
        .run()
    }
}

/// The reference, which is in this executable.
pub fn reference() -> Result<Port, String> {
    let exe = std::env::current_exe()
        .map_err(|error| format!("this executable cannot be found: {error}"))?;
    let endpoint = Endpoint {
        exe,
        args: vec![PROGRAM.into()],
    };
    Port::reference(endpoint).map_err(|error| error.to_string())
}

/// The ports that are asked for; the reference where none is.
pub fn ports(wanted: &[String]) -> Result<Vec<Port>, String> {
    if wanted.is_empty() {
        return Ok(vec![reference()?]);
    }
    let mut ports: Vec<Port> = Vec::new();
    for name in wanted {
        let found = match name == PORT_NAME {
            true => vec![reference()?],
            false => find::find(name)?,
        };
        for port in found {
            if ports.iter().any(|other| other.name == port.name) {
                return Err(format!(
                    "--port {name}: the port {} is asked for twice",
                    port.name
                ));
            }
            ports.push(port);
        }
    }
    Ok(ports)
}

/// Asks for a program that there is not: a port that has it makes its programs up.
pub fn probe(port: &Port) -> Result<(), String> {
    let Some(endpoint) = port.endpoint() else {
        return Ok(());
    };
    match probe::probe(endpoint) {
        Ok(probe) if probe.is_refused() => Ok(()),
        Ok(probe) => Err(format!(
            "{} is BROKEN: {probe}; 127 is the answer to what is not there",
            port.name
        )),
        Err(error) => Err(format!("{}: {error}", port.name)),
    }
}

/// The name of a clock to run on; `best` is asked for here.
fn named(name: &str) -> Result<&'static str, String> {
    if name == "best" {
        return Ok(Clock::best().clock.name());
    }
    let clock = name.parse::<Clock>();
    clock
        .map(Clock::name)
        .map_err(|error| format!("--clock {name}: {error}"))
}

fn random_seed() -> u64 {
    RandomState::new().build_hasher().finish()
}
