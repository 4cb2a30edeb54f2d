//! The lines of the memory map at the end of an older profile.
//!
//! Two notations: that of /proc/self/maps, and a brief one, `START-END PERMISSIONS FILE (@OFFSET) BUILDID`. Both are
//! pprof's own expressions, for what they take is more than either. It knows nothing of profiles.

use std::sync::LazyLock;

use regex::bytes::{Captures, Regex};

/// An executable mapping.
pub(in super::super) struct Entry {
    pub(in super::super) start: u64,
    pub(in super::super) limit: u64,
    pub(in super::super) offset: u64,
    pub(in super::super) file: Vec<u8>,
    pub(in super::super) build_id: Vec<u8>,
}

/// What a logger puts before a line: `… file.cc:123] `.
static LOG_PREFIX: LazyLock<Regex> = LazyLock::new(|| expression(r"^[^\[\]]+:[0-9]+\]\s"));

const RANGE: &str =
    r"^\s*(?:0x)?([[:xdigit:]]+)[\s-]?\s*(?:0x)?([[:xdigit:]]+):?(?:\s+(?<permissions>[-rwxp]+))?";

static PROC_MAPS: LazyLock<Regex> = LazyLock::new(|| {
    let after = r"(?:\s+(?<offset>[[:xdigit:]]+))?\s+[[:xdigit:]]+:[[:xdigit:]]+\s+[[:digit:]]+(?:\s+(?<file>\S+))?";
    expression(&format!("{RANGE}{after}"))
});

static BRIEF: LazyLock<Regex> = LazyLock::new(|| {
    let after = r"(?:\s+(?<file>\S+))?(?:\s+\(@(?<offset>[[:xdigit:]]+)\))?(?:\s+(?<build_id>[[:xdigit:]]+))?";
    expression(&format!("{RANGE}{after}"))
});

/// One whose `\s` is Go's: no vertical tab.
fn expression(text: &str) -> Regex {
    let text = text
        .replace(r"[\s-]", r"[\t\n\f\r -]")
        .replace(r"\s", r"[\t\n\f\r ]")
        .replace(r"\S", r"[^\t\n\f\r ]");
    Regex::new(&format!("(?-u){text}")).expect("a valid expression")
}

/// The executable mappings, in order. `NAME=VALUE` lines replace `$NAME` in those after them; what is neither is
/// passed over.
pub(in super::super) fn entries<'a>(lines: impl Iterator<Item = &'a [u8]>) -> Vec<Entry> {
    let mut entries = Vec::new();
    let mut variables: Vec<(Vec<u8>, Vec<u8>)> = Vec::new();
    for line in lines {
        let prefix = LOG_PREFIX.find(line).map_or(0, |found| found.end());
        let line = with_values(&line[prefix..], &variables);
        match parse(&line) {
            Some(entry) => entries.extend(entry),
            None => variables.extend(assignment(&line)),
        }
    }
    entries
}

/// `None` if it is no mapping, `Some(None)` if it is not executable.
fn parse(line: &[u8]) -> Option<Option<Entry>> {
    let found = PROC_MAPS.captures(line).or_else(|| BRIEF.captures(line))?;
    let permissions = text(&found, "permissions");
    if !permissions.is_empty() && !permissions.contains(&b'x') {
        return Some(None);
    }
    let number = |digits: &[u8]| u64::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok();
    let offset = text(&found, "offset");
    Some(Some(Entry {
        start: number(&found[1])?,
        limit: number(&found[2])?,
        offset: if offset.is_empty() {
            0
        } else {
            number(offset)?
        },
        file: text(&found, "file").to_vec(),
        build_id: text(&found, "build_id").to_vec(),
    }))
}

fn text<'a>(found: &'a Captures<'_>, name: &str) -> &'a [u8] {
    found.name(name).map_or(b"", |part| part.as_bytes())
}

/// `$NAME` and its value.
fn assignment(line: &[u8]) -> Option<(Vec<u8>, Vec<u8>)> {
    let at = line.iter().position(|&byte| byte == b'=')?;
    let name = [b"$", line[..at].trim_ascii()].concat();
    Some((name, line[at + 1..].trim_ascii().to_vec()))
}

/// Each name replaced where it stands, the first that fits; what is put in is not looked at again.
fn with_values(line: &[u8], variables: &[(Vec<u8>, Vec<u8>)]) -> Vec<u8> {
    let mut out = Vec::with_capacity(line.len());
    let mut rest = line;
    while let [byte, after @ ..] = rest {
        let known = variables.iter().find(|(name, _)| rest.starts_with(name));
        if let Some((name, value)) = known {
            out.extend_from_slice(value);
            rest = &rest[name.len()..];
        } else {
            out.push(*byte);
            rest = after;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Entries as `start-limit@offset file build-id`.
    fn read(map: &str) -> Vec<String> {
        let entries = entries(map.lines().map(str::as_bytes));
        let shown = |entry: &Entry| {
            format!(
                "{:x}-{:x}@{:x} {} {}",
                entry.start,
                entry.limit,
                entry.offset,
                String::from_utf8_lossy(&entry.file),
                String::from_utf8_lossy(&entry.build_id)
            )
        };
        entries.iter().map(shown).collect()
    }

    /// What go tool pprof 1.27 lists under Mappings of such a map.
    #[test]
    fn both_notations_are_read() {
        let map = "00400000-00401000 r-xp 00001000 08:01 9 /bin/app\n\
                   00401000-00402000 rw-p 00002000 08:01 9 /bin/app\n\
                   0x40000-0x80000 /path/to/binary (@FF00) abc123456\n\
                   1000 2000: x.so\n\
                   I0101 maps.cc:12] 3000-4000 r-xp 0 0:0 0 /a b\n";
        assert_eq!(
            read(map),
            [
                "400000-401000@1000 /bin/app ",
                "40000-80000@ff00 /path/to/binary abc123456",
                // A name that starts like permissions is taken for them.
                "1000-2000@0  ",
                "3000-4000@0 /a ",
            ]
        );
    }

    #[test]
    fn values_are_put_in_once() {
        let map = "build=/srv/$x\nx=y\n1000-2000 $build/$x\n$buil=no\n";
        assert_eq!(read(map), ["1000-2000@0 /srv/$x/y "]);
    }
}
