//! Bytes as what any profiler writes: read as each format, and what comes of it written and read again.
#![no_main]

use framecheck::pprof::{Format, Profile};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    for format in Format::ALL {
        let Ok(profile) = Profile::read_as(format, data, Some(10_000_000)) else {
            continue;
        };
        let again = Profile::decode(&profile.encode()).expect("what we wrote");
        assert_eq!(profile.check_valid(), again.check_valid());
    }
});
