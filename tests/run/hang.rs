//! A hang is told with every thread of the child and of its descendants.

use std::time::Duration;

use framecheck::run::hang::ThreadState;
use framecheck::run::program::Ended;

use crate::Test;
use crate::child;

/// The child takes a few milliseconds to start its thread and its child; the rest is for a machine that is busy.
const DEADLINE: Duration = Duration::from_secs(2);

pub fn tests() -> Vec<Test> {
    vec![("hang::every_thread_is_told_with_what_it_does", hang)]
}

fn hang() {
    let Some(ended) = child::run("hang", DEADLINE) else {
        return;
    };
    let Ended::TimedOut { wall, hang, said } = ended else {
        panic!("{ended:?}");
    };
    // Without the look at it, which may take ten seconds.
    assert!(
        wall >= DEADLINE && wall < DEADLINE + Duration::from_secs(5),
        "{wall:?}"
    );
    assert_eq!(said, "this is what it says");
    assert_eq!(hang.threads.len(), 3, "{hang}");
    let find = |is: &dyn Fn(&ThreadState) -> bool| {
        hang.threads
            .iter()
            .find(|thread| is(thread))
            .unwrap_or_else(|| panic!("{hang}"))
    };
    let main =
        find(&|thread| thread.pid == thread.tid && thread.syscall.as_deref() == Some("futex"));
    assert_eq!((&*main.name, main.state), (child::name(), 'S'), "{hang}");
    let spinner = find(&|thread| thread.name == "spinner");
    assert_eq!((spinner.pid, spinner.state), (main.pid, 'R'), "{hang}");
    assert!(spinner.tid != main.tid && spinner.cpu > main.cpu, "{hang}");
    let descendant = find(&|thread| thread.pid != main.pid);
    assert_eq!(descendant.syscall.as_deref(), Some("pause"), "{hang}");
    for sleeper in [main, descendant] {
        assert!(
            sleeper.wchan.is_some() || !sleeper.kernel_stack.is_empty(),
            "{hang}"
        );
    }
    if !child::has("gdb", "--version") {
        assert_eq!(hang.no_user_stack.as_deref(), Some("gdb is not installed"));
        return;
    }
    if let Some(why) = &hang.no_user_stack {
        eprintln!("SKIPPED in part: {why}");
        return;
    }
    for (thread, function) in [
        (main, "starts_and_waits"),
        (spinner, "spins"),
        (descendant, "pause"),
    ] {
        assert!(
            thread
                .user_stack
                .iter()
                .any(|frame| frame.contains(function)),
            "{function} is not there:\n{hang}"
        );
    }
    eprintln!("{hang}");
}
