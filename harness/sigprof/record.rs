//! A sample on its way through the ring: two words of header, then addresses, leaf first, then which of them a hook
//! answered.

use super::ring::Ring;

/// Words before the addresses.
pub const HEADER_WORDS: usize = 2;

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
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Record {
    /// How many expirations of the clock it stands for: 1, and those that the kernel could not deliver before.
    pub weight: u64,
    /// Which of the addresses are what a hook answered, from the leaf on.
    pub spans: Vec<Span>,
    /// Addresses to look up, leaf first. Never empty.
    pub addresses: Vec<u64>,
}

/// Writes what goes around the `count` addresses that stand in `words` already; how many words the record has.
pub fn frame(words: &mut [u64], weight: u64, count: usize, spans: &[Span]) -> usize {
    if let [first, second, ..] = words {
        *first = count as u64 | (spans.len() as u64) << 32;
        *second = weight;
    }
    let behind = words.iter_mut().skip(HEADER_WORDS + count);
    for (place, span) in behind.zip(spans) {
        *place = u64::from(span.start) | u64::from(span.length) << 32;
    }
    HEADER_WORDS + count + spans.len()
}

/// Takes the next record, if there is one.
pub fn pop(ring: &Ring) -> Option<Record> {
    let mut header = [0; HEADER_WORDS];
    if !ring.pop(&mut header) {
        return None;
    }
    let [sizes, weight] = header;
    let mut addresses = vec![0; (sizes & 0xffff_ffff) as usize];
    let mut spans = vec![0; (sizes >> 32) as usize];
    // The writer publishes a record at once: if its header is there, so is the rest.
    (ring.pop(&mut addresses) && ring.pop(&mut spans)).then(|| Record {
        weight,
        spans: spans.into_iter().map(span).collect(),
        addresses,
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
                    addresses
                })
            );
        }
        assert_eq!(pop(&ring), None);
    }
}
