//! What each clock promises: totals against the thread's own clock, which no profiler has a hand in. In this process, so
//! one test at a time. All bounds are on CPU time: how busy the machine is does not matter.
#![cfg(sigprof)]
#![allow(unsafe_code)] // An event of its own to compare with.

use std::hint::black_box;
use std::io::Write;
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;

use framecheck::pprof::{LabelData, Profile};
use framecheck::sigprof::host::tick_ns;
use framecheck::sigprof::{Clock, Profiler};

static ONE: Mutex<()> = Mutex::new(());

fn alone() -> MutexGuard<'static, ()> {
    ONE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// False, and said aloud, where the host refuses the clock.
fn is_available(clock: Clock, test: &str) -> bool {
    match clock.availability().refusal {
        None => true,
        Some(refusal) => {
            let _ = writeln!(
                std::io::stderr(),
                "SKIPPED {test} on {clock}: {refusal}; allow it"
            );
            false
        }
    }
}

fn thread_cpu_ns() -> u64 {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    time.tv_sec as u64 * 1_000_000_000 + time.tv_nsec as u64
}

/// Burns so much of the calling thread's CPU time, and a little more; how much it was.
fn burn(cpu_ns: u64) -> u64 {
    let start_ns = thread_cpu_ns();
    let mut x = 3u64;
    loop {
        for i in 0..20_000u64 {
            x = black_box(x.wrapping_mul(x ^ i));
        }
        let used_ns = thread_cpu_ns() - start_ns;
        if used_ns >= cpu_ns {
            return used_ns;
        }
    }
}

fn profiled_ns(profile: &Profile) -> i64 {
    profile
        .samples()
        .iter()
        .map(|sample| profile.values(sample)[1])
        .sum()
}

const SECOND_NS: u64 = 1_000_000_000;

/// CPU time of the profiler's own thread, which is not sampled: the first number of its schedstat (proc(5)).
fn collector_cpu_ns() -> u64 {
    let tasks = std::fs::read_dir("/proc/self/task").unwrap();
    let read = |task: &Path, file| std::fs::read_to_string(task.join(file)).unwrap_or_default();
    let own = tasks
        .map(|task| task.unwrap().path())
        .find(|task| read(task, "comm") == "sigprof\n");
    let schedstat = read(&own.unwrap(), "schedstat");
    schedstat.split(' ').next().unwrap().parse().unwrap()
}

/// CPU time of all threads of this process but the collector. No timer on the process's clock is armed here: that would
/// make it coarse.
fn sampled_cpu_ns() -> u64 {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    time.tv_sec as u64 * 1_000_000_000 + time.tv_nsec as u64 - collector_cpu_ns()
}

/// Profiles `threads` threads that burn `cpu_ns` each; what the profile sums to, over what the process was charged for
/// all its threads, those that wait and are interrupted by a wall timer included.
fn ratio(clock: Clock, hz: u32, threads: u64, cpu_ns: u64) -> f64 {
    let profiler = Profiler::builder().hz(hz).clock(clock).start().unwrap();
    let start_ns = sampled_cpu_ns();
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(move || burn(cpu_ns));
        }
    });
    let used_ns = sampled_cpu_ns() - start_ns;
    profiled_ns(&profiler.stop().unwrap()) as f64 / used_ns as f64
}

/// The bound of the issue is 2 %. Each thread may be off by one period at its beginning and one at its end: at 1000 Hz
/// 2 ms of 500, 0.4 %.
#[test]
fn perf_at_1000_hz_sums_to_the_cpu_time_on_one_thread_and_on_four() {
    let _one = alone();
    if is_available(Clock::Perf, "perf_at_1000_hz_sums_to_the_cpu_time") {
        for threads in [1, 4] {
            let ratio = ratio(Clock::Perf, 1000, threads, SECOND_NS / 2);
            assert!((0.98..1.02).contains(&ratio), "{threads} threads: {ratio}");
        }
    }
}

/// A timer on the tick cannot do better than the tick, but its overruns tell: per thread one tick at each end, 8 ms of
/// 500 at 250 Hz, and as much again for a signal that the thread's end has overtaken.
#[test]
fn the_other_thread_clocks_sum_to_the_cpu_time_above_the_ticks_rate() {
    let _one = alone();
    for clock in [Clock::Thread, Clock::Wall] {
        let ratio = ratio(clock, 1000, 2, SECOND_NS / 2);
        assert!((0.95..1.05).contains(&ratio), "{clock}: {ratio}");
    }
}

/// Recorded and lost together are what the thread was charged, handler and all. It is charged between the looks at its
/// clock within the session, and not more than between those around it; and a period may be open at each end.
#[test]
fn perf_at_10_khz_loses_nothing() {
    const PERIOD_NS: u64 = SECOND_NS / 10_000;
    let _one = alone();
    if !is_available(Clock::Perf, "perf_at_10_khz_loses_nothing") {
        return;
    }
    let mut event = task_clock();
    let before_ns = thread_cpu_ns();
    let profiler = Profiler::builder()
        .hz(10_000)
        .clock(Clock::Perf)
        .start()
        .unwrap();
    let event_before_ns = count_ns(&mut event);
    let inside_ns = burn(SECOND_NS / 2);
    let event_ns = count_ns(&mut event) - event_before_ns;
    let profile = profiler.stop().unwrap();
    let around_ns = thread_cpu_ns() - before_ns;
    let profiled_ns = of_this_thread_ns(&profile);
    assert!(
        profiled_ns + 2 * PERIOD_NS >= inside_ns,
        "{profiled_ns} of {inside_ns}"
    );
    assert!(
        profiled_ns <= around_ns + 2 * PERIOD_NS,
        "{profiled_ns} of {around_ns}"
    );
    // The event's own count is the same where no hypervisor runs somebody else meanwhile: the event counts that time, and the
    // thread is not charged for it.
    let stolen_ns = event_ns.saturating_sub(inside_ns);
    eprintln!(
        "{profiled_ns} ns in the profile, {event_ns} ns counted, {stolen_ns} ns of them stolen"
    );
    assert!(stolen_ns < inside_ns / 10, "{event_ns} of {inside_ns}");
    assert!(
        profiled_ns + stolen_ns + 2 * PERIOD_NS >= event_ns,
        "{profiled_ns} of {event_ns}"
    );
}

