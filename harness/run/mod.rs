//! Child processes. It starts them, waits, ends what does not end by itself and leaves nothing behind; it judges
//! nothing and prints nothing.
//!
//! - [`child`]: what to run and what is left of it; [`spawn`]: with a deadline, in a group of its own; `pipe`: its output.
//! - [`endpoint`]: an executable that speaks the protocol; [`program`], [`probe`] and [`describe`]: what it is asked.
//! - [`wrapper`]: a profiler around an executable that knows nothing of it.
//! - [`scratch`]: a run's folder; `family`: its processes, also those that left the group; [`live`]: all that there is of both
//!   now; `interrupt`: signals that end it.
//! - [`crash`]: where a child crashed; `watch` knows it from its core dump (`core_dump`, `core_limit`) and the kernel's log
//!   (`kernel_log`).
//! - [`hang`]: what each thread of a child does that does not end; `proc`: /proc; `syscall`: names; `debugger`: stacks by gdb.

pub mod child;
pub mod crash;
pub mod describe;
pub mod endpoint;
pub mod hang;
pub mod probe;
mod proc;
pub mod program;
pub mod scratch;

#[cfg(unix)]
mod core_dump;
#[cfg(unix)]
mod core_limit;
#[cfg(unix)]
mod debugger;
#[cfg(unix)]
mod family;
#[cfg(unix)]
mod interrupt;
#[cfg(unix)]
mod kernel_log;
#[cfg(unix)]
pub mod live;
#[cfg(unix)]
mod pipe;
#[cfg_attr(not(unix), path = "spawn_absent.rs")]
pub mod spawn;
mod syscall;
#[cfg(unix)]
mod watch;
pub mod wrapper;
