//! Names for addresses, from the files on this machine: ELF symbols, and DWARF functions, lines and inlines.
//!
//! It changes the locations of a profile and the `has_…` flags of its mappings, nothing else, and never fails:
//! what it could not open it reports, and what it could not find stays without a name.

mod debug_file;
mod demangle;
mod dwarf;
mod image;
mod locate;
mod symbols;
#[cfg(all(test, target_os = "linux"))]
mod tests;

use demangle::demangle_bytes;
pub use demangle::{Demangle, demangle};
pub use locate::locate;

use std::path::PathBuf;

use hashbrown::HashMap;

use super::model::{Function, Line, NONE, Profile, Span};
use super::strings::StrId;
use super::url;
use image::Image;

/// Whether a file can be opened as an object file (ELF); if not, why.
pub fn check_object_file(path: &std::path::Path) -> Result<(), String> {
    Image::open(path)?.check()
}

/// How to look up.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options {
    /// As pprof does: lines that a location has are replaced where the lookup finds others, and a mapping is marked as
    /// having everything as soon as one of its locations has a name.
    pub as_pprof: bool,
    /// Also look up what says that it has names already.
    pub force: bool,
    /// How much of a C++ or Rust name is kept.
    pub demangle: Demangle,
}

/// A mapping that could not be looked up.
#[derive(Clone, Debug)]
pub struct Failure {
    /// Its index.
    pub mapping: usize,
    /// Its file; "" if the profile does not say.
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
/// Per mapping that a location refers to, unless it says that it already has names. An address is looked up as it is: the
/// profile format has callers' addresses inside the call. A mapping is marked as having functions (file names, lines)
/// only if every location of it that a sample refers to got them; see [`Options::as_pprof`].
pub fn local(profile: &mut Profile, options: &Options) -> Vec<Failure> {
    let mut failures = Vec::new();
    let mut functions = FunctionTable::new(profile);
    let mut is_used = vec![false; profile.mappings.len()];
    for location in &profile.locations {
        if let Some(used) = is_used.get_mut(location.mapping as usize) {
            *used = true;
        }
    }
    let mut looked_up = vec![false; profile.mappings.len()];
    for index in (0..is_used.len()).filter(|&index| is_used[index]) {
        let mapping = profile.mappings[index];
        let has_names = mapping.has_functions || mapping.has_filenames || mapping.has_line_numbers;
        let name = profile.strings.get(mapping.file);
        let is_served = || url::scheme(name).is_some_and(is_http);
        if (has_names && !options.force)
            || is_no_file(name)
            || (mapping.build_id.is_empty() && is_served())
        {
            continue;
        }
        let file = path(name);
        let result = if name.is_empty() {
            Err("the profile names no file".to_owned())
        } else {
            look_up(profile, index as u32, &file, options, &mut functions)
        };
        match result {
            Ok(found) => looked_up[index] = found > 0,
            Err(cause) => failures.push(Failure {
                mapping: index,
                file,
                cause,
            }),
        }
    }
    if looked_up.contains(&true) {
        mark_mappings(profile, &looked_up, options.as_pprof);
    }
    failures
}

/// Looks up the locations of one mapping; how many were found.
fn look_up(
    profile: &mut Profile,
    mapping: u32,
    file: &std::path::Path,
    options: &Options,
    functions: &mut FunctionTable,
) -> Result<usize, String> {
    let image = Image::open(file)?;
    image.with_lookup(|lookup| fill(profile, mapping, options, functions, lookup))
}

/// Demangles the names that are still the linker's, wherever they come from; with `force`, also those that are not, anew.
///
/// As `symbolizer.Demangle` of pprof: a function without a name gets the linker's, but not where the style is
/// [`Demangle::None`].
pub fn demangle_names(profile: &mut Profile, style: Demangle, force: bool) {
    for at in 0..profile.functions.len() {
        let function = profile.functions[at];
        let (name, system_name) = (function.name, function.system_name);
        if force && !name.is_empty() && !system_name.is_empty() {
            profile.functions[at].name = system_name;
        } else if !name.is_empty() && name != system_name {
            continue;
        }
        if style == Demangle::None {
            continue;
        }
        let readable = demangle_bytes(profile.strings.get(system_name), style);
        profile.functions[at].name = match readable {
            Some(readable) => profile.strings.intern(&readable),
            None => system_name,
        };
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
    let base = name
        .split(|&byte| byte == b'/')
        .rfind(|part| !part.is_empty());
    let base = base.unwrap_or_default();
    base.starts_with(b"[")
        || base.starts_with(b"linux-vdso")
        || name.starts_with(b"/dev/dri/")
        || name == b"//anon"
        || name.starts_with(b"/memfd:")
}

/// pprof's own test: any scheme with these letters.
fn is_http(scheme: &[u8]) -> bool {
    scheme
        .to_ascii_lowercase()
        .windows(4)
        .any(|part| part == b"http")
}

fn fill(
    profile: &mut Profile,
    mapping: u32,
    options: &Options,
    functions: &mut FunctionTable,
    lookup: &image::Lookup<'_>,
) -> usize {
    let mut count = 0;
    for at in 0..profile.locations.len() {
        let location = profile.locations[at];
        if location.mapping != mapping || (has_name(profile, at) && !options.as_pprof) {
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
        count += 1;
    }
    count
}

/// Whether a location has a function with a name: Go writes one without for what it cannot name.
fn has_name(profile: &Profile, location: usize) -> bool {
    let lines = profile.locations[location].lines;
    profile.lines[lines.range()].iter().any(|line| {
        let function = profile.functions.get(line.function as usize);
        function.is_some_and(|function| !profile.strings.get(function.name).is_empty())
    })
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
        let name = match demangle_bytes(&found.function, style) {
            Some(name) => profile.strings.intern(&name),
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

fn mark_mappings(profile: &mut Profile, looked_up: &[bool], as_pprof: bool) {
    if as_pprof {
        for (mapping, _) in profile
            .mappings
            .iter_mut()
            .zip(looked_up)
            .filter(|(_, l)| **l)
        {
            mapping.has_functions = true;
            mapping.has_filenames = true;
            mapping.has_line_numbers = true;
            mapping.has_inline_frames = true;
        }
        return;
    }
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
