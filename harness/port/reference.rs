//! The reference port's names: the profiler in this crate, on the programs in this crate.

use crate::case::hosts::Hosts;

/// Roots that say of themselves that there is nothing above them.
const PSEUDO_ROOTS: &[&str] = &["_ExternalCode", "_VDSO", "_System", "lost samples"];
/// Where glibc starts a thread; without a name where it is stripped.
const THREAD_ROOTS: &[&str] = &["clone3", "__clone3", "clone", "__clone", "[libc.so.6]"];

/// The outermost frame that the hooks of our programs answer for a thread that C made: such a stack is what the hook
/// says, and the hook does not know of glibc's frames. Nothing ever calls it, so that no unwound stack has it.
const ANSWERED_ROOTS: &[&str] = &["cpuHogThread2"];

/// The in-crate profiler.
#[derive(Clone, Copy, Debug)]
pub struct Reference;

impl Hosts for Reference {
    fn function(&self, name: &str) -> Option<String> {
        Some(format!("framecheck::programs::{name}::run"))
    }

    /// A Rust function has a path. The C of the plain set has none, and there is no C++ in it.
    fn is_host(&self, frame: &str) -> bool {
        frame == "main" || frame.contains("::")
    }

    /// It walks to the very root: `_start` on the main thread, which is the one that has a C `main`.
    fn is_whole(&self, stack: &[String]) -> bool {
        let Some(root) = stack.first() else {
            return false;
        };
        let root = root.as_str();
        match stack.iter().any(|frame| frame == "main") {
            true => root == "_start",
            false => [PSEUDO_ROOTS, THREAD_ROOTS, ANSWERED_ROOTS, &["_start"]]
                .iter()
                .any(|roots| roots.contains(&root)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_whole(stack: &str) -> bool {
        let frames: Vec<String> = stack.split(" > ").map(str::to_owned).collect();
        Reference.is_whole(&frames)
    }

    #[test]
    fn a_root_that_is_missing_is_missed() {
        assert!(is_whole(
            "_start > __libc_start_main > [libc.so.6] > main > cpuHog"
        ));
        assert!(
            !is_whole("__libc_start_main > [libc.so.6] > main > cpuHog"),
            "one frame lost"
        );
        assert!(!is_whole("[libc.so.6] > main > cpuHog"), "two");
        assert!(!is_whole("main > cpuHog"), "three");
        assert!(
            !is_whole("testprog::main > cpuHog"),
            "so many that not even C's main is left"
        );
        assert!(
            is_whole("[libc.so.6] > [libc.so.6] > hog") && is_whole("clone3 > start_thread > hog")
        );
        assert!(!is_whole("start_thread > hog"));
        assert!(is_whole("_ExternalCode > [memfd]"));
        assert!(is_whole("cpuHogThread2 > cpuHogThread") && !is_whole("cpuHogThread"));
    }
}
