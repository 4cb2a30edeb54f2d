//! Deliberately wrong profilers: the reference with one known defect each, which proves that the suite can say no.
//!
//! This file is the list. What a defect does stands where it is committed, in `harness/sigprof` or, over a finished profile, in
//! `over`; which cases kill it, in the cases. The room knows nothing of judges.

mod over;
mod rewrite;

use crate::pprof::Profile;
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
    /// The test that kills it, where no case does: what a case cannot see.
    pub test: Option<&'static str>,
    /// A case that is about something else, which must pass all the same: or the defect is too crude to show anything.
    pub spares: Option<&'static str>,
    how: How,
}

/// How a defect is put in.
#[derive(Clone, Copy, Debug)]
enum How {
    /// Where the frames are put together.
    In(Defect),
    /// Over the finished profile.
    Over(over::Over),
}

impl Mutant {
    /// What to start the reference with.
    pub fn defects(&self) -> Defects {
        match self.how {
            How::In(defect) => Defects::NONE.with(defect),
            How::Over(_) => Defects::NONE,
        }
    }

    /// What it makes of the finished profile.
    pub fn over(&self, profile: Profile) -> Profile {
        match self.how {
            How::In(_) => profile,
            How::Over(over) => over(&profile),
        }
    }
}

/// All of them; the first is the seed's own bug.
pub const MUTANTS: &[Mutant] = &[
    Mutant {
        name: "drop-root-per-foreign",
        says: "each frame that the hook adds costs a frame at the root",
        origin: "golang/go#29034",
        test: None,
        spares: Some("foreign.none"),
        how: How::In(Defect::DropRootPerForeign),
    },
    Mutant {
        name: "drop-foreign",
        says: "what the hook answers is never used",
        origin: "Go before the seed",
        test: None,
        spares: Some("foreign.none"),
        how: How::In(Defect::DropForeign),
    },
    Mutant {
        name: "stale-foreign",
        says: "the hook's frames are used again for the samples that follow",
        origin: "the seed without `cgoCallers[0] = 0`",
        test: None,
        spares: Some("foreign.none"),
        how: How::In(Defect::StaleForeign),
    },
    Mutant {
        name: "ignore-in-use",
        says: "the buffer is written while somebody else is at it",
        origin: "the seed without `cgoCallersUse`",
        test: None,
        spares: Some("foreign.none"),
        how: How::In(Defect::IgnoreInUse),
    },
    Mutant {
        name: "truncate-foreign-16",
        says: "at most 16 frames are taken from the hook",
        origin: "a fixed buffer half as long as Go's",
        test: None,
        spares: Some("foreign.none"),
        how: How::In(Defect::TruncateForeign16),
    },
    Mutant {
        name: "malloc-in-handler",
        says: "the handler allocates",
        origin: "pprof-rs#281",
        test: Some("tests/handler.rs"),
        spares: None,
        how: How::In(Defect::MallocInHandler),
    },
    Mutant {
        name: "flatten-contexts",
        says: "the C of recorded contexts is put to the leaf, not where it belongs",
        origin: "a stack that is a list of C and a list of host frames",
        test: None,
        spares: Some("foreign.none"),
        how: How::In(Defect::FlattenContexts),
    },
    Mutant {
        name: "main-thread-only",
        says: "only the main thread is sampled",
        origin: "golang/go#15994",
        test: None,
        spares: Some("foreign.none"),
        how: How::In(Defect::MainThreadOnly),
    },
    Mutant {
        name: "empty-stack",
        says: "a hook that answers nothing is taken at its word",
        origin: "Go's sigprofNonGo",
        test: None,
        spares: Some("foreign.none"),
        how: How::In(Defect::EmptyStack),
    },
    Mutant {
        name: "forget-entered-threads",
        says: "a C thread that has called the host once is not asked about again",
        origin: "Go since ef0dedce87",
        test: None,
        spares: Some("foreign.none"),
        how: How::In(Defect::ForgetEnteredThreads),
    },
    Mutant {
        name: "one-global-buffer",
        says: "threads that C made share one buffer",
        origin: "Go's sigprofCallersUse",
        test: None,
        spares: Some("foreign.none"),
        how: How::In(Defect::OneGlobalBuffer),
    },
    Mutant {
        name: "external-root-always",
        says: "host code on a thread that C made is external code",
        origin: "golang/go#72870",
        test: None,
        spares: Some("foreign.none"),
        how: How::In(Defect::ExternalRootAlways),
    },
    Mutant {
        name: "drop-inlines",
        says: "the symbolizer is asked once, whether it has more or not",
        origin: "cgosymbolizer users that ignore More",
        test: None,
        spares: Some("foreign.none"),
        how: How::In(Defect::DropInlines),
    },
    Mutant {
        name: "symbol-of-next",
        says: "an address has the name of the function behind it",
        origin: "a search for the symbol that rounds up",
        test: None,
        spares: Some("foreign.none"),
        how: How::In(Defect::SymbolOfNext),
    },
    Mutant {
        name: "timer-in-child",
        says: "the child of a fork goes on as if it were the profiled process",
        origin: "golang/go#5517, gperftools#546",
        test: Some("tests/survive"),
        spares: None,
        how: How::In(Defect::TimerInChild),
    },
    Mutant {
        name: "timer-survives-exec",
        says: "the timer goes over to the new program, and kills it",
        origin: "gperftools#1535",
        test: Some("tests/survive"),
        spares: None,
        how: How::In(Defect::TimerSurvivesExec),
    },
    Mutant {
        name: "big-handler-frame",
        says: "the handler works on the interrupted stack, however small",
        origin: "coz#110, pprof-rs on a stack of 16 KiB",
        test: Some("tests/survive"),
        spares: None,
        how: How::In(Defect::BigHandlerFrame),
    },
    Mutant {
        name: "no-sa-restart",
        says: "system calls that could be restarted are not",
        origin: "golang/go#55243",
        test: Some("tests/survive"),
        spares: None,
        how: How::In(Defect::NoSaRestart),
    },
    Mutant {
        name: "clobber-errno",
        says: "the handler's own system calls show in errno",
        origin: "pprof-rs#128",
        test: Some("tests/survive"),
        spares: None,
        how: How::In(Defect::ClobberErrno),
    },
    Mutant {
        name: "silent-zero",
        says: "what is missing is not declared",
        origin: "gperftools under a program with a handler of its own",
        test: Some("tests/survive"),
        spares: None,
        how: How::In(Defect::SilentZero),
    },
    Mutant {
        name: "leak-timer",
        says: "timers outlive the profiler",
        origin: "golang/go#46498",
        test: Some("tests/survive"),
        spares: None,
        how: How::In(Defect::LeakTimer),
    },
    Mutant {
        name: "crash-at-exit",
        says: "what handlers use is freed while they run",
        origin: "profilers that tidy up in a destructor",
        test: Some("tests/survive"),
        spares: None,
        how: How::In(Defect::CrashAtExit),
    },
    Mutant {
        name: "boundary-not-popped",
        says: "a boundary that a jump has left behind is believed",
        origin: "Go's StackSwitchCallback test",
        test: None,
        spares: Some("foreign.none"),
        how: How::In(Defect::BoundaryNotPopped),
    },
    Mutant {
        name: "unguarded-read",
        says: "a frame pointer is followed wherever it points",
        origin: "gperftools#1444",
        test: Some("tests/survive"),
        spares: None,
        how: How::In(Defect::UnguardedRead),
    },
    Mutant {
        name: "forget-restore",
        says: "the old handler is not put back",
        origin: "pprof-rs#288",
        test: None,
        spares: Some("foreign.none"),
        how: How::In(Defect::ForgetRestore),
    },
    Mutant {
        name: "lose-silently",
        says: "samples that do not fit are not counted",
        origin: "Go's TestRaceProf",
        test: None,
        spares: Some("foreign.none"),
        how: How::In(Defect::LoseSilently),
    },
    Mutant {
        name: "default-after-stop",
        says: "a signal that is still on its way after the stop ends the process",
        origin: "golang/go#19320",
        test: None,
        spares: Some("foreign.none"),
        how: How::In(Defect::DefaultAfterStop),
    },
    Mutant {
        name: "forget-timer",
        says: "the program's own ITIMER_PROF is gone after the stop",
        origin: "a profiler that thinks that the timer is its own",
        test: Some("tests/survive"),
        spares: None,
        how: How::In(Defect::ForgetTimer),
    },
    Mutant {
        name: "leak-thread",
        says: "the profiler's own thread outlives it",
        origin: "a reader that is never joined",
        test: Some("tests/survive"),
        spares: None,
        how: How::In(Defect::LeakThread),
    },
    Mutant {
        name: "stop-in-vfork-child",
        says: "a child of vfork stops its parent's clock",
        origin: "an exec that disarms without asking whose child it is",
        test: Some("tests/survive"),
        spares: None,
        how: How::In(Defect::StopInVforkChild),
    },
    Mutant {
        name: "lazy-thread-local",
        says: "the handler's thread-local storage is allocated when a thread first touches it",
        origin: "gperftools' and Go's rule against TLS in handlers of shared objects",
        test: Some("tests/survive"),
        spares: None,
        how: How::In(Defect::LazyThreadLocal),
    },
    Mutant {
        name: "swallow-signals",
        says: "a SIGPROF that is none of the profiler's does not reach the program's handler",
        origin: "profilers that take every SIGPROF for their own",
        test: Some("tests/survive"),
        spares: None,
        how: How::In(Defect::SwallowSignals),
    },
    Mutant {
        name: "believe-listing",
        says: "a thread that /proc does not list is taken for gone",
        origin: "a process without descriptors, and readdir while threads end",
        test: Some("tests/survive"),
        spares: None,
        how: How::In(Defect::BelieveListing),
    },
    Mutant {
        name: "reverse",
        says: "stacks are the wrong way round",
        origin: "readers that take pprof's leaf-first for root-first",
        test: None,
        spares: Some("profile.valid"),
        how: How::Over(over::reverse),
    },
    Mutant {
        name: "always-says-cpuHog",
        says: "every leaf is cpuHog, whatever ran",
        origin: "a profiler made for the seed's own check",
        test: None,
        spares: Some("profile.valid"),
        how: How::Over(over::always_says_cpuhog),
    },
    Mutant {
        name: "skip-leaf",
        says: "the interrupted address is not recorded",
        origin: "pprof-rs#135",
        test: None,
        spares: Some("profile.valid"),
        how: How::Over(over::skip_leaf),
    },
    Mutant {
        name: "skip-leaf-caller",
        says: "the caller of a leaf without a frame is passed over",
        origin: "bpftrace#646, perf --call-graph fp",
        test: None,
        spares: Some("profile.valid"),
        how: How::Over(over::skip_leaf_caller),
    },
    Mutant {
        name: "duplicate-frame",
        says: "a host function that C calls back is there twice",
        origin: "two walks that meet in one frame",
        test: None,
        spares: Some("foreign.none"),
        how: How::Over(over::duplicate_frame),
    },
    Mutant {
        name: "count-twice",
        says: "each sample counts twice",
        origin: "two handlers that both count",
        test: None,
        spares: Some("foreign.none"),
        how: How::Over(over::count_twice),
    },
    Mutant {
        name: "period-wrong",
        says: "the period is twice what it was",
        origin: "golang/go#40094, gperftools above CONFIG_HZ",
        test: None,
        spares: Some("foreign.none"),
        how: How::Over(over::period_wrong),
    },
    Mutant {
        name: "no-mapping",
        says: "no mappings and no addresses, names alone",
        origin: "pprof-rs: `pprof EXE PROFILE` then names everything wrongly",
        test: None,
        spares: Some("foreign.none"),
        how: How::Over(over::no_mapping),
    },
    Mutant {
        name: "safepoint-bias",
        says: "of the functions that one calls, all are charged to the commonest",
        origin: "Mytkowicz et al., PLDI 2010",
        test: None,
        spares: Some("foreign.none"),
        how: How::Over(over::safepoint_bias),
    },
    Mutant {
        name: "lose-half-of-a",
        says: "every other sample of one function is dropped",
        origin: "pprof-rs's handler, which gives up on a lock",
        test: None,
        spares: Some("foreign.none"),
        how: How::Over(over::lose_half_of_a),
    },
    Mutant {
        name: "pc-minus-one-leaf",
        says: "a leaf is looked up one byte before its address",
        origin: "golang/go#44971",
        test: None,
        spares: Some("foreign.none"),
        how: How::Over(over::pc_minus_one_leaf),
    },
    Mutant {
        name: "count-every-signal",
        says: "a SIGPROF that the profiler has not asked for is a sample",
        origin: "golang/go#37201",
        test: None,
        spares: Some("foreign.none"),
        how: How::In(Defect::CountEverySignal),
    },
    Mutant {
        name: "hook-after-stop",
        says: "the hook is called when the profiler has stopped",
        origin: "what SetCgoTraceback promises",
        test: None,
        spares: Some("foreign.none"),
        how: How::In(Defect::HookAfterStop),
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
            let is_over = matches!(mutant.how, How::Over(_));
            assert!(
                others
                    .iter()
                    .all(|other| is_over || other.defects() != mutant.defects())
            );
        }
    }
}
