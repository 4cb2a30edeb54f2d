//! An ELF file as something to look addresses up in: where its segments are, its symbols, its DWARF.
//!
//! It knows mappings and addresses, and nothing of profiles' locations.

use std::borrow::Cow;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use object::read::ReadCache;
use object::{Object, ObjectSection, ObjectSegment, ReadRef, SegmentFlags};

use super::super::model::Mapping;
use super::Found;
use super::debug_file;
use super::dwarf::Dwarf;
use super::symbols::Symbols;

/// Pages are at least this large, and mappings start at page boundaries.
const PAGE_BYTES: u64 = 4096;

/// An open ELF file. Sections are read as they are needed: debug information may be a hundred times the code.
pub(super) struct Image {
    path: PathBuf,
    cache: ReadCache<File>,
}

/// Sections of debug information, as they are in the file or inflated.
type Sections<'a> = gimli::DwarfSections<Cow<'a, [u8]>>;

/// A loadable segment: offsets in the file, and the addresses it was linked at.
#[derive(Clone, Copy, Debug)]
struct Segment {
    file_offset: u64,
    file_bytes: u64,
    address: u64,
    executable: bool,
}

/// What an [`Image`] says about addresses.
pub(super) struct Lookup<'a> {
    segments: Vec<Segment>,
    /// Linked at fixed addresses: what runs is at the address that the file says.
    fixed: bool,
    symbols: Symbols<'a>,
    dwarf: Option<Dwarf<'a>>,
}

impl Image {
    pub(super) fn open(path: &Path) -> Result<Image, String> {
        let failed = |cause: &str| format!("open {}: {cause}", path.display());
        let kind = std::fs::metadata(path).map_err(|error| failed(&io_cause(&error)))?;
        if !kind.is_file() {
            // Opening a pipe waits for somebody who writes to it, and a profile can name any file.
            return Err(failed(UNRECOGNIZED));
        }
        let file = File::open(path).map_err(|error| failed(&io_cause(&error)))?;
        Ok(Image {
            path: path.to_owned(),
            cache: ReadCache::new(file),
        })
    }

    /// Whether it is an object file at all.
    pub(super) fn check(&self) -> Result<(), String> {
        self.parse().map(drop)
    }

    fn parse(&self) -> Result<object::File<'_, &ReadCache<File>>, String> {
        object::File::parse(&self.cache)
            .map_err(|_| format!("open {}: {UNRECOGNIZED}", self.path.display()))
    }

    /// In hexadecimal, "" if it has none.
    pub(super) fn build_id(&self) -> Result<String, String> {
        let file = self.parse()?;
        let build_id = file.build_id().map_err(|error| error.to_string())?;
        Ok(debug_file::hexadecimal(build_id.unwrap_or_default()))
    }

    /// The checksum that a `.gnu_debuglink` to this file has.
    pub(super) fn checksum(&self) -> std::io::Result<u32> {
        let mut file = File::open(&self.path)?;
        let mut checksum = flate2::Crc::new();
        let mut buffer = vec![0; 1 << 16];
        loop {
            match file.read(&mut buffer)? {
                0 => return Ok(checksum.sum()),
                bytes => checksum.update(&buffer[..bytes]),
            }
        }
    }

    /// Calls `with` with the tables of the file, which are dropped after it.
    pub(super) fn with_lookup<T>(&self, with: impl FnOnce(&Lookup<'_>) -> T) -> Result<T, String> {
        let file = self.parse()?;
        let debug_image = if has_debug_information(&file) {
            None
        } else {
            debug_file::find(&self.path, &file)
        };
        let debug_file = debug_image.as_ref().and_then(|image| image.parse().ok());
        let (debug, debug_path) = match (&debug_file, &debug_image) {
            (Some(debug), Some(image)) => (debug, &image.path),
            _ => (&file, &self.path),
        };
        let supplement_image = debug_file::find_supplement(debug_path, debug);
        let supplement_file = supplement_image
            .as_ref()
            .and_then(|image| image.parse().ok());
        let supplement = supplement_file.as_ref().map(sections);
        let segments = file.segments().map(|segment| {
            let (file_offset, file_bytes) = segment.file_range();
            let executable = matches!(segment.flags(), SegmentFlags::Elf { p_flags } if p_flags & object::elf::PF_X != 0);
            Segment { file_offset, file_bytes, address: segment.address(), executable }
        });
        let endian = if file.is_little_endian() {
            gimli::RunTimeEndian::Little
        } else {
            gimli::RunTimeEndian::Big
        };
        let sections = sections(debug);
        let lookup = Lookup {
            segments: segments.collect(),
            fixed: file.kind() == object::ObjectKind::Executable,
            // What was stripped of the file is in the debug file.
            symbols: Symbols::read(if file.symbols().next().is_some() {
                &file
            } else {
                debug
            }),
            dwarf: Dwarf::new(&sections, supplement.as_ref(), endian),
        };
        Ok(with(&lookup))
    }
}