/// A clock that looks at its timers once a tick does not see what comes after the last: what runs on when the profiler stops, and
/// what has ended before, is lost by count. A period, 0.1 ms, may be open at each end; without the count 2 ms are missing on
/// average at each, and three that come to less than 0.6 ms are one in 1500.
#[test]
fn what_comes_after_the_last_tick_is_counted() {
    const HZ: u32 = 10_000;
    const PERIOD_NS: u64 = SECOND_NS / HZ as u64;
    const TIMES: u64 = 3;
    let _one = alone();
    let work = || burn(SECOND_NS / 100);
    let start = |clock| Profiler::builder().hz(HZ).clock(clock).start().unwrap();
    let check = |clock, what, profiled_ns: i64, used_ns| {
        let due_ns = used_ns - 2 * TIMES * PERIOD_NS;
        assert!(
            profiled_ns as u64 >= due_ns,
            "{clock}, {what}: {profiled_ns} of {used_ns}"
        );
    };
    for clock in [Clock::Thread, Clock::Wall] {
        let profiler = start(clock);
        let used_ns = (0..TIMES)
            .map(|_| thread::spawn(work).join().unwrap())
            .sum();
        check(
            clock,
            "ended",
            profiled_ns(&profiler.stop().unwrap()),
            used_ns,
        );
        let (mut profiled, mut used_ns) = (0, 0);
        for _ in 0..TIMES {
            let profiler = start(clock);
            used_ns += work();
            profiled += profiled_ns(&profiler.stop().unwrap());
        }
        check(clock, "stopped", profiled, used_ns);
    }
}

/// A perf event like the profiler's, on this thread, that counts and sends nothing.
fn task_clock() -> std::fs::File {
    use std::os::fd::FromRawFd;
    // perf_event_attr, PERF_ATTR_SIZE_VER0: type 1 is software, size 64, config 1 the task clock; all else is zero.
    let mut attr = [0u64; 8];
    attr[0] = 1 | 64 << 32;
    attr[1] = 1;
    // SAFETY: `attr` has the size that it states and lives across the call; this thread, any CPU, no group, no flags. The
    // descriptor is new.
    unsafe {
        let fd = libc::syscall(libc::SYS_perf_event_open, attr.as_ptr(), 0, -1, -1, 0);
        assert!(fd >= 0, "{}", std::io::Error::last_os_error());
        std::fs::File::from_raw_fd(fd as i32)
    }
}

fn count_ns(event: &mut std::fs::File) -> u64 {
    let mut count = [0; 8];
    std::io::Read::read_exact(event, &mut count).unwrap();
    u64::from_ne_bytes(count)
}

/// What was sampled on the calling thread, and what was lost on any.
fn of_this_thread_ns(profile: &Profile) -> u64 {
    let id = rustix::thread::gettid().as_raw_nonzero().to_string();
    let is_elsewhere = |sample| {
        profile.labels(sample).any(|(key, value)| {
            key == "thread_id" && !matches!(value, LabelData::Str(other) if other == id)
        })
    };
    let samples = profile
        .samples()
        .iter()
        .filter(|sample| !is_elsewhere(sample));
    samples.map(|sample| profile.values(sample)[1] as u64).sum()
}

/// ITIMER_PROF at four times the tick's rate would be three quarters of nothing: the profile says what was delivered.
#[test]
fn a_rate_that_a_clock_cannot_deliver_is_declared() {
    let _one = alone();
    let profiler = Profiler::builder()
        .hz(4000)
        .clock(Clock::Process)
        .start()
        .unwrap();
    burn(SECOND_NS / 20);
    let profile = profiler.stop().unwrap();
    let tick_ns = tick_ns().unwrap();
    assert_eq!(profile.period_ns(), Some(tick_ns as i64));
    let hz = SECOND_NS / tick_ns;
    let declared = format!("rate: {hz} of 4000 Hz, more is not to be had of the clock process");
    let comments: Vec<String> = profile.comments().map(|text| text.into_owned()).collect();
    assert!(comments.contains(&declared), "{comments:?}");
}

/// Threads of one period each: without a first expiry at random they would be seen not at all or twice (golang/go#40435).
/// A tenth of such a thread's time is before its first and after its last line of code, so that truth is what the process
/// was charged, all threads together but the collector; no timer on its clock is armed that would make it coarse. What is
/// missing is a thread's way through the kernel before it can be seen, some 20 µs. 3000 samples of which few are due to
/// chance have a standard deviation below 1 %.
#[test]
fn threads_of_a_millisecond_are_seen_on_the_best_clock() {
    let _one = alone();
    let best = Clock::best().clock;
    let profiler = Profiler::builder().hz(1000).clock(best).start().unwrap();
    let start_ns = sampled_cpu_ns();
    let mut used_ns = 0;
    while used_ns < 3 * SECOND_NS {
        for _ in 0..100 {
            thread::spawn(|| burn(SECOND_NS / 1000)).join().unwrap();
        }
        used_ns = sampled_cpu_ns() - start_ns;
    }
    let ratio = profiled_ns(&profiler.stop().unwrap()) as f64 / used_ns as f64;
    assert!((0.95..1.05).contains(&ratio), "{best}: {ratio}");
}
