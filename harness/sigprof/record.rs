//! A sample on its way through the ring: two words of header, then addresses, leaf first.

use super::ring::Ring;

/// Words before the addresses.
pub const HEADER_WORDS: usize = 2;

/// One sample, as the collector gets it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Record {
    /// How many expirations of the clock it stands for: 1, and those that the kernel could not deliver before.
    pub weight: u64,
    /// How many of the addresses, from the leaf, are what a hook answered.
    pub foreign: usize,
    /// Addresses to look up, leaf first. Never empty.
    pub addresses: Vec<u64>,
}

/// Writes the header before `count` addresses that stand in `words` already.
pub fn write_header(words: &mut [u64], weight: u64, foreign: usize, count: usize) {
    if let [first, second, ..] = words {
        *first = count as u64 | (foreign as u64) << 32;
        *second = weight;
    }
}

/// Takes the next record, if there is one.
pub fn pop(ring: &Ring) -> Option<Record> {
    let mut header = [0; HEADER_WORDS];
    if !ring.pop(&mut header) {
        return None;
    }
    let [sizes, weight] = header;
    let mut addresses = vec![0; (sizes & 0xffff_ffff) as usize];
    // The writer publishes header and addresses at once: if the one is there, so are the others.
    let is_whole = ring.pop(&mut addresses);
    let foreign = (sizes >> 32) as usize;
    is_whole.then_some(Record {
        weight,
        foreign,
        addresses,
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
            write_header(&mut words, weight, foreign, addresses.len());
            assert!(ring.push(&words));
        }
        assert_eq!(
            pop(&ring),
            Some(Record {
                weight: 1,
                foreign: 0,
                addresses: vec![7]
            })
        );
        assert_eq!(
            pop(&ring),
            Some(Record {
                weight: 3,
                foreign: 2,
                addresses: vec![9, 8, 7]
            })
        );
        assert_eq!(pop(&ring), None);
    }
}
