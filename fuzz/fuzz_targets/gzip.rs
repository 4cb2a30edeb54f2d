//! Bytes as what is behind gzip's magic number, and as what is inside gzip: hostile streams, and hostile contents of
//! good streams.
#![no_main]

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use framecheck::pprof::{DecodeError, Profile};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    // Deflate, no flags: the fuzzer need not find out how a header looks.
    let stream = [&[0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3][..], data].concat();
    let _ = Profile::decode(&stream);
    let magic = [&[0x1f, 0x8b][..], data].concat();
    let _ = Profile::decode(&magic);

    let mut gzip = GzEncoder::new(Vec::new(), Compression::fast());
    gzip.write_all(data).expect("to memory");
    let zipped = gzip.finish().expect("to memory");
    let (plain, inflated) = (Profile::decode(data), Profile::decode(&zipped));
    let is_gzip_itself = data.starts_with(&[0x1f, 0x8b]);
    match (plain, inflated) {
        (Ok(plain), Ok(inflated)) => assert_eq!(plain.encode(), inflated.encode()),
        (Err(plain), Err(inflated)) => assert!(is_gzip_itself || plain == inflated),
        (Ok(_), Err(DecodeError::TooLarge { .. })) => {}
        (plain, _) => assert!(is_gzip_itself, "{plain:?} as it is, otherwise in gzip"),
    }
});
