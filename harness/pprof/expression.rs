//! Regular expressions in Go's syntax, run by the `regex` crate.
//!
//! The two syntaxes nearly agree, and where they do not a name would silently match or not match: `\<` is a literal in
//! Go and a word boundary here, `[[]` and `[a&&b]` are plain classes there, `\d`, `\s`, `\w` and `\b` know ASCII only,
//! `\Q…\E` quotes, and a `{` that starts no repetition is itself. So each expression is read by Go's rules and written
//! anew. It knows nothing of what is matched.

mod class;

use std::fmt::Write;

use regex::bytes::Regex;

/// An expression that is searched for anywhere in a text.
#[derive(Clone, Debug)]
pub(super) struct Expression(Regex);

impl Expression {
    /// Reads Go's syntax; the error is one line.
    pub(super) fn new(text: &str) -> Result<Expression, String> {
        let failed = |cause: String| format!("error parsing regexp: {cause}: `{text}`");
        let translated = Translator::new(text).run().map_err(failed)?;
        match Regex::new(&translated) {
            Ok(regex) => Ok(Expression(regex)),
            // The last line of an error of the regex crate has the cause, after a drawing of where it is.
            Err(error) => {
                let text = error.to_string();
                let cause = text.lines().last().unwrap_or_default();
                Err(failed(cause.trim_start_matches("error: ").to_owned()))
            }
        }
    }

    /// Whether it occurs. To Go each byte that is no UTF-8 is one U+FFFD.
    pub(super) fn is_match(&self, text: &[u8]) -> bool {
        if std::str::from_utf8(text).is_ok() {
            return self.0.is_match(text);
        }
        let mut readable = String::with_capacity(text.len() + 16);
        for chunk in text.utf8_chunks() {
            readable.push_str(chunk.valid());
            readable.extend(chunk.invalid().iter().map(|_| '\u{fffd}'));
        }
        self.0.is_match(readable.as_bytes())
    }
}

/// What stands before a repetition.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Last {
    Nothing,
    Atom,
    Repetition,
}

struct Translator {
    text: Vec<char>,
    at: usize,
    out: String,
    last: Last,
    /// Where in `out` the flags begin that are its end.
    flags: Option<usize>,
}

type Step = Result<(), String>;

impl Translator {
    fn new(text: &str) -> Translator {
        Translator {
            text: text.chars().collect(),
            at: 0,
            out: String::new(),
            last: Last::Nothing,
            flags: None,
        }
    }

    fn run(mut self) -> Result<String, String> {
        while let Some(next) = self.peek() {
            self.at += 1;
            if !matches!(next, '(' | '*' | '+' | '?' | '{') {
                self.flags = None;
            }
            match next {
                '\\' => self.escape()?,
                '[' => {
                    self.class()?;
                    self.last = Last::Atom;
                }
                '(' => self.group()?,
                '*' | '+' | '?' => self.repetition(&next.to_string())?,
                '{' => self.brace()?,
                '|' => {
                    self.out.push('|');
                    self.last = Last::Nothing;
                }
                '.' | '^' | '$' | ')' => {
                    self.out.push(next);
                    self.last = Last::Atom;
                }
                literal => self.literal(literal),
            }
        }
        Ok(self.out)
    }

    fn peek(&self) -> Option<char> {
        self.text.get(self.at).copied()
    }

    fn rest(&self) -> String {
        self.text[self.at..].iter().collect()
    }

    fn literal(&mut self, literal: char) {
        self.flags = None;
        self.out
            .push_str(&regex::escape(literal.encode_utf8(&mut [0; 4])));
        self.last = Last::Atom;
    }

    /// A repetition and the `?` that makes it lazy. Go takes none of a repetition.
    fn repetition(&mut self, operator: &str) -> Step {
        match self.last {
            Last::Nothing => return Err("missing argument to repetition operator".to_owned()),
            Last::Repetition => return Err("invalid nested repetition operator".to_owned()),
            Last::Atom => self.last = Last::Repetition,
        }
        let mut operator = operator.to_owned();
        if self.peek() == Some('?') {
            self.at += 1;
            operator.push('?');
        }
        // Behind flags, Go repeats what is before them.
        let at = self.flags.unwrap_or(self.out.len());
        self.out.insert_str(at, &operator);
        self.flags = self.flags.map(|flags| flags + operator.len());
        Ok(())
    }

    /// `{n}`, `{n,}` or `{n,m}`; anything else is a literal brace.
    fn brace(&mut self) -> Step {
        let rest = self.rest();
        let counts = rest.split_once('}').and_then(|(inside, _)| {
            let (low, high) = inside.split_once(',').unwrap_or((inside, inside));
            let is_number =
                |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
            let is_count = is_number(low) && (high.is_empty() || is_number(high));
            is_count.then(|| (inside.to_owned(), low.to_owned(), high.to_owned()))
        });
        let Some((inside, low, high)) = counts else {
            self.literal('{');
            return Ok(());
        };
        let number = |text: &str| text.parse::<u32>().ok().filter(|&count| count <= 1000);
        let in_order = match (number(&low), number(&high)) {
            (Some(low), Some(high)) => low <= high,
            (Some(_), None) => high.is_empty(),
            _ => false,
        };
        if !in_order {
            return Err("invalid repeat count".to_owned());
        }
        self.at += inside.len() + 1;
        self.repetition(&format!("{{{inside}}}"))
    }

