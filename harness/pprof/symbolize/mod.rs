//! Names for addresses, from the files on this machine: ELF symbols, and DWARF functions, lines and inlines.
//!
//! It changes the locations of a profile and the `has_…` flags of its mappings, nothing else, and never fails:
//! what it could not open it reports, and what it could not find stays without a name.

mod demangle;
mod dwarf;
mod image;
mod symbols;
#[cfg(all(test, target_os = "linux"))]
mod tests;

pub use demangle::{Demangle, demangle};

use std::path::PathBuf;

use hashbrown::HashMap;

use super::model::{Function, Line, NONE, Profile, Span};
use super::strings::StrId;
use image::Image;

/// Whether a file can be opened as an object file (ELF); if not, why.
pub fn check_object_file(path: &std::path::Path) -> Result<(), String> {
    Image::open(path)?.check()
}

/// How to look up.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options {
    /// Also replace the lines that a location has, where the lookup finds others (pprof does).
    pub replace_lines: bool,
    /// How much of a C++ or Rust name is kept.
    pub demangle: Demangle,
}

/// A file that could not be used.
#[derive(Clone, Debug)]
pub struct Failure {
    /// Index of the mapping.
    pub mapping: usize,
    /// Its file.
    pub file: PathBuf,
    /// Why, in a few words.
    pub cause: String,
}

/// One function at an address, as a lookup found it.
#[derive(Clone, Debug, Default)]
struct Found {
    function: Vec<u8>,
    file: Vec<u8>,
    line: i64,
}

/// Fills in the lines of the locations that have none.
///
/// Per mapping, unless it says that it already has names. An address is looked up as it is: the profile format has
/// callers' addresses inside the call. A mapping is marked as having functions (file names, lines) only if every
/// location of it that a sample refers to got them.
pub fn local(profile: &mut Profile, options: &Options) -> Vec<Failure> {
    let mut failures = Vec::new();
    let mut functions = FunctionTable::new(profile);
    let mut looked_up = vec![false; profile.mappings.len()];
    for (index, looked_up) in looked_up.iter_mut().enumerate() {
        let mapping = profile.mappings[index];
        if mapping.has_functions || mapping.has_filenames || mapping.has_line_numbers {
            continue;
        }
        let name = profile.strings.get(mapping.file);
        if name.is_empty() || is_no_file(name) {
            continue;
        }
        let file = path(name);
        match Image::open(&file) {
            Ok(image) => {
                *looked_up = true;
                if let Err(cause) = image.with_lookup(|lookup| {
                    fill(profile, index as u32, options, &mut functions, lookup)
                }) {
                    failures.push(Failure {
                        mapping: index,
                        file,
                        cause,
                    });
                }
            }
            Err(cause) => failures.push(Failure {
                mapping: index,
                file,
                cause,
            }),
        }
    }
    mark_mappings(profile, &looked_up);
    failures
}

/// Demangles the names that are still the linker's, wherever they come from.
pub fn demangle_names(profile: &mut Profile, style: Demangle) {
    for at in 0..profile.functions.len() {
        let function = profile.functions[at];
        if !function.name.is_empty() && function.name != function.system_name {
            continue;
        }
        let readable = std::str::from_utf8(profile.strings.get(function.system_name))
            .ok()
            .and_then(|name| demangle(name, style));
        if let Some(readable) = readable {
            profile.functions[at].name = profile.strings.intern(readable.as_bytes());
        }
    }
}

#[cfg(unix)]
fn path(bytes: &[u8]) -> PathBuf {
    use std::os::unix::ffi::OsStrExt;
    PathBuf::from(std::ffi::OsStr::from_bytes(bytes))
}

#[cfg(not(unix))]
fn path(bytes: &[u8]) -> PathBuf {
    PathBuf::from(String::from_utf8_lossy(bytes).into_owned())
}

/// Mappings that are no file: pprof does not try them either.
fn is_no_file(name: &[u8]) -> bool {
    let starts = |prefix: &[u8]| name.starts_with(prefix);
    starts(b"[")
        || starts(b"linux-vdso")
        || starts(b"/dev/dri/")
        || starts(b"//anon")
        || starts(b"/memfd:")
}

