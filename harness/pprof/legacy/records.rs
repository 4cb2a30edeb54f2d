//! A gperftools CPU profile, record by record: what is in the file and nothing else.
//!
//! Words of 4 or 8 bytes in either order: a header (0, 3, version, period in microseconds, 0), then records (count, depth,
//! addresses, leaf first), the last of which is (0, 1, 0), then a memory map in text. No address is changed here, and no
//! frame taken away.

/// The size and order of words, and the header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header {
    word_bytes: usize,
    is_big_endian: bool,
    version: u64,
    /// Between samples, microseconds.
    pub period_us: u64,
}

/// One stack, and how often it was seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// Samples.
    pub count: u64,
    /// Frames that the record announces. Those that the file ends before are not in `addresses`.
    pub depth: u64,
    /// The interrupted address, then return addresses.
    pub addresses: Vec<u64>,
}

impl Record {
    /// Whether it marks the end of the records.
    pub fn is_trailer(&self) -> bool {
        self.count == 0 && self.depth == 1 && self.addresses == [0]
    }
}

/// A record that cannot be one: its offset, bytes from the start of the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Broken {
    /// Bytes.
    pub offset: usize,
}

/// The records of a file, in order, without the trailer.
#[derive(Clone, Debug)]
pub struct Records<'a> {
    header: Header,
    data: &'a [u8],
    offset: usize,
    done: bool,
    is_complete: bool,
}

impl Header {
    const WORDS: usize = 5;

    /// The header, if the bytes start with one.
    pub fn read(data: &[u8]) -> Option<Header> {
        [(4, false), (4, true), (8, false), (8, true)]
            .into_iter()
            .find_map(|(word_bytes, is_big_endian)| {
                let header = Header {
                    word_bytes,
                    is_big_endian,
                    version: 0,
                    period_us: 0,
                };
                let word = |at: usize| header.word(data, at * word_bytes);
                let (version, period_us) = (word(2)?, word(3)?);
                let is_one = word(0)? == 0 && word(1)? == 3 && word(4)? == 0;
                let is_known = version <= 1 && (1..=i64::MAX as u64).contains(&period_us);
                (is_one && is_known).then_some(Header {
                    version,
                    period_us,
                    ..header
                })
            })
    }

    /// Whether the rest of the file is in Java's variant.
    pub fn is_java(&self) -> bool {
        self.version == 1
    }

    /// The records after the header of the same bytes.
    pub fn records<'a>(&self, data: &'a [u8]) -> Records<'a> {
        Records {
            header: *self,
            data,
            offset: self.word_bytes * Header::WORDS,
            done: false,
            is_complete: false,
        }
    }

    fn word(&self, data: &[u8], offset: usize) -> Option<u64> {
        let bytes = data.get(offset..offset.checked_add(self.word_bytes)?)?;
        let fold = |value: u64, byte: &u8| value << 8 | u64::from(*byte);
        Some(if self.is_big_endian {
            bytes.iter().fold(0, fold)
        } else {
            bytes.iter().rev().fold(0, fold)
        })
    }
}

impl Records<'_> {
    /// Where the next record starts, or, after the last, the memory map: bytes from the start of the file.
    pub fn offset(&self) -> usize {
        self.offset.min(self.data.len())
    }

    /// Whether the trailer was met: a file that ends without one was not finished.
    pub fn is_complete(&self) -> bool {
        self.is_complete
    }
}

impl Iterator for Records<'_> {
    type Item = Result<Record, Broken>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.done || self.offset >= self.data.len() {
            return None;
        }
        let (header, size) = (self.header, self.header.word_bytes);
        let broken = Broken {
            offset: self.offset,
        };
        let count = header.word(self.data, self.offset);
        let depth = header.word(self.data, self.offset + size);
        let (Some(count), Some(depth)) = (count, depth) else {
            self.done = true;
            return Some(Err(broken));
        };
        self.offset += 2 * size;
        // pprof's bound, in words of four bytes whatever their size.
        if depth > ((self.data.len() - self.offset) / 4) as u64 {
            self.done = true;
            return Some(Err(broken));
        }
        let words =
            (0..depth as usize).map_while(|at| header.word(self.data, self.offset + at * size));
        let addresses: Vec<u64> = words.collect();
        self.offset = if addresses.len() as u64 == depth {
            self.offset + addresses.len() * size
        } else {
            self.data.len()
        };
        let record = Record {
            count,
            depth,
            addresses,
        };
        if record.is_trailer() {
            self.done = true;
            self.is_complete = true;
            return None;
        }
        Some(Ok(record))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(words: &[u64], bytes: usize, big: bool) -> Vec<u8> {
        let word = |word: &u64| {
            let all = word.to_be_bytes();
            let mut word = all[8 - bytes..].to_vec();
            if !big {
                word.reverse();
            }
            word
        };
        words.iter().flat_map(word).collect()
    }

    #[test]
    fn records_are_read_as_they_are_in_every_word_size() {
        let file = [0, 3, 0, 10_000, 0, 5, 2, 0x40, 0x50, 0, 1, 0];
        for (bytes, big) in [(4, false), (4, true), (8, false), (8, true)] {
            let mut data = words(&file, bytes, big);
            data.extend_from_slice(b"map");
            let header = Header::read(&data).expect("a header");
            assert_eq!(header.period_us, 10_000);
            let mut records = header.records(&data);
            let record = Record {
                count: 5,
                depth: 2,
                addresses: vec![0x40, 0x50],
            };
            assert_eq!(records.next(), Some(Ok(record)));
            assert_eq!(records.next(), None);
            assert_eq!(&data[records.offset()..], b"map");
        }
    }

    #[test]
    fn a_depth_beyond_the_file_is_broken() {
        let data = words(&[0, 3, 0, 10_000, 0, 1, 1 << 40, 1], 8, false);
        let header = Header::read(&data).expect("a header");
        let offset = 40;
        assert_eq!(header.records(&data).next(), Some(Err(Broken { offset })));
        assert_eq!(Header::read(&words(&[0, 3, 2, 10_000, 0], 8, false)), None);
    }
}
