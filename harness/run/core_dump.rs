//! What a core dump says of the end of a process (core(5), elf(5)): the notes at its beginning, which are there also where the dump
//! was cut off.

use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

use object::elf;
use object::read::elf::{FileHeader, ProgramHeader};

/// Notes of more than this, from thousands of threads, are not read to their end. The first thread is the one that crashed.
const NOTES_BYTES_MAX: u64 = 16 << 20;

/// What is known of the end.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CoreDump {
    /// The dump.
    pub path: PathBuf,
    /// The process.
    pub pid: i32,
    /// The thread that the signal came to.
    pub tid: i32,
    /// `si_signo`, `si_code` and `si_addr` of sigaction(2). The last has a meaning for few signals.
    pub signal: Option<(i32, i32, u64)>,
    /// Where the thread was.
    pub pc: Option<u64>,
    /// The files that were mapped: addresses, offset in the file, path.
    pub files: Vec<Mapped>,
}

/// A file that was mapped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mapped {
    /// First address.
    pub begin: u64,
    /// The address after the last.
    pub end: u64,
    /// Offset of the first address in the file.
    pub offset: u64,
    /// The file.
    pub path: PathBuf,
}

/// The dump of this process in a folder.
pub fn find(folder: &Path, pid: i32) -> Option<CoreDump> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries
        .filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_file()))
        .filter_map(|entry| read(&entry.path()))
        .find(|core| core.pid == pid)
}

fn read(path: &Path) -> Option<CoreDump> {
    let mut file = File::open(path).ok()?;
    // A program may have written large files of its own.
    let mut start = [0; 18];
    file.read_exact(&mut start).ok()?;
    let is_core = start.starts_with(b"\x7fELF") && start[16..18] == elf::ET_CORE.to_le_bytes();
    if !is_core {
        return None;
    }
    let mut bytes = start.to_vec();
    file.take(NOTES_BYTES_MAX).read_to_end(&mut bytes).ok()?;
    let mut core = parse(&bytes)?;
    core.path = path.to_owned();
    Some(core)
}

/// Of 64-bit little-endian processors, whose layouts these are.
fn parse(bytes: &[u8]) -> Option<CoreDump> {
    let header = elf::FileHeader64::<object::LittleEndian>::parse(bytes).ok()?;
    let endian = header.endian().ok()?;
    let pc_at = match header.e_machine(endian) {
        elf::EM_X86_64 => REGISTERS_AT + 16 * 8,
        elf::EM_AARCH64 => REGISTERS_AT + 32 * 8,
        _ => usize::MAX,
    };
    let mut core = CoreDump::default();
    for segment in header.program_headers(endian, bytes).ok()? {
        let Ok(Some(mut notes)) = segment.notes(endian, bytes) else {
            continue;
        };
        while let Ok(Some(note)) = notes.next() {
            let desc = note.desc();
            match note.n_type(endian) {
                // The first thread's.
                elf::NT_PRSTATUS if core.tid == 0 => {
                    core.tid = i32_at(desc, 32)?;
                    core.pc = u64_at(desc, pc_at);
                }
                elf::NT_PRPSINFO => core.pid = i32_at(desc, 24)?,
                elf::NT_SIGINFO => {
                    core.signal = Some((i32_at(desc, 0)?, i32_at(desc, 8)?, u64_at(desc, 16)?));
                }
                elf::NT_FILE => core.files = files(desc).unwrap_or_default(),
                _ => {}
            }
        }
    }
    (core.pid != 0).then_some(core)
}

/// Where `pr_reg` stands in `struct elf_prstatus`.
const REGISTERS_AT: usize = 112;

/// NT_FILE: how many, the page size, three numbers for each, and then the paths.
fn files(desc: &[u8]) -> Option<Vec<Mapped>> {
    let count = usize::try_from(u64_at(desc, 0)?).ok()?;
    let page_bytes = u64_at(desc, 8)?;
    let paths_at = count.checked_mul(24)?.checked_add(16)?;
    let paths = desc.get(paths_at..)?.split(|&byte| byte == 0);
    let mapped = |(index, path): (usize, &[u8])| {
        let at = 16 + 24 * index;
        Some(Mapped {
            begin: u64_at(desc, at)?,
            end: u64_at(desc, at + 8)?,
            offset: u64_at(desc, at + 16)?.checked_mul(page_bytes)?,
            path: PathBuf::from(String::from_utf8_lossy(path).into_owned()),
        })
    };
    paths.take(count).enumerate().map(mapped).collect()
}

fn i32_at(bytes: &[u8], at: usize) -> Option<i32> {
    let bytes = bytes.get(at..at.checked_add(4)?)?;
    Some(i32::from_le_bytes(bytes.try_into().ok()?))
}

fn u64_at(bytes: &[u8], at: usize) -> Option<u64> {
    let bytes = bytes.get(at..at.checked_add(8)?)?;
    Some(u64::from_le_bytes(bytes.try_into().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_core_dump_is_none() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, bytes: &[u8]| fs::write(folder.path().join(name), bytes).unwrap();
        write("short", b"\x7fELF");
        write("executable", &fs::read("/proc/self/exe").unwrap()[..4096]);
        write(
            "cut",
            b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x04\0\x3e\0\x01\0\0\0",
        );
        assert_eq!(find(folder.path(), 1), None);
    }

    #[test]
    fn mapped_files_have_their_offset_in_bytes() {
        let mut desc = Vec::new();
        for number in [1u64, 4096, 0x1000, 0x3000, 2] {
            desc.extend(number.to_le_bytes());
        }
        let cut = desc.len();
        desc.extend(b"/bin/a b\0");
        let mapped = Mapped {
            begin: 0x1000,
            end: 0x3000,
            offset: 0x2000,
            path: "/bin/a b".into(),
        };
        assert_eq!(files(&desc), Some(vec![mapped]));
        assert_eq!(files(&desc[..cut - 1]), None);
        desc[0..8].copy_from_slice(&u64::MAX.to_le_bytes());
        assert_eq!(files(&desc), None);
    }
}
