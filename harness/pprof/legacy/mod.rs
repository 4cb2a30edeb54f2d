//! Profiles from before profile.proto, as pprof reads them.
//!
//! - [`records`]: the records of a gperftools CPU profile, as they are in the file.
//! - `cpu`: pprof's reading of them, which takes frames away that it holds for the profiler's own.
//! - `count`: stacks that were counted, in text: `threadcreate profile: total 7`.
//! - `maps`: the memory map at the end of all of them; `entry` reads its lines.
//!
//! Heap, contention, threadz and Java profiles are named in the error and not read.

mod count;
mod cpu;
pub(super) mod entry;
mod maps;
pub mod records;

use hashbrown::HashMap;

use super::model::{Location, NONE, Profile, Span};

/// The profiler's own functions in a profile that gperftools or Go wrote.
const PROFILER_FRAMES: &[u8] =
    b"ProfileData::Add|ProfileData::prof_handler|CpuProfiler::prof_handler|__pthread_sighandler|__restore";

/// What became of bytes that are no protobuf.
pub(super) enum Reading {
    /// One of the older formats.
    Profile(Box<Profile>),
    /// One of them, and broken.
    Malformed,
    /// One of pprof's formats that is not read here: its name.
    Unsupported(&'static str),
    /// None that pprof knows.
    Unknown,
}

/// Reads a profile in any of the older formats.
pub(super) fn read(data: &[u8]) -> Reading {
    let mut profile = match records::Header::read(data) {
        Some(header) if header.is_java() => return Reading::Unsupported("Java CPU"),
        Some(header) => match cpu::read(&header, data) {
            Some(profile) => profile,
            None => return text(data),
        },
        None => return text(data),
    };
    finish(&mut profile);
    Reading::Profile(Box::new(profile))
}

fn text(data: &[u8]) -> Reading {
    match count::read(data) {
        Some(Ok(mut profile)) => {
            finish(&mut profile);
            Reading::Profile(Box::new(profile))
        }
        Some(Err(())) => Reading::Malformed,
        None => named_format(data).map_or(Reading::Unknown, Reading::Unsupported),
    }
}

fn finish(profile: &mut Profile) {
    profile.drop_frames = profile.strings.intern(PROFILER_FRAMES);
}

/// The formats that have a line of their own at the top.
fn named_format(data: &[u8]) -> Option<&'static str> {
    let is_content = |line: &&[u8]| !line.is_empty() && line[0] != b'#';
    let first = data
        .split(|&byte| byte == b'\n')
        .map(<[u8]>::trim_ascii)
        .find(is_content)?;
    let formats: [(&[u8], &str); 9] = [
        (b"heap profile:", "heap"),
        (b"growthz profile:", "heap growth"),
        (b"growth profile:", "heap growth"),
        (b"fragmentationz profile:", "heap fragmentation"),
        (b"--- heapz", "Java heap"),
        (b"--- threadz", "threadz"),
        (b"--- contention", "contention"),
        (b"--- mutex:", "contention"),
        (b"--- mutexz", "contention"),
    ];
    let known = formats.iter().find(|(start, _)| first.starts_with(start))?;
    Some(known.1)
}

/// Lines as Go's bufio.Scanner has them: without the newline and a carriage return before it.
pub(super) fn lines(data: &[u8]) -> impl Iterator<Item = &[u8]> {
    let lines = data.strip_suffix(b"\n").unwrap_or(data);
    let lines = lines.split(|&byte| byte == b'\n');
    lines.map(|line| line.strip_suffix(b"\r").unwrap_or(line))
}

/// Locations that are known by their address alone.
#[derive(Default)]
struct Addresses(HashMap<u64, u32>);

impl Addresses {
    /// The index of the location with this address, new or old.
    fn location(&mut self, profile: &mut Profile, address: u64) -> u32 {
        *self.0.entry(address).or_insert_with(|| {
            profile.locations.push(Location {
                id: 0,
                mapping: NONE,
                address,
                lines: Span::default(),
                is_folded: false,
            });
            profile.locations.len() as u32 - 1
        })
    }
}
