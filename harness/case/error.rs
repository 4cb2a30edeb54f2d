//! What is wrong with a case file: each error at its line and column, with the line and a remedy.

use std::fmt::{self, Display, Formatter};

use annotate_snippets::{Annotation, AnnotationKind, Group, Level, Renderer, Snippet};

/// Something wrong with a case file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    /// What the file is called.
    pub file: String,
    /// From 1.
    pub line: usize,
    /// Of the first character that is wrong, from 1, in characters. One behind the line's last where something is missing.
    pub column: usize,
    /// How many characters are wrong; 0 where something is missing.
    pub width: usize,
    /// What is wrong.
    pub message: String,
    /// What to write instead.
    pub help: Option<String>,
    /// The line's text.
    pub source_line: String,
    /// An earlier line that this one repeats or contradicts.
    pub before: Option<Before>,
}

/// The earlier one of two lines that do not go together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Before {
    /// From 1.
    pub line: usize,
    /// The file's text from that line to the error's.
    pub lines: String,
}

/// All that is wrong with a case file, in the order of the file. Never empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Errors(Vec<Error>);

/// An error before it is known which file it is in.
#[derive(Debug)]
pub(super) struct Problem {
    pub line: usize,
    pub column: usize,
    pub width: usize,
    pub message: String,
    pub help: Option<String>,
    /// The line of [`Before`].
    pub before: Option<usize>,
}

impl Problem {
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    pub fn before(mut self, line: usize) -> Self {
        self.before = Some(line);
        self
    }

    fn placed(self, file: &str, lines: &[&str]) -> Error {
        let before = |line: usize| Before {
            line,
            lines: lines[line - 1..self.line].join("\n"),
        };
        Error {
            file: file.to_owned(),
            source_line: lines[self.line - 1].to_owned(),
            before: self.before.map(before),
            line: self.line,
            column: self.column,
            width: self.width,
            message: self.message,
            help: self.help,
        }
    }
}

impl Errors {
    /// Nothing where there are no problems.
    pub(super) fn of(file: &str, lines: &[&str], mut problems: Vec<Problem>) -> Option<Self> {
        problems.sort_by_key(|problem| (problem.line, problem.column));
        let placed = |problem: Problem| problem.placed(file, lines);
        let errors: Vec<Error> = problems.into_iter().map(placed).collect();
        (!errors.is_empty()).then_some(Errors(errors))
    }

    /// Each of them.
    pub fn iter(&self) -> std::slice::Iter<'_, Error> {
        self.0.iter()
    }

    /// As `Display` shows them, with the escape sequences of a terminal that has colours.
    pub fn styled(&self) -> String {
        let styled: Vec<String> = self.0.iter().map(Error::styled).collect();
        styled.join("\n\n")
    }
}

impl<'a> IntoIterator for &'a Errors {
    type Item = &'a Error;
    type IntoIter = std::slice::Iter<'a, Error>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl Error {
    /// As `Display` shows it, with the escape sequences of a terminal that has colours.
    pub fn styled(&self) -> String {
        self.render(&Renderer::styled())
    }

    /// `FILE:LINE:COL: message`, and the line below it. The snippet has no path of its own: it would say the same again.
    fn render(&self, renderer: &Renderer) -> String {
        let Error {
            file,
            line,
            column,
            message,
            ..
        } = self;
        let mut group = Group::with_level(Level::ERROR).element(self.snippet());
        if let Some(help) = &self.help {
            group = group.element(Level::HELP.message(help.as_str()));
        }
        let snippet = renderer.render(&[group]);
        format!("{file}:{line}:{column}: {message}\n{snippet}")
    }

    fn snippet(&self) -> Snippet<'_, Annotation<'_>> {
        let (text, first) = match &self.before {
            Some(before) => (&before.lines, before.line),
            None => (&self.source_line, self.line),
        };
        let offset = text.len() - self.source_line.len();
        let begin = offset + self.byte(self.column - 1);
        let end = offset + self.byte(self.column - 1 + self.width);
        let snippet = Snippet::source(text)
            .line_start(first)
            .annotation(AnnotationKind::Primary.span(begin..end));
        if self.before.is_none() {
            return snippet;
        }
        let before = 0..text.lines().next().map_or(0, str::len);
        snippet.annotation(AnnotationKind::Context.span(before).label("the first one"))
    }

    fn byte(&self, chars: usize) -> usize {
        let at = self.source_line.char_indices().nth(chars);
        at.map_or(self.source_line.len(), |(byte, _)| byte)
    }
}

impl Display for Error {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(&self.render(&Renderer::plain()))
    }
}

impl Display for Errors {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        for (at, error) in self.0.iter().enumerate() {
            if at > 0 {
                f.write_str("\n\n")?;
            }
            error.fmt(f)?;
        }
        Ok(())
    }
}

impl std::error::Error for Error {}

impl std::error::Error for Errors {}
