//! From a [`Profile`] to bytes: gzipped protobuf, one message at a time.
//!
//! Ids are the model's own; unused strings stay in the table. Fields that we do not know follow those that we do, in
//! the message in which they were read.

use std::io::Write;

use flate2::{Compression, write::GzEncoder};
use prost::Message;
use prost::encoding::{WireType, encode_key, encode_varint};

use super::model::{Label, LabelId, Line, Location, NONE, Profile, Sample, ValueType};
use super::proto;
use super::unknown::Owner;

impl Profile {
    /// The profile as a file has it: gzipped protobuf.
    pub fn encode(&self) -> Vec<u8> {
        let mut gzip = GzEncoder::new(Vec::new(), Compression::default());
        self.write_messages(&mut |message| {
            gzip.write_all(message).expect("a Vec takes any write");
        });
        gzip.finish().expect("a Vec takes any write")
    }

    /// Hands over one encoded field after the other, so that the whole is never in memory uncompressed.
    fn write_messages(&self, emit: &mut dyn FnMut(&[u8])) {
        let (mut out, mut rest) = (Vec::new(), Vec::new());
        let mut element = |number, owner, at, message: &dyn Fn(&mut Vec<u8>) -> Encoded| {
            out.clear();
            rest.clear();
            let encoded = message(&mut rest);
            self.push_unknown(owner, at, &mut rest);
            push_field(&mut out, number, &encoded, &rest);
            emit(&out);
        };
        for (at, t) in self.sample_types.iter().enumerate() {
            element(1, Owner::SampleType, at, &|_| encoded(&value_type(*t)));
        }
        for sample in &self.samples {
            let key = sample.values.start as usize;
            element(2, Owner::Sample, key, &|rest| self.sample(sample, rest));
        }
        for (at, _) in self.mappings.iter().enumerate() {
            element(3, Owner::Mapping, at, &|_| self.encoded_mapping(at));
        }
        for (at, location) in self.locations.iter().enumerate() {
            element(4, Owner::Location, at, &|rest| {
                self.location(location, rest)
            });
        }
        for (at, _) in self.functions.iter().enumerate() {
            element(5, Owner::Function, at, &|_| self.encoded_function(at));
        }
        for text in self.strings.iter() {
            out.clear();
            push_field(&mut out, 6, &[], text);
            emit(&out);
        }
        emit(&self.scalars());
    }

    /// The message without its tables, with what is unknown to us.
    fn scalars(&self) -> Vec<u8> {
        let scalars = proto::Profile {
            drop_frames: self.drop_frames.0.into(),
            keep_frames: self.keep_frames.0.into(),
            time_nanos: self.time_nanos,
            duration_nanos: self.duration_nanos,
            period: self.period,
            comment: self.comments.iter().map(|c| c.0.into()).collect(),
            default_sample_type: self.default_sample_type.0.into(),
            doc_url: self.doc_url.0.into(),
            ..proto::Profile::default()
        };
        let mut out = scalars.encode_to_vec();
        let mut rest = Vec::new();
        self.push_unknown(Owner::PeriodType, 0, &mut rest);
        push_field(&mut out, 11, &encoded(&value_type(self.period_type)), &rest);
        self.push_unknown(Owner::Profile, 0, &mut out);
        out
    }

    /// The labels go to `rest`, for they may have fields that prost's message has not.
    fn sample(&self, sample: &Sample, rest: &mut Vec<u8>) -> Encoded {
        for at in sample.labels.range() {
            let mut unknown = Vec::new();
            self.push_unknown(Owner::Label, at, &mut unknown);
            push_field(rest, 3, &encoded(&label(&self.labels[at])), &unknown);
        }
        let id = |&location: &u32| {
            self.locations
                .get(location as usize)
                .map_or(0, |location| location.id)
        };
        encoded(&proto::Sample {
            location_id: self.stacks[sample.stack.range()].iter().map(id).collect(),
            value: self.values(sample).to_vec(),
            label: Vec::new(),
        })
    }

    /// The lines, and what follows them, go to `rest`.
    fn location(&self, location: &Location, rest: &mut Vec<u8>) -> Encoded {
        for at in location.lines.range() {
            let mut unknown = Vec::new();
            self.push_unknown(Owner::Line, at, &mut unknown);
            push_field(rest, 4, &self.line(&self.lines[at]), &unknown);
        }
        let folded = proto::Location {
            is_folded: location.is_folded,
            ..proto::Location::default()
        };
        rest.extend(encoded(&folded));
        encoded(&proto::Location {
            id: location.id,
            mapping_id: self.mapping(location.mapping).map_or(0, |m| m.id),
            address: location.address,
            ..proto::Location::default()
        })
    }

    fn line(&self, line: &Line) -> Encoded {
        let function = (line.function != NONE).then(|| &self.functions[line.function as usize]);
        encoded(&proto::Line {
            function_id: function.map_or(0, |function| function.id),
            line: line.line,
            column: line.column,
        })
    }

    fn encoded_mapping(&self, at: usize) -> Encoded {
        let m = &self.mappings[at];
        encoded(&proto::Mapping {
            id: m.id,
            memory_start: m.start,
            memory_limit: m.limit,
            file_offset: m.file_offset,
            filename: m.file.0.into(),
            build_id: m.build_id.0.into(),
            has_functions: m.has_functions,
            has_filenames: m.has_filenames,
            has_line_numbers: m.has_line_numbers,
            has_inline_frames: m.has_inline_frames,
        })
    }

    fn encoded_function(&self, at: usize) -> Encoded {
        let f = &self.functions[at];
        encoded(&proto::Function {
            id: f.id,
            name: f.name.0.into(),
            system_name: f.system_name.0.into(),
            filename: f.filename.0.into(),
            start_line: f.start_line,
        })
    }

    fn push_unknown(&self, owner: Owner, element: usize, out: &mut Vec<u8>) {
        for raw in self.unknown.of(owner, element) {
            out.extend_from_slice(raw);
        }
    }
}

/// A message without the key and length that a field puts before it.
type Encoded = Vec<u8>;

fn encoded(message: &impl Message) -> Encoded {
    message.encode_to_vec()
}

/// A field of a message that has two parts.
fn push_field(out: &mut Vec<u8>, number: u32, message: &[u8], rest: &[u8]) {
    encode_key(number, WireType::LengthDelimited, out);
    encode_varint((message.len() + rest.len()) as u64, out);
    out.extend_from_slice(message);
    out.extend_from_slice(rest);
}

fn value_type(value_type: ValueType) -> proto::ValueType {
    proto::ValueType {
        r#type: value_type.kind.0.into(),
        unit: value_type.unit.0.into(),
    }
}

fn label(label: &Label) -> proto::Label {
    let key = label.key.0.into();
    match label.value {
        LabelId::Str(text) => proto::Label {
            key,
            str: text.0.into(),
            num: 0,
            num_unit: 0,
        },
        LabelId::Num(num, unit) => proto::Label {
            key,
            str: 0,
            num,
            num_unit: unit.0.into(),
        },
    }
}
