//! DWARF: the functions at an address, inlined ones first, with their lines.

use addr2line::Context;
use gimli::{DwarfSections, EndianSlice, RunTimeEndian, Section};

use super::Found;

type Slice<'a> = EndianSlice<'a, RunTimeEndian>;

/// The debug information of one file.
pub(super) struct Dwarf<'a> {
    context: Context<Slice<'a>>,
}

impl<'a> Dwarf<'a> {
    /// `None` if there is none, or none that can be read.
    pub(super) fn new(
        sections: &'a DwarfSections<std::borrow::Cow<'_, [u8]>>,
        supplement: Option<&'a DwarfSections<std::borrow::Cow<'_, [u8]>>>,
        endian: RunTimeEndian,
    ) -> Option<Dwarf<'a>> {
        let mut dwarf = sections.borrow(|section| EndianSlice::new(section, endian));
        if let Some(supplement) = supplement {
            dwarf.set_sup(supplement.borrow(|section| EndianSlice::new(section, endian)));
        }
        if dwarf.debug_info.reader().is_empty() {
            return None;
        }
        Some(Dwarf {
            context: Context::from_dwarf(dwarf).ok()?,
        })
    }

    /// Innermost first; the last one may lack a function.
    pub(super) fn find(&self, address: u64) -> Vec<Found> {
        let mut found = Vec::new();
        let Ok(mut frames) = self.context.find_frames(address).skip_all_loads() else {
            return found;
        };
        while let Ok(Some(frame)) = frames.next() {
            let mut one = Found::default();
            if let Some(function) = &frame.function {
                one.function = function.name.slice().to_vec();
            }
            if let Some(location) = &frame.location {
                one.file = location.file.unwrap_or_default().as_bytes().to_vec();
                one.line = location.line.unwrap_or_default().into();
                // Columns are left out: no view shows them unless asked, and they make equal lines differ.
            }
            found.push(one);
        }
        found
    }
}
