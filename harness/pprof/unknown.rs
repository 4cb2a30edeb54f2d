//! Fields that profile.proto does not have, or not yet: kept as they were read, and written out again.
//!
//! A newer writer's profile goes through an older reader without loss. Hardly any profile has such fields, so they are
//! kept beside the tables and cost nothing where there are none. What they mean is nobody's business here.

use super::model::Span;

/// The message that has the field. A table's elements are known by their index in it, unless it says otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Owner {
    Profile,
    SampleType,
    PeriodType,
    /// By the start of its values, which filters do not move.
    Sample,
    Label,
    Mapping,
    Location,
    Line,
    Function,
}

const OWNERS: usize = Owner::Function as usize + 1;

/// The fields of all messages of a profile.
#[derive(Clone, Debug, Default)]
pub(super) struct Unknown {
    bytes: Vec<u8>,
    /// For each kind of owner, sorted: the element, and where its fields are.
    entries: [Vec<(u32, Span)>; OWNERS],
}

impl Unknown {
    /// Keeps one field as it is in the file. Elements of one kind come in ascending order.
    pub(super) fn keep(&mut self, owner: Owner, element: usize, raw: &[u8]) {
        let start = self.bytes.len();
        self.bytes.extend_from_slice(raw);
        let span = Span::new(start, self.bytes.len());
        let element = u32::try_from(element).expect("fewer than 2^32 elements");
        let entries = &mut self.entries[owner as usize];
        match entries.last_mut() {
            // The fields of one message are one range, unless those of another are between them.
            Some((last, known)) if *last == element && known.start + known.len == span.start => {
                known.len += span.len;
            }
            _ => entries.push((element, span)),
        }
    }

    /// The fields of one message, in the order of the file.
    pub(super) fn of(&self, owner: Owner, element: usize) -> impl Iterator<Item = &[u8]> {
        let entries = &self.entries[owner as usize];
        let first = entries.partition_point(|&(known, _)| (known as usize) < element);
        entries[first..]
            .iter()
            .take_while(move |&&(known, _)| known as usize == element)
            .map(|&(_, span)| &self.bytes[span.range()])
    }

    /// For one who moves the elements of a table: their fields are lost.
    pub(super) fn forget(&mut self, owner: Owner) {
        self.entries[owner as usize].clear();
    }
}

#[cfg(test)]
mod tests {
    use prost::Message;
    use prost::encoding::{WireType, encode_key, encode_varint};

    use super::super::{Builder, LabelValue, NewLabel, NewLine, NewMapping, Profile, gzip};

    fn profile() -> Profile {
        let mut builder = Builder::new(&[("cpu", "nanoseconds")], ("cpu", "nanoseconds"), 1);
        let mapping = builder.mapping(NewMapping {
            limit: 9,
            ..NewMapping::default()
        });
        let lines = ["inner", "outer"].map(|function| NewLine {
            function,
            ..NewLine::default()
        });
        let location = builder.named_location(Some(mapping), 3, &lines);
        let label = |key, value| NewLabel {
            key,
            value: LabelValue::Num(value, ""),
        };
        builder.sample(&[location], &[1], &[label("a", 1), label("b", 2)]);
        builder.sample(&[location, location], &[2], &[label("c", 3)]);
        builder.finish()
    }

    /// A field that is a message, and the fields of it that are messages in turn, each with those that it has.
    type Inner<'a> = (u32, &'a [(u32, &'a [u32])]);

    /// Every message inside the one in `data`, at any depth, gets a field 77 with a number of its own.
    /// `tables` says which fields are messages, and what those have in turn.
    fn mark(data: &[u8], tables: &[Inner<'_>], next: &mut u64) -> Vec<u8> {
        let mut out = Vec::new();
        let mut reader = super::super::wire::Reader::new(data);
        loop {
            let before = reader.rest();
            let Some(field) = reader.next().expect("our own") else {
                break;
            };
            let inner = tables.iter().find(|(n, _)| u64::from(*n) == field.number);
            let Some((number, inner)) = inner else {
                out.extend_from_slice(reader.since(before));
                continue;
            };
            let inner: Vec<Inner<'_>> = inner.iter().map(|(n, _)| (*n, &[][..])).collect();
            let body = mark(field.value.bytes().expect("a message"), &inner, next);
            encode_key(*number, WireType::LengthDelimited, &mut out);
            encode_varint(body.len() as u64, &mut out);
            out.extend(body);
        }
        encode_key(77, WireType::Varint, &mut out);
        encode_varint(*next, &mut out);
        *next += 1;
        out
    }

    fn inflated(profile: &Profile) -> Vec<u8> {
        gzip::inflate(&profile.encode()).expect("our own gzip")
    }

    #[test]
    fn unknown_fields_of_every_message_survive() {
        let flat: &[(u32, &[u32])] = &[];
        let tables: [Inner<'_>; 6] = [
            (1, flat),
            (2, &[(3, &[])]),
            (3, flat),
            (4, &[(4, &[])]),
            (5, flat),
            (11, flat),
        ];
        let plain = inflated(&profile());
        let mut count = 1000;
        let marked = mark(&plain, &tables, &mut count);
        // One sample type, two samples with three labels, a mapping, a location with two lines, two functions,
        // the period's type and the profile.
        assert_eq!(count - 1000, 1 + 2 + 3 + 1 + 1 + 2 + 2 + 1 + 1);
        let again = inflated(&Profile::decode(&marked).expect("still a profile"));
        assert_eq!(again, inflated(&Profile::decode(&again).expect("ours")));
        let sorted = |data: &[u8]| {
            let mut bytes = data.to_vec();
            bytes.sort_unstable();
            bytes
        };
        // Scalars may be written in another order; each number stands in the message that it stood in.
        assert_eq!(sorted(&again), sorted(&marked));
        for value in 1000..count {
            let mut field = Vec::new();
            encode_key(77, WireType::Varint, &mut field);
            encode_varint(value, &mut field);
            let before = |data: &[u8]| {
                let at = data.windows(field.len()).position(|w| w == field);
                let at = at.unwrap_or_else(|| panic!("field {value} is lost"));
                data[at.saturating_sub(4)..at].to_vec()
            };
            if value + 1 < count {
                assert_eq!(before(&again), before(&marked), "field {value}");
            }
        }
        super::super::proto::Profile::decode(&again[..]).expect("prost reads it");
    }

    #[test]
    fn the_fields_of_a_label_that_is_dropped_go_with_it() {
        // sample_type {}, a string table of one, and a sample with two labels: an empty one with field 77, and a number.
        let data = [
            &[0x0a, 0, 0x32, 0, 0x12, 11, 0x10, 1][..],
            &[0x1a, 3, 0xe8, 0x04, 9],
            &[0x1a, 2, 0x18, 5],
        ];
        let profile = Profile::decode(&data.concat()).expect("a profile");
        assert_eq!(profile.labels(&profile.samples()[0]).count(), 1);
        let again = inflated(&profile);
        assert!(!again.windows(3).any(|w| w == [0xe8, 0x04, 9]), "{again:?}");
    }
}
