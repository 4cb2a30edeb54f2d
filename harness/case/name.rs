//! What one place of a stack may be called: names, and alternatives of them. It knows of frames only how they are called.

use super::hosts::Hosts;
use super::pattern::PatternError;
use super::spelling;

/// One or more alternatives: `cpuHog`, `cpuHog|cpuHog_slow`, `host::foreign_hook`. Never empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Names(pub(super) Vec<Name>);

/// One alternative.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Name {
    /// A whole demangled name.
    Exactly(String),
    /// `host::NAME`
    Host(String),
    /// `host::*`
    AnyHost,
}

impl Names {
    /// Reads alternatives, spelled as in a pattern.
    pub fn parse(text: &str) -> Result<Self, PatternError> {
        spelling::parse_names(text).map(|(names, _)| names)
    }

    /// Whether a frame of this name is one of the alternatives.
    pub fn is(&self, frame: &str, hosts: &dyn Hosts) -> bool {
        self.0.iter().any(|name| name.is(frame, hosts))
    }

    /// The names that are spelled out. What a port calls its host functions is not among them.
    pub fn texts(&self) -> Vec<&str> {
        let mut texts = Vec::new();
        for name in &self.0 {
            if let Name::Exactly(text) = name {
                texts.push(text.as_str());
            }
        }
        texts
    }

    /// Each name that is spelled out goes through `rename`.
    pub(super) fn renamed(&self, rename: &dyn Fn(&str) -> String) -> Self {
        let renamed = |name: &Name| match name {
            Name::Exactly(text) => Name::Exactly(rename(text)),
            other => other.clone(),
        };
        Names(self.0.iter().map(renamed).collect())
    }
}

impl Name {
    fn is(&self, frame: &str, hosts: &dyn Hosts) -> bool {
        match self {
            Name::Exactly(name) => name == frame,
            Name::Host(name) => hosts
                .function(name)
                .is_some_and(|function| function == frame),
            Name::AnyHost => hosts.is_host(frame),
        }
    }

    /// Whether there may be a frame that both are names of. What a port calls its functions is not known here.
    pub(super) fn may_be(&self, other: &Name) -> bool {
        match (self, other) {
            (Name::Exactly(a), Name::Exactly(b)) => a == b,
            _ => true,
        }
    }
}
