//! The handler's cost at two depths, and libgcc's at the same: the slope between them is the cost of a frame.

use std::hint::black_box;
use std::thread::sleep;
use std::time::{Duration, Instant};

use framecheck::sigprof::foreign;

use crate::replay;

/// The depths between which the slope is taken.
const DEPTHS: [usize; 2] = [50, 200];
/// Ours may be so much of libgcc's slope.
const SLOPE_SHARE_MAX: f64 = 0.1;
/// The collector takes the batch out of the ring meanwhile.
const PAUSE: Duration = Duration::from_millis(3);

/// Calls itself `depth` times, and then `leaf`.
#[inline(never)]
fn deep<T>(depth: usize, leaf: &mut dyn FnMut() -> T) -> T {
    let value = match depth {
        0 => leaf(),
        _ => deep(depth - 1, leaf),
    };
    black_box(value)
}

fn handler_ns(depth: usize, rounds: usize) -> Vec<u64> {
    collect(rounds, || deep(depth, &mut replay::costs_here))
}

fn in_foreign_call_ns(depth: usize, rounds: usize) -> Vec<u64> {
    collect(rounds, || {
        deep(depth, &mut || foreign::call(replay::costs_here))
    })
}

fn collect(rounds: usize, mut batch: impl FnMut() -> [u64; replay::BATCH]) -> Vec<u64> {
    let clock_ns = replay::clock_ns();
    // The first batch warms the caches, of the processor and of the walk.
    batch();
    let mut all = Vec::new();
    for _ in 0..rounds {
        sleep(PAUSE);
        all.extend(batch().map(|ns| ns.saturating_sub(clock_ns)));
    }
    all.sort_unstable();
    all
}

fn libgcc_ns(depth: usize, rounds: usize) -> Vec<u64> {
    let walk = || {
        let mut frames = 0;
        backtrace::trace(|frame| {
            black_box(frame.ip());
            frames += 1;
            true
        });
        frames
    };
    collect(rounds, || {
        deep(depth, &mut || {
            std::array::from_fn(|_| {
                let before = Instant::now();
                assert!(black_box(walk()) > depth);
                before.elapsed().as_nanos() as u64
            })
        })
    })
}

fn quantile(sorted: &[u64], q: f64) -> f64 {
    sorted[((sorted.len() - 1) as f64 * q) as usize] as f64
}

/// One line; the slope a frame and the fixed part, in nanoseconds, by the medians.
fn row(name: &str, costs: [Vec<u64>; 2]) -> (f64, f64) {
    let [p50, p999] = [0.5, 0.999].map(|q| costs.each_ref().map(|costs| quantile(costs, q)));
    let frames = (DEPTHS[1] - DEPTHS[0]) as f64;
    let slope_ns = (p50[1] - p50[0]) / frames;
    let fixed_ns = p50[0] - slope_ns * DEPTHS[0] as f64;
    println!(
        "{name:<30} {:>9.0} {:>9.0}   {:>9.0} {:>9.0}   {fixed_ns:>7.0} {slope_ns:>8.1}",
        p50[0], p999[0], p50[1], p999[1]
    );
    (slope_ns, fixed_ns)
}

/// Prints the table; whether the slope is within its bound.
pub fn print(rounds: usize) -> bool {
    let profiler = replay::start();
    println!(
        "ns a sample                    depth 50: p50    p99.9   200: p50      p99.9     fixed  a frame"
    );
    let (ours, _) = row(
        "sigprof, the handler",
        DEPTHS.map(|d| handler_ns(d, rounds)),
    );
    row(
        "sigprof, in a foreign call",
        DEPTHS.map(|d| in_foreign_call_ns(d, rounds)),
    );
    let (theirs, _) = row(
        "backtrace (libgcc), a walk",
        DEPTHS.map(|d| libgcc_ns(d, rounds)),
    );
    let profile = profiler.stop().expect("the profiler stops");
    for comment in profile.comments() {
        println!("  {comment}");
    }
    let share = ours / theirs;
    println!("a frame costs {share:.3} of libgcc's; at most {SLOPE_SHARE_MAX} is wanted");
    share <= SLOPE_SHARE_MAX
}
