//! Deliberately wrong profilers: the reference with one known defect each, which proves that the suite can say no.
//!
//! This file is the list. What a defect does stands where it is committed, in `harness/sigprof`; which cases kill
//! it, in the cases. The room knows nothing of judges.

use crate::sigprof::{Defect, Defects};

/// A wrong profiler.
#[derive(Clone, Copy, Debug)]
pub struct Mutant {
    /// Its name on the command line, in `kills:` and in `FRAMECHECK_MUTANT`.
    pub name: &'static str,
    /// What is wrong with it.
    pub says: &'static str,
    /// Where such a defect was seen.
    pub origin: &'static str,
    defect: Defect,
}

impl Mutant {
    /// What to start the reference with.
    pub fn defects(&self) -> Defects {
        Defects::NONE.with(self.defect)
    }
}

/// All of them; the first is the seed's own bug.
pub const MUTANTS: &[Mutant] = &[
    Mutant {
        name: "drop-root-per-foreign",
        says: "each frame that the hook adds costs a frame at the root",
        origin: "golang/go#29034",
        defect: Defect::DropRootPerForeign,
    },
    Mutant {
        name: "drop-foreign",
        says: "what the hook answers is never used",
        origin: "Go before the seed",
        defect: Defect::DropForeign,
    },
    Mutant {
        name: "stale-foreign",
        says: "the hook's frames are used again for the samples that follow",
        origin: "the seed without `cgoCallers[0] = 0`",
        defect: Defect::StaleForeign,
    },
    Mutant {
        name: "ignore-in-use",
        says: "the buffer is written while somebody else is at it",
        origin: "the seed without `cgoCallersUse`",
        defect: Defect::IgnoreInUse,
    },
    Mutant {
        name: "truncate-foreign-16",
        says: "at most 16 frames are taken from the hook",
        origin: "a fixed buffer half as long as Go's",
        defect: Defect::TruncateForeign16,
    },
    Mutant {
        name: "malloc-in-handler",
        says: "the handler allocates",
        origin: "pprof-rs#281",
        defect: Defect::MallocInHandler,
    },
    Mutant {
        name: "flatten-contexts",
        says: "the C of recorded contexts is put to the leaf, not where it belongs",
        origin: "a stack that is a list of C and a list of host frames",
        defect: Defect::FlattenContexts,
    },
    Mutant {
        name: "main-thread-only",
        says: "only the main thread is sampled",
        origin: "golang/go#15994",
        defect: Defect::MainThreadOnly,
    },
    Mutant {
        name: "empty-stack",
        says: "a hook that answers nothing is taken at its word",
        origin: "Go's sigprofNonGo",
        defect: Defect::EmptyStack,
    },
    Mutant {
        name: "forget-entered-threads",
        says: "a C thread that has called the host once is not asked about again",
        origin: "Go since ef0dedce87",
        defect: Defect::ForgetEnteredThreads,
    },
    Mutant {
        name: "one-global-buffer",
        says: "threads that C made share one buffer",
        origin: "Go's sigprofCallersUse",
        defect: Defect::OneGlobalBuffer,
    },
    Mutant {
        name: "external-root-always",
        says: "host code on a thread that C made is external code",
        origin: "golang/go#72870",
        defect: Defect::ExternalRootAlways,
    },
    Mutant {
        name: "drop-inlines",
        says: "the symbolizer is asked once, whether it has more or not",
        origin: "cgosymbolizer users that ignore More",
        defect: Defect::DropInlines,
    },
    Mutant {
        name: "symbol-of-next",
        says: "an address has the name of the function behind it",
        origin: "a search for the symbol that rounds up",
        defect: Defect::SymbolOfNext,
    },
    Mutant {
        name: "timer-in-child",
        says: "the child of a fork goes on as if it were the profiled process",
        origin: "golang/go#5517, gperftools#546",
        defect: Defect::TimerInChild,
    },
    Mutant {
        name: "timer-survives-exec",
        says: "the timer goes over to the new program, and kills it",
        origin: "gperftools#1535",
        defect: Defect::TimerSurvivesExec,
    },
    Mutant {
        name: "big-handler-frame",
        says: "the handler works on the interrupted stack, however small",
        origin: "coz#110, pprof-rs on a stack of 16 KiB",
        defect: Defect::BigHandlerFrame,
    },
    Mutant {
        name: "no-sa-restart",
        says: "system calls that could be restarted are not",
        origin: "golang/go#55243",
        defect: Defect::NoSaRestart,
    },
    Mutant {
        name: "clobber-errno",
        says: "the handler's own system calls show in errno",
        origin: "pprof-rs#128",
        defect: Defect::ClobberErrno,
    },
    Mutant {
        name: "silent-zero",
        says: "what is missing is not declared",
        origin: "gperftools under a program with a handler of its own",
        defect: Defect::SilentZero,
    },
    Mutant {
        name: "leak-timer",
        says: "timers outlive the profiler",
        origin: "golang/go#46498",
        defect: Defect::LeakTimer,
    },
    Mutant {
        name: "crash-at-exit",
        says: "what handlers use is freed while they run",
        origin: "profilers that tidy up in a destructor",
        defect: Defect::CrashAtExit,
    },
    Mutant {
        name: "boundary-not-popped",
        says: "a boundary that a jump has left behind is believed",
        origin: "Go's StackSwitchCallback test",
        defect: Defect::BoundaryNotPopped,
    },
    Mutant {
        name: "unguarded-read",
        says: "a frame pointer is followed wherever it points",
        origin: "gperftools#1444",
        defect: Defect::UnguardedRead,
    },
    Mutant {
        name: "forget-restore",
        says: "the old handler is not put back",
        origin: "pprof-rs#288",
        defect: Defect::ForgetRestore,
    },
    Mutant {
        name: "lose-silently",
        says: "samples that do not fit are not counted",
        origin: "Go's TestRaceProf",
        defect: Defect::LoseSilently,
    },
    Mutant {
        name: "default-after-stop",
        says: "a signal that is still on its way after the stop ends the process",
        origin: "golang/go#19320",
        defect: Defect::DefaultAfterStop,
    },
    Mutant {
        name: "forget-timer",
        says: "the program's own ITIMER_PROF is gone after the stop",
        origin: "a profiler that thinks that the timer is its own",
        defect: Defect::ForgetTimer,
    },
    Mutant {
        name: "leak-thread",
        says: "the profiler's own thread outlives it",
        origin: "a reader that is never joined",
        defect: Defect::LeakThread,
    },
    Mutant {
        name: "stop-in-vfork-child",
        says: "a child of vfork stops its parent's clock",
        origin: "an exec that disarms without asking whose child it is",
        defect: Defect::StopInVforkChild,
    },
    Mutant {
        name: "lazy-thread-local",
        says: "the handler's thread-local storage is allocated when a thread first touches it",
        origin: "gperftools' and Go's rule against TLS in handlers of shared objects",
        defect: Defect::LazyThreadLocal,
    },
    Mutant {
        name: "swallow-signals",
        says: "a SIGPROF that is none of the profiler's does not reach the program's handler",
        origin: "profilers that take every SIGPROF for their own",
        defect: Defect::SwallowSignals,
    },
    Mutant {
        name: "believe-listing",
        says: "a thread that /proc does not list is taken for gone",
        origin: "a process without descriptors, and readdir while threads end",
        defect: Defect::BelieveListing,
    },
];

/// The mutant of that name.
pub fn find(name: &str) -> Option<&'static Mutant> {
    MUTANTS.iter().find(|mutant| mutant.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_defects_are_unique() {
        for (index, mutant) in MUTANTS.iter().enumerate() {
            assert_eq!(find(mutant.name).map(|found| found.says), Some(mutant.says));
            let others = &MUTANTS[index + 1..];
            assert!(
                others
                    .iter()
                    .all(|other| other.defects() != mutant.defects())
            );
        }
    }
}
