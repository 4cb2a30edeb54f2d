//! The C cases, the headers and the runtime, as text: an installed binary needs no source tree.

include!(concat!(env!("OUT_DIR"), "/corpus.rs"));

/// The files below a folder of the package, such as `csrc/runtime`: their paths from there, and their texts.
pub fn below(folder: &str) -> impl Iterator<Item = (&'static str, &'static str)> {
    FILES.iter().filter_map(move |(path, text)| {
        let path = path.strip_prefix(folder)?.strip_prefix('/')?;
        Some((path, *text))
    })
}

/// A file of the package, by its path in it.
pub fn text(path: &str) -> Option<&'static str> {
    let found = FILES.iter().find(|(name, _)| *name == path)?;
    Some(found.1)
}

/// The files of C cases.
pub fn cases() -> impl Iterator<Item = (&'static str, &'static str)> {
    let is_case = |(path, text): &&(&str, &str)| {
        path.starts_with("csrc/cases/") && crate::case::is_case(text)
    };
    FILES.iter().filter(is_case).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cases_headers_and_runtime_are_there() {
        for (folder, name) in [
            ("csrc/cases", "stack_leaf_caller.c"),
            ("csrc/include", "framecheck.h"),
            ("csrc/runtime", "main.c"),
        ] {
            assert!(below(folder).any(|(path, _)| path == name), "{name}");
        }
    }

    #[test]
    fn a_folders_name_is_matched_whole() {
        assert_eq!(below("csrc/case").count(), 0);
    }

    #[test]
    fn a_case_fits_in_25_lines() {
        let text = below("csrc/cases").find(|(path, _)| *path == "stack_leaf_caller.c");
        assert!(text.unwrap().1.lines().count() <= 25);
    }
}
