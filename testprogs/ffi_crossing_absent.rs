//! In place of the C functions where no C is compiled. No program starts there: `protocol` refuses first.

/// A way back into the host.
pub(super) type Back = extern "C" fn();

/// The functions that a program registers, by the program.
#[derive(Clone, Copy, Debug)]
pub(super) enum Functions {
    Thread,
    ThreadNothing,
    Contention,
    Context,
    Symbolizer,
    Jit,
    ContextProfile,
    IdleHost,
    CallbackStorm,
}

const ABSENT: &str = "no program starts on a platform without the reference profiler";

macro_rules! absent {
    ($($name:ident($($argument:ident: $kind:ty),*) $(-> $result:ty)?;)*) => {
        $(pub(super) fn $name($($argument: $kind),*) $(-> $result)? {
            $(let _ = $argument;)*
            unreachable!("{ABSENT}")
        })*
    };
}

absent! {
    register(functions: Functions) -> Result<(), String>;
    foreign_thread(cpu_ns: u64, back: Option<Back>) -> Result<u64, String>;
    foreign_thread_contention(cpu_ns: u64) -> Result<u64, String>;
    foreign_callback(cpu_ns: u64, back: Back) -> Result<u64, String>;
    bounce(back: Back);
    context_outer(back: Back);
    context_inner(back: Back);
    context_hog();
    contexts_wrong_of() -> (usize, usize);
    foreign_symbolizer();
    prepare_jit() -> Result<(), String>;
    foreign_jit();
    context_profile_outer(back: Back);
    context_profile_inner(back: Back);
    context_profile_hog();
    context_profile_wrong_of() -> (usize, usize);
    prepare_idle_host() -> Result<(), String>;
    idle_host_hold();
    idle_host_sleep();
    foreign_thread_idle_host(cpu_ns: u64) -> Result<[u64; 2], String>;
    foreign_callback_storm(cpu_ns: u64, back: Back, count: usize) -> Result<Vec<u64>, String>;
}
