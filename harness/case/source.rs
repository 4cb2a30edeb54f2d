//! Which lines of a file are directives: the leading ones that begin with `//@`. It does not know what they say.

use super::spot::Spot;

/// A file's text, divided.
pub(super) struct Source<'a> {
    /// All lines, one at least.
    pub lines: Vec<&'a str>,
    /// The directives, without `//@`, trimmed.
    pub directives: Vec<Spot<'a>>,
    /// Lines behind the first one of code that begin with `//@` too.
    pub strays: Vec<Spot<'a>>,
}

/// Whether a file is a case, and no file that a case needs: whether a line of it begins with `//@`. One that stands behind
/// code counts, so that such a case is refused instead of passed over.
pub fn is_case(text: &str) -> bool {
    let source = Source::read(text);
    !source.directives.is_empty() || !source.strays.is_empty()
}

impl<'a> Source<'a> {
    pub fn read(text: &'a str) -> Self {
        let mut lines: Vec<&str> = text.lines().collect();
        if lines.is_empty() {
            lines.push("");
        }
        let mut source = Source {
            lines,
            directives: Vec::new(),
            strays: Vec::new(),
        };
        let mut place = Place::Head;
        for (at, &text) in source.lines.iter().enumerate() {
            let line = Spot {
                line: at + 1,
                column: 1,
                text,
            };
            let (found, next) = place.read(line);
            match (found, next) {
                (Some(stray), Place::Body) => source.strays.push(stray),
                (Some(directive), _) => source.directives.push(directive.from(3).trim()),
                (None, _) => {}
            }
            place = next;
        }
        source
    }
}

/// Where a line begins.
#[derive(Clone, Copy)]
enum Place {
    Head,
    /// In a block comment above the first line of code.
    Comment,
    Body,
}

impl Place {
    /// What begins with `//@` on a line, and where the next line begins.
    fn read(self, line: Spot<'_>) -> (Option<Spot<'_>>, Place) {
        let mut place = self;
        let mut rest = line;
        loop {
            if let Place::Comment = place {
                let Some(end) = rest.text.find("*/") else {
                    return (None, Place::Comment);
                };
                rest = rest.from(end + 2);
                place = Place::Head;
            }
            rest = skip_space(rest);
            let marked = rest.text.starts_with("//@").then_some(rest);
            match place {
                Place::Body => return (marked, Place::Body),
                _ if rest.text.starts_with("/*") => {
                    rest = rest.from(2);
                    place = Place::Comment;
                }
                _ if rest.text.is_empty() || rest.text.starts_with("//") => {
                    return (marked, Place::Head);
                }
                _ => return (None, Place::Body),
            }
        }
    }
}

/// A byte order mark is white space here.
fn skip_space(spot: Spot<'_>) -> Spot<'_> {
    let text = spot
        .text
        .trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
    spot.from(spot.text.len() - text.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, directives: &[(usize, usize, &str)], strays: &[(usize, usize)]) {
        let source = Source::read(text);
        let found: Vec<_> = source
            .directives
            .iter()
            .map(|spot| (spot.line, spot.column, spot.text))
            .collect();
        assert_eq!(found, directives, "{text}");
        let found: Vec<_> = source
            .strays
            .iter()
            .map(|spot| (spot.line, spot.column))
            .collect();
        assert_eq!(found, strays, "{text}");
    }

    #[test]
    fn comments_and_blank_lines_may_stand_before_and_between() {
        check(
            "/* A comment\n//@ not: this\n */ /* another */\n\n//! doc\n//@ case: a.b\n// 3 of 4\n  //@says:\n#include\n",
            &[(6, 5, "case: a.b"), (8, 6, "says:")],
            &[],
        );
    }

    #[test]
    fn code_ends_the_directives_also_behind_a_comment() {
        check(
            "//@ case: a.b\n/* x */ int y;\n  //@ says: c\nint z; //@ no\n",
            &[(1, 5, "case: a.b")],
            &[(3, 3)],
        );
    }

    #[test]
    fn line_ends_of_windows_and_a_byte_order_mark_make_no_difference() {
        check(
            "\u{feff}//@ case: a.b\r\n//@ long\r\n",
            &[(1, 6, "case: a.b"), (2, 5, "long")],
            &[],
        );
    }

    #[test]
    fn a_helper_file_is_no_case_and_a_misplaced_directive_is_one() {
        assert!(!is_case("/* //@ case: a.b */\nint x; // not //@ case\n"));
        assert!(!is_case(""));
        assert!(is_case("// Says.\n//@ case: a.b\n"));
        assert!(is_case("#include <x.h>\n//@ case: a.b\n"));
    }
}
