//! A stack as [`capture`](super::capture) gives it: code addresses, nothing named.

/// The mixed stack of a thread at one moment, leaf first.
///
/// Addresses are those to look up: a call's own address, never the one behind it, so that no caller of this type
/// subtracts anything (Go's `runtime.Callers` hands out return addresses and leaves the subtraction to you).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stack {
    /// What the foreign traceback hook answered, innermost first; empty outside a foreign call or without a hook.
    pub foreign: Vec<usize>,
    /// The rest: host frames from the boundary, or everything that could be unwound where no hook answered.
    pub host: Vec<usize>,
}
