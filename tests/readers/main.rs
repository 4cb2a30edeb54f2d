//! What other profilers write, read as they wrote it: real files, of which README.md says where they are from.

mod hostile;

use std::path::Path;

use framecheck::pprof::symbolize::{self, Options};
use framecheck::pprof::{Format, LabelData, Profile};

const PERIOD_NS: u64 = 10_000_000;

fn bytes(file: &str) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/readers");
    std::fs::read(folder.join(file)).expect("a file of tests/readers")
}

fn read(format: Format, file: &str) -> Profile {
    let profile = Profile::read_as(format, &bytes(file), Some(PERIOD_NS)).expect(file);
    assert_eq!(profile.check_valid(), Ok(()));
    let types = profile.sample_types().iter();
    let types: Vec<_> = types
        .map(|t| (profile.text(t.kind), profile.text(t.unit)))
        .collect();
    let expected = [("samples", "count"), ("cpu", "nanoseconds")];
    assert_eq!(
        types,
        expected.map(|(kind, unit)| (kind.into(), unit.into()))
    );
    profile
}

/// Samples, their counts, and their nanoseconds, each summed.
fn totals(profile: &Profile) -> (usize, i64, i64) {
    let sum = |at: usize| {
        profile
            .samples()
            .iter()
            .map(|sample| profile.values(sample)[at])
            .sum()
    };
    (profile.samples().len(), sum(0), sum(1))
}

/// Function names, root first, of a sample.
fn names(profile: &Profile, sample: usize) -> String {
    let stack = profile.stack(&profile.samples()[sample]);
    let names: Vec<&str> = stack.iter().rev().map(|frame| &*frame.function).collect();
    names.join(" > ")
}

/// Addresses, leaf first, of a sample.
fn addresses(profile: &Profile, sample: usize) -> Vec<u64> {
    let stack = profile.stack(&profile.samples()[sample]);
    stack.iter().map(|frame| frame.address).collect()
}

/// Samples with this label `thread`, and their counts.
fn of_thread(profile: &Profile, name: &str) -> i64 {
    let is_its = |(key, value): (std::borrow::Cow<'_, str>, LabelData<'_>)| {
        key == "thread" && value == LabelData::Str(name.into())
    };
    let its = profile
        .samples()
        .iter()
        .filter(|sample| profile.labels(sample).any(is_its));
    its.map(|sample| profile.values(sample)[0]).sum()
}

/// perf's name for what glibc's start-up is called from.
const ABOVE_MAIN: &str = "_start > __libc_start_main_impl > __libc_start_call_main";

#[test]
fn gperftools_records_are_as_they_are_in_the_file() {
    let profile = read(Format::Gperftools, "hog.prof");
    assert_eq!(totals(&profile), (5, 102, 1_020_000_000));
    assert_eq!(profile.period_ns(), Some(10_000_000));
    // The second record: the interrupted address, and six return addresses, each less one.
    let call = [
        0x5596_a903_e22e,
        0x5596_a903_e258,
        0x5596_a903_e278,
        0x5596_a903_e0e4,
        0x7f85_f094_6249,
        0x7f85_f094_6304,
        0x5596_a903_e150,
    ];
    assert_eq!(addresses(&profile, 1), call);
    let stack = profile.stack(&profile.samples()[1]);
    let files: Vec<_> = stack.iter().map(|frame| &*frame.mapping_file).collect();
    let (hog, libc) = ("/tmp/fc-demo/hog", "/usr/lib/x86_64-linux-gnu/libc.so.6");
    assert_eq!(files, [hog, hog, hog, hog, libc, libc, hog]);
    let main = &profile.mappings()[0];
    assert_eq!(profile.text(main.file), hog);
    assert_eq!(
        (main.start, main.limit, main.file_offset),
        (0x5596_a903_e000, 0x5596_a903_f000, 0x1000)
    );
    for (sample, depth) in (0..5).zip([7; 5]) {
        assert_eq!(addresses(&profile, sample).len(), depth);
    }
}

/// `level2` and `level1` are the callers in each of the five records: pprof takes them for the profiler's own.
#[test]
fn frames_that_pprof_takes_away_are_there() {
    let as_pprof = Profile::decode(&bytes("hog.prof")).expect("a profile");
    assert_eq!(totals(&as_pprof), (5, 102, 1_020_000_000));
    let as_is = read(Format::Gperftools, "hog.prof");
    let (level2, level1) = (0x5596_a903_e258, 0x5596_a903_e278);
    for sample in 0..5 {
        let mut whole = addresses(&as_is, sample);
        assert_eq!(whole[1..3], [level2, level1]);
        whole.drain(1..3);
        assert_eq!(addresses(&as_pprof, sample), whole);
    }
    // Nor is any cut by its name.
    let mut cut = as_is.clone();
    cut.remove_uninteresting();
    assert_eq!(addresses(&cut, 1), addresses(&as_is, 1));
}

