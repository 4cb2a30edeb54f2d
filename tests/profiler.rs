//! The reference profiler from the outside, in this very process: start, stop, restart, threads, and what a profile
//! must have whatever was profiled. One SIGPROF, so one test at a time.
#![cfg(sigprof)]

use std::collections::BTreeSet;
use std::fs;
use std::hint::black_box;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;

use framecheck::pprof::{LabelData, Profile};
use framecheck::sigprof::{Clock, Error, Profiler};

static ONE: Mutex<()> = Mutex::new(());

fn alone() -> MutexGuard<'static, ()> {
    ONE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Some 20 ms of work a hundred rounds; the rounds are the bound, not the time.
#[inline(never)]
fn hog(rounds: u32) -> u64 {
    let mut x = 3u64;
    for i in 0..u64::from(rounds) * 100_000 {
        x = black_box(x.wrapping_mul(x ^ i));
    }
    x
}

const ROUNDS: u32 = 2_000;

fn total(profile: &Profile) -> i64 {
    profile
        .samples()
        .iter()
        .map(|sample| profile.values(sample)[0])
        .sum()
}

/// The threads' names that have a sample in [`hog`].
fn hogging_threads(profile: &Profile) -> BTreeSet<String> {
    let in_hog = profile.samples().iter().filter(|sample| {
        profile
            .stack(sample)
            .iter()
            .any(|frame| frame.function.ends_with("::hog"))
    });
    in_hog
        .flat_map(|sample| profile.labels(sample))
        .filter_map(|(key, value)| match value {
            LabelData::Str(name) if key == "thread" => Some(name.into_owned()),
            _ => None,
        })
        .collect()
}

#[test]
fn threads_there_at_the_start_and_made_later_are_seen_and_named() {
    let _one = alone();
    for clock in Clock::ALL {
        let (is_there, go) = (AtomicBool::new(false), AtomicBool::new(false));
        let wait_for = |flag: &AtomicBool| {
            while !flag.load(Ordering::Acquire) {
                thread::yield_now();
            }
        };
        let profile = thread::scope(|scope| {
            let early = thread::Builder::new().name("early".into());
            let early = early.spawn_scoped(scope, || {
                // A thread names itself, as the first thing it does.
                is_there.store(true, Ordering::Release);
                wait_for(&go);
                black_box(hog(ROUNDS));
            });
            let early = early.unwrap();
            wait_for(&is_there);
            let profiler = Profiler::builder().hz(250).clock(*clock).start().unwrap();
            go.store(true, Ordering::Release);
            let late = thread::Builder::new().name("late".into());
            let late = late.spawn_scoped(scope, || black_box(hog(ROUNDS)));
            late.unwrap().join().unwrap();
            early.join().unwrap();
            black_box(hog(ROUNDS));
            profiler.stop().unwrap()
        });
        let names = hogging_threads(&profile);
        let has = |name: &str| names.contains(name);
        assert!(
            has("early") && has("late") && names.len() >= 3,
            "{clock}: {names:?}"
        );
    }
}

/// Name and id of the threads that have a sample in [`hog`].
fn labels_in_hog(profile: &Profile) -> BTreeSet<(String, String)> {
    let in_hog = profile.samples().iter().filter(|sample| {
        let stack = profile.stack(sample);
        stack.iter().any(|frame| frame.function.ends_with("::hog"))
    });
    let label = |sample, wanted: &str| {
        profile.labels(sample).find_map(|(key, value)| match value {
            LabelData::Str(text) if key == wanted => Some(text.into_owned()),
            _ => None,
        })
    };
    in_hog
        .map(|sample| {
            let both = (label(sample, "thread"), label(sample, "thread_id"));
            (both.0.expect("a name"), both.1.expect("an id"))
        })
        .collect()
}

