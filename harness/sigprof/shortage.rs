//! How much of a process's CPU time a profile has seen, and what is said where that is too little.

use super::sys;

/// CPU time of the whole process so far.
pub fn cpu_ns() -> u64 {
    u64::try_from(sys::clock_ns(libc::CLOCK_PROCESS_CPUTIME_ID)).unwrap_or(0)
}

/// Less than three quarters of the CPU time seen, by more than chance: whoever is to blame, the reader must know.
pub fn remark(seen_ns: u64, cpu_ns: u64, period_ns: u64) -> Option<String> {
    let missing_ns = cpu_ns.saturating_sub(seen_ns);
    let is_short = missing_ns > cpu_ns / 4 && missing_ns > 20 * period_ns;
    let [seen_ms, cpu_ms] = [seen_ns, cpu_ns].map(|ns| ns / 1_000_000);
    is_short.then(|| format!("CPU time seen: {seen_ms} ms of {cpu_ms} ms"))
}
