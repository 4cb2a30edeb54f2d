//! What a row of the unwind table asks for: whether framehop can follow it exactly, and a cache of the answers.

use gimli::{CfaRule, RegisterRule, UnwindContextStorage, UnwindTableRow, X86_64};

/// Who can unwind at an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Row {
    /// The return address is undefined: this is the root.
    Root,
    /// framehop follows this row exactly: from rip, rsp and rbp, with nothing but loads at constant offsets.
    Simple,
    /// It takes all registers, or a rule that framehop does not have.
    Rich,
    /// The frame was put there by the kernel: the one above was interrupted, not called.
    SignalFrame,
    /// No table covers the address.
    Uncovered,
}

impl Row {
    /// Which of these a row is. The conditions are those under which framehop 0.16 turns a row into a rule of its
    /// own; what it would evaluate or guess is [`Row::Rich`] here.
    pub fn of<S: UnwindContextStorage<usize>>(
        row: &UnwindTableRow<usize, S>,
        is_signal: bool,
    ) -> Row {
        if is_signal {
            return Row::SignalFrame;
        }
        match row.register(X86_64::RA) {
            None | Some(RegisterRule::Undefined) => return Row::Root,
            Some(RegisterRule::Offset(-8)) => {}
            Some(_) => return Row::Rich,
        }
        let fp = match row.register(X86_64::RBP) {
            None | Some(RegisterRule::Undefined | RegisterRule::SameValue) => None,
            Some(RegisterRule::Offset(offset)) => Some(offset),
            Some(_) => return Row::Rich,
        };
        match row.cfa() {
            CfaRule::RegisterAndOffset {
                register: X86_64::RSP,
                offset,
            } => {
                let near = (0..=8 * i64::from(i16::MAX)).contains(offset) && offset % 8 == 0;
                let fp_near = fp.is_none_or(|fp| fp % 8 == 0 && (-(1 << 16)..0).contains(&fp));
                if near && fp_near {
                    Row::Simple
                } else {
                    Row::Rich
                }
            }
            CfaRule::RegisterAndOffset {
                register: X86_64::RBP,
                offset: 16,
            } if fp == Some(-16) => Row::Simple,
            _ => Row::Rich,
        }
    }
}

const ENTRIES: usize = 1024;

/// Rows by address, directly mapped: a loop's few hundred addresses find their row in one look.
pub struct RowCache {
    entries: [(u64, Row); ENTRIES],
}

impl RowCache {
    /// An empty cache; address 0 stands for no entry.
    pub fn new() -> RowCache {
        RowCache {
            entries: [(0, Row::Uncovered); ENTRIES],
        }
    }

    /// The row remembered for `address`.
    #[inline]
    pub fn get(&self, address: u64) -> Option<Row> {
        let (key, row) = self.entries[Self::index(address)];
        (key == address && address != 0).then_some(row)
    }

    /// Remembers the row for `address`.
    pub fn put(&mut self, address: u64, row: Row) {
        self.entries[Self::index(address)] = (address, row);
    }

    #[inline]
    fn index(address: u64) -> usize {
        // Fibonacci hashing: call sites are close together, and their low bits alike.
        (address.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 54) as usize
    }
}

// The shift above leaves ten bits: an index cannot be out of bounds, so that the lookups have no panic path.
const _: () = assert!(ENTRIES == 1 << (64 - 54));
