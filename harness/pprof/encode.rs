//! From a [`Profile`] to bytes: gzipped protobuf, one message at a time.
//!
//! Ids are the model's own; unused strings stay in the table.

use std::io::Write;

use flate2::{Compression, write::GzEncoder};
use prost::Message;
use prost::encoding::{WireType, encode_key, encode_varint};

use super::model::{Label, LabelId, Location, NONE, Profile, Sample, ValueType};
use super::proto;

impl Profile {
    /// The profile as a file has it: gzipped protobuf.
    pub fn encode(&self) -> Vec<u8> {
        let mut gzip = GzEncoder::new(Vec::new(), Compression::default());
        let mut buffer = Vec::new();
        self.write_messages(&mut buffer, &mut |message| {
            gzip.write_all(message).expect("a Vec takes any write")
        });
        gzip.finish().expect("a Vec takes any write")
    }

    /// Hands over one encoded field after the other, so that the whole is never in memory uncompressed.
    fn write_messages(&self, buffer: &mut Vec<u8>, emit: &mut dyn FnMut(&[u8])) {
        for value_type in &self.sample_types {
            field(buffer, 1, &encoded_type(*value_type), emit);
        }
        for sample in &self.samples {
            field(buffer, 2, &self.encoded_sample(sample), emit);
        }
        for m in &self.mappings {
            let mapping = proto::Mapping {
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
            };
            field(buffer, 3, &mapping, emit);
        }
        for location in &self.locations {
            field(buffer, 4, &self.encoded_location(location), emit);
        }
        for f in &self.functions {
            let function = proto::Function {
                id: f.id,
                name: f.name.0.into(),
                system_name: f.system_name.0.into(),
                filename: f.filename.0.into(),
                start_line: f.start_line,
            };
            field(buffer, 5, &function, emit);
        }
        for text in self.strings.iter() {
            buffer.clear();
            encode_key(6, WireType::LengthDelimited, buffer);
            encode_varint(text.len() as u64, buffer);
            buffer.extend_from_slice(text);
            emit(buffer);
        }
        emit(&self.encoded_scalars().encode_to_vec());
    }

    /// The message without its tables.
    fn encoded_scalars(&self) -> proto::Profile {
        proto::Profile {
            drop_frames: self.drop_frames.0.into(),
            keep_frames: self.keep_frames.0.into(),
            time_nanos: self.time_nanos,
            duration_nanos: self.duration_nanos,
            period_type: Some(encoded_type(self.period_type)),
            period: self.period,
            comment: self.comments.iter().map(|c| c.0.into()).collect(),
            default_sample_type: self.default_sample_type.0.into(),
            doc_url: self.doc_url.0.into(),
            ..proto::Profile::default()
        }
    }

    fn encoded_sample(&self, sample: &Sample) -> proto::Sample {
        let id = |&location: &u32| {
            self.locations
                .get(location as usize)
                .map_or(0, |location| location.id)
        };
        proto::Sample {
            location_id: self.stacks[sample.stack.range()].iter().map(id).collect(),
            value: self.values(sample).to_vec(),
            label: self.labels[sample.labels.range()]
                .iter()
                .map(encoded_label)
                .collect(),
        }
    }

    fn encoded_location(&self, location: &Location) -> proto::Location {
        let lines = self.lines[location.lines.range()]
            .iter()
            .map(|line| proto::Line {
                function_id: if line.function == NONE {
                    0
                } else {
                    self.functions[line.function as usize].id
                },
                line: line.line,
                column: line.column,
            });
        proto::Location {
            id: location.id,
            mapping_id: self.mapping(location.mapping).map_or(0, |m| m.id),
            address: location.address,
            line: lines.collect(),
            is_folded: location.is_folded,
        }
    }
}

fn encoded_type(value_type: ValueType) -> proto::ValueType {
    proto::ValueType {
        r#type: value_type.kind.0.into(),
        unit: value_type.unit.0.into(),
    }
}

fn encoded_label(label: &Label) -> proto::Label {
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

fn field(buffer: &mut Vec<u8>, number: u32, message: &impl Message, emit: &mut dyn FnMut(&[u8])) {
    buffer.clear();
    encode_key(number, WireType::LengthDelimited, buffer);
    message
        .encode_length_delimited(buffer)
        .expect("a Vec takes any write");
    emit(buffer);
}
