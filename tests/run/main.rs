//! Running children, for real: crashes of C programs, hangs, what is left behind, and the protocol of the `testprog` executable.
//! Each file is a noun; this one only collects their tests.

mod child;
mod crash;
mod hang;
mod leftovers;
mod protocol;

use std::process::ExitCode;

use libtest_mimic::{Arguments, Failed, Trial};

fn main() -> ExitCode {
    // The process that is interrupted in `leftovers`: this executable again.
    if let Some(code) = leftovers::helper() {
        return code;
    }
    let tests = [
        crash::tests(),
        hang::tests(),
        leftovers::tests(),
        protocol::tests(),
    ];
    let trials = tests.into_iter().flatten().map(|(name, test)| {
        let run = move || {
            test();
            Ok::<(), Failed>(())
        };
        Trial::test(name, run)
    });
    libtest_mimic::run(&Arguments::from_args(), trials.collect()).exit_code()
}

/// A name, and what panics where it does not hold.
type Test = (&'static str, fn());
