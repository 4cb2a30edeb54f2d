//! In place of the C functions where no C is compiled. No program starts there: `protocol` refuses first.

/// How many modes foreign_hook_depth has.
pub(super) const DEPTH_MODES: usize = 7;

/// The hooks, by the program that they belong to.
#[derive(Clone, Copy, Debug)]
pub(super) enum Hook {
    Fixed,
    Real,
    Depth,
    Once,
    Busy,
    OtherSignal,
    Fault,
}

/// The hooks that foreign_hook_api tries to register.
#[derive(Clone, Copy, Debug)]
pub(super) enum ApiHook {
    Meant,
    Other,
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
    register(hook: Hook) -> Result<(), String>;
    prepare_real() -> Result<(), String>;
    foreign_hook();
    foreign_hook_real();
    foreign_hook_depth(mode: usize);
    set_depth_mode(mode: usize);
    depth_wrong_max() -> Option<usize>;
    foreign_hook_once();
    foreign_hook_busy();
    set_busy_silent(on: bool);
    busy_reentered() -> usize;
    busy_frames() -> Vec<usize>;
    prepare_other_signal() -> Result<(), String>;
    foreign_hook_other_signal();
    other_signals_sent_of() -> (usize, usize);
    api_register(version: i32, hook: ApiHook) -> i32;
    api_calls() -> usize;
    api_strays();
    api_early();
    api_hog();
    c_nop();
    c_nops();
    prepare_fault() -> Result<(), String>;
    catch_fault(enter: extern "C" fn()) -> bool;
    fault();
}
