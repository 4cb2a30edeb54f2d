//! Where a child crashed: the signal, the address, the instruction, the thread. The core dump says it, and where there is none
//! the kernel's log; neither disturbs the child before its end. (A debugger would: each signal of a profiler stops the program
//! for it.)

use std::fmt::{self, Display};
use std::path::PathBuf;

/// How a child crashed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Crash {
    /// The signal that ended it.
    pub signal: i32,
    /// The signal's name.
    pub name: &'static str,
    /// What the signal was sent for, where it is known.
    pub cause: Option<String>,
    /// The address that was not to be had, or whose instruction was illegal.
    pub address: Option<u64>,
    /// Why there is no address.
    pub no_address: Option<String>,
    /// Where the thread was.
    pub pc: Option<u64>,
    /// The file that is mapped there, and the offset of `pc` in it.
    pub place: Option<(PathBuf, u64)>,
    /// The thread's id.
    pub tid: Option<i32>,
    /// The thread's name.
    pub thread: Option<String>,
    /// The thread's stack, leaf first: `FUNCTION at FILE:LINE` or `FUNCTION from LIBRARY`.
    pub stack: Vec<String>,
    /// Why there is no stack.
    pub no_stack: Option<String>,
}

impl Display for Crash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.name, self.signal)?;
        match (self.address, &self.no_address) {
            (Some(address), _) => write!(f, " at address {address:#x}")?,
            (None, Some(why)) => write!(f, ", address unknown: {why}")?,
            (None, None) => {}
        }
        if let Some(cause) = &self.cause {
            write!(f, ", {cause}")?;
        }
        if let Some(pc) = self.pc {
            write!(f, "\n  pc {pc:#x}")?;
            if let Some((file, offset)) = &self.place {
                write!(f, " ({}+{offset:#x})", file.display())?;
            }
        }
        if let Some(tid) = self.tid {
            write!(f, "\n  thread {tid}")?;
            if let Some(thread) = &self.thread {
                write!(f, " {thread:?}")?;
            }
        }
        for (index, frame) in self.stack.iter().enumerate() {
            write!(f, "\n  #{index} {frame}")?;
        }
        if let (true, Some(why)) = (self.stack.is_empty(), &self.no_stack) {
            write!(f, "\n  no stack: {why}")?;
        }
        Ok(())
    }
}
