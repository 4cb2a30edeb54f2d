//! The profiler in this crate as a port of itself: the reference, with the mutant that the environment asks for.

use std::ffi::OsString;
use std::io::Write;

use super::protocol;
use super::settings::{CLOCK, Settings};
use crate::case::Capability;
use crate::mutant::Mutant;
use crate::port::{Description, Profiler, ProfilerError};
use crate::sigprof::{self, Defects};

/// What reports call the reference port.
pub const PORT_NAME: &str = "framecheck-sigprof";

/// What the reference profiler has.
pub const CAPABILITIES: &[Capability] = &[
    Capability::Threads,
    Capability::Hook,
    Capability::Context,
    Capability::Symbolizer,
    Capability::NativeC,
    Capability::Lines,
    Capability::Inlines,
    Capability::SigprofInProcess,
];

/// Runs what `args` ask for under the reference profiler, and returns the exit code.
pub fn main(
    args: impl IntoIterator<Item = OsString>,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> i32 {
    protocol::serve(&mut Embedded::default(), args, out, err)
}

/// The reference: its clock and its mutant come from the environment.
#[derive(Default)]
struct Embedded {
    running: Option<sigprof::Profiler>,
    mutant: Option<&'static Mutant>,
}

impl Profiler for Embedded {
    fn describe(&self) -> Description {
        Description {
            url: env!("CARGO_PKG_REPOSITORY").to_owned(),
            clock: CLOCK.to_owned(),
            ..Description::new(PORT_NAME, env!("CARGO_PKG_VERSION"), CAPABILITIES)
        }
    }

    fn start(&mut self, hz: u32) -> Result<(), ProfilerError> {
        let settings = Settings::from_env()?;
        self.mutant = settings.mutant;
        let builder = sigprof::Profiler::builder()
            .hz(hz)
            .clock(settings.clock)
            .defects(settings.mutant.map_or(Defects::NONE, Mutant::defects));
        self.running = Some(builder.start()?);
        Ok(())
    }

    fn stop(&mut self) -> Result<Vec<u8>, ProfilerError> {
        let running = self.running.take().ok_or("it was not started")?;
        let profile = running.stop()?;
        let profile = match self.mutant {
            Some(mutant) => mutant.over(profile),
            None => profile,
        };
        Ok(profile.encode())
    }
}
