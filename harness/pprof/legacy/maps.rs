//! The memory map of an older profile as its mappings, and which address is in which of them.
//!
//! Maps that were cut in pieces are put together again by pprof's rules. How a line is spelled is the business of `entry`.

use super::super::model::{Mapping, NONE, Profile};
use super::super::strings::StrId;
use super::entry::entries;

/// Whether a line announces a memory map.
pub(super) fn is_title(line: &[u8]) -> bool {
    let has = |title: &[u8]| line.windows(title.len()).any(|part| part == title);
    has(b"--- Memory map: ---") || has(b"MAPPED_LIBRARIES:")
}

/// Reads a map, gives the profile its mappings, and its locations, in the order of use, theirs.
pub(super) fn attach<'a>(profile: &mut Profile, map: impl Iterator<Item = &'a [u8]>) {
    for entry in entries(map) {
        let mapping = Mapping {
            file: profile.strings.intern(&entry.file),
            build_id: profile.strings.intern(&entry.build_id),
            ..mapping(entry.start, entry.limit, entry.offset)
        };
        profile.mappings.push(mapping);
    }
    join_adjacent(profile);
    profile.main_mapping_first();
    order_locations(profile);
    move_main_start(profile);
    assign(profile);
    for (at, mapping) in profile.mappings.iter_mut().enumerate() {
        mapping.id = at as u64 + 1;
    }
}

fn mapping(start: u64, limit: u64, file_offset: u64) -> Mapping {
    Mapping {
        id: 0,
        start,
        limit,
        file_offset,
        file: StrId::EMPTY,
        build_id: StrId::EMPTY,
        has_functions: false,
        has_filenames: false,
        has_line_numbers: false,
        has_inline_frames: false,
    }
}

/// Pieces of one file that follow one another are one mapping.
fn join_adjacent(profile: &mut Profile) {
    let agree = |a: StrId, b: StrId| a.is_empty() || b.is_empty() || a == b;
    let mut joined: Vec<Mapping> = Vec::with_capacity(profile.mappings.len());
    for next in std::mem::take(&mut profile.mappings) {
        let offsets_agree = |last: &Mapping| {
            last.file_offset == 0
                || next.file_offset == 0
                || last
                    .file_offset
                    .wrapping_add(last.limit.wrapping_sub(last.start))
                    == next.file_offset
        };
        let is_adjacent = |last: &&mut Mapping| {
            agree(last.file, next.file)
                && agree(last.build_id, next.build_id)
                && last.limit == next.start
                && offsets_agree(last)
        };
        if let Some(last) = joined.last_mut().filter(is_adjacent) {
            last.limit = next.limit;
            if !next.file.is_empty() {
                last.file = next.file;
            }
            if !next.build_id.is_empty() {
                last.build_id = next.build_id;
            }
        } else {
            joined.push(next);
        }
    }
    profile.mappings = joined;
}

/// Ids in the order in which samples use them; what no sample uses goes.
fn order_locations(profile: &mut Profile) {
    let mut order = Vec::new();
    let mut new = vec![NONE; profile.locations.len()];
    for at in 0..profile.samples.len() {
        for place in profile.samples[at].stack.range() {
            let old = profile.stacks[place] as usize;
            if new[old] == NONE {
                new[old] = order.len() as u32;
                order.push(profile.locations[old]);
            }
            profile.stacks[place] = new[old];
        }
    }
    for (at, location) in order.iter_mut().enumerate() {
        location.id = at as u64 + 1;
    }
    profile.locations = order;
}

/// A main binary whose start less its offset is where executables are linked to is mapped from its beginning.
fn move_main_start(profile: &mut Profile) {
    const EXPECTED_START: u64 = 0x40_0000;
    if let [first, second, ..] = &profile.mappings[..]
        && profile.bytes(first.file).starts_with(b"/anon_hugepage")
        && first.limit == second.start
    {
        profile.mappings.remove(0);
    }
    if let Some(main) = profile.mappings.first_mut()
        && main.start.wrapping_sub(main.file_offset) == EXPECTED_START
    {
        main.start = EXPECTED_START;
        main.file_offset = 0;
    }
}

/// Each location its mapping; one for the whole address space takes those that are in none.
fn assign(profile: &mut Profile) {
    let mut fake = None;
    for at in 0..profile.locations.len() {
        let address = profile.locations[at].address;
        if address == 0 {
            continue;
        }
        let mappings = &mut profile.mappings;
        let inside = mappings
            .iter()
            .position(|m| m.start <= address && address < m.limit);
        // Some writers leave out the first part of a mapping that is in pieces.
        let before = || {
            mappings.iter().position(|m| {
                m.file_offset != 0
                    && m.start.wrapping_sub(m.file_offset) <= address
                    && address < m.start
            })
        };
        let found = if let Some(inside) = inside {
            inside
        } else if let Some(before) = before() {
            let mapping = &mut mappings[before];
            mapping.start = mapping.start.wrapping_sub(mapping.file_offset);
            mapping.file_offset = 0;
            before
        } else {
            *fake.get_or_insert_with(|| {
                mappings.push(mapping(0, u64::MAX, 0));
                mappings.len() - 1
            })
        };
        profile.locations[at].mapping = found as u32;
    }
}