#[test]
fn gperftools_threads_are_in_one_profile() {
    let profile = read(Format::Gperftools, "threads.prof");
    assert_eq!(totals(&profile), (8, 92, 920_000_000));
    let leaf_in = |library: &str| -> i64 {
        let samples = profile.samples().iter();
        let its = samples.filter(|sample| profile.stack(sample)[0].mapping_file.ends_with(library));
        its.map(|sample| profile.values(sample)[0]).sum()
    };
    assert_eq!((leaf_in("/libhog.so"), leaf_in("/threads")), (63, 29));
}

/// Words of a file of gperftools: a header, then these records, a trailer, and a map.
fn gperftools(records: &[&[u64]], map: &str) -> Vec<u8> {
    let header: &[u64] = &[0, 3, 0, 10_000, 0];
    let words = [header]
        .into_iter()
        .chain(records.iter().copied())
        .flatten();
    let mut file: Vec<u8> = words.flat_map(|word| word.to_ne_bytes()).collect();
    file.extend_from_slice(map.as_bytes());
    file
}

const TRAILER: &[u64] = &[0, 1, 0];

#[inline(never)]
fn landmark(seed: u64) -> u64 {
    std::hint::black_box(seed).wrapping_mul(3)
}

/// This process and its libc stand for a program and a library: their addresses, and what the kernel says they are of.
#[cfg(target_os = "linux")]
#[test]
fn addresses_of_the_program_and_of_a_library_get_names() {
    assert_eq!(landmark(2), 6);
    let ours = landmark as *const () as u64;
    let library = libc::getpid as *const () as u64;
    // Return addresses: one that is behind the first byte of a function, and one that is its first byte, so that the
    // call is what is before the function.
    let record: &[u64] = &[1, 4, ours, ours + 1, library + 1, ours];
    let map = std::fs::read_to_string("/proc/self/maps").expect("Linux");
    let file = gperftools(&[record, TRAILER], &map);
    let mut profile = Profile::read_as(Format::Gperftools, &file, None).expect("a profile");
    assert_eq!(addresses(&profile, 0), [ours, ours, library, ours - 1]);
    let exe = std::env::current_exe().expect("this file");
    assert_eq!(
        profile.text(profile.mappings()[0].file),
        exe.to_string_lossy()
    );
    let failures = symbolize::local(&mut profile, &Options::default());
    assert!(failures.is_empty(), "{failures:?}");
    let stack = profile.stack(&profile.samples()[0]);
    let names: Vec<_> = stack.iter().map(|frame| &*frame.function).collect();
    // What is inlined there has a frame of its own.
    let is_ours = |name: &&&str| **name == "readers::landmark";
    assert_eq!(names.iter().filter(is_ours).count(), 2, "{names:?}");
    // A libc with debug information may know it by its internal name.
    assert!(
        names.iter().any(|name| name.ends_with("getpid")),
        "{names:?}"
    );
    assert!(names.last().filter(is_ours).is_none(), "{names:?}");
}

#[test]
fn perf_stacks_are_whole_and_weigh_their_periods() {
    let profile = read(Format::PerfScript, "hog.perf");
    assert_eq!(totals(&profile), (30, 30, 303_030_300));
    assert_eq!(profile.period_ns(), Some(10_101_010));
    for sample in 0..30 {
        let whole = format!("{ABOVE_MAIN} > main > level1 > level2 > cpuHog");
        assert_eq!(names(&profile, sample), whole);
    }
    assert_eq!(
        addresses(&profile, 0),
        [0x122e, 0x1258, 0x1278, 0x10e4, 0x27249, 0x27304, 0x1150]
    );
    assert_eq!(of_thread(&profile, "hog"), 30);
    assert_eq!(profile.text(profile.mappings()[0].file), "/tmp/fc-demo/hog");
}

#[test]
fn perf_threads_have_labels_and_inlined_frames_their_caller() {
    let profile = read(Format::PerfScript, "threads.perf");
    assert_eq!(totals(&profile), (43, 43, 877_551_009));
    let counts = ["threads", "worker one", "worker-2"].map(|name| of_thread(&profile, name));
    assert_eq!(counts, [14, 15, 14]);
    let labels: Vec<_> = profile.labels(&profile.samples()[0]).collect();
    let label = |key: &'static str, value: &'static str| (key.into(), LabelData::Str(value.into()));
    assert_eq!(
        labels,
        [label("thread", "threads"), label("thread_id", "13162")]
    );
    assert_eq!(
        names(&profile, 0),
        format!("{ABOVE_MAIN} > main > outer > burn")
    );
    let main = profile.stack(&profile.samples()[0]);
    assert!(main[0].inlined && !main[1].inlined);
    assert_eq!(
        (main[0].address, &*main[0].mapping_file),
        (0x124e, "/tmp/fc-demo/threads")
    );
    let worker = "clone3 > start_thread > worker > run > level1 > level2 > cpuHog";
    assert_eq!(names(&profile, 1), worker);
}

