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

#[track_caller]
fn check_leaf(pattern: &str, names: Option<&str>) {
    let last = Pattern::parse(pattern).unwrap().last_names();
    assert_eq!(
        last,
        names.map(|names| Names::parse(names).unwrap()),
        "{pattern}"
    );
}

#[test]
fn the_leaf_is_the_last_frame_and_the_ones_before_it_where_that_is_optional() {
    check_leaf("main > hog", Some("hog"));
    check_leaf("... > a|host::x", Some("a|host::x"));
    check_leaf("a > b? > c?", Some("c|b|a"));
    check_leaf("main > ...", None);
    check_leaf("main > ... > a?", None);
}

#[test]
fn edges_are_direct_calls_between_names_that_must_be_there() {
    for (pattern, edges) in [
        ("main > ... > a > b > c", vec![("a", "b"), ("b", "c")]),
        (
            "a|b > c|d",
            vec![("a", "c"), ("a", "d"), ("b", "c"), ("b", "d")],
        ),
        ("a > b? > c > d", vec![("c", "d")]),
        ("a > host::* > b|host::x > c", vec![("b", "c")]),
        ("`x|y` > z", vec![("x|y", "z")]),
        ("a", vec![]),
    ] {
        let found = Pattern::parse(pattern).unwrap().edges();
        let found: Vec<_> = found
            .iter()
            .map(|(a, b)| (a.as_str(), b.as_str()))
            .collect();
        assert_eq!(found, edges, "{pattern}");
    }
}

#[test]
fn a_pattern_prints_as_it_is_written_with_no_more_backticks_than_needed() {
    for (pattern, printed) in [
        ("main  > ...>  x", None),
        ("main   >   ... >  b?", Some("main > ... > b?")),
        (
            "`a`|`b|c` > `host::x`|host::x|host::*",
            Some("a|`b|c` > `host::x`|host::x|host::*"),
        ),
        (
            "`...` > `a?`? > `a > b` > `x: y`",
            Some("`...` > `a?`? > `a > b` > `x: y`"),
        ),
        ("<A as B>::f", Some("<A as B>::f")),
    ] {
        let shown = Pattern::parse(pattern)
            .ok()
            .map(|pattern| pattern.to_string());
        assert_eq!(shown.as_deref(), printed, "{pattern}");
    }
}

#[test]
fn names_are_alternatives_of_one_frame() {
    let names = Names::parse("hog|host::hook|`a b`").unwrap();
    assert_eq!(names.texts(), ["hog", "a b"]);
    for (frame, is) in [
        ("hog", true),
        ("hogs", false),
        ("port::hook", true),
        ("a b", true),
        ("hook", false),
    ] {
        assert_eq!(names.is(frame, &Port), is, "{frame}");
    }
    for text in ["", "...", "a > b", "a?", "a|", "a b|`"] {
        assert!(Names::parse(text).is_err(), "{text}");
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
    fn no_text_makes_the_parser_panic_and_what_is_read_is_read_back(text in "[a>?|.` <:é*-]{0,24}") {
        match Pattern::parse(&text) {
            Err(error) => prop_assert!((1..=text.chars().count() + 1).contains(&error.column), "{}", error),
            Ok(pattern) => prop_assert_eq!(Pattern::parse(&pattern.to_string()), Ok(pattern)),
        }
    }
}
