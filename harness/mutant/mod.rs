//! Deliberately wrong profilers: the reference with one known defect each, which proves that the suite can say no.
//!
//! `list` has them all. What a defect does stands where it is committed, in `harness/sigprof` or, over a finished profile, in
//! `over`; which cases kill it, in the cases. The room knows nothing of judges.

mod list;
mod over;
mod rewrite;

pub use list::MUTANTS;

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
