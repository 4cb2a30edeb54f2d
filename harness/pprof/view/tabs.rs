//! Columns of text, right-aligned, as Go's tabwriter aligns them.
//!
//! A cell ends with a tab, and what follows a line's last tab is no cell. A column is as wide as the widest of the cells
//! below one another, plus one blank: a line without a cell there ends it, and the next column starts anew.

/// The text with its tabs replaced.
pub(super) fn right_aligned(text: &[u8]) -> Vec<u8> {
    let mut aligned = Vec::with_capacity(text.len() * 2);
    // A form feed ends the line and all columns.
    for (at, page) in text.split(|&byte| byte == b'\x0c').enumerate() {
        if at > 0 {
            aligned.push(b'\n');
        }
        page_aligned(page, &mut aligned);
    }
    aligned
}

fn page_aligned(text: &[u8], aligned: &mut Vec<u8>) {
    let is_tab = |byte: &u8| matches!(byte, b'\t' | b'\x0b');
    let lines: Vec<Vec<&[u8]>> = text
        .split(|&byte| byte == b'\n')
        .map(|line| line.split(is_tab).collect())
        .collect();
    let mut widths: Vec<Vec<usize>> = vec![Vec::new(); lines.len()];
    set_widths(&lines, 0, 0..lines.len(), &mut widths);
    for (at, line) in lines.iter().enumerate() {
        if at > 0 {
            aligned.push(b'\n');
        }
        for (column, cell) in line.iter().enumerate() {
            let column_width = widths[at].get(column).copied().unwrap_or(0);
            let blanks = column_width.saturating_sub(width(cell));
            aligned.resize(aligned.len() + blanks, b' ');
            aligned.extend_from_slice(cell);
        }
    }
}

/// The widths of `column`, and of those to the right of it, in these lines.
fn set_widths(
    lines: &[Vec<&[u8]>],
    column: usize,
    range: std::ops::Range<usize>,
    widths: &mut [Vec<usize>],
) {
    let has_cell = |at: &usize| column + 1 < lines[*at].len();
    let mut start = range.start;
    while let Some(first) = (start..range.end).find(has_cell) {
        let end = (first..range.end)
            .find(|at| !has_cell(at))
            .unwrap_or(range.end);
        let widest = (first..end).map(|at| width(lines[at][column]) + 1).max();
        for line in &mut widths[first..end] {
            line.push(widest.unwrap_or(0));
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
}
