//! Making stacks of different builds and runtimes comparable: start-up frames above the program are cut, names lose
//! what compilers hang on them, and the root is `main`, whatever the language calls it.
//!
//! The lists are closed and stand here alone. The profile itself keeps everything.

/// What runs before a program's or a thread's own code, in Rust and C on the platforms that there are.
const START_UP: &[&str] = &[
    "_start",
    "__libc_start_main",
    "__libc_start_main_impl",
    "__libc_start_call_main",
    "start_thread",
    "clone",
    "clone3",
    // Go's, which calls `main.main`.
    "runtime.main",
    "__clone",
    "__clone3",
    "__rust_try",
];

/// Modules of the Rust runtime that start `main` and threads.
const START_UP_MODULES: &[&str] = &[
    "std::rt::",
    "std::panic::",
    "std::panicking::",
    "std::sys::backtrace::__rust_begin_short_backtrace",
    // pprof's demangler takes one underscore of a Rust name for the mangling's.
    "std::sys::backtrace::_rust_begin_short_backtrace",
    "std::sys_common::backtrace::__rust_begin_short_backtrace",
    "std::sys::thread::",
    "<std::sys::thread::",
    "std::sys::pal::unix::thread::",
    "<std::sys::pal::unix::thread::",
    "std::thread::",
    "core::ops::function::impls::",
    "core::ops::function::FnOnce::call_once",
    // Our own pthread_create, which the function that a thread is to run is called by.
    "framecheck::sigprof::threads::",
];

/// Libraries whose start-up functions have no name where they are stripped: glibc starts `main` and threads from static
/// functions. An unnamed frame shows as its file in brackets.
const START_UP_FILES: &[&str] = &["[libc.so", "[libc-2.", "[libpthread", "[ld-linux", "[ld-2."];

/// How the runtime calls a function or closure that it was given; whose, stands before this.
const START_UP_CALL: &str = " as core::ops::function::FnOnce<";

/// Where a process is before its program and after it, in C: roots of stacks that a profiler sees which is there from the first
/// instruction to the last. Such a stack is no part of the program.
const AROUND: &[&str] = &[
    "_dl_start_user",
    "_dl_start",
    "_dl_init",
    "_dl_fini",
    "exit",
    "__GI_exit",
    "_exit",
    "__GI__exit",
    "__run_exit_handlers",
];

/// What a language calls the function that a program starts with; in Rust it is `CRATE::main`.
const MAINS: &[&str] = &["main", "main.main"];

/// A stack, root first, as patterns and snapshots see it.
pub fn normalize(stack: &[String]) -> Vec<String> {
    let names: Vec<String> = stack.iter().map(|name| bare(name)).collect();
    let mut frames = &names[start_up_len(&names)..];
    let root = frames
        .first()
        .filter(|root| is_main(root))
        .map(|_| "main".to_owned());
    if root.is_some() {
        frames = &frames[1..];
    }
    root.into_iter().chain(frames.iter().cloned()).collect()
}

/// Whether a normalised stack is one of the process's way to its program, or of its end.
pub fn is_around(stack: &[String]) -> bool {
    let is_of_it = |root: &String| AROUND.contains(&&**root) || root.starts_with("[ld-");
    stack.first().is_some_and(is_of_it)
}

/// How many frames at the root are of the start-up. The C `main` that rustc writes is one where Rust's runtime follows.
fn start_up_len(names: &[String]) -> usize {
    let runtime = |name: &String| is_runtime(name);
    let len = names
        .iter()
        .enumerate()
        .take_while(|(at, name)| {
            is_start_up(name) || (*name == "main" && names.get(at + 1).is_some_and(runtime))
        })
        .count();
    // A stack of nothing else (a thread interrupted as it starts) is kept: it is no empty stack.
    if len == names.len() { 0 } else { len }
}

/// Whether a frame of this name is cut at the root.
pub(super) fn is_start_up(name: &str) -> bool {
    START_UP.contains(&name)
        || START_UP_FILES.iter().any(|file| name.starts_with(file))
        || is_runtime(name)
}

/// Whether this is what a language calls the function that a program starts with.
pub(super) fn is_main(name: &str) -> bool {
    let is_word = |word: &str| word.chars().all(|c| c.is_alphanumeric() || c == '_');
    MAINS.contains(&name) || name.strip_suffix("::main").is_some_and(is_word)
}

fn is_runtime(name: &str) -> bool {
    let called =
        name.starts_with('<') && name.contains(START_UP_CALL) && name.contains("::call_once");
    called
        || START_UP_MODULES
            .iter()
            .any(|module| name.starts_with(module))
}

/// A name without the hash of a Rust symbol and the suffixes that C compilers add to clones and parts of a function.
pub fn bare(name: &str) -> String {
    let mut name = without_hash(name);
    while let Some(shorter) = without_suffix(name) {
        name = shorter;
    }
    without_disambiguators(name)
}

/// `std[e28293b1aa0f68bd]::rt` is how the newer mangling tells crates of one name apart. A slice `[u8]` stays: no name
/// stands right before it.
fn without_disambiguators(name: &str) -> String {
    let mut kept = String::with_capacity(name.len());
    let mut rest = name;
    while let Some((before, after)) = rest.split_once('[') {
        kept.push_str(before);
        let named = before.ends_with(|c: char| c.is_alphanumeric() || c == '_');
        match after.split_once(']') {
            Some((hash, behind)) if named && is_hex(hash) => rest = behind,
            _ => {
                kept.push('[');
                rest = after;
            }
        }
    }
    kept + rest
}

