//! What follows what in the text of `perf script`, on texts written by hand; tests/readers has real ones.

use super::super::{LabelData, Profile};
use super::*;

/// `values | labels | frames`, leaf first, a `+` before what the previous one was inlined into, `@` before an address.
fn shown(profile: &Profile) -> Vec<String> {
    let sample = |sample| {
        let labels = profile.labels(sample).map(|(key, value)| match value {
            LabelData::Str(value) => format!("{key}={value}"),
            LabelData::Num(value, unit) => format!("{key}={value}{unit}"),
        });
        let frames = profile.stack(sample).into_iter().map(|frame| {
            let name = match &*frame.function {
                "" => format!("@{:x}:{}", frame.address, frame.mapping_file),
                name => name.to_owned(),
            };
            name + if frame.inlined { "+" } else { " " }
        });
        format!(
            "{:?} | {} | {}",
            profile.values(sample),
            labels.collect::<Vec<_>>().join(" "),
            frames.collect::<String>().trim_end()
        )
    };
    profile.samples().iter().map(sample).collect()
}

fn read_text(text: &str) -> Profile {
    read(text.as_bytes(), Some(7)).expect("a good text")
}

#[test]
fn a_stack_ends_at_an_empty_line_and_at_the_next_head() {
    let profile = read_text(
        "# captured on : today\n\
         a 1 1.5: 10 \n\t9 leaf (/bin/a)\n\t8 main (/bin/a)\n\n\
         b 2 1.6: 20 cpu-clock: \n\t9 leaf (/bin/a)\n\
         c 3 1.7: 30 \n\n\
         \x20  d 4 1.8: 40     9 leaf+0x1 (/bin/a)\n   add 5 1.9: 50     9 leaf (/bin/a)\n",
    );
    assert_eq!(
        shown(&profile),
        [
            "[1, 10] | thread=a thread_id=1 | leaf main",
            "[1, 20] | thread=b thread_id=2 | leaf",
            "[1, 30] | thread=c thread_id=3 | ",
            "[1, 40] | thread=d thread_id=4 | leaf",
            "[1, 50] | thread=add thread_id=5 | leaf",
        ]
    );
    assert_eq!((profile.period(), profile.locations.len()), (10, 2));
    assert_eq!(profile.check_valid(), Ok(()));
}

#[test]
fn no_frame_is_lost_where_frames_share_a_location() {
    let profile = read_text(
        "a 1 1.5: 10 \n\t9 f (inlined)\n\t9 g (inlined)\n\t9 h (/bin/a)\n\t9 h (/bin/a)\n\
         \t7 alias (inlined)\n\t6 i (inlined)\n\t6 [unknown] (/bin/a)\n\t5 last (inlined)\n",
    );
    let stack = "f+g+h h alias i @6:/bin/a last";
    assert_eq!(
        shown(&profile),
        [format!("[1, 10] | thread=a thread_id=1 | {stack}")]
    );
    // One of its locations has no name.
    assert!(!profile.mappings()[0].has_functions);
}

#[test]
fn what_was_lost_is_a_sample_of_the_period() {
    let lost = "a 1 1.4: PERF_RECORD_LOST lost 3\n";
    let profile = read_text(&format!("{lost}a 1 1.5: 10 \n\t9 f (/bin/a)\n{lost}\n"));
    assert_eq!(
        shown(&profile),
        [
            "[1, 10] | thread=a thread_id=1 | f",
            "[6, 60] |  | lost samples"
        ]
    );
    assert_eq!(shown(&read_text(lost)), ["[3, 21] |  | lost samples"]);
    assert_eq!(
        shown(&read(lost.as_bytes(), None).unwrap()),
        ["[3, 0] |  | lost samples"]
    );
}

#[test]
fn the_main_binary_is_the_first_mapping() {
    let profile = read_text(
        "a 1 1.5: 10 \n\t9 k ([kernel.kallsyms])\n\t9 f (/lib/x.so.6)\n\t9 main (/bin/a)\n\t9 g (/lib/x.so.6)\n",
    );
    let files = |profile: &Profile| -> Vec<String> {
        let stack = profile.stack(&profile.samples()[0]);
        stack
            .iter()
            .map(|frame| frame.mapping_file.to_string())
            .collect()
    };
    assert_eq!(profile.text(profile.mappings()[0].file), "/bin/a");
    assert!(
        profile
            .mappings()
            .iter()
            .all(|mapping| mapping.has_functions)
    );
    let expected = ["[kernel.kallsyms]", "/lib/x.so.6", "/bin/a", "/lib/x.so.6"];
    assert_eq!(files(&profile), expected);
    assert_eq!(
        files(&Profile::decode(&profile.encode()).unwrap()),
        expected
    );
}

#[test]
fn an_error_names_its_line() {
    let error = |text: &str| read(text.as_bytes(), None).unwrap_err().to_string();
    assert_eq!(
        error("a 1 1.5: 10 \n\t9 f (/bin/a)\n  hog.c:3\n"),
        "perf-script, line 3: no frame of a stack: \"  hog.c:3\""
    );
    assert_eq!(
        error("\n\t9 f (/bin/a)\n"),
        "perf-script, line 2: neither the head of an event nor a frame of one: \"\\t9 f (/bin/a)\""
    );
    assert!(error("a 1 1.5: 10 cycles: \n").starts_with("perf-script, line 1: an event that"));
}
