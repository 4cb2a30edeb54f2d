//! Paths as pprof shortens them; bytes in, bytes out, no file system.

/// The shortest equal path: no `.`, no `..` that a name precedes, no double or trailing slash. "" becomes `.`.
pub(super) fn clean(path: &[u8]) -> Vec<u8> {
    let rooted = path.first() == Some(&b'/');
    let mut parts: Vec<&[u8]> = Vec::new();
    for part in path.split(|&byte| byte == b'/') {
        match part {
            b"" | b"." => {}
            b".." if parts.last().is_some_and(|last| *last != b"..") => {
                parts.pop();
            }
            b".." if rooted => {}
            _ => parts.push(part),
        }
    }
    let mut cleaned = if rooted { b"/".to_vec() } else { Vec::new() };
    cleaned.extend_from_slice(&parts.join(&b'/'));
    if cleaned.is_empty() {
        b".".to_vec()
    } else {
        cleaned
    }
}

/// The last name of a path; `.` for "" and `/` for a path of slashes.
pub(super) fn base(path: &[u8]) -> &[u8] {
    if path.is_empty() {
        return b".";
    }
    let end = path.iter().rposition(|&byte| byte != b'/');
    let Some(end) = end else { return b"/" };
    let start = path[..=end]
        .iter()
        .rposition(|&byte| byte == b'/')
        .map_or(0, |at| at + 1);
    &path[start..=end]
}

/// Without the prefixes that stand for "here".
pub(super) fn trimmed(path: &[u8]) -> &[u8] {
    let prefixes = [&b"/proc/self/cwd/./"[..], b"/proc/self/cwd/"];
    prefixes
        .iter()
        .find_map(|prefix| path.strip_prefix(*prefix))
        .unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_cleaned_as_go_cleans_them() {
        let cases: [(&str, &str); 9] = [
            ("", "."),
            ("a//b/./c/", "a/b/c"),
            ("a/../b", "b"),
            ("../../a", "../../a"),
            ("a/../../b", "../b"),
            ("/../a", "/a"),
            ("/", "/"),
            ("a/..", "."),
            ("./x.c", "x.c"),
        ];
        for (path, expected) in cases {
            assert_eq!(clean(path.as_bytes()), expected.as_bytes(), "{path}");
        }
    }

    #[test]
    fn the_base_is_the_last_name() {
        for (path, expected) in [
            ("", "."),
            ("//", "/"),
            ("/lib/x.so", "x.so"),
            ("dir/", "dir"),
            ("x", "x"),
        ] {
            assert_eq!(base(path.as_bytes()), expected.as_bytes(), "{path}");
        }
    }
}
