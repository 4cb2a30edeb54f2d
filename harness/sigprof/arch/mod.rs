//! What depends on the processor, one file each: registers, the way from a signal's context to them, where the code
//! stands now, and how to run a function on another stack. Another architecture is another file here.

#[cfg(target_arch = "x86_64")]
mod x86_64;
#[cfg(target_arch = "x86_64")]
pub use x86_64::*;
