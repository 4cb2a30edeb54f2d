//! The program must not notice that it is profiled: whatever it does, it ends as it would have ended, and what the
//! profiler could not see it declares.
//!
//! One file an item. Each runs in a process of its own, with a deadline, on every clock; and again with the protection
//! taken out (a mutant of `harness/mutant`), and then it must fail, in the way that its file says. This file is the
//! list.
#![allow(missing_docs)] // A test has no outside.

#[cfg(sigprof)]
mod case;
#[cfg(sigprof)]
mod child;
#[cfg(sigprof)]
mod run;

#[cfg(sigprof)]
mod cases {
    pub mod eintr;
    pub mod errno;
    pub mod exec;
    pub mod exit;
    pub mod fork;
    pub mod jump;
    pub mod limits;
    pub mod own_handler;
    pub mod rbp_data;
    pub mod seccomp;
    pub mod small_altstack;
    pub mod small_stack;
    pub mod start_stop;
    pub mod storm;
    pub mod tls;
    pub mod vfork;
}

#[cfg(sigprof)]
fn cases() -> Vec<case::Case> {
    use cases::*;
    [
        eintr::CASES,
        errno::CASES,
        exec::CASES,
        exit::CASES,
        fork::CASES,
        jump::CASES,
        limits::CASES,
        own_handler::CASES,
        rbp_data::CASES,
        seccomp::CASES,
        small_altstack::CASES,
        small_stack::CASES,
        start_stop::CASES,
        storm::CASES,
        tls::CASES,
        vfork::CASES,
    ]
    .concat()
}

#[cfg(sigprof)]
fn main() {
    child::main_if_child(&cases());
    let arguments = libtest_mimic::Arguments::from_args();
    let trials = cases().into_iter().flat_map(run::trials).collect();
    libtest_mimic::run(&arguments, trials).exit();
}

#[cfg(not(sigprof))]
fn main() {}
