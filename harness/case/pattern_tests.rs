//! Tests of the patterns: what is refused and where, what matches, and the matcher against a naive one.

use proptest::prelude::*;

use super::*;

struct Port;

impl Hosts for Port {
    fn function(&self, name: &str) -> Option<String> {
        (name == "hook").then(|| "port::hook".into())
    }
    fn is_host(&self, frame: &str) -> bool {
        frame.contains("::")
    }
}

fn stack(text: &str) -> Vec<String> {
    text.split(" > ")
        .filter(|name| !name.is_empty())
        .map(String::from)
        .collect()
}

#[track_caller]
fn check(pattern: &str, matching: &[&str], missing: &[&str]) {
    let parsed = Pattern::parse(pattern).unwrap();
    for text in matching {
        assert!(
            parsed.matches(&stack(text), &Port),
            "{pattern} must match {text}"
        );
    }
    for text in missing {
        assert!(
            !parsed.matches(&stack(text), &Port),
            "{pattern} must not match {text}"
        );
    }
}

#[track_caller]
fn check_error(pattern: &str, column: usize, message: &str) {
    let error = Pattern::parse(pattern).expect_err(pattern);
    assert_eq!(error.column, column, "{pattern}: {error}");
    assert!(error.message.contains(message), "{pattern}: {error}");
}

#[test]
fn both_ends_are_anchored() {
    check(
        "main > hog",
        &["main > hog"],
        &[
            "main > hog > leaf",
            "root > main > hog",
            "main",
            "",
            "main > hogs",
        ],
    );
}

#[test]
fn a_gap_is_any_number_of_frames() {
    check(
        "main > ... > hog",
        &["main > hog", "main > a > b > hog"],
        &["a > main > hog", "main > hog > a"],
    );
    check("...", &["", "a", "a > b"], &[]);
    check("... > a > ...", &["a", "b > a", "a > a > b"], &["b", ""]);
}

#[test]
fn an_optional_frame_may_be_missing_but_not_another() {
    check(
        "main > a? > hog",
        &["main > hog", "main > a > hog"],
        &["main > b > hog", "main > a > a > hog"],
    );
}

#[test]
fn alternatives_are_whole_names() {
    check(
        "main > a|b",
        &["main > a", "main > b"],
        &["main > ab", "main", "main > a > b"],
    );
    check("a|b?", &["a", "b", ""], &["c"]);
}

#[test]
fn host_names_are_the_ports() {
    check(
        "host::hook > hog",
        &["port::hook > hog"],
        &["host::hook > hog", "hook > hog"],
    );
    check("host::* > hog", &["x::y > hog"], &["y > hog"]);
    check(
        "host::unknown",
        &[],
        &["host::unknown", "unknown", "port::hook"],
    );
}

#[test]
fn names_may_hold_what_looks_like_syntax() {
    check(
        "<A as B>::f > Vec<Vec<T> >::g",
        &["<A as B>::f > Vec<Vec<T> >::g"],
        &[],
    );
    check(
        "<fn(u8) -> u8 as F>::call > x",
        &["<fn(u8) -> u8 as F>::call > x"],
        &[],
    );
    check("`operator|` > `a?`", &["operator| > a?"], &["operator > a"]);
    check("`operator>`|f? > g", &["operator> > g", "f > g", "g"], &[]);
}

#[test]
fn errors_point_at_the_column() {
    check_error("", 1, "missing");
    check_error("main > ", 8, "missing");
    check_error("> hog", 1, "missing");
    check_error("main >  > hog", 9, "missing");
    check_error("main > ... > ... > hog", 14, "two `...`");
    check_error("main > ...?", 8, "leave the `?` out");
    check_error("main > a||b", 10, "name is missing");
    check_error("main > ?", 8, "name is missing");
    check_error("main > a??", 8, "one `?`");
    check_error("main > a | b", 8, "no space");
    check_error("main > host::", 8, "name the program");
    check_error("main>hog", 1, "space on both sides");
    check_error("main > a|b> c", 10, "space on both sides");
    check_error("hö > a...", 6, "stands alone");
    check_error("main > `a", 8, "partner");
    check_error("main > a`b`", 8, "both ends");
}

#[test]
fn the_distance_counts_frames() {
    let pattern = Pattern::parse("main > ... > run > b > a").unwrap();
    for (text, distance) in [
        ("main > x > run > b > a", 0),
        ("main > run > a", 1),
        ("x > run > b > a", 1),
        ("main > run > c > d", 2),
        ("", 4),
    ] {
        assert_eq!(pattern.distance(&stack(text), &Port), distance, "{text}");
    }
}

/// Tries everything: exponential, and too simple to be wrong.
fn naive(elements: &[Element], frames: &[String]) -> bool {
    let Some((first, rest)) = elements.split_first() else {
        return frames.is_empty();
    };
    match first {
        Element::Gap => (0..=frames.len()).any(|taken| naive(rest, &frames[taken..])),
        Element::Frame { names, optional } => {
            let taken =
                !frames.is_empty() && names.is(&frames[0], &Port) && naive(rest, &frames[1..]);
            taken || (*optional && naive(rest, frames))
        }
    }
}

/// Few names, so that patterns and stacks meet; one of them is a host's.
fn name() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec!["a", "b", "c", "port::hook"])
}

fn element() -> impl Strategy<Value = String> {
    let written = prop::sample::select(vec!["a", "b", "c", "host::hook", "host::*", "`a`"]);
    let frame = (prop::collection::vec(written, 1..3), any::<bool>())
        .prop_map(|(names, optional)| names.join("|") + if optional { "?" } else { "" });
    prop_oneof![1 => Just("...".to_owned()), 3 => frame]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4096, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_matcher_agrees_with_the_naive_one(
        mut elements in prop::collection::vec(element(), 1..7),
        frames in prop::collection::vec(name(), 0..7),
    ) {
        elements.dedup_by(|a, b| a == "..." && b == "...");
        let pattern = Pattern::parse(&elements.join(" > ")).unwrap();
        let frames: Vec<String> = frames.into_iter().map(String::from).collect();
        prop_assert_eq!(pattern.matches(&frames, &Port), naive(&pattern.elements, &frames));
    }

    #[test]
    fn no_text_makes_the_parser_panic(text in "[a>?|.` <:é*-]{0,24}") {
        if let Err(error) = Pattern::parse(&text) {
            prop_assert!((1..=text.chars().count() + 1).contains(&error.column), "{}", error);
        }
    }
}
