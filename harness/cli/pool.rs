//! Work on many things at once, told in order, with a progress bar where somebody watches.

use std::io;
use std::num::NonZeroUsize;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

/// A piece of work.
pub struct Task<T> {
    pub what: T,
    /// What the progress bar calls it.
    pub name: String,
    /// Whether nothing may run beside it: it comes after the others.
    pub alone: bool,
}

/// As many at once as there are processors, or as were asked for.
pub fn jobs(asked: Option<NonZeroUsize>) -> usize {
    asked
        .or_else(|| thread::available_parallelism().ok())
        .map_or(1, NonZeroUsize::get)
}

/// Works on all tasks, and tells each result as soon as all before it are told.
pub fn each<T: Sync, R: Send>(
    tasks: &[Task<T>],
    jobs: usize,
    work: impl Fn(&T) -> R + Sync,
    tell: impl FnMut(R) -> io::Result<()> + Send,
) -> io::Result<()> {
    let bar = progress_bar(tasks.len());
    let order = Mutex::new(Order {
        waiting: tasks.iter().map(|_| None).collect(),
        next: 0,
        tell,
        result: Ok(()),
    });
    let (alone, together): (Vec<usize>, Vec<usize>) =
        (0..tasks.len()).partition(|&index| tasks[index].alone);
    let pass = |indices: &[usize], jobs: usize| {
        let next = AtomicUsize::new(0);
        thread::scope(|scope| {
            for _ in 0..jobs.min(indices.len()) {
                scope.spawn(|| {
                    while let Some(&index) = indices.get(next.fetch_add(1, Ordering::Relaxed)) {
                        bar.set_message(tasks[index].name.clone());
                        let result = work(&tasks[index].what);
                        bar.inc(1);
                        let mut order = order.lock().unwrap_or_else(|e| e.into_inner());
                        bar.suspend(|| order.put(index, result));
                    }
                });
            }
        });
    };
    pass(&together, jobs);
    pass(&alone, 1);
    bar.finish_and_clear();
    order.into_inner().unwrap_or_else(|e| e.into_inner()).result
}

struct Order<R, F> {
    waiting: Vec<Option<R>>,
    next: usize,
    tell: F,
    result: io::Result<()>,
}

impl<R, F: FnMut(R) -> io::Result<()>> Order<R, F> {
    fn put(&mut self, index: usize, result: R) {
        self.waiting[index] = Some(result);
        while let Some(ready) = self.waiting.get_mut(self.next).and_then(Option::take) {
            self.next += 1;
            if self.result.is_ok() {
                self.result = (self.tell)(ready);
            }
        }
    }
}

/// On stderr, and only where that is a terminal: elsewhere it draws nothing.
fn progress_bar(len: usize) -> ProgressBar {
    let bar = ProgressBar::new(len as u64);
    let style = ProgressStyle::with_template("{bar:30} {pos}/{len}  {elapsed}  {msg}");
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_are_told_in_order_and_what_is_alone_runs_alone() {
        let running = AtomicUsize::new(0);
        let tasks: Vec<Task<usize>> = (0..20)
            .map(|what| Task {
                what,
                name: what.to_string(),
                alone: what % 5 == 0,
            })
            .collect();
        let mut told = Vec::new();
        let work = |&what: &usize| {
            let beside = running.fetch_add(1, Ordering::SeqCst);
            thread::yield_now();
            running.fetch_sub(1, Ordering::SeqCst);
            assert!(what % 5 != 0 || beside == 0, "{what} is not alone");
            what
        };
        each(&tasks, 4, work, |what| {
            told.push(what);
            Ok(())
        })
        .unwrap();
        assert_eq!(told, (0..20).collect::<Vec<_>>());
    }
}
