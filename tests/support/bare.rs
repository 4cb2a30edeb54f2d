//! Profiles of bare addresses, and where the functions and segments of an executable are.

use std::path::Path;

use framecheck::pprof::proto;
use object::{Object, ObjectSegment, ObjectSymbol, SegmentFlags};
use prost::Message;

/// A profile without a name in it.
pub struct Bare {
    profile: proto::Profile,
}

/// A mapping of it.
#[derive(Clone, Copy)]
pub struct Mapping<'a> {
    pub start: u64,
    pub limit: u64,
    pub offset: u64,
    pub file: &'a str,
    pub build_id: &'a str,
}

impl Bare {
    pub fn new() -> Bare {
        let text = |text: &str| text.as_bytes().to_vec();
        let profile = proto::Profile {
            string_table: vec![text(""), text("samples"), text("count")],
            sample_type: vec![proto::ValueType { r#type: 1, unit: 2 }],
            ..proto::Profile::default()
        };
        Bare { profile }
    }

    fn text(&mut self, text: &str) -> i64 {
        if text.is_empty() {
            return 0;
        }
        self.profile.string_table.push(text.as_bytes().to_vec());
        self.profile.string_table.len() as i64 - 1
    }

    /// Its id.
    pub fn mapping(&mut self, mapping: Mapping<'_>) -> u64 {
        let id = self.profile.mapping.len() as u64 + 1;
        let (filename, build_id) = (self.text(mapping.file), self.text(mapping.build_id));
        self.profile.mapping.push(proto::Mapping {
            id,
            memory_start: mapping.start,
            memory_limit: mapping.limit,
            file_offset: mapping.offset,
            filename,
            build_id,
            ..proto::Mapping::default()
        });
        id
    }

    /// Of the first mapping.
    #[allow(dead_code)] // Not every test has one.
    pub fn set_build_id(&mut self, build_id: &str) {
        let build_id = self.text(build_id);
        self.profile.mapping[0].build_id = build_id;
    }

    /// A sample with these mappings and addresses, leaf first.
    pub fn sample(&mut self, stack: &[(u64, u64)]) {
        let mut location_id = Vec::new();
        for &(mapping_id, address) in stack {
            let id = self.profile.location.len() as u64 + 1;
            location_id.push(id);
            self.profile.location.push(proto::Location {
                id,
                mapping_id,
                address,
                ..proto::Location::default()
            });
        }
        self.profile.sample.push(proto::Sample {
            location_id,
            value: vec![7],
            label: Vec::new(),
        });
    }

    pub fn encode(&self) -> Vec<u8> {
        self.profile.encode_to_vec()
    }
}

/// The executable segment of a file.
pub struct Segment {
    pub address: u64,
    pub offset: u64,
    pub bytes: u64,
}

fn with_object<T>(path: &Path, with: impl FnOnce(&object::File<'_>) -> T) -> T {
    let bytes = std::fs::read(path).expect("an executable");
    with(&object::File::parse(&*bytes).expect("an object file"))
}

pub fn text_segment(path: &Path) -> Segment {
    with_object(path, |file| {
        let is_code = |flags: SegmentFlags| matches!(flags, SegmentFlags::Elf { p_flags } if p_flags & object::elf::PF_X != 0);
        let segment = file.segments().find(|s| is_code(s.flags())).expect("code");
        let (offset, bytes) = segment.file_range();
        Segment {
            address: segment.address(),
            offset,
            bytes,
        }
    })
}

/// The address of a function, as the file has it.
pub fn symbol(path: &Path, name: &str) -> u64 {
    with_object(path, |file| {
        let symbol = file.symbols().find(|symbol| symbol.name() == Ok(name));
        symbol.unwrap_or_else(|| panic!("no {name}")).address()
    })
}

/// The build id, in hexadecimal.
pub fn build_id(path: &Path) -> String {
    with_object(path, |file| {
        let id = file.build_id().expect("notes").expect("a build id");
        id.iter().map(|byte| format!("{byte:02x}")).collect()
    })
}
