//! What a snapshot leaves out of a stack: frames that depend on how much a compiler inlined, and frames of the machinery
//! that a program is run by. A snapshot must be the same for debug and release builds.
//!
//! The rule stands here alone, and is for snapshots only: claims see all frames.

use std::collections::BTreeMap;

/// Modules of the standard library: a debug build calls what a release build inlines.
const LIBRARY: &[&str] = &[
    "core::", "std::", "alloc::", "<core::", "<std::", "<alloc::", "rustix::",
];

/// How the library calls a function or closure that it was given; whose, stands before this.
const LIBRARY_CALL: &str = " as core::ops::function::Fn";

/// Our own frames between `main` and a program, and around a foreign call.
const MACHINERY: &[&str] = &[
    "framecheck::cli::",
    "framecheck::programs::main",
    "framecheck::programs::embedded::",
    "framecheck::programs::protocol::",
    "framecheck::programs::ffi::",
    "framecheck::programs::ffi_crossing::",
    "framecheck::programs::ffi_artefact::",
    "<framecheck::programs::ffi_artefact::",
    "framecheck::sigprof::",
    "<framecheck::sigprof::",
];

/// Our own functions that do something beside the program's work, and so does what they call: a stack with one of them is in no
/// snapshot. Cut before it, it would look like work; and a clock on the wall that finds its thread where the processor was given
/// away finds it in the system call that reads a clock, heavily.
const BESIDES: &[&str] = &[
    "framecheck::programs::meter::",
    "framecheck::programs::session::",
    "<framecheck::programs::session::",
    "framecheck::programs::truth::",
    "framecheck::sigprof::capture",
];

/// A normalised stack without the frames that a snapshot does not show; None where it is not of the program's work.
pub fn elide(stack: &[String]) -> Option<Vec<String>> {
    let starts = |name: &str, list: &[&str]| list.iter().any(|prefix| name.starts_with(prefix));
    let library = |name: &str| {
        starts(name, LIBRARY) || (name.starts_with('<') && name.contains(LIBRARY_CALL))
    };
    if stack.iter().any(|name| starts(name, BESIDES)) {
        return None;
    }
    let kept = |name: &&String| !library(name) && !starts(name, MACHINERY) && !is_closure(name);
    Some(stack.iter().filter(kept).cloned().collect())
}

/// What a snapshot shows of a profile: each elided stack once, in order, never a count. Below `SHOWN_SHARE` of the samples a
/// stack is left out: where a sample falls into the few instructions between two batches is chance.
pub fn snapshot<'a>(stacks: impl IntoIterator<Item = (&'a [String], u64)>) -> Vec<String> {
    let mut counts: BTreeMap<String, u64> = BTreeMap::new();
    let mut all = 0;
    for (frames, count) in stacks {
        all += count;
        if let Some(frames) = elide(frames) {
            *counts.entry(frames.join(" > ")).or_default() += count;
        }
    }
    let shown = |count: u64| count as f64 >= SHOWN_SHARE * all as f64;
    counts
        .into_iter()
        .filter(|&(_, count)| shown(count))
        .map(|(stack, _)| stack)
        .collect()
}

/// Half of the least that a program's claims count on, a tenth of its samples; and with at most 3 in 10000 between two
/// batches, five of a hundred samples fall there once in 10⁹ runs.
const SHOWN_SHARE: f64 = 0.05;

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
        assert_eq!(elide(&split(stack)), Some(split(expected)));
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
    fn a_snapshot_has_each_stack_once_and_no_chance_in_it() {
        let frames = |text: &str| text.split(" > ").map(String::from).collect::<Vec<_>>();
        let (hog, call, loose) = (
            frames("main > hog"),
            frames("main > core::x > hog"),
            frames("main"),
        );
        let shown = snapshot([(&hog[..], 48), (&call[..], 48), (&loose[..], 4)]);
        assert_eq!(shown, ["main > hog"]);
    }

    #[test]
    fn what_is_done_beside_the_work_is_in_no_snapshot_however_much_it_weighs() {
        let frames = |text: &str| text.split(" > ").map(String::from).collect::<Vec<_>>();
        let beside = frames(
            "main > framecheck::programs::p::run > framecheck::programs::session::Phase::more > \
             framecheck::programs::meter::thread_cpu_ns > clock_gettime > __vdso_clock_gettime",
        );
        assert_eq!(elide(&beside), None);
        let hog = frames("main > hog");
        assert_eq!(
            snapshot([(&hog[..], 50), (&beside[..], 50)]),
            ["main > hog"]
        );
    }
}
