//! A port as it is run: an executable that speaks the protocol of programs.

use std::fmt;

use super::Reference;
use super::expect::{BadList, Expectations};
use crate::case::Capability;
use crate::case::hosts::Hosts;
use crate::programs;
use crate::run::program::Endpoint;

/// A profiler under test.
pub struct Port {
    /// What reports call it.
    pub name: String,
    /// How it is run.
    pub endpoint: Endpoint,
    /// What it calls things.
    pub hosts: Box<dyn Hosts + Send + Sync>,
    /// What it has.
    pub capabilities: Vec<Capability>,
    /// Whether snapshots are compared: they are the reference's.
    pub has_snapshots: bool,
    /// What it is known to fail.
    pub expectations: Expectations,
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
            endpoint,
            hosts: Box::new(Reference),
            capabilities: programs::CAPABILITIES
                .iter()
                .filter_map(|word| Capability::named(word))
                .collect(),
            has_snapshots: true,
            expectations: Expectations::parse(REFERENCE_LIST, list)?,
        })
    }
}

impl fmt::Debug for Port {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Port")
            .field("name", &self.name)
            .field("endpoint", &self.endpoint)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_references_capabilities_are_words_of_the_closed_list() {
        let endpoint = Endpoint {
            exe: "x".into(),
            args: vec![],
        };
        let port = Port::reference(endpoint).unwrap();
        assert_eq!(port.capabilities.len(), programs::CAPABILITIES.len());
    }
}
