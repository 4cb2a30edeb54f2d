//! What is not right, or only nearly: each reader says where, and none panics.

use framecheck::pprof::{Format, Place, Profile};
use proptest::prelude::*;

use crate::{PERIOD_NS, bytes};

#[test]
fn an_error_is_one_line_that_says_where() {
    let error = |format, bytes: &[u8], period_ns| {
        let error = Profile::read_as(format, bytes, period_ns).unwrap_err();
        assert_eq!(error.to_string().lines().count(), 1);
        error.to_string()
    };
    let folded = |text: &str| error(Format::Folded, text.as_bytes(), Some(PERIOD_NS));
    assert_eq!(
        folded("a;b 1\n\na;b\n"),
        "folded, line 3: no count behind the stack: \"a;b\""
    );
    for count in ["1.5", "-1", "+1", "x", "99999999999999999999"] {
        let expected = format!("folded, line 1: no whole number at the end: \"a;b {count}\"");
        assert_eq!(folded(&format!("a;b {count}")), expected);
    }
    assert_eq!(
        folded(" 5"),
        "folded, line 1: no stack before the count: \" 5\""
    );
    assert!(folded("a 9223372036854775807").contains("more than 2^63 ns"));
    for period_ns in [None, Some(0), Some(u64::MAX)] {
        assert_eq!(
            error(Format::Folded, b"a 1\n", period_ns),
            "folded: no period is given"
        );
    }

    let mut perf = bytes("hog.perf");
    perf.extend_from_slice(b"what is this\n");
    let line = perf.iter().filter(|&&byte| byte == b'\n').count();
    let expected = format!(
        "perf-script, line {line}: neither the head of an event nor a frame of one: \"what is this\""
    );
    assert_eq!(error(Format::PerfScript, &perf, None), expected);

    let prof = bytes("hog.prof");
    let gperftools = |bytes: &[u8]| error(Format::Gperftools, bytes, None);
    let (header, record) = (5 * 8, 9 * 8);
    let trailer = header + 5 * record;
    assert_eq!(
        gperftools(b"a 1\n"),
        "gperftools: no header of a gperftools CPU profile"
    );
    assert_eq!(
        gperftools(&prof[..trailer]),
        format!("gperftools, byte {trailer}: no trailer: the profile was not finished")
    );
    for cut in [trailer - 1, trailer - record + 8, trailer - record + 1] {
        assert_eq!(
            gperftools(&prof[..cut]),
            format!(
                "gperftools, byte {}: a record that the file ends before",
                trailer - record
            )
        );
    }
    assert_eq!(
        error(Format::Pprof, &prof, None),
        "pprof: this is a file of gperftools"
    );
    assert!(error(Format::Pprof, b"a 1\n", None).starts_with("pprof: parsing profile: "));
}

/// Any reader takes any bytes; what it makes of them can be written and read again.
fn look(bytes: &[u8], period_ns: Option<u64>) {
    for format in Format::ALL {
        match Profile::read_as(format, bytes, period_ns) {
            Ok(profile) => {
                let again = Profile::decode(&profile.encode()).expect("what we wrote");
                assert_eq!(again.samples().len(), profile.samples().len());
                if format != Format::Pprof {
                    assert_eq!(profile.check_valid(), Ok(()));
                }
            }
            Err(error) => {
                assert_eq!(
                    (error.format, error.to_string().lines().count()),
                    (format, 1)
                );
                let lines = bytes.split(|&byte| byte == b'\n').count();
                match error.place {
                    Place::File => {}
                    Place::Line(line) => assert!((1..=lines).contains(&line)),
                    Place::Byte(byte) => assert!(byte <= bytes.len()),
                }
            }
        }
    }
}

const FILES: [&str; 9] = [
    "hog.prof",
    "threads.prof",
    "hog.perf",
    "threads.perf",
    "kernel.perf",
    "lost.perf",
    "default.perf",
    "flat.perf",
    "hog.folded",
];

fn piece() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("hog 1   1.5: 10 ".to_owned()),
        Just("hog 1   1.5: 10 cpu-clock:u: ".to_owned()),
        Just("\t 9 f+0x1 (/a)".to_owned()),
        Just("\t 9 f (inlined)".to_owned()),
        Just("a;b 7".to_owned()),
        "[a;()\\[\\] \t:/+0-9.]{0,24}",
        "\\PC{0,12}",
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..400), period_ns in any::<Option<u64>>()) {
        look(&bytes, period_ns);
        let header: Vec<u8> = [0u64, 3, 0, 10_000, 0].iter().flat_map(|word| word.to_le_bytes()).collect();
        look(&[&header, &bytes[..]].concat(), period_ns);
    }

    #[test]
    fn any_lines_are_read_or_refused(lines in prop::collection::vec(piece(), 0..12)) {
        look(lines.join("\n").as_bytes(), Some(PERIOD_NS));
    }

    #[test]
    fn files_with_some_bytes_changed_are_read_or_refused(
        file in prop::sample::select(&FILES[..]),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
        keep in any::<prop::sample::Index>(),
    ) {
        let mut bytes = bytes(file);
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        look(&bytes, Some(PERIOD_NS));
        look(&bytes[..keep.index(bytes.len())], Some(PERIOD_NS));
    }
}
