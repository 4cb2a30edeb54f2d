//! Reading protobuf as pprof reads it, field by field, without copying.
//!
//! Not prost's reader: pprof skips a field number 0, takes a varint whose tenth byte overflows, and refuses groups,
//! and whether a profile is accepted is part of what we reproduce. It knows no message.

use std::fmt;

/// Why bytes are not a protobuf message, in pprof's reading.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WireError {
    /// A varint that has more than ten bytes, or that the data ends in.
    BadVarint,
    /// A field longer than the data that is left.
    Truncated,
    /// A wire type that does not exist or that is not used in profiles (groups).
    UnknownWireType(u8),
    /// A known field with another wire type than its own.
    WrongWireType,
    /// A string index outside the string table.
    StringIndex(i64),
    /// The first element of the string table is not the empty string.
    FirstString,
}

impl fmt::Display for WireError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            WireError::BadVarint => f.write_str("bad varint"),
            WireError::Truncated => f.write_str("longer than the data that is left"),
            WireError::UnknownWireType(wire_type) => write!(f, "unknown wire type {wire_type}"),
            WireError::WrongWireType => f.write_str("wrong wire type for this field"),
            WireError::StringIndex(index) => write!(f, "no string {index} in the string table"),
            WireError::FirstString => f.write_str("the first string must be empty"),
        }
    }
}

/// The fields of one message, in order.
#[derive(Clone)]
pub(super) struct Reader<'a> {
    data: &'a [u8],
}

/// One field: its number and what it holds.
pub(super) struct Field<'a> {
    pub(super) number: u64,
    pub(super) value: Value<'a>,
}

/// What a field holds, by wire type.
pub(super) enum Value<'a> {
    Varint(u64),
    Bytes(&'a [u8]),
    /// Eight or four bytes: no field of a profile is one, so its content does not matter.
    Fixed,
}

impl<'a> Reader<'a> {
    pub(super) fn new(data: &'a [u8]) -> Reader<'a> {
        Reader { data }
    }

    /// What is left. Taken before and after [`Reader::next`], the difference is the field as it is in the file.
    pub(super) fn rest(&self) -> &'a [u8] {
        self.data
    }

    /// What was read since `before` was the rest.
    pub(super) fn since(&self, before: &'a [u8]) -> &'a [u8] {
        &before[..before.len() - self.data.len()]
    }

    /// The next field, or `None` at the end.
    #[inline]
    pub(super) fn next(&mut self) -> Result<Option<Field<'a>>, WireError> {
        if self.data.is_empty() {
            return Ok(None);
        }
        let key = self.varint()?;
        let value = match key & 7 {
            0 => Value::Varint(self.varint()?),
            1 => self.take(8).map(|_| Value::Fixed)?,
            2 => {
                let len = self.varint()?;
                Value::Bytes(self.take(len)?)
            }
            5 => self.take(4).map(|_| Value::Fixed)?,
            other => return Err(WireError::UnknownWireType(other as u8)),
        };
        Ok(Some(Field {
            number: key >> 3,
            value,
        }))
    }

    /// Bits above the 64th are lost, as in pprof.
    #[inline]
    fn varint(&mut self) -> Result<u64, WireError> {
        let mut value = 0u64;
        for (at, &byte) in self.data.iter().take(10).enumerate() {
            value |= u64::from(byte & 0x7f) << (7 * at);
            if byte & 0x80 == 0 {
                self.data = &self.data[at + 1..];
                return Ok(value);
            }
        }
        Err(WireError::BadVarint)
    }

    fn take(&mut self, len: u64) -> Result<&'a [u8], WireError> {
        if len > self.data.len() as u64 {
            return Err(WireError::Truncated);
        }
        let (taken, rest) = self.data.split_at(len as usize);
        self.data = rest;
        Ok(taken)
    }
}

impl<'a> Value<'a> {
    #[inline]
    pub(super) fn u64(&self) -> Result<u64, WireError> {
        match self {
            Value::Varint(value) => Ok(*value),
            _ => Err(WireError::WrongWireType),
        }
    }

    #[inline]
    pub(super) fn i64(&self) -> Result<i64, WireError> {
        self.u64().map(|value| value as i64)
    }

    pub(super) fn bool(&self) -> Result<bool, WireError> {
        self.u64().map(|value| value != 0)
    }

    #[inline]
    pub(super) fn bytes(&self) -> Result<&'a [u8], WireError> {
        match self {
            Value::Bytes(bytes) => Ok(bytes),
            _ => Err(WireError::WrongWireType),
        }
    }

    /// Each element of a repeated integer field, packed or not.
    #[inline]
    pub(super) fn each(&self, mut take: impl FnMut(u64)) -> Result<(), WireError> {
        match self {
            Value::Varint(value) => take(*value),
            Value::Bytes(packed) => {
                let mut reader = Reader::new(packed);
                while !reader.data.is_empty() {
                    take(reader.varint()?);
                }
            }
            Value::Fixed => return Err(WireError::WrongWireType),
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first(data: &[u8]) -> Result<(u64, u64), WireError> {
        let field = Reader::new(data).next()?.expect("a field");
        Ok((field.number, field.value.u64()?))
    }

    #[test]
    fn varints_are_taken_as_pprof_takes_them() {
        assert_eq!(first(&[0x08, 0x96, 0x01]), Ok((1, 150)));
        // Field number 0 is a field like another.
        assert_eq!(first(&[0x00, 0x01]), Ok((0, 1)));
        // Ten bytes are the most; what the tenth has above bit 63 is lost.
        let minus_one = [
            0x08, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f,
        ];
        assert_eq!(first(&minus_one), Ok((1, u64::MAX)));
        assert_eq!(
            first(&[
                0x08, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x00
            ]),
            Err(WireError::BadVarint)
        );
        assert_eq!(first(&[0x08, 0x80]), Err(WireError::BadVarint));
    }

    #[test]
    fn lengths_and_wire_types_are_checked() {
        assert_eq!(first(&[0x0a, 0x05, 1, 2]), Err(WireError::Truncated));
        assert_eq!(first(&[0x0b]), Err(WireError::UnknownWireType(3)));
        assert_eq!(first(&[0x0f]), Err(WireError::UnknownWireType(7)));
        assert_eq!(
            first(&[0x09, 1, 2, 3, 4, 5, 6, 7, 8]),
            Err(WireError::WrongWireType)
        );
        assert_eq!(
            first(&[0x09, 1, 2, 3, 4, 5, 6, 7]),
            Err(WireError::Truncated)
        );
    }

    #[test]
    fn repeated_integers_may_be_packed() {
        let collect = |value: Value<'_>| {
            let mut all = Vec::new();
            value.each(|v| all.push(v)).map(|()| all)
        };
        assert_eq!(
            collect(Value::Bytes(&[1, 0x80, 0x01, 3])),
            Ok(vec![1, 128, 3])
        );
        assert_eq!(collect(Value::Varint(7)), Ok(vec![7]));
        assert_eq!(collect(Value::Bytes(&[0x80])), Err(WireError::BadVarint));
        assert_eq!(collect(Value::Fixed), Err(WireError::WrongWireType));
    }
}
