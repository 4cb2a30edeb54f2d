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
