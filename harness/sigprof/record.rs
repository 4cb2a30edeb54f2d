//! A sample on its way through the ring: two words of header, then addresses, leaf first; and, where the walk could not
//! go on in the handler, what it takes to go on later: registers, and a copy of the stack.

use super::arch::{REGISTER_COUNT, Registers};
use super::memory::WINDOW_BYTES;
use super::ring::Ring;
use super::unwind::{Kind, Resume};

/// Words before the addresses.
pub const HEADER_WORDS: usize = 2;
/// Registers, what they know, and what the ip is.
const RESUME_WORDS: usize = REGISTER_COUNT + 2;
/// The most words that can stand behind the addresses.
pub const MAX_REST_WORDS: usize = RESUME_WORDS + WINDOW_BYTES / 8;

/// One sample, as the collector gets it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// How many expirations of the clock it stands for: 1, and those that the kernel could not deliver before.
    pub weight: u64,
    /// How many of the addresses, from the leaf, are what a hook answered.
    pub foreign: usize,
    /// Addresses to look up, leaf first. Never empty.
    pub addresses: Vec<u64>,
    /// From where the walk is to go on: the last address is that of this frame.
    pub rest: Option<Rest>,
}

/// The rest of a stack, not yet walked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rest {
    /// The frame to go on from.
    pub from: Resume,
    /// The stack as it was, from the frame's stack pointer on.
    pub stack: Vec<u64>,
}

/// Writes the header before `count` addresses that stand in `words` already, and what is behind them.
pub fn write_header(words: &mut [u64], weight: u64, foreign: usize, count: usize, rest: usize) {
    if let [first, second, ..] = words {
        *first = count as u64 | (foreign as u64) << 16 | (rest as u64) << 32;
        *second = weight;
    }
}

/// Writes a frame to go on from, and the stack, at the beginning of `words`; how many words it took, 0 if it did not fit.
pub fn write_rest(words: &mut [u64], from: Resume, stack: impl Iterator<Item = u64>) -> usize {
    let Some((frame, space)) = words.split_at_mut_checked(RESUME_WORDS) else {
        return 0;
    };
    let kind = [u64::from(from.kind == Kind::Return)];
    let values = from.registers.to_words().into_iter().chain(kind);
    for (word, value) in frame.iter_mut().zip(values) {
        *word = value;
    }
    let mut count = RESUME_WORDS;
    for (word, value) in space.iter_mut().zip(stack) {
        *word = value;
        count += 1;
    }
    count
}

fn read_rest(words: &[u64]) -> Option<Rest> {
    let (registers, rest) = words.split_first_chunk::<{ REGISTER_COUNT + 1 }>()?;
    let (kind, stack) = rest.split_first()?;
    let kind = if *kind == 0 {
        Kind::Interrupted
    } else {
        Kind::Return
    };
    let from = Resume {
        registers: Registers::of_words(registers),
        kind,
    };
    Some(Rest {
        from,
        stack: stack.to_vec(),
    })
}

/// Takes the next record, if there is one.
pub fn pop(ring: &Ring) -> Option<Record> {
    let mut header = [0; HEADER_WORDS];
    if !ring.pop(&mut header) {
        return None;
    }
    let [sizes, weight] = header;
    let (count, foreign, rest) = (sizes & 0xffff, sizes >> 16 & 0xffff, sizes >> 32);
    let mut addresses = vec![0; (count + rest) as usize];
    // The writer publishes all of a record at once: if the header is there, so is the rest.
    if !ring.pop(&mut addresses) {
        return None;
    }
    let rest = read_rest(&addresses[count as usize..]);
    addresses.truncate(count as usize);
    Some(Record {
        weight,
        foreign: foreign as usize,
        addresses,
        rest,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_come_out_in_order_and_whole() {
        let ring = Ring::new(64);
        for (weight, foreign, addresses) in [(1, 0, vec![7]), (3, 2, vec![9, 8, 7])] {
            let mut words = vec![0; HEADER_WORDS];
            words.extend(&addresses);
            write_header(&mut words, weight, foreign, addresses.len(), 0);
            assert!(ring.push(&words));
        }
        let record = |weight, foreign, addresses: &[u64]| {
            Some(Record {
                weight,
                foreign,
                addresses: addresses.to_vec(),
                rest: None,
            })
        };
        assert_eq!(pop(&ring), record(1, 0, &[7]));
        assert_eq!(pop(&ring), record(3, 2, &[9, 8, 7]));
        assert_eq!(pop(&ring), None);
    }

    #[test]
    fn a_stack_to_be_walked_later_comes_out_as_it_was() {
        let ring = Ring::new(64);
        let from = Resume {
            registers: Registers::new(0x1000, 0x7000, 0x7010),
            kind: Kind::Return,
        };
        let mut words = vec![0; 64];
        words[HEADER_WORDS..][..2].copy_from_slice(&[5, 0xfff]);
        let rest = write_rest(&mut words[HEADER_WORDS + 2..], from, [1, 2, 3].into_iter());
        assert_eq!(rest, RESUME_WORDS + 3);
        write_header(&mut words, 4, 1, 2, rest);
        assert!(ring.push(&words[..HEADER_WORDS + 2 + rest]));
        let record = pop(&ring).unwrap();
        assert_eq!(
            (record.weight, record.foreign, &record.addresses[..]),
            (4, 1, &[5, 0xfff][..])
        );
        assert_eq!(
            record.rest,
            Some(Rest {
                from,
                stack: vec![1, 2, 3]
            })
        );
        assert_eq!(write_rest(&mut [0; 4], from, [].into_iter()), 0, "no space");
    }
}
