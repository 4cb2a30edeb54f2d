//! Bytes as one of the formats from before profile.proto: the records as they are, and pprof's reading of them.
#![no_main]

use framecheck::pprof::Profile;
use framecheck::pprof::legacy::records::Header;
use framecheck::pprof::view::{self, Options};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    read(data);
    // A header is six words that must be just so: given, so that all of the input is records.
    let header: Vec<u8> = [0u64, 3, 0, 10_000, 0]
        .iter()
        .flat_map(|word| word.to_le_bytes())
        .collect();
    read(&[&header, data].concat());
});

fn read(data: &[u8]) {
    if let Some(header) = Header::read(data) {
        let mut records = header.records(data);
        // Every record is at least two words, so this ends.
        assert!(records.by_ref().take(data.len() + 1).count() <= data.len());
    }
    let Ok(profile) = Profile::decode(data) else {
        return;
    };
    if profile.check_valid().is_ok() {
        let _ = view::top(&profile, &Options::default(), &mut std::io::sink());
        let _ = view::traces(&profile, &Options::default(), &mut std::io::sink());
    }
}
