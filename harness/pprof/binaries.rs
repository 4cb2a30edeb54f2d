//! Which files the addresses of a profile belong to, when the one who reads it knows better than the profile.

use super::model::{Mapping, NONE, Profile};
use super::strings::StrId;
use super::url;

impl Profile {
    /// Gives a profile without any mapping an unnamed one, and puts every location in it.
    pub(super) fn ensure_mapping(&mut self) {
        if !self.mappings.is_empty() {
            return;
        }
        self.mappings.push(Mapping {
            id: 1,
            start: 0,
            limit: 0,
            file_offset: 0,
            file: StrId::EMPTY,
            build_id: StrId::EMPTY,
            has_functions: false,
            has_filenames: false,
            has_line_numbers: false,
            has_inline_frames: false,
        });
        for location in &mut self.locations {
            debug_assert_eq!(location.mapping, NONE, "there was nothing to refer to");
            location.mapping = 0;
        }
    }

    /// Puts the first mapping that is neither a library nor something of the kernel's in the place of the main binary.
    /// The ids of mappings are those of their places afterwards.
    pub(super) fn main_mapping_first(&mut self) {
        let is_main = |mapping: &Mapping| {
            let file = self.text(mapping.file).replace("(deleted)", "");
            let file = file.trim();
            !file.is_empty() && !file.starts_with('[') && !is_library(file)
        };
        let Some(main) = self.mappings.iter().position(is_main) else {
            return;
        };
        self.mappings.swap(0, main);
        let main = main as u32;
        for location in &mut self.locations {
            location.mapping = match location.mapping {
                0 => main,
                index if index == main => 0,
                index => index,
            };
        }
        for (at, mapping) in self.mappings.iter_mut().enumerate() {
            mapping.id = at as u64 + 1;
        }
    }

    /// Sets the file of the first mapping, if there is one.
    pub fn set_main_binary(&mut self, file: &[u8]) {
        let file = self.strings.intern(file);
        if let Some(main) = self.mappings.first_mut() {
            main.file = file;
        }
    }

    /// Clears names of mappings that are URLs, unless a build id says what they are: they are where a profile came from.
    pub(super) fn forget_urls(&mut self) {
        for mapping in &mut self.mappings {
            let is_url = || url::scheme(self.strings.get(mapping.file)).is_some();
            if mapping.build_id.is_empty() && is_url() {
                mapping.file = StrId::EMPTY;
            }
        }
    }

    /// Sets the build id of the first mapping, if it has none; "" sets nothing.
    pub(super) fn set_main_build_id(&mut self, build_id: &str) {
        let build_id = self.strings.intern(build_id.as_bytes());
        if let Some(main) = self.mappings.first_mut()
            && main.build_id.is_empty()
        {
            main.build_id = build_id;
        }
    }

    /// Adds a comment, unless it is empty.
    pub(super) fn add_comment(&mut self, comment: &str) {
        if !comment.is_empty() {
            let comment = self.strings.intern(comment.as_bytes());
            self.comments.push(comment);
        }
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