    /// What follows an opening bracket: nothing, a name, or flags.
    fn group(&mut self) -> Step {
        let rest = self.rest();
        let named = rest.strip_prefix("?P<").or_else(|| rest.strip_prefix("?<"));
        if let Some(named) = named {
            let (name, _) = named.split_once('>').ok_or("invalid named capture")?;
            let is_word = |c: char| c == '_' || c.is_ascii_alphanumeric();
            if name.is_empty() || !name.chars().all(is_word) {
                return Err("invalid named capture".to_owned());
            }
            self.at += rest.len() - named.len() + name.len() + 1;
            self.out.push('(');
        } else if rest.starts_with('?') {
            let end = rest.find([':', ')']).ok_or("missing closing )")?;
            if !rest[1..end].chars().all(|flag| "imsU-".contains(flag)) {
                return Err("invalid or unsupported Perl syntax".to_owned());
            }
            self.at += end + 1;
            if &rest[..=end] == "?)" {
                return Ok(());
            }
            let is_flags = rest[end..].starts_with(')');
            let before = self.out.len();
            let _ = write!(self.out, "({}", &rest[..=end]);
            if is_flags {
                self.flags.get_or_insert(before);
                if self.last == Last::Repetition {
                    self.last = Last::Atom;
                }
                return Ok(());
            }
        } else {
            self.out.push('(');
        }
        self.flags = None;
        self.last = Last::Nothing;
        Ok(())
    }

    /// What follows a backslash outside a class.
    fn escape(&mut self) -> Step {
        let next = self
            .peek()
            .ok_or("trailing backslash at end of expression")?;
        match next {
            'A' | 'z' => {
                self.out.push('\\');
                self.out.push(next);
            }
            'b' | 'B' => {
                let _ = write!(self.out, "(?-u:\\{next})");
            }
            'Q' => {
                self.at += 1;
                self.quoted();
                return Ok(());
            }
            _ => {
                if let Some(class) = self.escaped_class()? {
                    let _ = write!(self.out, "[{class}]");
                    self.last = Last::Atom;
                } else {
                    let literal = self.escaped_char()?;
                    self.literal(literal);
                }
                return Ok(());
            }
        }
        self.at += 1;
        self.last = Last::Atom;
        Ok(())
    }

    /// Everything up to `\E` or the end, as it is.
    fn quoted(&mut self) {
        while self.at < self.text.len() {
            if self.rest().starts_with("\\E") {
                self.at += 2;
                return;
            }
            let literal = self.text[self.at];
            self.at += 1;
            self.literal(literal);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_match(expression: &str, text: &str) -> bool {
        Expression::new(expression)
            .unwrap_or_else(|error| panic!("{expression}: {error}"))
            .is_match(text.as_bytes())
    }

    #[test]
    fn where_the_syntaxes_differ_gos_holds() {
        let cases = [
            (r"\<int\>", "vector<int>", true),
            (r"\<int\>", "vector int", false),
            (r"^[[]$", "[", true),
            (r"^[a&&b]$", "&", true),
            (r"^[]a]+$", "]a", true),
            (r"^[^[:digit:]]$", "x", true),
            (r"^[\d-]+$", "1-2", true),
            (r"^[a-c-e]+$", "a-e", true),
            (r"\Qf(x)*\E$", "f(x)*", true),
            ("a{,2}", "a{,2}", true),
            ("a{", "a{", true),
            ("^a{2}$", "aa", true),
            (r"^\d$", "٣", false),
            (r"\bé", "é", false),
            (r"^\x41\102\x{43}$", "ABC", true),
            ("(?i)MAIN", "main", true),
            ("(?P<n>a)(?<m>b)", "ab", true),
            ("(?P<n>a)(?P<n>b)", "ab", true),
            ("^a(?i)*B$", "aab", true),
            ("^a(?i)*B$", "AAb", false),
            ("^a*(?i)*(?s){2}B$", "aab", true),
            ("^a(?i){x}$", "a{X}", true),
            ("#", "a#b", true),
            ("", "", true),
        ];
        for (expression, text, expected) in cases {
            assert_eq!(is_match(expression, text), expected, "{expression} {text}");
        }
    }

    #[test]
    fn what_go_refuses_is_refused() {
        for expression in [
            "(",
            ")",
            "[a",
            "a**",
            "*a",
            "a|*",
            "(?i)*",
            "a|(?i)*",
            "(?x)a",
            "a{1001}",
            "a{2}{3}",
            r"\1",
            r"\C",
            r"\E",
            "\\",
            "[b-a]",
            "[[:nope:]]",
            "(?=a)",
            r"\y",
        ] {
            let error = Expression::new(expression)
                .map(|_| ())
                .expect_err(expression);
            assert_eq!(error.lines().count(), 1, "{error}");
        }
    }

    #[test]
    fn a_byte_that_is_no_text_is_one_character() {
        let dot = Expression::new("^a.b$").expect("valid");
        assert!(dot.is_match(b"a\xffb"));
        assert!(!dot.is_match(b"a\xff\xffb"));
    }
}
