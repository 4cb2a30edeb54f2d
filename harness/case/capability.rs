//! What a case may need of a port: a closed list of words. A port's manifest says which it has.

use std::fmt::{self, Display, Formatter};

/// Something that not every profiler can do. A port without it gets UNSUPPORTED where a case needs it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Capability {
    /// Threads are sampled, those too that C made.
    Threads,
    /// A foreign traceback function can be registered, and is asked.
    Hook,
    /// So can one that records the context of a call from foreign code into the host.
    Context,
    /// So can one that names foreign addresses.
    Symbolizer,
    /// C frames are unwound without a hook.
    NativeC,
    /// The profile has line numbers.
    Lines,
    /// The profile has inlined functions as frames of their own.
    Inlines,
    /// Samples carry the labels of their thread.
    Labels,
    /// The profiler is part of a language's runtime, there before the program's first instruction.
    Runtime,
    /// Samples are taken by a SIGPROF handler in the program's own process.
    SigprofInProcess,
    /// A SIGPROF that the program sends itself is sampled like any other.
    AcceptsSelfSent,
    /// The program may be traced while it is profiled.
    Ptrace,
}

impl Capability {
    /// All of them.
    pub const ALL: [Capability; 12] = [
        Capability::Threads,
        Capability::Hook,
        Capability::Context,
        Capability::Symbolizer,
        Capability::NativeC,
        Capability::Lines,
        Capability::Inlines,
        Capability::Labels,
        Capability::Runtime,
        Capability::SigprofInProcess,
        Capability::AcceptsSelfSent,
        Capability::Ptrace,
    ];

    /// As cases, manifests and `describe` write it.
    pub fn name(self) -> &'static str {
        match self {
            Capability::Threads => "threads",
            Capability::Hook => "hook",
            Capability::Context => "context",
            Capability::Symbolizer => "symbolizer",
            Capability::NativeC => "native-c",
            Capability::Lines => "lines",
            Capability::Inlines => "inlines",
            Capability::Labels => "labels",
            Capability::Runtime => "runtime",
            Capability::SigprofInProcess => "sigprof-in-process",
            Capability::AcceptsSelfSent => "accepts-self-sent",
            Capability::Ptrace => "ptrace",
        }
    }

    /// The one of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.name() == name)
    }
}

impl Display for Capability {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
