//! Character classes and escapes of Go's syntax: every member is written out as a number, so none has a second meaning.

use std::fmt::Write;

use super::{Step, Translator};

const NAMES: [&str; 14] = [
    "alnum", "alpha", "ascii", "blank", "cntrl", "digit", "graph", "lower", "print", "punct",
    "space", "upper", "word", "xdigit",
];

impl Translator {
    /// What follows a `[`, with its end.
    pub(super) fn class(&mut self) -> Step {
        self.out.push('[');
        if self.peek() == Some('^') {
            self.at += 1;
            self.out.push('^');
        }
        let mut first = true;
        loop {
            match self.peek() {
                None => return Err("missing closing ]".to_owned()),
                Some(']') if !first => break,
                Some(_) => self.member()?,
            }
            first = false;
        }
        self.at += 1;
        self.out.push(']');
        Ok(())
    }

    fn member(&mut self) -> Step {
        let rest = self.rest();
        if let Some((name, _)) = rest
            .strip_prefix("[:")
            .and_then(|rest| rest.split_once(":]"))
        {
            if !NAMES.contains(&name.strip_prefix('^').unwrap_or(name)) {
                return Err("invalid character class range".to_owned());
            }
            self.at += name.chars().count() + 4;
            let _ = write!(self.out, "[:{name}:]");
            return Ok(());
        }
        if rest.starts_with('\\') {
            self.at += 1;
            if let Some(class) = self.escaped_class()? {
                self.out.push_str(&class);
                return Ok(());
            }
            self.at -= 1;
        }
        let low = self.class_char()?;
        let mut high = low;
        let is_range =
            self.peek() == Some('-') && self.text.get(self.at + 1).is_some_and(|&next| next != ']');
        if is_range {
            self.at += 1;
            high = self.class_char()?;
        }
        if high < low {
            return Err("invalid character class range".to_owned());
        }
        let _ = write!(self.out, "\\x{{{:X}}}-\\x{{{:X}}}", low as u32, high as u32);
        Ok(())
    }

    fn class_char(&mut self) -> Result<char, String> {
        let next = self.peek().ok_or("missing closing ]")?;
        self.at += 1;
        if next == '\\' {
            self.escaped_char()
        } else {
            Ok(next)
        }
    }

    /// After a backslash: the members of `\d` and the like, and of `\p`.
    pub(super) fn escaped_class(&mut self) -> Result<Option<String>, String> {
        let members = match self.peek() {
            Some('d') => "0-9",
            Some('D') => "[^0-9]",
            Some('s') => r"\t\n\f\r\x20",
            Some('S') => r"[^\t\n\f\r\x20]",
            Some('w') => "0-9A-Za-z_",
            Some('W') => "[^0-9A-Za-z_]",
            Some('p' | 'P') => return self.unicode_class().map(Some),
            _ => return Ok(None),
        };
        self.at += 1;
        Ok(Some(members.to_owned()))
    }

    /// `\pL`, `\p{Greek}`, `\p{^Greek}`.
    fn unicode_class(&mut self) -> Result<String, String> {
        let mut negated = self.peek() == Some('P');
        self.at += 1;
        let rest = self.rest();
        let name = match rest.strip_prefix('{') {
            Some(braced) => {
                braced
                    .split_once('}')
                    .ok_or("invalid character class range")?
                    .0
            }
            None => &rest[..rest.chars().next().map_or(0, char::len_utf8)],
        };
        self.at += name.chars().count() + if rest.starts_with('{') { 2 } else { 0 };
        let positive = name.strip_prefix('^').unwrap_or(name);
        negated ^= positive.len() != name.len();
        if positive.is_empty()
            || !positive
                .chars()
                .all(|c| c == '_' || c.is_ascii_alphanumeric())
        {
            return Err("invalid character class range".to_owned());
        }
        Ok(format!(
            "\\{}{{{positive}}}",
            if negated { 'P' } else { 'p' }
        ))
    }

    /// After a backslash: one character.
    pub(super) fn escaped_char(&mut self) -> Result<char, String> {
        let invalid = || "invalid escape sequence".to_owned();
        let next = self
            .peek()
            .ok_or("trailing backslash at end of expression")?;
        self.at += 1;
        match next {
            '0'..='7' => {
                // A single digit other than 0 would refer to a group.
                let is_octal = |c: Option<char>| c.is_some_and(|c| ('0'..='7').contains(&c));
                if next != '0' && !is_octal(self.peek()) {
                    return Err(invalid());
                }
                let mut value = next as u32 - '0' as u32;
                for _ in 0..2 {
                    if let Some(digit) = self.peek().filter(|&c| is_octal(Some(c))) {
                        value = value * 8 + digit as u32 - '0' as u32;
                        self.at += 1;
                    }
                }
                char::from_u32(value).ok_or_else(invalid)
            }
            'x' => {
                let rest = self.rest();
                let (digits, length) = match rest.strip_prefix('{') {
                    Some(braced) => {
                        let digits = braced.split_once('}').ok_or_else(invalid)?.0;
                        (digits, digits.chars().count() + 2)
                    }
                    None => (rest.get(..2).ok_or_else(invalid)?, 2),
                };
                self.at += length;
                let is_hex = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_hexdigit());
                let value = is_hex
                    .then(|| u32::from_str_radix(digits, 16).ok())
                    .flatten();
                value.and_then(char::from_u32).ok_or_else(invalid)
            }
            'a' => Ok('\x07'),
            'f' => Ok('\x0c'),
            'n' => Ok('\n'),
            'r' => Ok('\r'),
            't' => Ok('\t'),
            'v' => Ok('\x0b'),
            other if other.is_ascii() && !other.is_ascii_alphanumeric() => Ok(other),
            _ => Err(invalid()),
        }
    }
}
