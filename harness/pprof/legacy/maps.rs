//! The memory map at the end of an older profile, and which address is in which file.
//!
//! Two notations: that of /proc/self/maps, and a brief one, `START-END PERMISSIONS FILE (@OFFSET) BUILDID`. Maps that
//! were cut in pieces are put together again by pprof's rules.

use super::super::model::{Mapping, NONE, Profile};
use super::super::strings::StrId;

/// Whether a line announces a memory map.
pub(super) fn is_title(line: &str) -> bool {
    line.contains("--- Memory map: ---") || line.contains("MAPPED_LIBRARIES:")
}

/// Reads a map, gives the profile its mappings, and its locations, in the order of use, theirs.
pub(super) fn attach(profile: &mut Profile, map: &[u8]) {
    let mut variables: Vec<(String, String)> = Vec::new();
    for line in String::from_utf8_lossy(map).lines() {
        let mut line = without_log_prefix(line).to_owned();
        for (name, value) in &variables {
            line = line.replace(name, value);
        }
        if let Some(entry) = Entry::parse(&line) {
            if entry.is_executable {
                let mapping = Mapping {
                    file: profile.strings.intern(entry.file.as_bytes()),
                    build_id: profile.strings.intern(entry.build_id.as_bytes()),
                    ..mapping(entry.start, entry.limit, entry.offset)
                };
                profile.mappings.push(mapping);
            }
        } else if let Some((name, value)) = line.split_once('=') {
            variables.push((format!("${}", name.trim()), value.trim().to_owned()));
        }
    }
    join_adjacent(profile);
    main_first(profile);
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

/// Without what a logger puts before a line: `… file.cc:123] `.
fn without_log_prefix(line: &str) -> &str {
    let Some((prefix, rest)) = line.split_once(']') else {
        return line;
    };
    let number = prefix.rsplit(':').next().unwrap_or_default();
    let is_prefix = prefix.len() > number.len() + 1
        && !prefix.contains('[')
        && !number.is_empty()
        && number.bytes().all(|b| b.is_ascii_digit());
    let mut rest_chars = rest.chars();
    if is_prefix && rest_chars.next().is_some_and(char::is_whitespace) {
        rest_chars.as_str()
    } else {
        line
    }
}

/// A line of a map.
struct Entry<'a> {
    start: u64,
    limit: u64,
    offset: u64,
    is_executable: bool,
    file: &'a str,
    build_id: &'a str,
}

impl<'a> Entry<'a> {
    fn parse(line: &'a str) -> Option<Entry<'a>> {
        let (start, rest) = hex(line.trim_start())?;
        let rest = rest
            .strip_prefix(['-', ' ', '\t'])
            .unwrap_or(rest)
            .trim_start();
        let (limit, rest) = hex(rest)?;
        let rest = rest.strip_prefix(':').unwrap_or(rest);
        if !rest.is_empty() && !rest.starts_with(char::is_whitespace) {
            return None;
        }
        let mut entry = Entry {
            start,
            limit,
            offset: 0,
            is_executable: true,
            file: "",
            build_id: "",
        };
        let mut fields = rest.split_whitespace().peekable();
        let permission_bytes = |field: &str| {
            let is_permission = |byte: &u8| b"-rwxp".contains(byte);
            field.bytes().take_while(is_permission).count()
        };
        if let Some(first) = fields.next_if(|field| permission_bytes(field) > 0) {
            let permissions = &first[..permission_bytes(first)];
            entry.is_executable = permissions.contains('x');
            if permissions.len() < first.len() {
                // A name that starts like permissions is taken for them, and ends the line.
                return Some(entry);
            }
        }
        let fields: Vec<&str> = fields.collect();
        entry.read_fields(&fields)?;
        Some(entry)
    }

    /// What follows the permissions, in either notation. `None` if the offset is no number.
    fn read_fields(&mut self, fields: &[&'a str]) -> Option<()> {
        let parse = |digits: &str| u64::from_str_radix(digits, 16).ok();
        if let [offset, device, inode, rest @ ..] = fields
            && is_device(device)
            && inode.starts_with(|c: char| c.is_ascii_digit())
        {
            self.offset = parse(offset)?;
            self.file = rest.first().copied().unwrap_or_default();
            return Some(());
        }
        let offset_of = |field: &'a str| field.strip_prefix("(@")?.strip_suffix(')');
        let (file, mut rest) = fields.split_first().unwrap_or((&"", &[]));
        self.file = file;
        if let Some(offset) = rest.first().and_then(|field| offset_of(field)) {
            self.offset = parse(offset)?;
            rest = &rest[1..];
        }
        if let Some(build_id) = rest.first() {
            let is_other = |c: char| !c.is_ascii_hexdigit();
            let end = build_id.find(is_other).unwrap_or(build_id.len());
            self.build_id = &build_id[..end];
        }
        Some(())
    }
}

fn is_device(field: &str) -> bool {
    let is_hex = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_hexdigit());
    field
        .split_once(':')
        .is_some_and(|(major, minor)| is_hex(major) && is_hex(minor))
}

/// A hexadecimal number, with or without 0x, and what follows it.
fn hex(text: &str) -> Option<(u64, &str)> {
    let digits = text.strip_prefix("0x").unwrap_or(text);
    let end = digits
        .find(|c: char| !c.is_ascii_hexdigit())
        .unwrap_or(digits.len());
    Some((
        u64::from_str_radix(&digits[..end], 16).ok()?,
        &digits[end..],
    ))
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

/// The first mapping that is neither a library nor something of the kernel's is taken for the main binary.
fn main_first(profile: &mut Profile) {
    let is_main = |mapping: &Mapping| {
        let file = profile.text(mapping.file).replace("(deleted)", "");
        let file = file.trim();
        !file.is_empty() && !file.starts_with('[') && !is_library(file)
    };
    if let Some(main) = profile.mappings.iter().position(is_main) {
        profile.mappings.swap(0, main);
    }
}

/// `x.so`, `x.so.1`, `x.so_1`.
fn is_library(file: &str) -> bool {
    file.ends_with(".so")
        || file.match_indices(".so").any(|(at, _)| {
            let mut after = file[at + 3..].chars();
            after.next().is_some_and(|c| c == '.' || c == '_')
                && after.next().is_some_and(|c| c.is_ascii_digit())
        })
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
