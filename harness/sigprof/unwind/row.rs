//! What a row of the unwind table asks for: whether three registers and constant offsets are enough to follow it, and a
//! cache of the answers.

use gimli::{CfaRule, RegisterRule, UnwindContextStorage, UnwindTableRow, X86_64};

/// Who can unwind at an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Row {
    /// The return address is undefined: this is the root.
    Root,
    /// rip, rsp and rbp lead to those of the caller, with nothing but loads at constant offsets.
    Simple(Rule),
    /// It takes all registers, or an expression.
    Rich,
    /// The frame was put there by the kernel: the one above was interrupted, not called.
    SignalFrame,
    /// No table covers the address.
    Uncovered,
}

/// A row of which everything is said by two numbers. The return address is the word below the CFA, as a call leaves it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    /// Whether the CFA is counted from rbp; from rsp otherwise.
    pub is_from_fp: bool,
    /// The CFA, from there.
    pub cfa_offset: i32,
    /// Where the caller's rbp is, from the CFA; it is still in rbp otherwise.
    pub fp_offset: Option<i32>,
}

impl Row {
    /// Which of these a row is.
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
        let CfaRule::RegisterAndOffset { register, offset } = *row.cfa() else {
            return Row::Rich;
        };
        let fp_offset = fp.map(i32::try_from).transpose();
        match (register, i32::try_from(offset), fp_offset) {
            (X86_64::RSP | X86_64::RBP, Ok(cfa_offset), Ok(fp_offset)) => Row::Simple(Rule {
                is_from_fp: register == X86_64::RBP,
                cfa_offset,
                fp_offset,
            }),
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
