//! Globs over names: of cases, of mutants.

/// `*` is any number of characters, `?` is one.
pub fn matches(glob: &str, name: &str) -> bool {
    let Some(first) = glob.chars().next() else {
        return name.is_empty();
    };
    let rest = &glob[first.len_utf8()..];
    let mut tail = name.chars();
    match (first, tail.next()) {
        ('*', None) => matches(rest, name),
        ('*', Some(_)) => matches(rest, name) || matches(glob, tail.as_str()),
        ('?', Some(_)) => matches(rest, tail.as_str()),
        (c, Some(d)) => c == d && matches(rest, tail.as_str()),
        (_, None) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
            assert_eq!(matches(glob, name), expected, "{glob} {name}");
        }
    }
}