#[test]
fn perf_default_fields_and_flat_samples_are_read_too() {
    let usual = read(Format::PerfScript, "default.perf");
    assert_eq!(totals(&usual), (4, 4, 40_404_040));
    let brief = read(Format::PerfScript, "hog.perf");
    assert_eq!(names(&usual, 0), names(&brief, 0));
    assert_eq!(addresses(&usual, 0), addresses(&brief, 0));
    let flat = read(Format::PerfScript, "flat.perf");
    assert_eq!(totals(&flat), (5, 5, 50_505_050));
    assert_eq!(
        (names(&flat, 0), addresses(&flat, 0)),
        ("cpuHog".into(), vec![0x5627_c3f0_522e])
    );
}

#[test]
fn perf_kernel_frames_are_in_a_mapping_of_their_own() {
    let profile = read(Format::PerfScript, "kernel.perf");
    assert_eq!(totals(&profile), (4, 4, 40_404_040));
    let stack = profile.stack(&profile.samples()[0]);
    let kernel = stack
        .iter()
        .take_while(|frame| frame.mapping_file == "[kernel.kallsyms]");
    let kernel: Vec<_> = kernel.map(|frame| &*frame.function).collect();
    let entry = ["do_syscall_64", "entry_SYSCALL_64_after_hwframe"];
    assert_eq!(
        kernel,
        ["read_zero", "vfs_read", "ksys_read", entry[0], entry[1]]
    );
    assert_eq!(stack[5].function, "__GI___libc_read");
    assert_eq!(stack[6].function, "main");
    assert_eq!(profile.text(profile.mappings()[0].file), "/tmp/fc-demo/sys");
}

#[test]
fn what_perf_lost_is_counted() {
    let profile = read(Format::PerfScript, "lost.perf");
    assert_eq!(totals(&profile), (1, 2425, 24_250_000_000));
    assert_eq!(names(&profile, 0), "lost samples");
}

#[test]
fn folded_stacks_have_names_alone() {
    let profile = read(Format::Folded, "hog.folded");
    assert_eq!(totals(&profile), (20, 357, 3_570_000_000));
    assert_eq!(profile.period_ns(), Some(10_000_000));
    assert_eq!(
        names(&profile, 11),
        "thread (14727): MainThread > <module> (hog.py:30) > main (hog.py:24) > level1 (hog.py:18) > level2 (hog.py:14) > hog (hog.py:9)"
    );
    assert_eq!(profile.values(&profile.samples()[11]), [101, 1_010_000_000]);
    // The name of the thread is "a worker; with spaces": the format cannot say so.
    assert!(
        names(&profile, 12)
            .starts_with("thread (14730): a worker >  with spaces > Thread._bootstrap")
    );
    assert!(profile.mappings().is_empty() && addresses(&profile, 0).iter().all(|&a| a == 0));
}

#[test]
fn formats_have_names() {
    for format in Format::ALL {
        assert_eq!(format.to_string().parse(), Ok(format));
    }
    let error = "perf".parse::<Format>().unwrap_err().to_string();
    assert_eq!(
        error,
        "unknown profile format \"perf\": one of pprof, gperftools, perf-script, folded"
    );
}

#[test]
fn addresses_that_are_none_stay_as_they_are() {
    let record: &[u64] = &[1, 3, 0x1000, 0, 0x3000];
    let empty: &[u64] = &[2, 0];
    let file = gperftools(
        &[record, empty, TRAILER],
        "1000-2000 r-xp 0 08:01 9 /bin/a\n",
    );
    let profile = Profile::read_as(Format::Gperftools, &file, None).expect("a profile");
    assert_eq!(addresses(&profile, 0), [0x1000, 0, 0x2fff]);
    let stack = profile.stack(&profile.samples()[0]);
    let has_mapping: Vec<bool> = stack.iter().map(|frame| frame.mapping.is_some()).collect();
    assert_eq!(has_mapping, [true, false, false]);
    assert_eq!(
        (addresses(&profile, 1), totals(&profile)),
        (vec![], (2, 3, 30_000_000))
    );
}
