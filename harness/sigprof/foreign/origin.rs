//! Whose thread is it: one of the host, or one that foreign code made? Go knows by `g == nil`; Rust's std keeps its mark
//! in thread-local storage that a handler must not touch. But every thread of std begins in the same function, and
//! what a thread begins with passes through our pthread_create. So std is asked once for a thread, and refused it when
//! it has said with which function that would begin; threads that begin with any other are foreign.
//!
//! Known of threads that are made while a profiler runs and pthread_create is interposed. All others are taken for the
//! host's: a sample of them outside `call` asks no hook and is unwound natively.

use std::cell::Cell;
use std::sync::OnceLock;
use std::thread::Builder;

thread_local! {
    /// Where the thread that asks finds the answer. Without a destructor: pthread_create may be called late.
    static ANSWER: Cell<Asking> = const { Cell::new(Asking::Nothing) };
}

#[derive(Clone, Copy)]
enum Asking {
    Nothing,
    Asked,
    Answered(usize),
}

/// Whether a thread that begins with `start` is one of the host. Called outside handlers, by the thread that makes it.
pub fn is_host_start(start: usize) -> bool {
    static HOST_START: OnceLock<Option<usize>> = OnceLock::new();
    // Where std gives no answer nothing is known to be foreign.
    HOST_START
        .get_or_init(ask_std)
        .is_none_or(|host| host == start)
}

fn ask_std() -> Option<usize> {
    ANSWER.set(Asking::Asked);
    let refused = Builder::new().spawn(|| ());
    drop(refused);
    match ANSWER.replace(Asking::Nothing) {
        Asking::Answered(start) => Some(start),
        _ => None,
    }
}

/// Whether this call of pthread_create is the question, which has its answer herewith: no thread is to be made.
pub fn is_question(start: usize) -> bool {
    let is_asked = matches!(ANSWER.get(), Asking::Asked);
    if is_asked {
        ANSWER.set(Asking::Answered(start));
    }
    is_asked
}

#[cfg(all(test, feature = "interpose"))]
mod tests {
    use super::*;

    #[test]
    fn std_says_where_its_threads_begin_and_nothing_else_begins_there() {
        let start = ask_std().unwrap();
        assert!(is_host_start(start));
        assert!(!is_host_start(start + 1));
        assert_eq!(ask_std(), Some(start), "the same each time");
        // And threads are made again afterwards.
        assert_eq!(std::thread::spawn(|| 7).join().unwrap(), 7);
    }
}
