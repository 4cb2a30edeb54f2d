//! The profile's strings, each kept once: an arena of bytes, and numbers in place of pointers.
//!
//! Equal strings have equal ids, so names are compared as numbers. They are bytes, as pprof takes any.
//! It knows nothing of what the strings name.

use std::borrow::Cow;
use std::hash::BuildHasher;

use hashbrown::{DefaultHashBuilder, HashTable};

/// The number of a string of a [`super::Profile`]; the empty string is always [`StrId::EMPTY`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct StrId(pub(super) u32);

impl StrId {
    /// The empty string.
    pub const EMPTY: StrId = StrId(0);

    /// Whether it names the empty string.
    pub fn is_empty(self) -> bool {
        self == StrId::EMPTY
    }
}

/// An interner that owns its strings.
#[derive(Clone, Debug)]
pub(super) struct Strings {
    bytes: Vec<u8>,
    /// Where each string ends in `bytes`; it starts where the one before it ends.
    ends: Vec<u32>,
    index: HashTable<u32>,
    hasher: DefaultHashBuilder,
}

impl Strings {
    pub(super) fn new() -> Strings {
        let mut strings = Strings {
            bytes: Vec::new(),
            ends: Vec::new(),
            index: HashTable::new(),
            hasher: DefaultHashBuilder::default(),
        };
        let empty = strings.intern(b"");
        debug_assert_eq!(empty, StrId::EMPTY);
        strings
    }

    /// The id of `text`, new or old.
    ///
    /// # Panics
    /// Above 4 GiB of distinct strings; decoders refuse inputs that could hold as much.
    pub(super) fn intern(&mut self, text: &[u8]) -> StrId {
        let hash = self.hasher.hash_one(text);
        let (bytes, ends) = (&self.bytes, &self.ends);
        if let Some(&id) = self.index.find(hash, |&id| slice(bytes, ends, id) == text) {
            return StrId(id);
        }
        let id = u32::try_from(self.ends.len()).expect("fewer than 2^32 strings");
        self.bytes.extend_from_slice(text);
        self.ends
            .push(u32::try_from(self.bytes.len()).expect("less than 4 GiB of strings"));
        let (bytes, ends, hasher) = (&self.bytes, &self.ends, &self.hasher);
        self.index
            .insert_unique(hash, id, |&id| hasher.hash_one(slice(bytes, ends, id)));
        StrId(id)
    }

    pub(super) fn get(&self, id: StrId) -> &[u8] {
        slice(&self.bytes, &self.ends, id.0)
    }

    pub(super) fn text(&self, id: StrId) -> Cow<'_, str> {
        String::from_utf8_lossy(self.get(id))
    }

    /// All strings, in the order of their ids: the string table of an encoded profile.
    pub(super) fn iter(&self) -> impl Iterator<Item = &[u8]> {
        (0..self.ends.len() as u32).map(|id| slice(&self.bytes, &self.ends, id))
    }
}

fn slice<'a>(bytes: &'a [u8], ends: &[u32], id: u32) -> &'a [u8] {
    let id = id as usize;
    let start = if id == 0 { 0 } else { ends[id - 1] as usize };
    &bytes[start..ends[id] as usize]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_strings_have_one_id_and_the_empty_one_is_zero() {
        let mut strings = Strings::new();
        let main = strings.intern(b"main");
        let odd = strings.intern(b"\xff\xfe");
        assert_ne!(main, odd);
        assert_eq!(strings.intern(b"main"), main);
        assert_eq!(strings.intern(b""), StrId::EMPTY);
        assert_eq!(strings.get(odd), b"\xff\xfe");
        assert_eq!(strings.text(odd), "\u{fffd}\u{fffd}");
        let table: Vec<&[u8]> = strings.iter().collect();
        assert_eq!(table, [&b""[..], b"main", b"\xff\xfe"]);
    }
}
