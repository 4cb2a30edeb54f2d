//! The test programs: each does one thing that a profiler must see right, for a fixed amount of its own CPU time.
//!
//! This file is a map. A program's file says what it does and what its profile must show; it does not know who profiles it
//! apart from the foreign call and its hook, nor how its claims are judged.
//!
//! - `table`: the name → program table, and what a program is.
//! - `protocol`: `EXE PROGRAM` under any profiler, the exit codes and the profile's file; [`settings`]: its environment.
//! - `embedded`: the reference as that profiler.
//! - `session`: the phases of a run; `truth`: what it measured of itself; `meter`, `random`: what these need.
//! - `ffi`, `ffi_crossing`: the C functions, made safe to call; `run_so`, `ffi_artefact`: C cases, which are libraries.
//! - the programs, one file each.

mod embedded;
#[cfg_attr(not(sigprof), path = "ffi_absent.rs")]
mod ffi;
#[cfg_attr(not(sigprof), path = "ffi_artefact_absent.rs")]
mod ffi_artefact;
#[cfg_attr(not(sigprof), path = "ffi_crossing_absent.rs")]
mod ffi_crossing;
#[cfg_attr(not(sigprof), path = "meter_absent.rs")]
mod meter;
mod protocol;
mod random;
mod run_so;
mod session;
pub mod settings;
mod table;
mod truth;

mod foreign_c_nops;
mod foreign_callback;
mod foreign_callback_storm;
mod foreign_context;
mod foreign_context_profile;
mod foreign_fault;
mod foreign_hook;
mod foreign_hook_api;
mod foreign_hook_busy;
mod foreign_hook_depth;
mod foreign_hook_once;
mod foreign_hook_other_signal;
mod foreign_hook_real;
mod foreign_jit;
mod foreign_none;
mod foreign_salted;
mod foreign_symbolizer;
mod foreign_thread_contention;
mod foreign_thread_empty_hook;
mod foreign_thread_entered_host;
mod foreign_thread_hook;
mod foreign_thread_idle_host;
mod foreign_thread_no_hook;
mod stack_mixed;

pub use embedded::{CAPABILITIES, PORT_NAME, main};
pub use protocol::{EXIT_CHECK_FAILED, EXIT_NO_PROGRAM, EXIT_SET_UP, serve};
pub use table::{PROGRAMS, Program, find};

/// Why no program can run on this platform; `None` where they can.
pub fn unsupported() -> Option<String> {
    (!cfg!(sigprof)).then(|| {
        format!(
            "the reference profiler knows Linux on x86-64 only; this is a build for {} on {}{}",
            std::env::consts::OS,
            std::env::consts::ARCH,
            if cfg!(all(target_os = "linux", target_arch = "x86_64")) {
                " with FRAMECHECK_NO_SIGPROF=1"
            } else {
                ""
            },
        )
    })
}
