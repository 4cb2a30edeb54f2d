//! A sample on its way through the ring: two words of header, then addresses, leaf first, then which of them a hook
//! answered; and, where the walk could not go on in the handler, what it takes to go on later: registers, and a copy of
//! the stack.

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

/// A run of addresses that a hook answered: what to name them by is the hook's business.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// Where it begins, counted from the leaf.
    pub start: u32,
    /// How many.
    pub length: u32,
}

impl Span {
    /// Whether the address at `index` is in it.
    pub fn contains(&self, index: usize) -> bool {
        let start = self.start as usize;
        (start..start + self.length as usize).contains(&index)
    }
}

/// One sample, as the collector gets it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// How many expirations of the clock it stands for: 1, and those that the kernel could not deliver before.
    pub weight: u64,
    /// Which of the addresses are what a hook answered, from the leaf on.
    pub spans: Vec<Span>,
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

/// Writes what goes around the `count` addresses that stand in `words` already; how many words the record has.
pub fn frame(words: &mut [u64], weight: u64, count: usize, spans: &[Span]) -> usize {
    if let [first, second, ..] = words {
        *first = count as u64 | (spans.len() as u64) << 16;
        *second = weight;
    }
    let behind = words.iter_mut().skip(HEADER_WORDS + count);
    for (place, span) in behind.zip(spans) {
        *place = u64::from(span.start) | u64::from(span.length) << 32;
    }
    HEADER_WORDS + count + spans.len()
}

/// Writes a frame to go on from, and the stack, behind a record of `length` words; how many words that took, 0 if they did
/// not fit.
pub fn append_rest(
    words: &mut [u64],
    length: usize,
    from: Resume,
    stack: impl Iterator<Item = u64>,
) -> usize {
    let Some((record, behind)) = words.split_at_mut_checked(length) else {
        return 0;
    };
    let Some((frame, space)) = behind.split_at_mut_checked(RESUME_WORDS) else {
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
    if let Some(sizes) = record.first_mut() {
        *sizes |= (count as u64) << 32;
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
    let (count, spans, rest) = (sizes & 0xffff, sizes >> 16 & 0xffff, sizes >> 32);
    let mut addresses = vec![0; count as usize];
    let mut span_words = vec![0; spans as usize];
    let mut rest_words = vec![0; rest as usize];
    // The writer publishes a record at once: if its header is there, so is the rest.
    let is_whole =
        ring.pop(&mut addresses) && ring.pop(&mut span_words) && ring.pop(&mut rest_words);
    let rest = read_rest(&rest_words);
    is_whole.then(|| Record {
        weight,
        spans: span_words.into_iter().map(span).collect(),
        addresses,
        rest,
    })
}

fn span(word: u64) -> Span {
    Span {
        start: (word & 0xffff_ffff) as u32,
        length: (word >> 32) as u32,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_come_out_in_order_and_whole() {
        let ring = Ring::new(64);
        let two = [
            Span {
                start: 0,
                length: 1,
            },
            Span {
                start: 2,
                length: 1,
            },
        ];
        let records = [(1, &[][..], vec![7]), (3, &two[..], vec![9, 8, 7])];
        for (weight, spans, addresses) in &records {
            let mut words = vec![0; HEADER_WORDS];
            words.extend(addresses);
            words.resize(16, 0);
            let length = frame(&mut words, *weight, addresses.len(), spans);
            assert!(ring.push(&words[..length]));
        }
        for (weight, spans, addresses) in records {
            let spans = spans.to_vec();
            assert_eq!(
                pop(&ring),
                Some(Record {
                    weight,
                    spans,
                    addresses,
                    rest: None,
                })
            );
        }
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
        let answered = [Span {
            start: 0,
            length: 1,
        }];
        let length = frame(&mut words, 4, 2, &answered);
        let rest = append_rest(&mut words, length, from, [1, 2, 3].into_iter());
        assert_eq!(rest, RESUME_WORDS + 3);
        assert!(ring.push(&words[..length + rest]));
        let record = pop(&ring).unwrap();
        assert_eq!((record.weight, &record.addresses[..]), (4, &[5, 0xfff][..]));
        assert_eq!(record.spans, answered);
        let stack = vec![1, 2, 3];
        assert_eq!(record.rest, Some(Rest { from, stack }));
        assert_eq!(
            append_rest(&mut [0; 4], 3, from, [].into_iter()),
            0,
            "no space"
        );
    }
}
