//! What an ELF file says of itself.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use object::elf;
use object::read::elf::{ElfFile64, FileHeader, ProgramHeader};
use object::{Endianness, Object, ObjectSection, ObjectSymbol};

/// What an ELF file is, as readelf shows it.
pub(super) struct Elf(Vec<u8>);

impl Elf {
    pub(super) fn of(path: &Path) -> Self {
        Elf(fs::read(path).unwrap())
    }

    pub(super) fn file(&self) -> ElfFile64<'_> {
        ElfFile64::parse(&*self.0).unwrap()
    }

    pub(super) fn kind(&self) -> u16 {
        self.file().elf_header().e_type(Endianness::Little)
    }

    pub(super) fn has_interpreter(&self) -> bool {
        let file = self.file();
        let mut headers = file.elf_program_headers().iter();
        headers.any(|header| header.p_type(Endianness::Little) == elf::PT_INTERP)
    }

    pub(super) fn has_section(&self, name: &str) -> bool {
        self.file().section_by_name(name).is_some()
    }

    pub(super) fn section(&self, name: &str) -> Vec<u8> {
        self.file()
            .section_by_name(name)
            .unwrap()
            .data()
            .unwrap()
            .to_vec()
    }

    pub(super) fn exports(&self) -> BTreeSet<String> {
        let file = self.file();
        let defined = file
            .dynamic_symbols()
            .filter(|symbol| symbol.is_definition());
        defined
            .map(|symbol| symbol.name().unwrap().to_owned())
            .collect()
    }

    /// The first bytes of a function.
    pub(super) fn code(&self, name: &str) -> Vec<u8> {
        let file = self.file();
        let symbol = file
            .symbols()
            .find(|symbol| symbol.name() == Ok(name))
            .unwrap();
        let section = file
            .section_by_index(symbol.section_index().unwrap())
            .unwrap();
        section
            .data_range(symbol.address(), symbol.size())
            .unwrap()
            .unwrap()
            .to_vec()
    }
}
