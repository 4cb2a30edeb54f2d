//! What a case is: a name, what the child does, and how it ends where a protection was taken out.

use framecheck::sigprof::Clock;

/// Something that a profiled program does.
#[derive(Clone, Copy)]
pub struct Case {
    pub name: &'static str,
    /// Runs in a process of its own; it is over when this returns.
    pub child: fn(),
    pub clocks: &'static [Clock],
    /// Without these protections the child must end so, or the test proves nothing.
    pub killers: &'static [Killer],
}

/// A protection taken out, and what comes of it.
#[derive(Clone, Copy)]
pub struct Killer {
    pub mutant: &'static str,
    pub clock: Clock,
    pub end: End,
}

/// How a child ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    Well,
    /// A panic that says this, or any other code than 0: the child itself has noticed.
    Failed(&'static str),
    Killed(i32),
    /// Not before the deadline.
    Hangs,
}
