//! A piece of a directive, and where it begins: what errors are made of.

use super::error::Problem;

/// Text within one line of the file.
#[derive(Clone, Copy, Debug)]
pub(super) struct Spot<'a> {
    /// Of the file, from 1.
    pub line: usize,
    /// Of the first character, from 1, in characters.
    pub column: usize,
    pub text: &'a str,
}

impl<'a> Spot<'a> {
    /// From a byte of the text on.
    pub fn from(self, byte: usize) -> Self {
        Spot {
            column: self.column + self.text[..byte].chars().count(),
            text: &self.text[byte..],
            ..self
        }
    }

    /// Up to a byte of the text.
    pub fn upto(self, byte: usize) -> Self {
        Spot {
            text: &self.text[..byte],
            ..self
        }
    }

    /// Without white space at both ends. What is nothing but white space becomes empty at its beginning.
    pub fn trim(self) -> Self {
        let end = self.text.trim_end().len();
        let ended = self.upto(end);
        ended.from(end - ended.text.trim_start().len())
    }

    /// The part from a column of the text on, from 1, up to white space: what an error found there is about.
    pub fn at_column(self, column: usize) -> Self {
        let byte = self.text.char_indices().nth(column - 1);
        let rest = self.from(byte.map_or(self.text.len(), |(byte, _)| byte));
        rest.upto(
            rest.text
                .find(char::is_whitespace)
                .unwrap_or(rest.text.len()),
        )
    }

    /// The parts between `separator`, trimmed. An empty one between two separators stands at the second.
    pub fn split(self, separator: char) -> Vec<Self> {
        let mut parts = Vec::new();
        let mut rest = self;
        while let Some(at) = rest.text.find(separator) {
            parts.push(rest.upto(at).trim());
            rest = rest.from(at + separator.len_utf8());
        }
        parts.push(rest.trim());
        parts
    }

    /// The words between white space.
    pub fn words(self) -> Vec<Self> {
        let mut words = Vec::new();
        let mut rest = self.trim();
        while !rest.text.is_empty() {
            let end = rest
                .text
                .find(char::is_whitespace)
                .unwrap_or(rest.text.len());
            words.push(rest.upto(end));
            rest = rest.from(end).trim();
        }
        words
    }

    /// Says what is wrong here.
    pub fn wrong(self, message: impl Into<String>) -> Problem {
        Problem {
            line: self.line,
            column: self.column,
            width: self.text.chars().count(),
            message: message.into(),
            help: None,
            before: None,
        }
    }
}
