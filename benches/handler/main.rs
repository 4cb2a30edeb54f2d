//! What a sample costs: the handler's fixed part and its slope a frame, beside libgcc's unwinder (the `backtrace` crate)
//! in the same run; and what the whole profiler costs a busy program at several rates.
//!
//! `cargo bench --bench handler`. Exit 1 where the slope is more than a tenth of libgcc's.
#![allow(unsafe_code, missing_docs)]

#[cfg(sigprof)]
mod cost;
#[cfg(sigprof)]
mod overhead;
#[cfg(sigprof)]
mod replay;

#[cfg(sigprof)]
fn main() {
    // `cargo test --benches` runs benchmarks too, to see that they run.
    let is_test = !std::env::args().any(|argument| argument == "--bench");
    let rounds = if is_test { 2 } else { 120 };
    let is_within = cost::print(rounds);
    println!();
    overhead::print(if is_test { 1 } else { 7 });
    if !is_within && !is_test {
        std::process::exit(1);
    }
}

#[cfg(not(sigprof))]
fn main() {}
