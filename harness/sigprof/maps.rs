//! /proc/self/maps: what is mapped where, and from which file.

use std::fs;
use std::io;

/// One mapping of this process.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Map {
    /// First address.
    pub start: u64,
    /// First address behind it.
    pub limit: u64,
    /// Where in the file it begins.
    pub file_offset: u64,
    /// Whether its code can run.
    pub is_executable: bool,
    /// The file, or a name in brackets such as `[vdso]`, or nothing.
    pub file: String,
}

/// The mappings of this process, by address.
pub fn of_this_process() -> io::Result<Vec<Map>> {
    // Names are bytes to the kernel; what is not UTF-8 is shown as well as it can be.
    Ok(parse(&String::from_utf8_lossy(&fs::read(
        "/proc/self/maps",
    )?)))
}

/// Reads the lines of a maps file, proc_pid_maps(5); a line that is none is passed over.
pub fn parse(text: &str) -> Vec<Map> {
    text.lines().filter_map(line).collect()
}

fn line(line: &str) -> Option<Map> {
    // address perms offset dev inode, then blanks, then a path that may hold blanks itself.
    let mut rest = line;
    let mut field = || {
        rest = rest.trim_start();
        let (field, after) = rest.split_once(' ').unwrap_or((rest, ""));
        rest = after;
        field
    };
    let (range, permissions, offset) = (field(), field(), field());
    let (_device, _inode) = (field(), field());
    let (start, limit) = range.split_once('-')?;
    let hex = |digits| u64::from_str_radix(digits, 16).ok();
    let file = rest.trim_start();
    Some(Map {
        start: hex(start)?,
        limit: hex(limit)?,
        file_offset: hex(offset)?,
        is_executable: permissions.contains('x'),
        file: file.strip_suffix(" (deleted)").unwrap_or(file).to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_maps_file_with_blanks_in_names_and_a_deleted_file_is_read() {
        let text = "\
55d0c0000000-55d0c0001000 r--p 00000000 fe:00 17 /opt/my app/bin x\n\
55d0c0001000-55d0c0003000 r-xp 00001000 fe:00 17 /opt/my app/bin x (deleted)\n\
7f0000000000-7f0000001000 rwxp 00000000 00:00 0 \n\
7ffd00000000-7ffd00002000 r-xp 00000000 00:00 0                          [vdso]\n\
not a line\n";
        let maps = parse(text);
        assert_eq!(maps.len(), 4);
        assert_eq!(maps[0].file, "/opt/my app/bin x");
        assert!(!maps[0].is_executable);
        assert_eq!(
            maps[1],
            Map {
                start: 0x55d0_c000_1000,
                limit: 0x55d0_c000_3000,
                file_offset: 0x1000,
                is_executable: true,
                file: "/opt/my app/bin x".to_owned(),
            }
        );
        assert_eq!((maps[2].file.as_str(), maps[2].is_executable), ("", true));
        assert_eq!(maps[3].file, "[vdso]");
    }
}
