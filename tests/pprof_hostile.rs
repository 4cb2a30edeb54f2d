//! Bytes that are nearly a profile: no panic in any view, in bounded time and in memory bounded by the size of the input.
//!
//! The fuzz targets look further (CONTRIBUTING.md); this is what every run of the tests looks at.

use std::borrow::Cow;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use framecheck::pprof::view::{self, Granularity, Options, View};
use framecheck::pprof::{DecodeError, Profile};
use peak_alloc::PeakAlloc;
use proptest::prelude::*;

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

/// One test at a time: the allocator counts for the whole process.
static ALONE: Mutex<()> = Mutex::new(());

/// For inputs of less than 10 kB, in a build without optimization on a busy machine.
const LIMIT: Duration = Duration::from_secs(20);

/// What is allocated whatever the input: tables of inflate, the first few elements of vectors.
const FIXED_BYTES: usize = 256 << 10;

fn seeds() -> Vec<(PathBuf, Vec<u8>)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut folders = vec![root.join("tests/pprof")];
    match std::env::var_os("FRAMECHECK_GOLDEN") {
        Some(golden) => folders.push(Path::new(&golden).join("malformed")),
        None => eprintln!("SKIPPED: the malformed set; set FRAMECHECK_GOLDEN to its parent"),
    }
    let files = folders
        .iter()
        .flat_map(|folder| std::fs::read_dir(folder).expect("a folder").flatten())
        .map(|entry| entry.path());
    let is_profile = |path: &PathBuf| path.extension().is_none_or(|e| e != "txt" && e != "tsv");
    let mut files: Vec<PathBuf> = files.filter(is_profile).collect();
    files.sort();
    assert!(files.len() >= 5, "{files:?}");
    let read = |path: PathBuf| {
        let bytes = std::fs::read(&path).expect("a file");
        (path, bytes)
    };
    files.into_iter().map(read).collect()
}

/// Decodes, and if that gives a valid profile, shows it in every way. What it says, for good inputs to be told from bad.
fn look(bytes: &[u8]) -> Result<(), DecodeError> {
    let start = Instant::now();
    let profile = Profile::decode(bytes)?;
    let again = Profile::decode(&profile.encode()).expect("what we wrote");
    assert_eq!(profile.check_valid(), again.check_valid());
    if profile.check_valid().is_ok() {
        profile.lint();
        show(&profile);
        let mut pruned = again;
        pruned.remove_uninteresting();
        show(&pruned);
    }
    assert!(start.elapsed() < LIMIT, "{:?}", start.elapsed());
    Ok(())
}

fn show(profile: &Profile) {
    let rough = Options::default();
    let fine = Options {
        granularity: Granularity::Addresses,
        mean: true,
        no_inlines: true,
        node_count: Some(2),
        ..Options::default()
    };
    for options in [&rough, &fine] {
        for view in [
            View::Top,
            View::Traces,
            View::Tree,
            View::Peek(".".to_owned()),
            View::Raw,
            View::Tags,
            View::Comments,
            View::Proto,
        ] {
            let profile = Cow::Borrowed(profile);
            // A profile without samples, or without a match, is an error and no panic.
            let _ = view::show(&view, profile, options, &mut io::sink(), &mut |_| {});
        }
    }
}

#[test]
fn every_truncation_of_every_seed() {
    let _alone = ALONE.lock();
    let mut good = 0;
    for (path, bytes) in seeds() {
        for length in 0..bytes.len().min(2000) {
            good += usize::from(look(&bytes[..length]).is_ok());
        }
        if path.extension().is_some_and(|extension| extension == "pb") {
            look(&bytes).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        }
    }
    assert!(
        good > 100,
        "most cuts between fields leave a profile: {good}"
    );
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn flipped_bits_and_spliced_bytes(
        which in any::<prop::sample::Index>(),
        flips in prop::collection::vec((any::<prop::sample::Index>(), 0u8..8), 0..6),
        splice in prop::collection::vec(any::<u8>(), 0..12),
        at in any::<prop::sample::Index>(),
        over in 0usize..12,
    ) {
        let _alone = ALONE.lock();
        let seeds = seeds_once();
        let mut bytes = which.get(seeds).1.clone();
        for (at, bit) in flips {
            if !bytes.is_empty() {
                let at = at.index(bytes.len());
                bytes[at] ^= 1 << bit;
            }
        }
        let start = at.index(bytes.len() + 1);
        let end = (start + over).min(bytes.len());
        bytes.splice(start..end, splice);
        let _ = look(&bytes);
    }
}

