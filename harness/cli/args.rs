//! What the command line takes.

use std::ffi::OsString;
use std::num::NonZeroUsize;

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
    /// Run programs under the reference profiler and say whether each profile shows what it must
    Run(Run),
    /// List the programs
    List {
        /// How to print it
        #[arg(long, value_enum, default_value_t)]
        format: Format,
    },
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
    /// Names or globs (`foreign_hook*`) of programs; all by default
    #[arg(value_name = "PROGRAM|GLOB")]
    pub programs: Vec<String>,
    /// What delivers the signals: thread, process, perf, wall; or best, the best that this host allows
    #[arg(long)]
    pub clock: Option<String>,
    /// How many programs run at once; by default as many as there are processors
    #[arg(long)]
    pub jobs: Option<NonZeroUsize>,
    /// How to print the results
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Format {
    #[default]
    Text,
    Json,
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_arguments_are_consistent() {
        Arguments::command().debug_assert();
    }
}
