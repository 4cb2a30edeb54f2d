//! The whole profiler on a busy program: CPU time of the process for a fixed amount of work, with and without, by turns.

use std::hint::black_box;

use framecheck::sigprof::{Clock, Profiler};
use rustix::time::{ClockId, clock_gettime};

/// Some 0.4 s of work, thirty frames deep.
const TURNS: u64 = 250_000_000;
const DEPTH: usize = 30;

#[inline(never)]
fn work(depth: usize) -> u64 {
    if depth > 0 {
        return black_box(work(depth - 1)) + 1;
    }
    let mut value = black_box(1u64);
    for _ in 0..TURNS {
        value = value
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
    }
    black_box(value) >> 1
}

fn cpu_s() -> f64 {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    time.tv_sec as f64 + time.tv_nsec as f64 / 1e9
}

/// CPU seconds of the process, the collector's included, and those of start and stop apart.
fn measure(hz: Option<u32>, clock: Clock) -> (f64, f64) {
    let begin_s = cpu_s();
    let profiler = hz.map(|hz| Profiler::builder().hz(hz).clock(clock).start());
    let started_s = cpu_s();
    black_box(work(DEPTH));
    let worked_s = cpu_s();
    if let Some(profiler) = profiler {
        let profiler = profiler.expect("the profiler starts");
        black_box(profiler.stop().expect("the profiler stops"));
    }
    (
        worked_s - started_s,
        cpu_s() - worked_s + started_s - begin_s,
    )
}

/// Prints the table: medians of `rounds` pairs, each pair one after the other.
pub fn print(rounds: usize) {
    let clock = Clock::best().clock;
    println!("overhead on clock {clock}, CPU time of the process over that without a profiler");
    for hz in [100, 1000, 10_000] {
        let mut ends_s = 0.0;
        let mut ratios: Vec<f64> = (0..rounds)
            .map(|_| {
                let (without_s, _) = measure(None, clock);
                let (with_s, start_and_stop_s) = measure(Some(hz), clock);
                ends_s = start_and_stop_s;
                with_s / without_s
            })
            .collect();
        ratios.sort_by(f64::total_cmp);
        let median = ratios[ratios.len() / 2];
        println!(
            "{hz:>6} Hz   {:+.2} %   (from {:+.2} % to {:+.2} %)   start and stop {ends_s:.2} s",
            (median - 1.0) * 100.0,
            (ratios[0] - 1.0) * 100.0,
            (ratios[ratios.len() - 1] - 1.0) * 100.0
        );
    }
}