/// Go's words for a file that is no object file.
const UNRECOGNIZED: &str = "unrecognized object file";

fn has_debug_information<'a, R: ReadRef<'a>>(file: &object::File<'a, R>) -> bool {
    let id = gimli::SectionId::DebugInfo.name();
    let section = file.section_by_name(id);
    section.is_some_and(|section| section.size() > 0)
}

fn sections<'a, R: ReadRef<'a>>(file: &object::File<'a, R>) -> Sections<'a> {
    let load = |id: gimli::SectionId| -> Result<Cow<'a, [u8]>, std::convert::Infallible> {
        let section = file.section_by_name(id.name());
        // A section that cannot be read (a broken compression header) is as good as none: symbols still work.
        let data = section.and_then(|section| section.uncompressed_data().ok());
        Ok(data.unwrap_or_default())
    };
    match Sections::load(load) {
        Ok(sections) => sections,
        Err(impossible) => match impossible {},
    }
}

/// The operating system's words, as Go has them: without the number, in lower case.
fn io_cause(error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::NotFound => "no such file or directory".to_owned(),
        std::io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        _ => error.to_string(),
    }
}

impl Lookup<'_> {
    /// The address in the file of an address in the running program.
    pub(super) fn file_address(&self, mapping: &Mapping, address: u64) -> Option<u64> {
        if self.fixed || (mapping.start == 0 && mapping.file_offset == 0) {
            return Some(address);
        }
        let offset = address
            .checked_sub(mapping.start)?
            .checked_add(mapping.file_offset)?;
        let in_segment = |segment: &&Segment| {
            offset
                .checked_sub(segment.file_offset)
                .is_some_and(|inside| inside < segment.file_bytes)
        };
        // The usual case, a mapping of (a part of) one segment.
        let covering = self
            .segments
            .iter()
            .filter(|segment| segment.holds(mapping))
            .filter(in_segment);
        if let Some(segment) = covering.max_by_key(|segment| segment.executable) {
            return Some(offset - segment.file_offset + segment.address);
        }
        // One mapping for the whole image, as some writers have it: one bias for all segments, that of the first.
        let first = self
            .segments
            .iter()
            .find(|segment| page(segment.file_offset) <= mapping.file_offset)?;
        let linked_at = first
            .address
            .wrapping_sub(first.file_offset)
            .wrapping_add(mapping.file_offset);
        Some(address.wrapping_sub(mapping.start).wrapping_add(linked_at))
    }

    /// The functions at an address of the file, innermost first; none if it has no name.
    pub(super) fn find(&self, address: u64) -> Vec<Found> {
        let symbol = || self.symbols.find(address);
        let mut frames = self
            .dwarf
            .as_ref()
            .map_or_else(Vec::new, |dwarf| dwarf.find(address));
        if let Some(outermost) = frames.last_mut()
            && let Some(symbol) = symbol()
            && says_more(symbol, &outermost.function)
        {
            outermost.function = symbol.to_vec();
        }
        if frames.iter().any(|frame| frame.function.is_empty()) {
            frames.clear();
        }
        if frames.is_empty()
            && let Some(name) = symbol()
        {
            frames.push(Found {
                function: name.to_vec(),
                ..Found::default()
            });
        }
        frames
    }
}

