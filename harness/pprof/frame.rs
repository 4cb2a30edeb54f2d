//! A stack as frames: what a judge compares with what it expects.
//!
//! It shows a location as it is; cutting, renaming and aggregating are the business of others.

use std::borrow::Cow;

use super::model::{Mapping, NONE, Profile, Sample};

/// One frame of a stack.
#[derive(Clone, Debug)]
pub struct Frame<'a> {
    /// The function's name, "" if there is none.
    pub function: Cow<'a, str>,
    /// Its source file, "" if not known.
    pub file: Cow<'a, str>,
    /// The line in that file, 0 if not known.
    pub line: i64,
    /// The address of the location; inlined frames share it with the function that they were inlined into.
    pub address: u64,
    /// The mapped file that the address lies in.
    pub mapping: Option<&'a Mapping>,
    /// The name of that file, "" if there is none.
    pub mapping_file: Cow<'a, str>,
    /// Whether the compiler inlined this function into the next frame's.
    pub inlined: bool,
}

impl Profile {
    /// The frames of a sample, leaf first, inlined functions each a frame.
    /// A location without lines is one frame without a name.
    pub fn stack(&self, sample: &Sample) -> Vec<Frame<'_>> {
        let mut frames = Vec::new();
        for &location in &self.stacks[sample.stack.range()] {
            // A reference to no location: check_valid refuses such a profile, and a reader must still not panic.
            let Some(location) = self.locations.get(location as usize) else {
                continue;
            };
            let mapping = self.mapping(location.mapping);
            let unnamed = Frame {
                function: Cow::Borrowed(""),
                file: Cow::Borrowed(""),
                line: 0,
                address: location.address,
                mapping,
                mapping_file: mapping.map_or(Cow::Borrowed(""), |m| self.text(m.file)),
                inlined: false,
            };
            let lines = &self.lines[location.lines.range()];
            for (at, line) in lines.iter().enumerate() {
                let mut frame = Frame {
                    line: line.line,
                    inlined: at + 1 < lines.len(),
                    ..unnamed.clone()
                };
                if line.function != NONE {
                    let function = &self.functions[line.function as usize];
                    frame.function = self.text(function.name);
                    frame.file = self.text(function.filename);
                }
                frames.push(frame);
            }
            if lines.is_empty() {
                frames.push(unnamed);
            }
        }
        frames
    }
}
