//! What the cache goes by: SHA-256 over parts, each with its length before it, so that no two lists of parts are one.

use std::fmt::Write as _;

use sha2::{Digest, Sha256};

/// A hash that is being made.
pub(super) struct Hash(Sha256);

impl Hash {
    /// `purpose` tells things of different kinds apart.
    pub(super) fn new(purpose: &str) -> Self {
        let mut hash = Hash(Sha256::new());
        hash.part(purpose);
        hash
    }

    /// Adds a part.
    pub(super) fn part(&mut self, bytes: impl AsRef<[u8]>) {
        let bytes = bytes.as_ref();
        self.0.update((bytes.len() as u64).to_le_bytes());
        self.0.update(bytes);
    }

    /// Adds a list, with its length.
    pub(super) fn list<T: AsRef<[u8]>>(&mut self, parts: impl IntoIterator<Item = T>) {
        let parts: Vec<T> = parts.into_iter().collect();
        self.0.update((parts.len() as u64).to_le_bytes());
        for part in parts {
            self.part(part);
        }
    }

    /// The first 128 bits, in hexadecimal: the name of a folder.
    pub(super) fn name(self) -> String {
        self.0.finalize()[..16]
            .iter()
            .fold(String::new(), |mut name, byte| {
                // Writing to a string does not fail.
                let _ = write!(name, "{byte:02x}");
                name
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_a_part_ends_counts() {
        let name = |parts: &[&[&str]]| {
            let mut hash = Hash::new("test");
            for list in parts {
                hash.list(list.iter());
            }
            hash.name()
        };
        assert_eq!(name(&[&["a", "b"]]), name(&[&["a", "b"]]));
        assert_ne!(name(&[&["a", "b"]]), name(&[&["ab"]]));
        assert_ne!(name(&[&["a"], &["b"]]), name(&[&["a", "b"]]));
        assert_eq!(name(&[]).len(), 32);
    }
}
