//! A large profile that no program had to run for: a random call graph, and random walks down it.
//!
//! It is written message by message with prost, not with the encoder that is measured against it.

use std::io::{self, Write};

use framecheck::pprof::proto::{Function, Line, Location, Mapping, Profile, Sample, ValueType};
use prost::Message;
use prost::encoding::{WireType, encode_key, encode_varint};

/// How large.
#[derive(Clone, Copy, Debug)]
pub struct Size {
    /// Samples, each with a stack of its own.
    pub samples: u32,
    /// Functions, each with [`CALL_SITES`] locations.
    pub functions: u32,
}

impl Size {
    /// What a day of a large server leaves behind.
    pub const LARGE: Size = Size {
        samples: 1_000_000,
        functions: 50_000,
    };
}

/// Stacks have 20 to 40 frames, 30 in the mean.
const DEPTH_FRAMES: std::ops::Range<u64> = 20..41;
/// Different places in a function that samples see.
const CALL_SITES: u64 = 2;
/// Functions that a function calls.
const CALLEES: u64 = 4;
/// One of so many locations has a function inlined into it.
const INLINED: u64 = 8;

/// Vigna's SplitMix64: the same numbers on every machine, and no version of a library to change them.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound
    }
}

/// Writes the profile as it is in a file, not compressed.
pub fn write(size: Size, out: &mut impl Write) -> io::Result<()> {
    let mut random = Random(2016);
    let functions = u64::from(size.functions);
    message(out, 1, &value_type(1, 2))?;
    message(out, 1, &value_type(3, 4))?;
    for _ in 0..size.samples {
        message(out, 2, &sample(&mut random, functions))?;
    }
    message(
        out,
        3,
        &Mapping {
            id: 1,
            memory_start: 0x40_0000,
            memory_limit: 0x4000_0000,
            filename: 5,
            has_functions: true,
            has_filenames: true,
            has_line_numbers: true,
            has_inline_frames: true,
            ..Mapping::default()
        },
    )?;
    for id in 1..=functions * CALL_SITES {
        message(out, 4, &location(id, functions))?;
    }
    for id in 1..=functions {
        message(out, 5, &function(id))?;
    }
    let names = [
        "",
        "samples",
        "count",
        "cpu",
        "nanoseconds",
        "/srv/bin/server",
    ];
    for name in names {
        string(out, name)?;
    }
    for id in 1..=functions {
        string(
            out,
            &format!("service::module{:03}::handler::function{id:05}", id % 997),
        )?;
        string(
            out,
            &format!(
                "/build/server/src/module{:03}/handler{:02}.rs",
                id % 997,
                id % 31
            ),
        )?;
    }
    let facts = Profile {
        time_nanos: 1_700_000_000_000_000_000,
        duration_nanos: 86_400_000_000_000,
        period_type: Some(value_type(3, 4)),
        period: 10_000_000,
        ..Profile::default()
    };
    out.write_all(&facts.encode_to_vec())
}

/// A walk from the first function down, each step to one of the callees, to the first ones more often.
fn sample(random: &mut Random, functions: u64) -> Sample {
    let depth = DEPTH_FRAMES.start + random.below(DEPTH_FRAMES.end - DEPTH_FRAMES.start);
    let mut function = 0;
    let mut stack = Vec::with_capacity(depth as usize);
    for _ in 0..depth {
        stack.push(function * CALL_SITES + random.below(CALL_SITES) + 1);
        let callee = random.below(CALLEES).min(random.below(CALLEES));
        function = Random(function * CALLEES + callee).below(functions);
    }
    stack.reverse();
    let samples = 1 + random.below(3) as i64;
    Sample {
        location_id: stack,
        value: vec![samples, samples * 10_000_000],
        label: Vec::new(),
    }
}

fn location(id: u64, functions: u64) -> Location {
    let function = (id - 1) / CALL_SITES + 1;
    let line = |function_id: u64| Line {
        function_id,
        line: (id % 500) as i64 + 1,
        column: 0,
    };
    let mut lines = vec![line(function)];
    if id.is_multiple_of(INLINED) {
        lines.insert(0, line(function % functions + 1));
    }
    Location {
        id,
        mapping_id: 1,
        address: 0x40_0000 + id * 64,
        line: lines,
        is_folded: false,
    }
}

fn function(id: u64) -> Function {
    // Two strings a function, after the six that come first.
    let name = 6 + (id as i64 - 1) * 2;
    Function {
        id,
        name,
        system_name: name,
        filename: name + 1,
        start_line: 0,
    }
}

fn value_type(kind: i64, unit: i64) -> ValueType {
    ValueType { r#type: kind, unit }
}

fn message(out: &mut impl Write, number: u32, message: &impl Message) -> io::Result<()> {
    let mut bytes = Vec::with_capacity(128);
    encode_key(number, WireType::LengthDelimited, &mut bytes);
    message
        .encode_length_delimited(&mut bytes)
        .expect("a Vec takes any write");
    out.write_all(&bytes)
}

fn string(out: &mut impl Write, text: &str) -> io::Result<()> {
    let mut bytes = Vec::with_capacity(128);
    encode_key(6, WireType::LengthDelimited, &mut bytes);
    encode_varint(text.len() as u64, &mut bytes);
    bytes.extend_from_slice(text.as_bytes());
    out.write_all(&bytes)
}
