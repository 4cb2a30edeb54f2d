//! A file's code, C or Rust, as far as words in it are asked for: without its comments and literals, each word at its place. It is
//! no parser, and takes the rest of a line for a literal where one is not closed on it.

use super::spot::Spot;

/// The text with everything in comments and literals blank. Lines and columns stay.
pub(super) fn without_comments(text: &str) -> String {
    let mut inside = Inside::Code;
    let mut chars = text.chars();
    let mut kept = String::with_capacity(text.len());
    while let Some(c) = chars.next() {
        let mut ahead = chars.clone();
        let (shown, two, then) = inside.step(c, ahead.next(), ahead.next());
        kept.push(if shown || c == '\n' || c == '\r' {
            c
        } else {
            ' '
        });
        if two && let Some(second) = chars.next() {
            kept.push(if second == '\r' { second } else { ' ' });
        }
        inside = then;
    }
    kept
}

#[derive(Clone, Copy)]
enum Inside {
    Code,
    LineComment,
    BlockComment,
    /// Until this character.
    Literal(char),
}

impl Inside {
    /// Whether `c` is code, whether it and the next one belong together, and where the one behind stands. A quote is not always
    /// one: Rust has lifetimes, and C++ numbers like 1'000.
    fn step(self, c: char, next: Option<char>, third: Option<char>) -> (bool, bool, Inside) {
        match (self, c, next) {
            (Inside::Code, '/', Some('/')) => (false, true, Inside::LineComment),
            (Inside::Code, '/', Some('*')) => (false, true, Inside::BlockComment),
            (Inside::Code, '"', _) => (false, false, Inside::Literal(c)),
            (Inside::Code, '\'', Some(next)) if next == '\\' || third == Some('\'') => {
                (false, false, Inside::Literal(c))
            }
            (Inside::BlockComment, '*', Some('/')) => (false, true, Inside::Code),
            (Inside::LineComment | Inside::Literal(_), '\n', _) => (false, false, Inside::Code),
            (Inside::Literal(_), '\\', Some(escaped)) if escaped != '\n' => (false, true, self),
            (Inside::Literal(end), _, _) if c == end => (false, false, Inside::Code),
            (Inside::Code, ..) => (true, false, self),
            _ => (false, false, self),
        }
    }
}

/// Where a word stands alone, for the first time.
pub(super) fn find_word<'a>(text: &'a str, word: &str) -> Option<Spot<'a>> {
    let part = |c: char| c.is_alphanumeric() || c == '_';
    text.lines().enumerate().find_map(|(at, line)| {
        let alone = |&(at, _): &(usize, &str)| {
            !line[..at].ends_with(part) && !line[at + word.len()..].starts_with(part)
        };
        let (byte, _) = line.match_indices(word).find(alone)?;
        let line = Spot {
            line: at + 1,
            column: 1,
            text: line,
        };
        Some(line.from(byte).upto(word.len()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_in_comments_and_literals_do_not_count() {
        let text =
            "// hog\n/* hog\nhog */ x(\"a \\\" hog\", 'h', '\"'); // it's\nhogs ahog é hog(1);\n";
        let code = without_comments(text);
        let found = find_word(&code, "hog").unwrap();
        assert_eq!((found.line, found.column, found.text), (4, 13, "hog"));
        let widths = |text: &str| {
            text.lines()
                .map(|line| line.chars().count())
                .collect::<Vec<_>>()
        };
        assert_eq!(widths(&code), widths(text));
        assert!(find_word(&code, "it").is_none());
    }

    #[test]
    fn a_quote_without_a_partner_ends_with_its_line() {
        for text in ["#error it\"s\nhog", "f::<'a>(hog)", "n = 1'000 + hog;"] {
            assert!(
                find_word(&without_comments(text), "hog").is_some(),
                "{text}"
            );
        }
    }
}
