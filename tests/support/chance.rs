//! What pprof leaves to chance, in an order.
//!
//! It sorts edges and labels by the size of their weights and compares names only where the weights themselves are equal:
//! of 5 and -5 any may come first. Elsewhere the order is held as it is.

/// The text with such lines sorted.
pub fn ordered(text: &[u8]) -> Vec<u8> {
    let lines: Vec<&[u8]> = text.split(|&byte| byte == b'\n').collect();
    let runs = lines.chunk_by(|one, next| weight(one).is_some() && size(one) == size(next));
    let mut sorted: Vec<&[u8]> = Vec::with_capacity(lines.len());
    for run in runs {
        let start = sorted.len();
        sorted.extend(run);
        let is_negative = |line: &&[u8]| weight(line).is_some_and(|text| text.starts_with(b"-"));
        // Of what is rounded to nothing the sign is not shown.
        let is_nothing = weight(run[0]).is_some_and(|text| text.starts_with(b"0 "));
        if is_nothing || (run.iter().any(is_negative) && !run.iter().all(is_negative)) {
            sorted[start..].sort_unstable();
        }
    }
    sorted.join(&b'\n')
}

/// What is before the name in a line of an edge or of a label: the value and its share.
fn weight(line: &[u8]) -> Option<&[u8]> {
    let before = |mark: &[u8]| line.windows(mark.len()).position(|part| part == mark);
    let end = before(b"% |   ").or_else(|| before(b"%): "))?;
    Some(line[..end].trim_ascii())
}

fn size(line: &[u8]) -> Option<&[u8]> {
    weight(line).map(|text| text.strip_prefix(b"-").unwrap_or(text))
}
