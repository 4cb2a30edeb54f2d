//! Tests across the room: what the builder makes, the codec keeps and the views show.

use super::*;

/// `main > work > leaf`, with `inlined` inlined into `leaf`, and a caller that has no name.
fn sample_profile() -> Profile {
    let mut builder = Builder::new(
        &[("samples", "count"), ("cpu", "nanoseconds")],
        ("cpu", "nanoseconds"),
        10_000_000,
    );
    builder.time(1_700_000_000_123_456_789, 200_000_000);
    builder.comment("clock: thread");
    let exe = builder.mapping(NewMapping {
        start: 0x400000,
        limit: 0x500000,
        file_offset: 0x1000,
        file: "/bin/exe",
        build_id: "abcd",
    });
    let line = |function, line| NewLine {
        function,
        file: "x.c",
        line,
        start_line: 1,
    };
    let main = builder.named_location(Some(exe), 0x400010, &[line("main", 9)]);
    let work = builder.named_location(Some(exe), 0x400020, &[line("work", 5)]);
    let leaf = builder.named_location(Some(exe), 0x400030, &[line("inlined", 2), line("leaf", 3)]);
    let unnamed = builder.location(Some(exe), 0x400040);
    let thread = NewLabel {
        key: "thread",
        value: LabelValue::Str("worker"),
    };
    let bytes = NewLabel {
        key: "bytes",
        value: LabelValue::Num(4096, "bytes"),
    };
    builder.sample(&[leaf, work, main], &[7, 70_000_000], &[thread, bytes]);
    builder.sample(&[work, main], &[2, 20_000_000], &[]);
    builder.sample(&[work, unnamed], &[1, 10_000_000], &[]);
    builder.finish()
}

fn shown(
    profile: &Profile,
    view: fn(&Profile, &view::Options, &mut dyn std::io::Write) -> Result<(), view::Error>,
    options: &view::Options,
) -> String {
    let mut out = Vec::new();
    view(profile, options, &mut out).expect("a profile with samples");
    String::from_utf8(out).expect("UTF-8")
}

/// Everything that others can read of a profile, in text.
fn readable(profile: &Profile) -> String {
    let mut text = String::new();
    for sample in profile.samples() {
        let stack: Vec<String> = profile
            .stack(sample)
            .iter()
            .map(|f| {
                format!(
                    "{}@{}:{} {:#x} {} {}",
                    f.function, f.file, f.line, f.address, f.mapping_file, f.inlined
                )
            })
            .collect();
        let labels: Vec<_> = profile.labels(sample).collect();
        text += &format!("{:?} {stack:?} {labels:?}\n", profile.values(sample));
    }
    let comments: Vec<_> = profile.comments().collect();
    text + &format!(
        "{comments:?} {} {} {:?} {:?}",
        profile.time_nanos(),
        profile.duration_nanos(),
        profile.period_ns(),
        profile
            .mappings()
            .iter()
            .map(|m| (m.start, m.limit, m.file_offset, profile.text(m.build_id)))
            .collect::<Vec<_>>()
    )
}

#[test]
fn a_profile_survives_its_encoding() {
    let profile = sample_profile();
    assert_eq!(profile.check_valid(), Ok(()));
    let decoded = Profile::decode(&profile.encode()).expect("what we wrote");
    assert_eq!(decoded.check_valid(), Ok(()));
    assert_eq!(readable(&decoded), readable(&profile));
}

/// prost reads what we write: an encoding that only we could read would pass the test above.
#[test]
fn prost_reads_the_same() {
    use prost::Message;
    let profile = sample_profile();
    let inflated = gzip::inflate(&profile.encode()).expect("our own gzip");
    let message = proto::Profile::decode(&inflated[..]).expect("protobuf");
    assert_eq!(message.string_table[0], b"");
    assert_eq!(message.sample.len(), 3);
    assert_eq!(message.sample[0].value, [7, 70_000_000]);
    assert_eq!(message.location.len(), 4);
    assert_eq!(message.location[2].line.len(), 2);
    let name = |index: i64| message.string_table[index as usize].as_slice();
    assert_eq!(name(message.function[0].name), b"main");
    assert_eq!(name(message.sample[0].label[0].str), b"worker");
    assert_eq!(message.period, 10_000_000);
    let again = Profile::decode(&message.encode_to_vec()).expect("prost's own encoding");
    assert_eq!(readable(&again), readable(&profile));
}

#[test]
fn equal_things_are_built_once() {
    let mut builder = Builder::new(&[("samples", "count")], ("", ""), 0);
    let new = NewMapping {
        file: "/bin/exe",
        limit: 10,
        ..NewMapping::default()
    };
    let mapping = builder.mapping(new);
    assert_eq!(builder.mapping(new), mapping);
    let location = builder.location(Some(mapping), 3);
    assert_eq!(builder.location(Some(mapping), 3), location);
    assert_ne!(builder.location(None, 3), location);
    let line = NewLine {
        function: "f",
        ..NewLine::default()
    };
    let named = builder.named_location(Some(mapping), 3, &[line]);
    assert_eq!(builder.named_location(Some(mapping), 3, &[line]), named);
    assert_ne!(named, location);
    assert_eq!(builder.finish().functions.len(), 1);
}

