//! The nearest word of a closed list: "did you mean".

/// The word of `known` that `word` is most likely a misspelling of.
pub(super) fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    // One slip in three letters; with more, everything short would be near everything else.
    let allowed = (word.chars().count() / 3).max(1);
    known
        .into_iter()
        .map(|candidate| (strsim::osa_distance(word, candidate), candidate))
        .filter(|&(distance, _)| distance <= allowed)
        .min_by_key(|&(distance, _)| distance)
        .map(|(_, candidate)| candidate)
}

/// `did you mean X?`, or all there are.
pub(super) fn suggestion<'a>(
    word: &str,
    known: impl IntoIterator<Item = &'a str> + Clone,
) -> String {
    match nearest(word, known.clone()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => {
            let all: Vec<&str> = known.into_iter().collect();
            format!("there are: {}", all.join(", "))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_understood_and_other_words_are_not() {
        let known = ["stack", "top", "finishes", "native-c"];
        for (word, expected) in [
            ("stak", Some("stack")),
            ("satck", Some("stack")),
            ("finish", Some("finishes")),
            ("native_c", Some("native-c")),
            ("tpo", Some("top")),
            ("foo", None),
            ("expect", None),
        ] {
            assert_eq!(nearest(word, known), expected, "{word}");
        }
    }
}
