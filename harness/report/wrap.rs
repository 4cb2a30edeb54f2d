//! Text that fits a terminal of 100 columns. A name that is longer than a line stays whole.

/// Columns of a report.
pub(super) const COLUMNS: usize = 100;

/// The words of `text` in lines, each behind `indent` spaces, those after the first behind two more.
pub(super) fn words(text: &str, indent: usize) -> String {
    parts(text.split(' '), " ", indent)
}

/// A stack in lines.
pub(super) fn stack(frames: &[String], indent: usize) -> String {
    match frames {
        [] => format!("{:indent$}(empty)", ""),
        _ => parts(frames.iter().map(String::as_str), " > ", indent),
    }
}

fn parts<'a>(parts: impl Iterator<Item = &'a str>, between: &str, indent: usize) -> String {
    let mut lines = vec![" ".repeat(indent)];
    let mut is_first = true;
    for part in parts {
        let last = lines.len() - 1;
        let length = lines[last].chars().count() + between.len() + part.chars().count();
        let is_empty = lines[last].trim().is_empty();
        if !is_first {
            lines[last].push_str(between.trim_end());
        }
        if length > COLUMNS && !is_empty {
            lines.push(" ".repeat(indent + 2));
        } else if !is_first {
            lines[last].push(' ');
        }
        let last = lines.len() - 1;
        lines[last].push_str(part);
        is_first = false;
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_line_is_longer_than_a_terminal() {
        let frames: Vec<String> = (0..40).map(|number| format!("frame{number}")).collect();
        let text = stack(&frames, 8);
        assert!(
            text.lines().all(|line| line.chars().count() <= COLUMNS),
            "{text}"
        );
        let joined: Vec<&str> = text.split_whitespace().collect();
        assert_eq!(joined.join(" "), frames.join(" > "));
    }

    #[test]
    fn a_short_text_is_one_line() {
        assert_eq!(words("a b", 2), "  a b");
        assert_eq!(stack(&["main".into(), "hog".into()], 1), " main > hog");
        assert_eq!(stack(&[], 1), " (empty)");
    }
}
