//! What a snapshot leaves out of a stack: frames that depend on how much a compiler inlined, and frames of the machinery
//! that a program is run by. A snapshot must be the same for debug and release builds.
//!
//! The rule stands here alone, and is for snapshots only: claims see all frames.

/// Modules of the standard library: a debug build calls what a release build inlines.
const LIBRARY: &[&str] = &[
    "core::", "std::", "alloc::", "<core::", "<std::", "<alloc::", "rustix::",
];

/// Our own frames between `main` and a program, and around a foreign call.
const MACHINERY: &[&str] = &[
    "framecheck::cli::",
    "framecheck::programs::main",
    "framecheck::programs::protocol::",
    "framecheck::programs::ffi::",
    "framecheck::sigprof::",
    "<framecheck::sigprof::",
];

/// Our own functions that do something beside the program's work; what they call is theirs.
const BESIDES: &[&str] = &[
    "framecheck::programs::meter::",
    "framecheck::programs::session::",
    "<framecheck::programs::session::",
    "framecheck::programs::truth::",
    "framecheck::sigprof::capture",
];

/// A normalised stack without the frames that a snapshot does not show.
pub fn elide(stack: &[String]) -> Vec<String> {
    let starts = |name: &str, list: &[&str]| list.iter().any(|prefix| name.starts_with(prefix));
    stack
        .iter()
        .take_while(|name| !starts(name, BESIDES))
        .filter(|name| !starts(name, LIBRARY) && !starts(name, MACHINERY) && !is_closure(name))
        .cloned()
        .collect()
}

/// As the two manglings of Rust spell it.
fn is_closure(name: &str) -> bool {
    name.contains("{{closure}}") || name.contains("{closure#")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(stack: &str, expected: &str) {
        let split = |text: &str| text.split(" > ").map(String::from).collect::<Vec<_>>();
        assert_eq!(elide(&split(stack)), split(expected));
    }

    #[test]
    fn a_debug_build_and_a_release_build_look_alike() {
        let shown = "main > framecheck::programs::p::run > cpuHog";
        check(shown, shown);
        check(
            "main > framecheck::programs::main > framecheck::programs::protocol::profile > \
             framecheck::programs::p::run > framecheck::sigprof::foreign::call > \
             framecheck::programs::p::run::{{closure}} > core::ops::function::FnOnce::call_once > \
             framecheck::programs::ffi::hog > cpuHog",
            shown,
        );
    }

    #[test]
    fn what_the_machinery_calls_beside_the_work_goes_with_it() {
        check(
            "main > framecheck::programs::p::run > framecheck::programs::session::Phase::more > \
             framecheck::programs::meter::thread_cpu_ns > clock_gettime > __vdso_clock_gettime",
            "main > framecheck::programs::p::run",
        );
    }
}