fn seeds_once() -> &'static [(PathBuf, Vec<u8>)] {
    static SEEDS: std::sync::OnceLock<Vec<(PathBuf, Vec<u8>)>> = std::sync::OnceLock::new();
    SEEDS.get_or_init(seeds)
}

/// The largest amount that decoding had allocated at once.
fn peak_bytes(bytes: &[u8]) -> usize {
    let before = MEMORY.current_usage();
    MEMORY.reset_peak_usage();
    let decoded = Profile::decode(bytes);
    let peak = MEMORY.peak_usage() - before;
    drop(decoded);
    peak
}

/// The cheapest spelling of each element that a table can have, many times.
#[test]
fn memory_is_bounded_by_the_input() {
    let _alone = ALONE.lock();
    let cases: [(&str, &[u8]); 12] = [
        ("sample types", &[0x0a, 0]),
        ("empty samples", &[0x12, 0]),
        ("samples with a value", &[0x12, 2, 0x10, 1]),
        ("samples with a label", &[0x12, 4, 0x1a, 2, 0x18, 1]),
        ("mappings", &[0x1a, 0]),
        ("locations", &[0x22, 0]),
        ("locations with a line", &[0x22, 2, 0x22, 0]),
        ("functions", &[0x2a, 0]),
        ("empty strings", &[0x32, 0]),
        ("comments", &[0x6a, 0]),
        ("unknown fields", &[0x80, 0x08, 0]),
        ("unknown fields of samples", &[0x12, 3, 0x80, 0x08, 0]),
    ];
    let mut worst = Vec::new();
    for (name, element) in cases {
        let mut bytes = vec![0x32, 0];
        bytes.extend(element.iter().copied().cycle().take(element.len() * 60_000));
        worst.push((peak_bytes(&bytes) / bytes.len(), name));
        let limit = Profile::MEMORY_FACTOR * bytes.len() + FIXED_BYTES;
        assert!(peak_bytes(&bytes) <= limit, "{name}: {worst:?}");
    }
    for (name, number) in [("locations of one sample", 1), ("values of one sample", 2)] {
        let packed = vec![1; 60_000];
        let mut sample = vec![number << 3 | 2];
        prost::encoding::encode_varint(packed.len() as u64, &mut sample);
        sample.extend(packed);
        let mut bytes = vec![0x32, 0, 0x12];
        prost::encoding::encode_varint(sample.len() as u64, &mut bytes);
        bytes.extend(sample);
        let limit = Profile::MEMORY_FACTOR * bytes.len() + FIXED_BYTES;
        assert!(peak_bytes(&bytes) <= limit, "{name}");
    }
    worst.sort();
    assert!(
        worst[worst.len() - 1].0 >= 20,
        "the bound is far off: {worst:?}"
    );
}

#[test]
fn a_decompression_bomb_is_refused_by_its_size() {
    let _alone = ALONE.lock();
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    let zeros = vec![0; 1 << 20];
    for _ in 0..200 {
        io::Write::write_all(&mut gzip, &zeros).expect("to memory");
    }
    drop(zeros);
    let bomb = gzip.finish().expect("to memory");
    // 200 MiB from 200 kB: more than 64 MiB + 64 times the input.
    let limit = (64 << 20) + 64 * bomb.len() as u64;
    let before = MEMORY.current_usage();
    MEMORY.reset_peak_usage();
    let error = Profile::decode(&bomb).expect_err("a bomb");
    assert_eq!(error, DecodeError::TooLarge { limit });
    assert!(error.to_string().contains("more than"), "{error}");
    // A vector that grows has up to twice what is in it, and for a moment its old and its new memory.
    let peak = (MEMORY.peak_usage() - before) as u64;
    assert!(peak < 3 * limit, "{peak} bytes for a limit of {limit}");
}
