//! The ELF symbol table as ranges: an address has a name only if a symbol covers it.

use object::{Object, ObjectSection, ObjectSymbol, SectionKind, SymbolKind};

/// Function symbols by address.
#[derive(Default)]
pub(super) struct Symbols<'a> {
    /// Sorted by start, one for each.
    symbols: Vec<Symbol<'a>>,
    /// For each, the largest end up to it: how far back a search has to look.
    reach: Vec<u64>,
}

struct Symbol<'a> {
    start: u64,
    end: u64,
    name: &'a [u8],
}

impl<'a> Symbols<'a> {
    /// `.symtab`, or `.dynsym` where it was stripped.
    pub(super) fn read<'file>(file: &'file impl Object<'a>) -> Symbols<'a> {
        let mut found: Vec<_> = file
            .symbols()
            .filter_map(|symbol| ranked(file, &symbol))
            .collect();
        if found.is_empty() {
            found = file
                .dynamic_symbols()
                .filter_map(|symbol| ranked(file, &symbol))
                .collect();
        }
        Symbols::from_ranked(found)
    }

    fn from_ranked(mut found: Vec<(Symbol<'a>, u8)>) -> Symbols<'a> {
        // Of several names for one address: sized first, then global, weak, local, then the one with the fewest letters.
        found.sort_by(|(a, a_rank), (b, b_rank)| {
            let key =
                |s: &Symbol<'a>, rank: u8| (s.start, s.end == s.start, rank, s.name.len(), s.name);
            key(a, *a_rank).cmp(&key(b, *b_rank))
        });
        let mut symbols: Vec<Symbol<'a>> = found.into_iter().map(|(symbol, _)| symbol).collect();
        symbols.dedup_by_key(|symbol| symbol.start);
        // Hand-written assembly often has no sizes: such a symbol reaches to the next one.
        for at in 0..symbols.len() {
            if symbols[at].end == symbols[at].start {
                symbols[at].end = symbols
                    .get(at + 1)
                    .map_or(symbols[at].start + 1, |next| next.start);
            }
        }
        let mut furthest = 0;
        let reach = symbols.iter().map(|symbol| {
            furthest = symbol.end.max(furthest);
            furthest
        });
        let reach = reach.collect();
        Symbols { symbols, reach }
    }

    /// The name of the symbol that covers the address; the one that starts last.
    pub(super) fn find(&self, address: u64) -> Option<&'a [u8]> {
        let before = self
            .symbols
            .partition_point(|symbol| symbol.start <= address);
        let mut candidates = (0..before).rev().take_while(|&at| self.reach[at] > address);
        candidates
            .find(|&at| self.symbols[at].end > address)
            .map(|at| self.symbols[at].name)
    }
}

/// A function symbol and how much its name is to be preferred, lowest first.
fn ranked<'a, 'file>(
    file: &'file impl Object<'a>,
    symbol: &impl ObjectSymbol<'a>,
) -> Option<(Symbol<'a>, u8)> {
    let in_code = || {
        let section = symbol
            .section_index()
            .and_then(|index| file.section_by_index(index).ok());
        section.is_some_and(|section| section.kind() == SectionKind::Text)
    };
    let is_function =
        symbol.kind() == SymbolKind::Text || (symbol.kind() == SymbolKind::Unknown && in_code());
    let name = symbol.name_bytes().ok().filter(|name| !name.is_empty())?;
    if !is_function || !symbol.is_definition() {
        return None;
    }
    let rank = match (symbol.is_local(), symbol.is_weak()) {
        (false, false) => 0,
        (false, true) => 1,
        (true, _) => 2,
    };
    let start = symbol.address();
    Some((
        Symbol {
            start,
            end: start.saturating_add(symbol.size()),
            name: unversioned(name),
        },
        rank,
    ))
}

/// `memcpy@@GLIBC_2.14` is `memcpy`.
fn unversioned(name: &[u8]) -> &[u8] {
    let at = name
        .iter()
        .position(|&byte| byte == b'@')
        .filter(|&at| at > 0);
    &name[..at.unwrap_or(name.len())]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn symbols(list: &[(u64, u64, &'static str)]) -> Symbols<'static> {
        let ranked = |&(start, size, name): &(u64, u64, &'static str)| {
            (
                Symbol {
                    start,
                    end: start + size,
                    name: name.as_bytes(),
                },
                0,
            )
        };
        Symbols::from_ranked(list.iter().map(ranked).collect())
    }

    #[test]
    fn sizes_are_respected() {
        let table = symbols(&[
            (0x10, 0x10, "a"),
            (0x40, 0x20, "b"),
            (0x60, 0, "asm"),
            (0x70, 4, "c"),
        ]);
        let name = |address| {
            table
                .find(address)
                .map(|name| std::str::from_utf8(name).expect("ASCII"))
        };
        assert_eq!(name(0xf), None);
        assert_eq!(name(0x1f), Some("a"));
        assert_eq!(name(0x20), None, "between a and b there is nothing");
        assert_eq!(name(0x5f), Some("b"));
        assert_eq!(
            name(0x6f),
            Some("asm"),
            "without a size it reaches to the next"
        );
        assert_eq!(name(0x74), None);
    }

    #[test]
    fn the_innermost_of_nested_symbols_wins_and_the_outer_one_is_found_behind_it() {
        let table = symbols(&[(0x10, 0x100, "outer"), (0x20, 0x10, "inner")]);
        assert_eq!(table.find(0x25), Some(&b"inner"[..]));
        assert_eq!(table.find(0x30), Some(&b"outer"[..]));
    }
}
