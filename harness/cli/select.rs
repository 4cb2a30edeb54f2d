//! Names and globs to programs. A name that is none is an error: a slip must not look like a run where all is well.

use crate::programs::{PROGRAMS, Program};

/// The programs that `wanted` names, each once, in the table's order; all for nothing.
pub fn select(wanted: &[String]) -> Result<Vec<&'static Program>, String> {
    if let Some(stranger) = wanted.iter().find(|glob| {
        !PROGRAMS
            .iter()
            .any(|program| glob_matches(glob, program.name))
    }) {
        return Err(format!(
            "no program is called {stranger:?}: `framecheck list` has the names"
        ));
    }
    let chosen = |program: &&Program| {
        wanted.is_empty() || wanted.iter().any(|glob| glob_matches(glob, program.name))
    };
    Ok(PROGRAMS.iter().filter(chosen).collect())
}

/// `*` is any number of characters, `?` is one.
fn glob_matches(glob: &str, name: &str) -> bool {
    let Some(first) = glob.chars().next() else {
        return name.is_empty();
    };
    let rest = &glob[first.len_utf8()..];
    let mut tail = name.chars();
    match (first, tail.next()) {
        ('*', None) => glob_matches(rest, name),
        ('*', Some(_)) => glob_matches(rest, name) || glob_matches(glob, tail.as_str()),
        ('?', Some(_)) => glob_matches(rest, tail.as_str()),
        (c, Some(d)) => c == d && glob_matches(rest, tail.as_str()),
        (_, None) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(wanted: &[&str]) -> Result<Vec<&'static str>, String> {
        let wanted: Vec<String> = wanted.iter().map(|&text| text.into()).collect();
        Ok(select(&wanted)?
            .iter()
            .map(|program| program.name)
            .collect())
    }

    #[test]
    fn nothing_is_all_and_each_comes_once() {
        assert_eq!(names(&[]).unwrap().len(), PROGRAMS.len());
        assert_eq!(
            names(&["foreign_none", "foreign_n*"]).unwrap(),
            ["foreign_none"]
        );
    }

    #[test]
    fn what_matches_nothing_is_an_error() {
        assert!(
            names(&["foreign_none", "nonsense"])
                .unwrap_err()
                .contains("nonsense")
        );
        assert!(names(&["x*"]).is_err());
    }

    #[test]
    fn globs() {
        for (glob, name, expected) in [
            ("a*c", "abbc", true),
            ("a*c", "abbd", false),
            ("*", "", true),
            ("a?", "ab", true),
            ("a?", "a", false),
            ("a", "ab", false),
            ("*b*", "abc", true),
        ] {
            assert_eq!(glob_matches(glob, name), expected, "{glob} {name}");
        }
    }
}
