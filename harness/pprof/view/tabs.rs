//! Columns of text, right-aligned, as Go's tabwriter aligns them.
//!
//! A cell ends with a tab, and what follows a line's last tab is no cell. A column is as wide as the widest of the cells
//! below one another, plus one blank: a line without a cell there ends it, and the next column starts anew.

/// What begins and ends text in which tabs and newlines are themselves: no byte of UTF-8, but a profile may have it.
const ESCAPE: u8 = 0xff;

/// The text with its tabs replaced.
pub(super) fn right_aligned(text: &[u8]) -> Vec<u8> {
    let mut aligned = Vec::with_capacity(text.len() * 2);
    for (at, page) in pages(text).iter().enumerate() {
        // A form feed ends the line and all columns.
        if at > 0 {
            aligned.push(b'\n');
        }
        page_aligned(page, &mut aligned);
    }
    aligned
}

/// A cell, and how many columns of a terminal it is taken for.
struct Cell<'a> {
    text: &'a [u8],
    /// Below zero where an escape has no end.
    width: isize,
}

type Line<'a> = Vec<Cell<'a>>;

fn pages(text: &[u8]) -> Vec<Vec<Line<'_>>> {
    let mut pages: Vec<Vec<Line>> = vec![vec![Vec::new()]];
    let (mut start, mut escapes) = (0, 0);
    for at in 0..=text.len() {
        let end = text.get(at).copied();
        let is_escaped = escapes % 2 == 1;
        if end == Some(ESCAPE) {
            escapes += 1;
        }
        if end.is_some() && (is_escaped || !matches!(end, Some(b'\t' | 0x0b | 0x0c | b'\n'))) {
            continue;
        }
        let cell = &text[start..at];
        // Both ends of an escape count for nothing, also one that is not there.
        let width = width(cell) as isize - 2 * ((escapes + 1) / 2);
        let page = pages.last_mut().expect("never empty");
        page.last_mut()
            .expect("never empty")
            .push(Cell { text: cell, width });
        match end {
            Some(b'\n') => page.push(Vec::new()),
            Some(0x0c) => pages.push(vec![Vec::new()]),
            _ => {}
        }
        (start, escapes) = (at + 1, 0);
    }
    pages
}

fn page_aligned(lines: &[Line<'_>], aligned: &mut Vec<u8>) {
    let mut widths: Vec<Vec<isize>> = vec![Vec::new(); lines.len()];
    set_widths(lines, 0, 0..lines.len(), &mut widths);
    for (at, line) in lines.iter().enumerate() {
        if at > 0 {
            aligned.push(b'\n');
        }
        for (column, cell) in line.iter().enumerate() {
            let blanks = widths[at].get(column).map_or(0, |width| width - cell.width);
            aligned.resize(aligned.len() + blanks.max(0) as usize, b' ');
            aligned.extend_from_slice(cell.text);
        }
    }
}

/// The widths of `column`, and of those to the right of it, in these lines.
fn set_widths(
    lines: &[Line<'_>],
    column: usize,
    range: std::ops::Range<usize>,
    widths: &mut [Vec<isize>],
) {
    let has_cell = |at: &usize| column + 1 < lines[*at].len();
    let mut start = range.start;
    while let Some(first) = (start..range.end).find(has_cell) {
        let end = (first..range.end)
            .find(|at| !has_cell(at))
            .unwrap_or(range.end);
        let widest = (first..end).map(|at| lines[at][column].width + 1).max();
        for line in &mut widths[first..end] {
            line.push(widest.unwrap_or(0).max(0));
        }
        set_widths(lines, column + 1, first..end, widths);
        start = end;
    }
}

/// Characters; each byte that is none counts as one.
pub(super) fn width(text: &[u8]) -> usize {
    text.utf8_chunks()
        .map(|chunk| chunk.valid().chars().count() + chunk.invalid().len())
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_ends_where_a_line_has_no_cell() {
        let text = "a:\tx\n \t10 (1%):\tlong\n \t2 (0%):\ts\n\nlonger:\ty\n";
        let expected = concat!(
            " a:x\n",
            "    10 (1%):long\n",
            "     2 (0%):s\n",
            "\n",
            " longer:y\n"
        );
        assert_eq!(right_aligned(text.as_bytes()), expected.as_bytes());
    }

    /// As text/tabwriter of Go 1.27 has them.
    #[test]
    fn tabs_between_escapes_are_themselves() {
        let aligned = |text: &[u8]| right_aligned(text);
        assert_eq!(
            aligned(b"a\xff\tb\xff\tc\nlonger\td\n"),
            b"    a\xff\tb\xffc\n longerd\n"
        );
        assert_eq!(
            aligned(b"x\ta\xffb\tc\nlong\tq\n"),
            b" xa\xffb\tc\nlong\tq\n"
        );
        assert_eq!(aligned(b"a\xffb\tc\n"), b"a\xffb\tc\n");
    }
}
