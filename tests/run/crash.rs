//! A crash is told with its signal, address, place and thread, or with the reason why not.

use std::fs;
use std::time::Duration;

use framecheck::run::crash::Crash;
use framecheck::run::program::{Ended, Endpoint};

use crate::Test;
use crate::child;

const DEADLINE: Duration = Duration::from_secs(60);

pub fn tests() -> Vec<Test> {
    vec![
        ("crash::a_null_write_has_its_address_and_place", null_write),
        ("crash::a_crash_in_a_thread_is_that_threads", thread),
        (
            "crash::a_signal_without_an_address_says_why",
            without_address,
        ),
        ("crash::a_bus_error_has_the_address_behind_the_file", bus),
        (
            "crash::without_a_core_dump_the_log_or_a_reason_stands_in",
            no_core,
        ),
    ]
}

/// Whether a crash leaves a core dump in the child's folder. Elsewhere there may be no more than a reason.
fn has_cores() -> bool {
    let pattern = fs::read_to_string("/proc/sys/kernel/core_pattern").unwrap_or_default();
    let limits = fs::read_to_string("/proc/self/limits").unwrap_or_default();
    let is_limited = limits.lines().any(|line| {
        line.starts_with("Max core file size") && line.split_whitespace().nth(5) == Some("0")
    });
    let has_cores = !pattern.contains(['|', '/']) && !pattern.trim().is_empty() && !is_limited;
    if !has_cores {
        eprintln!(
            "SKIPPED in part: core dumps go to {:?}; `sysctl kernel.core_pattern=core` and `ulimit -H -c unlimited` help",
            pattern.trim()
        );
    }
    has_cores
}

fn crash(how: &str) -> Option<Crash> {
    let ended = child::run(how, DEADLINE)?;
    let Ended::Crashed { crash, said } = ended else {
        panic!("{how}: {ended:?}");
    };
    assert_eq!(said, "this is what it says");
    Some(*crash)
}

fn null_write() {
    let Some(crash) = crash("null") else { return };
    assert_eq!((crash.signal, crash.name), (11, "SIGSEGV"));
    if !has_cores() {
        assert_eq!(
            crash.address.is_none(),
            crash.no_address.is_some(),
            "{crash}"
        );
        return;
    }
    assert_eq!(crash.address, Some(0x18), "{crash}");
    let (file, offset) = crash.place.clone().expect("a place");
    assert_eq!(file, child::exe().unwrap().canonicalize().unwrap());
    assert!(offset > 0);
    assert_eq!(crash.thread.as_deref(), Some(child::name()), "{crash}");
    if child::has("gdb", "--version") {
        let leaf = &crash.stack[0];
        assert!(
            leaf.starts_with("writes_to at ") && leaf.contains("child.c:"),
            "{crash}"
        );
        assert!(
            crash
                .stack
                .last()
                .is_some_and(|root| root.starts_with("main")),
            "{crash}"
        );
    }
    let text = crash.to_string();
    assert!(
        text.starts_with("SIGSEGV (11) at address 0x18, where nothing is mapped\n  pc 0x"),
        "{text}"
    );
}

fn thread() {
    let Some(crash) = crash("thread") else { return };
    if !has_cores() {
        return;
    }
    assert_eq!(crash.address, Some(0x18), "{crash}");
    assert!(crash.tid.is_some(), "{crash}");
    // Only the kernel's log has the name, which not everybody may read, and it may have dropped the line.
    assert!(
        matches!(crash.thread.as_deref(), None | Some("the writer")),
        "{crash}"
    );
    if child::has("gdb", "--version") {
        assert!(
            crash.stack.iter().any(|frame| frame.starts_with("writer")),
            "{crash}"
        );
        assert!(
            !crash.stack.iter().any(|frame| frame.starts_with("main")),
            "{crash}"
        );
    }
}

fn without_address() {
    let Some(abort) = crash("abort") else { return };
    assert_eq!((abort.name, abort.address), ("SIGABRT", None));
    assert!(abort.no_address.is_some(), "{abort}");
    let noncanonical = crash("noncanonical").unwrap();
    assert_eq!((noncanonical.name, noncanonical.address), ("SIGSEGV", None));
    if has_cores() {
        assert_eq!(abort.cause.as_deref(), Some("sent by the program itself"));
        let why = noncanonical.no_address.as_deref().unwrap();
        assert!(why.contains("canonical"), "{why}");
    }
}

fn bus() {
    let Some(crash) = crash("bus") else { return };
    assert_eq!(crash.name, "SIGBUS");
    if has_cores() {
        assert_eq!(
            crash.address.map(|address| address % 4096),
            Some(0x20),
            "{crash}"
        );
    }
}

fn no_core() {
    let Some(exe) = child::exe() else { return };
    let script = format!("ulimit -c 0; exec {} \"$1\"", exe.display());
    let endpoint = Endpoint {
        exe: "/bin/sh".into(),
        args: vec!["-c".into(), script.into(), "sh".into()],
    };
    let ended = child::ask(&endpoint, "null", DEADLINE);
    let Ended::Crashed { crash, .. } = ended else {
        panic!("{ended:?}");
    };
    assert_eq!(crash.stack, Vec::<String>::new());
    match crash.address {
        // From the kernel's log, which has the name and the place too.
        Some(address) => {
            assert_eq!(
                (address, crash.thread.as_deref()),
                (0x18, Some(child::name())),
                "{crash}"
            );
            assert!(crash.pc.is_some(), "{crash}");
        }
        None => {
            eprintln!("SKIPPED in part: {crash}; as root the kernel's log would have it");
            let why = crash.no_address.as_deref().unwrap();
            assert!(
                why.contains("core") && (why.contains("log") || why.contains("/proc")),
                "{why}"
            );
        }
    }
}