fn fill(
    profile: &mut Profile,
    mapping: u32,
    options: &Options,
    functions: &mut FunctionTable,
    lookup: &image::Lookup<'_>,
) {
    for at in 0..profile.locations.len() {
        let location = profile.locations[at];
        if location.mapping != mapping || (location.lines.len > 0 && !options.replace_lines) {
            continue;
        }
        let Some(address) =
            lookup.file_address(&profile.mappings[mapping as usize], location.address)
        else {
            continue;
        };
        let found = lookup.find(address);
        if found.is_empty() {
            continue;
        }
        let first_line = profile.lines.len();
        for frame in &found {
            let function = functions.id(profile, frame, options.demangle);
            profile.lines.push(Line {
                function,
                line: frame.line,
                column: 0,
            });
        }
        profile.locations[at].lines = Span::new(first_line, profile.lines.len());
    }
}

/// The functions of the profile by what makes them equal, so that a lookup adds none twice.
struct FunctionTable {
    known: HashMap<(StrId, StrId), u32>,
    next_id: u64,
}

impl FunctionTable {
    fn new(profile: &Profile) -> FunctionTable {
        let next_id = profile
            .functions
            .iter()
            .map(|f| f.id)
            .max()
            .unwrap_or(0)
            .wrapping_add(1);
        FunctionTable {
            known: HashMap::new(),
            next_id,
        }
    }

    fn id(&mut self, profile: &mut Profile, found: &Found, style: Demangle) -> u32 {
        let system_name = profile.strings.intern(&found.function);
        let filename = profile.strings.intern(&found.file);
        if let Some(&index) = self.known.get(&(system_name, filename)) {
            return index;
        }
        let name = match std::str::from_utf8(&found.function)
            .ok()
            .and_then(|name| demangle(name, style))
        {
            Some(name) => profile.strings.intern(name.as_bytes()),
            None => system_name,
        };
        let index = profile.functions.len() as u32;
        profile.functions.push(Function {
            id: self.next_id,
            name,
            system_name,
            filename,
            start_line: 0,
        });
        self.next_id = self.next_id.wrapping_add(1);
        self.known.insert((system_name, filename), index);
        index
    }
}

/// What the locations of one mapping, those that samples refer to, all have.
#[derive(Clone, Copy)]
struct Seen {
    any: bool,
    functions: bool,
    filenames: bool,
    line_numbers: bool,
    inlines: bool,
}

fn mark_mappings(profile: &mut Profile, looked_up: &[bool]) {
    let mut seen = vec![
        Seen {
            any: false,
            functions: true,
            filenames: true,
            line_numbers: true,
            inlines: false
        };
        profile.mappings.len()
    ];
    let mut counted = vec![false; profile.locations.len()];
    for &at in &profile.stacks {
        let Some(location) = profile.locations.get(at as usize) else {
            continue;
        };
        if location.mapping == NONE || std::mem::replace(&mut counted[at as usize], true) {
            continue;
        }
        let lines = &profile.lines[location.lines.range()];
        let function = |line: &Line| profile.functions.get(line.function as usize);
        let all = |test: &dyn Fn(&Line) -> bool| !lines.is_empty() && lines.iter().all(test);
        let seen = &mut seen[location.mapping as usize];
        seen.any = true;
        seen.functions &= all(&|line| function(line).is_some_and(|f| !f.name.is_empty()));
        seen.filenames &= all(&|line| function(line).is_some_and(|f| !f.filename.is_empty()));
        seen.line_numbers &= all(&|line| line.line != 0);
        seen.inlines |= lines.len() > 1;
    }
    for (at, (mapping, seen)) in profile.mappings.iter_mut().zip(seen).enumerate() {
        // A mapping of which some location has no name stays unmarked as a whole: a reader that has the file may still try.
        if looked_up[at] && seen.any && seen.functions {
            mapping.has_functions = true;
            mapping.has_filenames |= seen.filenames;
            mapping.has_line_numbers |= seen.line_numbers;
            mapping.has_inline_frames |= seen.inlines;
        }
    }
}
