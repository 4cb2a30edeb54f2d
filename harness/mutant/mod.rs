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