/// Whether the symbol table names a function better than the debug information does. Assembly has lines but no
/// function, and where a compiler writes line tables alone (rustc's `line-tables-only`), a function with a path is
/// known by the last part of it; its mangled symbol has that part in it, and the path.
fn says_more(symbol: &[u8], function: &[u8]) -> bool {
    let is_mangled = |name: &[u8]| name.starts_with(b"_Z") || name.starts_with(b"_R");
    function.is_empty()
        || (is_mangled(symbol)
            && !is_mangled(function)
            && symbol.windows(function.len()).any(|part| part == function))
}

impl Segment {
    /// Whether the mapping lies in the pages of this segment.
    fn holds(&self, mapping: &Mapping) -> bool {
        let end = self
            .file_offset
            .saturating_add(self.file_bytes)
            .saturating_add(PAGE_BYTES - 1);
        let bytes = mapping.limit.saturating_sub(mapping.start);
        page(self.file_offset) <= mapping.file_offset
            && mapping.file_offset.saturating_add(bytes) <= page(end)
    }
}

fn page(offset: u64) -> u64 {
    offset & !(PAGE_BYTES - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What lld makes: the segments' addresses run ahead of their offsets by a page each.
    fn lookup(fixed: bool) -> Lookup<'static> {
        let segment = |file_offset, file_bytes, address, executable| Segment {
            file_offset,
            file_bytes,
            address,
            executable,
        };
        let segments = vec![
            segment(0, 0x1a40, 0, false),
            segment(0x1a40, 0x3000, 0x2a40, true),
        ];
        Lookup {
            segments,
            fixed,
            symbols: Symbols::default(),
            dwarf: None,
        }
    }

    fn mapping(start: u64, limit: u64, file_offset: u64) -> Mapping {
        Mapping {
            id: 1,
            start,
            limit,
            file_offset,
            file: super::super::StrId::EMPTY,
            build_id: super::super::StrId::EMPTY,
            has_functions: false,
            has_filenames: false,
            has_line_numbers: false,
            has_inline_frames: false,
        }
    }

    #[test]
    fn an_address_goes_through_the_segment_that_its_mapping_maps() {
        // Offset 0x1000 is the page in which the second segment starts: 0x555555556000 + 0xb00 is offset 0x1b00,
        // 0xc0 into the segment, so 0x2a40 + 0xc0.
        let text = mapping(0x5555_5555_6000, 0x5555_5555_a000, 0x1000);
        assert_eq!(
            lookup(false).file_address(&text, 0x5555_5555_6b00),
            Some(0x2b00)
        );
        assert_eq!(lookup(false).file_address(&text, 0x5555_5555_5000), None);
    }

    #[test]
    fn one_mapping_may_stand_for_the_whole_image() {
        // Loaded at 0x7000_0000: the code at 0x2b00 of the image is at 0x7000_2b00.
        let image = mapping(0x7000_0000, 0x7000_6000, 0);
        assert_eq!(
            lookup(false).file_address(&image, 0x7000_2b00),
            Some(0x2b00)
        );
    }

    #[test]
    fn the_symbol_names_what_line_tables_name_in_part() {
        assert!(says_more(b"_RNvNtC3app4hook3run", b"run"));
        assert!(says_more(b"_ZN3app3runE", b"run"));
        assert!(says_more(b"memcpy_loop", b""), "assembly");
        assert!(!says_more(b"_ZN3app3runE", b"_ZN3app3runE"));
        assert!(
            !says_more(b"_ZN3app3runE", b"walk"),
            "another function's symbol"
        );
        assert!(!says_more(b"memcpy", b"__memcpy_avx_unaligned"), "an alias");
    }

    #[test]
    fn a_fixed_executable_runs_where_it_was_linked() {
        let text = mapping(0x401000, 0x402000, 0x1000);
        assert_eq!(lookup(true).file_address(&text, 0x401234), Some(0x401234));
    }
}
