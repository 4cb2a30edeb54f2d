//! What the command line takes.

use std::ffi::OsString;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::str::FromStr;

use clap::{Args, Parser, Subcommand, ValueEnum};

/// Does a CPU profiler see the frames it must see, the foreign (C) ones above all?
#[derive(Debug, Parser)]
#[command(name = "framecheck", version, arg_required_else_help = true)]
pub struct Arguments {
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run cases under the reference profiler, or others, and say whether each profile shows what it must
    Run(Run),
    /// List the cases
    List {
        /// How to print it
        #[arg(long, value_enum, default_value_t)]
        format: Format,
    },
    /// Judge a profile that exists: no build, no run
    Check(Check),
    /// Write the annotated skeleton of a case, stack.leaf in stack_leaf.c, into this folder
    New {
        /// The case's id: words of a-z, 0-9 and _, joined by dots
        #[arg(value_name = "CASE")]
        case: String,
    },
    /// Run each mutant of the reference against the cases that kill it, and one that must not
    Mutants(Mutants),
    /// Look at a profile: `go tool pprof`'s flags and layout
    #[command(disable_help_flag = true)]
    Pprof {
        /// -top, -traces and their flags, the executable if wanted, the profile
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        args: Vec<OsString>,
    },
    /// Look for what is odd in a profile, beyond what makes it invalid: a finding a line; exit 1 if there is one
    Lint {
        /// The profiles
        #[arg(required = true, value_name = "PROFILE")]
        profiles: Vec<OsString>,
    },
    /// Say what this host can do: its tick, its clocks and which is best, compilers
    Doctor,
}

#[derive(Args, Debug)]
pub struct Run {
    /// Ids or globs (`foreign.*`) of cases, or C files with a case of their own; all cases by default
    #[arg(value_name = "CASE|GLOB|FILE")]
    pub cases: Vec<String>,
    /// The profilers under test: a name, NAME or NAME:FLAVOUR (ports/NAME/port.toml), the path of a manifest, or an executable that
    /// speaks the protocol; by default the reference
    #[arg(long, value_name = "NAME|PATH")]
    pub port: Vec<String>,
    /// Only these variants, such as o2 or o0+fp; by default those that each case names
    #[arg(long, value_name = "VARIANT")]
    pub variant: Vec<String>,
    /// What delivers the reference's signals: thread, process, perf, wall; or best, the best that this host allows
    #[arg(long)]
    pub clock: Option<String>,
    /// Where the lengths of phases and salted names come from; a report says which it was
    #[arg(long)]
    pub seed: Option<u64>,
    /// Long cases too
    #[arg(long)]
    pub long: bool,
    /// How many cases run at once; by default as many as there are processors
    #[arg(long)]
    pub jobs: Option<NonZeroUsize>,
    /// Only each Nth case, beginning with the Kth: K/N
    #[arg(long, value_name = "K/N")]
    pub partition: Option<Partition>,
    /// How to print the results; json is an object a case, one a line
    #[arg(long, value_enum, default_value_t)]
    pub format: RunFormat,
    /// Add what fails to the ports' lists of expected failings, with the reasons left to fill
    #[arg(long)]
    pub write_expectations: bool,
}

#[derive(Args, Debug)]
pub struct Check {
    /// The case's id, or its file
    #[arg(value_name = "CASE|FILE")]
    pub case: String,
    /// The profile: pprof's format, gzipped or not
    pub profile: PathBuf,
    /// The executable that the profile is of, for names that are not in it
    #[arg(long)]
    pub exe: Option<PathBuf>,
    /// What the program measured of itself; by default PROFILE.truth.json, if it is there
    #[arg(long)]
    pub truth: Option<PathBuf>,
    /// How to print the result
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
}

#[derive(Args, Debug)]
pub struct Mutants {
    /// Names or globs of mutants; all by default
    #[arg(value_name = "MUTANT|GLOB")]
    pub mutants: Vec<String>,
    /// What delivers the signals
    #[arg(long)]
    pub clock: Option<String>,
    /// Where the lengths of phases come from
    #[arg(long)]
    pub seed: Option<u64>,
    /// How many cases run at once; by default as many as there are processors
    #[arg(long)]
    pub jobs: Option<NonZeroUsize>,
}

/// Each `of`th case, beginning with the `part`th, from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Partition {
    pub part: usize,
    pub of: usize,
}

impl FromStr for Partition {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let numbers = text
            .split_once('/')
            .and_then(|(part, of)| Some((part.parse().ok()?, of.parse().ok()?)));
        match numbers {
            Some((part, of)) if (1..=of).contains(&part) => Ok(Partition { part, of }),
            _ => Err("two numbers, K/N, with K from 1 to N".into()),
        }
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Format {
    #[default]
    Text,
    Json,
}

/// The same for `run`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum RunFormat {
    #[default]
    Text,
    Json,
    Junit,
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_arguments_are_consistent() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn a_partition_is_one_of_so_many() {
        assert_eq!("2/3".parse(), Ok(Partition { part: 2, of: 3 }));
        for text in ["0/3", "4/3", "2", "a/b", "1/0"] {
            assert!(text.parse::<Partition>().is_err(), "{text}");
        }
    }
}
