//! The name → program table, and what a program is.

use super::session::Session;
use super::{
    foreign_c_nops, foreign_callback, foreign_callback_storm, foreign_context,
    foreign_context_profile, foreign_fault, foreign_hook, foreign_hook_api, foreign_hook_busy,
    foreign_hook_depth, foreign_hook_once, foreign_hook_other_signal, foreign_hook_real,
    foreign_jit, foreign_none, foreign_salted, foreign_symbolizer, foreign_thread_contention,
    foreign_thread_empty_hook, foreign_thread_entered_host, foreign_thread_hook,
    foreign_thread_idle_host, foreign_thread_no_hook, stack_mixed,
};
use crate::case::error::Errors;
use crate::case::{Case, parse};

/// A test program.
#[derive(Clone, Copy, Debug)]
pub struct Program {
    /// The argument that runs it.
    pub name: &'static str,
    /// Its file, which begins with its case.
    pub source: &'static str,
    /// What has to be done before the profiler starts. An error is one of the set-up.
    pub(super) prepare: fn() -> Result<(), String>,
    /// Uses the session's CPU time. An error is a check of its own that failed.
    pub(super) run: fn(&mut Session) -> Result<(), String>,
    /// Looks at what is so when the profiler has stopped. Its CPU time is in no profile and in no truth.
    pub(super) after: Option<fn(&mut Session)>,
}

impl Program {
    /// The file's path in the package.
    pub fn file(&self) -> String {
        format!("testprogs/{}.rs", self.name)
    }

    /// What its profile must show, as the file says it.
    pub fn case(&self) -> Result<Case, Errors> {
        parse(&self.file(), self.source)
    }
}

/// All programs, in the order of the catalogue.
pub const PROGRAMS: &[Program] = &[
    foreign_hook::PROGRAM,
    foreign_hook_real::PROGRAM,
    foreign_hook_depth::PROGRAM,
    foreign_hook_once::PROGRAM,
    foreign_hook_busy::PROGRAM,
    foreign_hook_other_signal::PROGRAM,
    foreign_hook_api::PROGRAM,
    foreign_context::PROGRAM,
    foreign_context_profile::PROGRAM,
    foreign_symbolizer::PROGRAM,
    foreign_thread_hook::PROGRAM,
    foreign_thread_no_hook::PROGRAM,
    foreign_thread_empty_hook::PROGRAM,
    foreign_thread_entered_host::PROGRAM,
    foreign_thread_contention::PROGRAM,
    foreign_thread_idle_host::PROGRAM,
    foreign_callback::PROGRAM,
    foreign_callback_storm::PROGRAM,
    foreign_c_nops::PROGRAM,
    foreign_fault::PROGRAM,
    foreign_jit::PROGRAM,
    foreign_none::PROGRAM,
    foreign_salted::PROGRAM,
    stack_mixed::PROGRAM,
];

/// The program of that name.
pub fn find(name: &str) -> Option<&'static Program> {
    PROGRAMS.iter().find(|program| program.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_no_words_of_the_protocol() {
        for program in PROGRAMS {
            assert_eq!(find(program.name).unwrap().source, program.source);
            assert!(!["describe", "run-so"].contains(&program.name));
        }
    }

    #[test]
    fn every_program_is_a_case_with_the_name_of_its_file() {
        for program in PROGRAMS {
            let case = program.case().unwrap_or_else(|errors| panic!("{errors}"));
            assert_eq!(case.id.replacen('.', "_", 1), program.name);
        }
    }
}