/// Two threads of one name are told apart by their ids, and the ids are those that the kernel gave them. A name that a thread
/// takes while it runs goes for all of its samples.
#[test]
fn each_sample_is_labelled_with_its_threads_name_and_id() {
    let _one = alone();
    for clock in Clock::ALL {
        let profiler = Profiler::builder().hz(250).clock(*clock).start().unwrap();
        let twin = || {
            let hogging = || {
                black_box(hog(ROUNDS));
                rustix::thread::gettid().as_raw_nonzero().to_string()
            };
            let twin = thread::Builder::new().name("twin".into()).spawn(hogging);
            twin.unwrap()
        };
        let (one, other) = (twin(), twin());
        let renamed = thread::Builder::new().name("early name".into()).spawn(|| {
            black_box(hog(ROUNDS / 2));
            rustix::thread::set_name(c"late name").unwrap();
            black_box(hog(ROUNDS / 2));
            rustix::thread::gettid().as_raw_nonzero().to_string()
        });
        let ids = [one, other, renamed.unwrap()].map(|thread| thread.join().unwrap());
        let labels = labels_in_hog(&profiler.stop().unwrap());
        let expected = ["twin", "twin", "late name"].map(str::to_owned);
        let expected = BTreeSet::from_iter(expected.into_iter().zip(ids));
        assert_eq!(labels, expected, "{clock}");
    }
}

#[test]
fn stopped_and_started_again_it_starts_from_nothing() {
    let _one = alone();
    for clock in Clock::ALL {
        let first = Profiler::builder().hz(250).clock(*clock).start().unwrap();
        black_box(hog(ROUNDS));
        assert!(total(&first.stop().unwrap()) > 0, "{clock}");
        let second = Profiler::builder().hz(250).clock(*clock).start().unwrap();
        let nothing = second.stop().unwrap();
        // Between start and stop there are some 0.1 ms of work, and a period is 4 ms.
        assert!(total(&nothing) <= 1, "{clock}: {}", total(&nothing));
    }
}

#[test]
fn there_is_one_profiler_and_its_rate_is_checked() {
    let _one = alone();
    let running = Profiler::builder().start().unwrap();
    assert!(matches!(
        Profiler::builder().start(),
        Err(Error::AlreadyRunning)
    ));
    drop(running);
    for hz in [0, 1_000_001] {
        let error = Profiler::builder().hz(hz).start().err().unwrap();
        assert_eq!(
            error.to_string(),
            format!("a rate of {hz} Hz is outside 1..=1000000 Hz")
        );
    }
    drop(Profiler::builder().start().unwrap());
}

#[test]
fn a_profile_has_what_every_profile_must_have() {
    let _one = alone();
    for clock in Clock::ALL {
        let profiler = Profiler::builder().hz(200).clock(*clock).start().unwrap();
        black_box(hog(ROUNDS));
        let profile = Profile::decode(&profiler.stop().unwrap().encode()).unwrap();
        profile.check_valid().unwrap();
        // 1 s / 200.
        assert_eq!(profile.period_ns(), Some(5_000_000));
        assert!(profile.duration_nanos() > 0 && profile.time_nanos() > 0);
        let comments: Vec<String> = profile.comments().map(|text| text.into_owned()).collect();
        let total = total(&profile);
        // What is lost is time behind the last signal, which a busy machine has more of: how much is said twice.
        let is_lost = |sample: &&_| matches!(&profile.stack(sample)[..], [only] if only.function == "lost samples");
        let lost = profile.samples().iter().filter(is_lost);
        let lost: i64 = lost.map(|sample| profile.values(sample)[0]).sum();
        assert!(lost < total, "{clock}: {lost} of {total}");
        let expected = [
            format!("clock: {clock}"),
            format!("lost samples: {lost} of {total}"),
        ];
        assert_eq!(comments, expected);
        for sample in profile.samples() {
            let [count, cpu_ns] = profile.values(sample) else {
                panic!("two values a sample")
            };
            assert_eq!(*cpu_ns, count * 5_000_000);
            assert!(!profile.stack(sample).is_empty());
        }
        executable_is_mapped(&profile);
    }
}

/// The first mapping is this executable's executable segment, as the kernel has it.
fn executable_is_mapped(profile: &Profile) {
    let mapping = &profile.mappings()[0];
    let maps = fs::read_to_string("/proc/self/maps").unwrap();
    let exe = fs::read_link("/proc/self/exe").unwrap();
    let line = maps
        .lines()
        .find(|line| line.contains(" r-xp ") && line.ends_with(exe.to_str().unwrap()))
        .unwrap();
    let fields: Vec<&str> = line.split_whitespace().collect();
    let expected = format!("{:08x}", mapping.file_offset);
    assert_eq!(
        fields[0],
        format!("{:x}-{:x}", mapping.start, mapping.limit)
    );
    assert_eq!(fields[2], expected);
    assert_eq!(profile.text(mapping.file), exe.to_str().unwrap());
    assert_eq!(
        profile.text(mapping.build_id).len(),
        40,
        "a SHA-1 in hexadecimal digits"
    );
}
