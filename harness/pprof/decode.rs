//! From bytes to a [`Profile`]: what pprof accepts is accepted, and an error has the path of its field.
//!
//! Several passes over the bytes, each for the messages that the next one refers to, so that ids and string indices
//! are resolved as they are read and no message is kept. Whether the profile is valid is not decided here.

mod sample;
mod tables;

use super::error::DecodeError;
use super::gzip;
use super::legacy::{self, Reading};
use super::model::{Profile, ValueType};
use super::strings::StrId;
use super::wire::{Field, Reader, WireError};

/// An error on its way up, gathering its path from the inside out.
pub(super) struct Fault {
    path: String,
    cause: WireError,
}

impl From<WireError> for Fault {
    fn from(cause: WireError) -> Fault {
        Fault {
            path: String::new(),
            cause,
        }
    }
}

/// Puts one step of the path before what is already known.
pub(super) fn at<T, E: Into<Fault>>(
    result: Result<T, E>,
    step: impl FnOnce() -> String,
) -> Result<T, Fault> {
    result.map_err(|error| {
        let mut fault: Fault = error.into();
        let dot = if fault.path.is_empty() { "" } else { "." };
        fault.path = format!("{}{dot}{}", step(), fault.path);
        fault
    })
}

impl Profile {
    /// Decodes a profile, gzipped or not, also in some of the [formats from before profile.proto](super::legacy).
    ///
    /// Takes what pprof takes: repeated integers packed or not, unknown fields, field number 0, the last of several
    /// values. A reference to nothing is left for [`Profile::check_valid`] to report. At most about twenty times the
    /// size of the inflated input is allocated.
    pub fn decode(bytes: &[u8]) -> Result<Profile, DecodeError> {
        if gzip::is_gzip(bytes) {
            return decode_any(&gzip::inflate(bytes)?);
        }
        if bytes.len() as u64 > u64::from(u32::MAX) {
            return Err(DecodeError::TooLarge {
                limit: u64::from(u32::MAX),
            });
        }
        decode_any(bytes)
    }
}

/// What is no protobuf may be one of the formats from before it.
fn decode_any(data: &[u8]) -> Result<Profile, DecodeError> {
    let decoded = decode_message(data);
    let Err(DecodeError::Malformed { .. }) = decoded else {
        return decoded;
    };
    match legacy::read(data) {
        Reading::Profile(profile) => Ok(*profile),
        Reading::Malformed => Err(DecodeError::MalformedText),
        Reading::Unsupported(format) => Err(DecodeError::Unsupported { format }),
        Reading::Unknown => decoded,
    }
}

fn decode_message(data: &[u8]) -> Result<Profile, DecodeError> {
    if data.is_empty() {
        return Err(DecodeError::Empty);
    }
    let mut decoder = Decoder {
        data,
        profile: Profile::empty(),
        strings: Vec::new(),
    };
    match decoder.run() {
        Ok(()) => Ok(decoder.profile),
        Err(Stop::Concatenated) => Err(DecodeError::Concatenated),
        Err(Stop::Fault(fault)) => Err(DecodeError::Malformed {
            path: fault.path,
            cause: fault.cause,
        }),
    }
}

enum Stop {
    Concatenated,
    Fault(Fault),
}

impl From<Fault> for Stop {
    fn from(fault: Fault) -> Stop {
        Stop::Fault(fault)
    }
}

struct Decoder<'a> {
    data: &'a [u8],
    profile: Profile,
    /// From an index of the file's string table to ours.
    strings: Vec<StrId>,
}

/// The scalars of the top level, whose strings can be resolved only when the table is complete.
#[derive(Default)]
struct Scalars {
    sample_types: Vec<[i64; 2]>,
    period_type: [i64; 2],
    comments: Vec<i64>,
    drop_frames: i64,
    keep_frames: i64,
    default_sample_type: i64,
    doc_url: i64,
    sample_count: usize,
}

impl<'a> Decoder<'a> {
    fn run(&mut self) -> Result<(), Stop> {
        let scalars = self.read_top_level()?;
        self.resolve_scalars(&scalars)?;
        let mappings = self.read_mappings()?;
        let functions = self.read_functions()?;
        let locations = self.read_locations(&mappings, &functions)?;
        self.profile.samples.reserve_exact(scalars.sample_count);
        self.read_samples(&locations)?;
        Ok(())
    }

