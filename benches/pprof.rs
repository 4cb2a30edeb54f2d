//! How long decoding and the views take: on a small profile, on a real large one, and on a synthetic one.
//!
//! The real one is what `FRAMECHECK_LARGE_PROFILE` names; it is no part of the project. The synthetic one is a tenth of what `scripts/compare-pprof` uses: a benchmark runs it many times.

#[path = "../examples/synthetic_profile/profile.rs"]
mod synthetic;

use std::hint::black_box;
use std::io;
use std::time::Duration;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use framecheck::pprof::Profile;
use framecheck::pprof::view::{self, Options};

fn profiles() -> Vec<(&'static str, Vec<u8>)> {
    let mut profiles = vec![(
        "small",
        include_bytes!("../tests/pprof/inlines.pb").to_vec(),
    )];
    match std::env::var_os("FRAMECHECK_LARGE_PROFILE").map(|path| (std::fs::read(&path), path)) {
        Some((Ok(bytes), _)) => profiles.push(("large", bytes)),
        Some((Err(cause), path)) => panic!("{}: {cause}", path.display()),
        None => eprintln!("SKIPPED: large (FRAMECHECK_LARGE_PROFILE names no profile)"),
    }
    let size = synthetic::Size {
        samples: synthetic::Size::LARGE.samples / 10,
        ..synthetic::Size::LARGE
    };
    let mut bytes = Vec::new();
    synthetic::write(size, &mut bytes).expect("a Vec takes any write");
    profiles.push(("synthetic", bytes));
    profiles
}

fn decode_and_show(criterion: &mut Criterion) {
    for (name, bytes) in profiles() {
        let mut group = criterion.benchmark_group(name);
        group
            .sample_size(10)
            .measurement_time(Duration::from_secs(5));
        group.throughput(Throughput::Bytes(bytes.len() as u64));
        group.bench_function("decode", |b| {
            b.iter(|| {
                let profile = Profile::decode(black_box(&bytes)).expect("a profile");
                profile.check_valid().expect("a valid one");
                profile
            });
        });
        let profile = Profile::decode(&bytes).expect("a profile");
        let options = Options::default();
        group.bench_function("top", |b| {
            b.iter(|| view::top(black_box(&profile), &options, &mut io::sink()));
        });
        group.bench_function("traces", |b| {
            b.iter(|| view::traces(black_box(&profile), &options, &mut io::sink()));
        });
        group.finish();
    }
}

criterion_group!(benches, decode_and_show);
criterion_main!(benches);
