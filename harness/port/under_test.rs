//! A port as it is run: how, what it has, what it calls things, and what it is known to fail.

use std::fmt;
use std::path::{Path, PathBuf};

use super::expect::{BadList, Expectations};
use super::manifest::{Command, Manifest};
use super::names::Names;
use super::{Description, Reference};
use crate::case::Capability;
use crate::case::hosts::Hosts;
use crate::pprof::Format;
use crate::programs;
use crate::run::program::Endpoint;
use crate::run::wrapper::Wrapper;

/// A profiler under test.
pub struct Port {
    /// What reports call it.
    pub name: String,
    /// How it is run.
    pub how: How,
    /// What it calls things.
    pub hosts: Box<dyn Hosts + Send + Sync>,
    /// What it has.
    pub capabilities: Vec<Capability>,
    /// What drives it, where that is not for the call to say.
    pub clock: Option<&'static str>,
    /// What it writes.
    pub format: Format,
    /// Whether it is the reference: the clock is the call's to choose, and snapshots are compared.
    pub is_reference: bool,
    /// What it is known to fail.
    pub expectations: Expectations,
    /// The files of its own programs, `{program}` in the place of a name.
    pub programs: Option<PathBuf>,
    /// Where its manifest and its list are.
    pub folder: Option<PathBuf>,
}

/// How a port is run.
#[derive(Clone, Debug)]
pub enum How {
    /// It speaks the protocol.
    Endpoint(Endpoint),
    /// It is put around an executable.
    Wrapper(Wrapper),
}

/// The reference's list.
const REFERENCE_LIST: &str = "ports/framecheck-sigprof/expect.toml";

impl Port {
    /// The reference, run through `endpoint`.
    ///
    /// # Errors
    /// Its list of expected failings is not well-formed, which a test looks after.
    pub fn reference(endpoint: Endpoint) -> Result<Self, BadList> {
        let list = include_str!("../../ports/framecheck-sigprof/expect.toml");
        Ok(Port {
            name: programs::PORT_NAME.into(),
            how: How::Endpoint(endpoint),
            hosts: Box::new(Reference),
            capabilities: programs::CAPABILITIES.to_vec(),
            clock: None,
            format: Format::Pprof,
            is_reference: true,
            expectations: Expectations::parse(Path::new(REFERENCE_LIST), list)?,
            programs: None,
            folder: None,
        })
    }

    /// One that is linked into this process's executable, run through `endpoint`.
    ///
    /// # Errors
    /// Its clock is none, or its list is not well-formed.
    pub fn in_process(described: &Description, endpoint: Endpoint) -> Result<Self, BadList> {
        let clock: crate::sigprof::Clock = described
            .clock
            .parse()
            .map_err(|error| BadList::new(format!("clock {:?}: {error}", described.clock)))?;
        Ok(Port {
            name: described.name.clone(),
            how: How::Endpoint(endpoint),
            hosts: Box::new(Names::of_this_crate()),
            capabilities: described.capabilities.clone(),
            clock: Some(clock.name()),
            format: Format::Pprof,
            is_reference: false,
            expectations: Expectations::parse(
                Path::new("its expectations"),
                &described.expectations,
            )?,
            programs: None,
            folder: None,
        })
    }

    /// One that a manifest tells of, with the list beside it, if there is one.
    ///
    /// # Errors
    /// The list is not well-formed.
    pub fn of_manifest(manifest: &Manifest) -> Result<Self, BadList> {
        let folder = manifest.folder();
        let list = Expectations::read(&folder.join("expect.toml"))?;
        let expectations = list.of_flavour(manifest.flavour.as_deref());
        let here = |word: &String| word.replace("{port}", &folder.to_string_lossy());
        Ok(Port {
            name: manifest.name.clone(),
            how: match &manifest.command {
                Command::Executable(words) => {
                    let mut words = words.iter().map(here);
                    How::Endpoint(Endpoint {
                        exe: words.next().unwrap_or_default().into(),
                        args: words.map(Into::into).collect(),
                    })
                }
                Command::Wrapper {
                    command,
                    env,
                    convert,
                } => How::Wrapper(Wrapper {
                    command: command.clone(),
                    env: env.clone(),
                    convert: convert.clone(),
                    folder: folder.to_owned(),
                }),
            },
            hosts: Box::new(manifest.names.clone().unwrap_or_default()),
            capabilities: manifest.capabilities.clone(),
            clock: Some(manifest.clock.name()),
            format: manifest.format,
            is_reference: false,
            expectations,
            programs: manifest.programs.as_ref().map(|file| folder.join(file)),
            folder: Some(folder.to_owned()),
        })
    }

    /// What it is asked through, where it speaks the protocol.
    pub fn endpoint(&self) -> Option<&Endpoint> {
        match &self.how {
            How::Endpoint(endpoint) => Some(endpoint),
            How::Wrapper(_) => None,
        }
    }
}

impl fmt::Debug for Port {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Port")
            .field("name", &self.name)
            .field("how", &self.how)
            .finish_non_exhaustive()
    }
}
