//! For tests of what is refused: what is wrong with a text, and tables of lines with marks below them.

use super::error::Error;
use super::parse::parse;

/// What the file is called.
pub(super) const FILE: &str = "folder/hog.c";

/// Four lines of a case with nothing wrong.
pub(super) const ABOVE: &str =
    "//@ case: a.hog\n//@ says: It hogs.\n//@ stack: main > hog\n//@ never: main > hog > x\n";

/// All that is wrong with a file.
#[track_caller]
pub(super) fn errors(text: &str) -> Vec<Error> {
    match parse(FILE, text) {
        Ok(case) => panic!("nothing is wrong with\n{text}\n{case:?}"),
        Err(errors) => errors.iter().cloned().collect(),
    }
}

/// That this is all that is wrong with a file: line, column and a part of the message of each.
#[track_caller]
pub(super) fn check_file(text: &str, expected: &[(usize, usize, &str)]) {
    let found = errors(text);
    let places: Vec<_> = found
        .iter()
        .map(|error| (error.line, error.column))
        .collect();
    let wanted: Vec<_> = expected
        .iter()
        .map(|&(line, column, _)| (line, column))
        .collect();
    assert_eq!(places, wanted, "{text}\n{found:#?}");
    for (error, (.., message)) in found.iter().zip(expected) {
        assert!(error.message.contains(message), "{error}");
    }
}

/// Of each two lines, that one thing is wrong with the first if it stands below [`ABOVE`]: where the second has its marks, with the
/// message and the help behind them. What is missing has one mark.
#[track_caller]
pub(super) fn check_lines(table: &str) {
    let lines: Vec<&str> = table.trim_matches('\n').lines().collect();
    assert!(
        !lines.is_empty() && lines.len().is_multiple_of(2),
        "lines and marks"
    );
    for pair in lines.chunks(2) {
        let marks_end = pair[1].rfind("^ ").expect("marks and a message") + 1;
        let (marks, told) = pair[1].split_at(marks_end);
        let (message, help) = told.split_once(" | ").unwrap_or((told, ""));
        check(pair[0], marks, message.trim(), help);
    }
}

#[track_caller]
pub(super) fn check(line: &str, marks: &str, message: &str, help: &str) -> Error {
    let found = errors(&format!("{ABOVE}{line}\n"));
    let [error] = found.as_slice() else {
        panic!("one error is wanted: {found:#?}");
    };
    assert_eq!((error.line, error.source_line.as_str()), (5, line));
    let (before, wrong) = (error.column - 1, error.width.max(1));
    let shown = format!("{}{}", " ".repeat(before), "^".repeat(wrong));
    assert_eq!(shown, marks, "{error}");
    let helps = error.help.as_deref().unwrap_or("");
    assert!(error.message.contains(message), "{error}");
    assert!(helps.contains(help), "{error}");
    error.clone()
}
