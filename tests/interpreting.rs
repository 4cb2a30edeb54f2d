//! INTERPRETING.md says what the parser does: its examples are read by it, and no word of the language is missing there.

use framecheck::case::directive::Key;
use framecheck::case::variant::Part;
use framecheck::case::{CLOCKS, CONTRACT_VERSION, Capability, parse};

const DOCUMENT: &str = include_str!("../INTERPRETING.md");

/// The blocks of a language.
fn blocks(language: &str) -> Vec<String> {
    let fence = format!("```{language}\n");
    let blocks = DOCUMENT.split(fence.as_str()).skip(1);
    blocks
        .map(|rest| rest.split("```").next().unwrap_or("").to_owned())
        .collect()
}

/// What stands in backticks in a text, alone there.
fn quoted(text: &str) -> Vec<&str> {
    text.split('`').skip(1).step_by(2).collect()
}

#[test]
fn the_examples_are_cases_without_an_error() {
    let cases = blocks("c");
    assert!(!cases.is_empty());
    for text in cases {
        let case = parse("INTERPRETING.c", &text).unwrap_or_else(|errors| panic!("{errors}"));
        assert!(!case.claims.is_empty());
    }
}

#[test]
fn the_examples_of_claims_are_claims() {
    let (_, examples) = DOCUMENT.split_once("- Examples: ").expect("there are some");
    let (examples, _) = examples.split_once("\n- ").expect("more follows");
    let examples = quoted(examples);
    assert!(examples.len() > 3, "{examples:?}");
    for example in examples {
        let text = format!("//@ case: a.b\n//@ says: c\n//@ {example}\n");
        let case = parse("a.c", &text).unwrap_or_else(|errors| panic!("{errors}"));
        assert_eq!(case.claims.len(), 1, "{example}");
    }
}

#[test]
fn every_word_of_the_language_is_in_the_document() {
    let words: Vec<&str> = quoted(DOCUMENT)
        .into_iter()
        .flat_map(|words| words.split([' ', '+', ':', ',']))
        .collect();
    let keys = Key::names();
    let capabilities = Capability::ALL.iter().map(|capability| capability.name());
    let variants = Part::ALL.iter().map(|part| part.name());
    for word in keys.chain(capabilities).chain(variants).chain(CLOCKS) {
        assert!(words.contains(&word), "`{word}` is missing");
    }
}

#[test]
fn the_json_is_json_and_the_version_is_the_parsers() {
    let json = blocks("json");
    assert!(!json.is_empty());
    for text in json {
        serde_json::from_str::<serde_json::Value>(&text).unwrap_or_else(|e| panic!("{e}: {text}"));
    }
    assert!(DOCUMENT.contains(&format!("**Contract version {CONTRACT_VERSION}.**")));
}