#[test]
fn top_counts_inlines_and_unnamed_frames() {
    // Three samples of 70, 20 and 10 ms. The first has inlined as its leaf, so leaf itself has no flat value.
    let expected = "\
Showing nodes accounting for 100ms, 100% of 100ms total
      flat  flat%   sum%        cum   cum%
      70ms 70.00% 70.00%       70ms 70.00%  inlined (inline)
      30ms 30.00%   100%      100ms   100%  work
         0     0%   100%       10ms 10.00%  [exe]
         0     0%   100%       70ms 70.00%  leaf
         0     0%   100%       90ms 90.00%  main
";
    let options = view::Options {
        compact_labels: true,
        ..view::Options::default()
    };
    assert_eq!(shown(&sample_profile(), view::top, &options), expected);
}

#[test]
fn node_count_cuts_and_says_so() {
    let options = view::Options {
        compact_labels: true,
        node_count: Some(1),
        cum: true,
        ..view::Options::default()
    };
    let text = shown(&sample_profile(), view::top, &options);
    assert!(text.contains("Showing nodes accounting for 30ms, 30.00% of 100ms total\nShowing top 1 nodes out of 5\n"), "{text}");
    assert!(
        text.ends_with("      30ms 30.00% 30.00%      100ms   100%  work\n"),
        "{text}"
    );
}

#[test]
fn traces_show_labels_and_whole_stacks() {
    let text = shown(&sample_profile(), view::traces, &view::Options::default());
    let separator = "-----------+-------------------------------------------------------";
    let blocks: Vec<&str> = text.split(&format!("{separator}\n")).collect();
    assert_eq!(blocks.len(), 5);
    assert!(
        blocks[0]
            .starts_with("File: exe\nBuild ID: abcd\nclock: thread\nType: cpu\nTime: 2023-11-1"),
        "{text}"
    );
    assert!(
        blocks[0].ends_with("\nDuration: 200ms, Total samples = 100ms (50.00%)\n"),
        "{text}"
    );
    let first = "    thread:  worker\n     bytes:  4kB\n      70ms   inlined (inline)\n             leaf\n             work\n             main\n";
    assert_eq!(blocks[1], first);
    assert_eq!(blocks[3], "      10ms   work\n             [exe]\n");
}

fn message() -> proto::Profile {
    use prost::Message;
    proto::Profile::decode(&gzip::inflate(&sample_profile().encode()).expect("our own gzip")[..])
        .expect("protobuf")
}

/// What pprof says of a message after one change to it.
fn verdict(change: impl FnOnce(&mut proto::Profile)) -> String {
    use prost::Message;
    let mut message = message();
    change(&mut message);
    match Profile::decode(&message.encode_to_vec()) {
        Err(error) => error.to_string(),
        Ok(profile) => profile
            .check_valid()
            .map_or_else(|invalid| invalid.to_string(), |()| "valid".to_owned()),
    }
}

#[test]
fn what_pprof_refuses_is_refused_in_its_words() {
    assert_eq!(verdict(|_| {}), "valid");
    assert_eq!(
        verdict(|p| p.sample_type.clear()),
        "missing sample type information"
    );
    assert_eq!(
        verdict(|p| p.sample[1].value.truncate(1)),
        "mismatch: sample has 1 values vs. 2 types"
    );
    assert_eq!(
        verdict(|p| p.sample[1].location_id[0] = 999),
        "sample has nil location"
    );
    assert_eq!(
        verdict(|p| p.mapping[0].id = 0),
        "found mapping with reserved ID=0"
    );
    assert_eq!(
        verdict(|p| p.function[1].id = p.function[0].id),
        "multiple functions with same id: 1"
    );
    let unused_with_id_0 = |p: &mut proto::Profile| {
        p.sample.pop();
        p.location[3].id = 0;
    };
    assert_eq!(
        verdict(unused_with_id_0),
        "found location with reserved id=0"
    );
    assert_eq!(
        verdict(|p| p.location[0].line[0].function_id = 77),
        "location id: 1 has a line with nil function"
    );
    assert_eq!(verdict(|p| p.location[0].mapping_id = 77), "valid");
    assert_eq!(verdict(|p| p.sample.clear()), "valid");
}

#[test]
fn an_error_has_the_path_of_its_field() {
    let label = verdict(|p| p.sample[0].label[1].key = 1000);
    assert_eq!(
        label,
        "parsing profile: unrecognized profile format (sample[0].label[1].key: no string 1000 in the string table)"
    );
    let first = verdict(|p| p.string_table[0] = b"x".to_vec());
    assert_eq!(
        first,
        "parsing profile: unrecognized profile format (string_table: the first string must be empty)"
    );
    let none = verdict(|p| p.string_table.clear());
    assert!(none.contains("(sample_type[0]: no string "), "{none}");
    assert_eq!(
        Profile::decode(b"").expect_err("nothing"),
        DecodeError::Empty
    );
    let text = Profile::decode(b"not a profile")
        .expect_err("text")
        .to_string();
    assert!(
        text.starts_with("parsing profile: unrecognized profile format (field 0: "),
        "{text}"
    );
}

#[test]
fn two_profiles_in_one_file_are_refused() {
    use prost::Message;
    let one = message().encode_to_vec();
    assert_eq!(
        Profile::decode(&[one.clone(), one].concat()).expect_err("two"),
        DecodeError::Concatenated
    );
}

#[test]
fn labels_that_say_nothing_are_dropped() {
    let mut message = message();
    message.sample[0].label[0].str = 0;
    let profile =
        Profile::decode(&prost::Message::encode_to_vec(&message)).expect("still a profile");
    assert_eq!(profile.labels(&profile.samples()[0]).count(), 1);
}