fn is_hex(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn without_hash(name: &str) -> &str {
    match name.rsplit_once("::h") {
        Some((rest, hash)) if hash.len() == 16 && is_hex(hash) => rest,
        _ => name,
    }
}

/// `.cold`, `.part.0`, `.constprop.0`, `.isra.0`, `.lto_priv.0` (gcc) and `.llvm.123` (clang, rustc).
fn without_suffix(name: &str) -> Option<&str> {
    let (rest, last) = name.rsplit_once('.')?;
    if last == "cold" && !rest.is_empty() {
        return Some(rest);
    }
    if last.is_empty() || !last.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let (stem, kind) = rest.rsplit_once('.')?;
    let known = ["cold", "part", "constprop", "isra", "lto_priv", "llvm"].contains(&kind);
    (known && !stem.is_empty()).then_some(stem)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(stack: &str, expected: &str) {
        let split = |text: &str| text.split(" > ").map(String::from).collect::<Vec<_>>();
        assert_eq!(normalize(&split(stack)), split(expected));
    }

    #[test]
    fn a_rust_programs_root_is_main() {
        check(
            "_start > __libc_start_main > __libc_start_call_main > main > std::rt::lang_start_internal > \
             std::rt::lang_start::{{closure}} > std::sys::backtrace::__rust_begin_short_backtrace > \
             core::ops::function::FnOnce::call_once > testprog::main > framecheck::programs::main > cpuHog",
            "main > framecheck::programs::main > cpuHog",
        );
    }

    #[test]
    fn the_newer_mangling_makes_no_difference() {
        check(
            "_start > main > std[e28293b1aa0f68bd]::rt::lang_start_internal > std[e28293b1aa0f68bd]::rt::lang_start::<()>::{closure#0} > \
             std[e28293b1aa0f68bd]::sys::backtrace::__rust_begin_short_backtrace::<fn(), ()> > \
             <fn() as core[c1f1a4ba060b9bfa]::ops::function::FnOnce<()>>::call_once > testprog[1f]::main > cpuHog",
            "main > cpuHog",
        );
        check(
            "clone3 > start_thread > <std[e2]::sys::thread::unix::Thread>::new::thread_start > \
             <alloc[fd]::boxed::Box<dyn core[c1]::ops::function::FnOnce<(), Output = ()>> as \
             core[c1]::ops::function::FnOnce<()>>::call_once > program::worker::<[u8], [u8; 3]>",
            "program::worker::<[u8], [u8; 3]>",
        );
    }

    #[test]
    fn the_loader_and_exit_are_around_the_program() {
        let is_around = |text: &str| {
            let stack: Vec<String> = text.split(" > ").map(String::from).collect();
            super::is_around(&normalize(&stack))
        };
        assert!(is_around(
            "_start > [libc.so.6] > __GI_exit > __run_exit_handlers > write_truth"
        ));
        assert!(is_around("[ld-linux-x86-64.so.2] > [ld-linux-x86-64.so.2]"));
        for program in [
            "_start > main > exit",
            "cpuHog",
            "[libc.so.6]",
            "clone3 > exiting",
        ] {
            assert!(!is_around(program), "{program}");
        }
    }

    #[test]
    fn gos_main_is_main() {
        check("runtime.main > main.main > main.hog", "main > main.hog");
    }

    #[test]
    fn a_c_programs_root_is_main() {
        check(
            "_start > __libc_start_main > main > run > cpuHog",
            "main > run > cpuHog",
        );
    }

    #[test]
    fn a_stripped_libc_starts_programs_and_threads_too() {
        check(
            "_start > __libc_start_main > [libc.so.6] > main > run > cpuHog > [libc.so.6]",
            "main > run > cpuHog > [libc.so.6]",
        );
        check(
            "[libc.so.6] > [libc.so.6] > cpuHogThread2 > cpuHogThread",
            "cpuHogThread2 > cpuHogThread",
        );
        check("[libc.so.6] > [libc.so.6]", "[libc.so.6] > [libc.so.6]");
        check("[libcrypto.so.3] > level1", "[libcrypto.so.3] > level1");
    }

    #[test]
    fn a_go_programs_root_is_main() {
        check("main.main > cpuHog", "main > cpuHog");
    }

    #[test]
    fn a_threads_root_is_its_own_function() {
        check(
            "clone3 > start_thread > cpuHogThread2 > cpuHogThread",
            "cpuHogThread2 > cpuHogThread",
        );
        check(
            "clone3 > start_thread > std::sys::thread::unix::Thread::new::thread_start > \
             <alloc::boxed::Box<F,A> as core::ops::function::FnOnce<Args>>::call_once > program::worker",
            "program::worker",
        );
    }

    #[test]
    fn start_up_frames_elsewhere_stay() {
        check("main > clone > start_thread", "main > clone > start_thread");
        check("run > main > cpuHog", "run > main > cpuHog");
    }

    #[test]
    fn a_stack_of_start_up_frames_alone_stays() {
        check("clone3 > start_thread", "clone3 > start_thread");
    }

    #[test]
    fn decorations_go_and_lookalikes_stay() {
        for (name, expected) in [
            ("a::b::h0123456789abcdef", "a::b"),
            ("a::b::h0123456789abcdeg", "a::b::h0123456789abcdeg"),
            ("a::hello", "a::hello"),
            ("work.cold", "work"),
            ("work.cold.3", "work"),
            ("work.part.0", "work"),
            ("work.constprop.0.isra.1", "work"),
            ("f.llvm.12345", "f"),
            ("a::b.llvm.12345", "a::b"),
            ("main.main", "main.main"),
            ("version.2", "version.2"),
            (".cold", ".cold"),
        ] {
            assert_eq!(bare(name), expected, "{name}");
        }
    }
}
