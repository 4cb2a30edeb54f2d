//! Taking what stands in brackets out of a name. It knows brackets and no language.

/// The text without what stands between the brackets, and without them; as it is where they do not pair.
pub(super) fn without(text: &[u8], open: u8, close: u8) -> Vec<u8> {
    let mut kept = Vec::with_capacity(text.len());
    let mut depth = 0usize;
    for &byte in text {
        if byte == open {
            depth += 1;
        } else if byte == close {
            if depth == 0 {
                return text.to_vec();
            }
            depth -= 1;
        } else if depth == 0 {
            kept.push(byte);
        }
    }
    if depth > 0 { text.to_vec() } else { kept }
}

/// A C++ name without its template arguments. An operator that is spelled with brackets is none.
pub(super) fn without_template_arguments(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut depth = 0usize;
    let mut rest = text;
    while let Some(next) = rest.chars().next() {
        if depth == 0
            && let Some(operator) = operator_at(rest)
        {
            kept.push_str(operator);
            rest = &rest[operator.len()..];
            // `operator< <int>` has a blank, lest it be read as `operator<<`.
            if rest.starts_with(" <") {
                rest = &rest[1..];
            }
            continue;
        }
        match next {
            '<' => depth += 1,
            '>' if depth > 0 => depth -= 1,
            _ if depth == 0 => kept.push(next),
            _ => {}
        }
        rest = &rest[next.len_utf8()..];
    }
    if depth > 0 { text.to_owned() } else { kept }
}

/// The operator name that the text starts with, if its characters could be taken for brackets.
fn operator_at(text: &str) -> Option<&str> {
    const OPERATORS: [&str; 11] = [
        "operator<=>",
        "operator<<=",
        "operator>>=",
        "operator<<",
        "operator>>",
        "operator<=",
        "operator>=",
        "operator->*",
        "operator->",
        "operator<",
        "operator>",
    ];
    let found = OPERATORS
        .iter()
        .find(|operator| text.starts_with(**operator))?;
    Some(&text[..found.len()])
}

/// A Rust name whose lists of arguments are emptied: `f::<u8>` is `f::<>`, `Vec<u8>` is `Vec<>`. The brackets of
/// `<T as Trait>` are none: nothing that could have arguments stands before them.
pub(super) fn without_generics(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    // Depth inside a list of arguments, 0 outside.
    let mut depth = 0usize;
    let mut previous = ' ';
    let mut is_arrow;
    for next in text.chars() {
        is_arrow = previous == '-' && next == '>';
        if depth > 0 {
            match next {
                '<' => depth += 1,
                '>' if !is_arrow => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                kept.push('>');
            }
        } else {
            kept.push(next);
            let has_arguments = previous.is_alphanumeric() || "_:}".contains(previous);
            if next == '<' && has_arguments {
                depth = 1;
            }
        }
        previous = next;
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operators_are_not_brackets() {
        let cut = without_template_arguments;
        assert_eq!(cut("a::operator< <int>"), "a::operator<");
        assert_eq!(cut("a<b>::operator->"), "a::operator->");
        assert_eq!(cut("a<b<c> >::d"), "a::d");
        assert_eq!(cut("a<b"), "a<b");
    }

    #[test]
    fn generics_are_emptied_and_paths_stay() {
        let cut = without_generics;
        assert_eq!(
            cut("<a::Vec<b<c>> as d<e>>::f::<g>"),
            "<a::Vec<> as d<>>::f::<>"
        );
        assert_eq!(cut("a::<fn(u8) -> u8>::b"), "a::<>::b");
    }
}