    /// Every field that is not a table with references; the tables are only counted.
    fn read_top_level(&mut self) -> Result<Scalars, Stop> {
        let mut scalars = Scalars::default();
        let mut reader = Reader::new(self.data);
        let mut index = 0usize;
        while let Some(field) = at(reader.next(), || format!("field {index}"))? {
            index += 1;
            if field.number == 9 {
                // Two times of collection: two profiles, one after the other. It is the only sign pprof looks for.
                if self.profile.time_nanos != 0 {
                    return Err(Stop::Concatenated);
                }
            }
            let name = || {
                FIELD_NAMES
                    .get(field.number as usize)
                    .copied()
                    .unwrap_or("field")
                    .to_owned()
            };
            at(self.read_top_level_field(&field, &mut scalars), name)?;
        }
        Ok(scalars)
    }

    fn read_top_level_field(
        &mut self,
        field: &Field<'a>,
        scalars: &mut Scalars,
    ) -> Result<(), Fault> {
        let value = &field.value;
        match field.number {
            1 => scalars.sample_types.push(value_type(value.bytes()?)?),
            2 => {
                value.bytes()?;
                scalars.sample_count += 1;
            }
            3..=5 => {
                value.bytes()?;
            }
            6 => {
                let text = value.bytes()?;
                if self.strings.is_empty() && !text.is_empty() {
                    return Err(WireError::FirstString.into());
                }
                self.strings.push(self.profile.strings.intern(text));
            }
            7 => scalars.drop_frames = value.i64()?,
            8 => scalars.keep_frames = value.i64()?,
            9 => self.profile.time_nanos = value.i64()?,
            10 => self.profile.duration_nanos = value.i64()?,
            11 => scalars.period_type = value_type(value.bytes()?)?,
            12 => self.profile.period = value.i64()?,
            13 => value.each(|comment| scalars.comments.push(comment as i64))?,
            14 => scalars.default_sample_type = value.i64()?,
            15 => scalars.doc_url = value.i64()?,
            _ => {}
        }
        Ok(())
    }

    fn resolve_scalars(&mut self, scalars: &Scalars) -> Result<(), Fault> {
        for (i, &[kind, unit]) in scalars.sample_types.iter().enumerate() {
            let resolved = at(self.value_type([kind, unit]), || {
                format!("sample_type[{i}]")
            })?;
            self.profile.sample_types.push(resolved);
        }
        self.profile.period_type = at(self.value_type(scalars.period_type), || {
            "period_type".to_owned()
        })?;
        for (i, &comment) in scalars.comments.iter().enumerate() {
            let resolved = at(self.string(comment), || format!("comment[{i}]"))?;
            self.profile.comments.push(resolved);
        }
        self.profile.drop_frames = at(self.string(scalars.drop_frames), || {
            "drop_frames".to_owned()
        })?;
        self.profile.keep_frames = at(self.string(scalars.keep_frames), || {
            "keep_frames".to_owned()
        })?;
        self.profile.default_sample_type = at(self.string(scalars.default_sample_type), || {
            "default_sample_type".to_owned()
        })?;
        self.profile.doc_url = at(self.string(scalars.doc_url), || "doc_url".to_owned())?;
        Ok(())
    }

    fn value_type(&self, [kind, unit]: [i64; 2]) -> Result<ValueType, Fault> {
        Ok(ValueType {
            kind: self.string(kind)?,
            unit: self.string(unit)?,
        })
    }

    /// Index 0 too is outside a table that is not there.
    fn string(&self, index: i64) -> Result<StrId, Fault> {
        let id = usize::try_from(index)
            .ok()
            .and_then(|index| self.strings.get(index));
        id.copied()
            .ok_or_else(|| WireError::StringIndex(index).into())
    }

    /// Calls `read` on each message of one table, with its index.
    fn each(
        &mut self,
        number: u64,
        name: &str,
        mut read: impl FnMut(&mut Self, &'a [u8], usize) -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        let mut reader = Reader::new(self.data);
        let mut index = 0;
        while let Some(field) = reader.next()? {
            if field.number == number {
                let body = field.value.bytes()?;
                at(read(self, body, index), || format!("{name}[{index}]"))?;
                index += 1;
            }
        }
        Ok(())
    }
}

fn value_type(body: &[u8]) -> Result<[i64; 2], Fault> {
    let mut indices = [0; 2];
    let mut reader = Reader::new(body);
    while let Some(Field { number, value }) = reader.next()? {
        if let 1 | 2 = number {
            indices[number as usize - 1] = value.i64()?;
        }
    }
    Ok(indices)
}

/// The fields of the top level, by number.
const FIELD_NAMES: [&str; 16] = [
    "field 0",
    "sample_type",
    "sample",
    "mapping",
    "location",
    "function",
    "string_table",
    "drop_frames",
    "keep_frames",
    "time_nanos",
    "duration_nanos",
    "period_type",
    "period",
    "comment",
    "default_sample_type",
    "doc_url",
];
