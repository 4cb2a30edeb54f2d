//! Generated cases and texts: a case comes back field by field as it was generated, and no text makes the parser panic.

use std::time::Duration;

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

use super::*;
use crate::case::assertion::{Range, Subject};
use crate::case::capability::Capability;
use crate::case::model::Level;
use crate::case::name::{Name, Names};
use crate::case::pattern::{Element, Pattern};
use crate::case::source::is_case;
use crate::case::values::CLOCKS;
use crate::case::variant::{Part, Variant};

/// A claim as a case spells it. Written here again, so that the parser is not compared with itself.
fn show(kind: &Kind) -> String {
    let name = |name: &Name| match name {
        Name::Exactly(text) if text.contains(['|', ' ', '?']) => format!("`{text}`"),
        Name::Exactly(text) => text.clone(),
        Name::Host(program) => format!("host::{program}"),
        Name::AnyHost => "host::*".to_owned(),
    };
    let names = |names: &Names| names.0.iter().map(name).collect::<Vec<_>>().join("|");
    let element = |element: &Element| match element {
        Element::Gap => "...".to_owned(),
        Element::Frame { names: n, optional } => names(n) + if *optional { "?" } else { "" },
    };
    let stack = |stack: &Pattern| {
        stack
            .elements
            .iter()
            .map(element)
            .collect::<Vec<_>>()
            .join(" > ")
    };
    match kind {
        Kind::Stack(pattern) => format!("stack: {}", stack(pattern)),
        Kind::Never(pattern) => format!("never: {}", stack(pattern)),
        Kind::Every {
            leaf: None,
            stack: pattern,
        } => format!("every: {}", stack(pattern)),
        Kind::Every {
            leaf: Some(leaf),
            stack: pattern,
        } => {
            format!("every {}: {}", names(leaf), stack(pattern))
        }
        Kind::Top(function) => format!("top: {}", names(function)),
        Kind::Share { of, range } => {
            let of = match of {
                Subject::Leaf(leaf) => names(leaf),
                Subject::Thread(thread) => format!("thread:{thread}"),
                Subject::Line { file, line } => format!("{file}:{line}"),
            };
            match range {
                Range::Truth => format!("share {of}: truth"),
                Range::Within { low, high } => format!("share {of}: {low}..{high}"),
            }
        }
        Kind::Total => "total: truth".to_owned(),
        Kind::Finishes(within) => format!("finishes: {}ms", within.as_millis()),
        Kind::SelfCheck(name) => format!("self: {name}"),
        Kind::Snapshot => "snapshot".to_owned(),
        Kind::Lint => "lint".to_owned(),
    }
}

fn name() -> impl Strategy<Value = Name> {
    prop_oneof![
        4 => "[a-z][a-zA-Z0-9_]{0,6}(::[a-z]{1,4})?".prop_map(Name::Exactly),
        1 => select(vec!["operator|", "a b", "<A as B>::f", "what?", "<fn(u8) -> u8 as F>::call"])
            .prop_map(|text| Name::Exactly(text.into())),
        1 => "[a-z_]{1,6}".prop_map(Name::Host),
        1 => Just(Name::AnyHost),
    ]
}

fn names() -> impl Strategy<Value = Names> {
    vec(name(), 1..3).prop_map(|mut names| {
        names.dedup();
        Names(names)
    })
}

/// Ends in a frame of the name `leaf`, which makes it a pattern that neither every nor no stack matches.
fn pattern(leaf: String) -> impl Strategy<Value = Pattern> {
    let frame =
        (names(), any::<bool>()).prop_map(|(names, optional)| Element::Frame { names, optional });
    vec(prop_oneof![1 => Just(Element::Gap), 3 => frame], 0..5).prop_map(move |mut elements| {
        elements.dedup_by(|a, b| *a == Element::Gap && *b == Element::Gap);
        elements.push(Element::Frame {
            names: Names(vec![Name::Exactly(leaf.clone())]),
            optional: false,
        });
        Pattern { elements }
    })
}

fn range() -> impl Strategy<Value = Range> {
    let within = (0u32..100, 1u32..100).prop_filter_map("empty", |(low, more)| {
        let high = low + more;
        let share = |percent: u32| f64::from(percent) / 100.0;
        (high <= 100 && more < 100).then(|| Range::Within {
            low: share(low),
            high: share(high),
        })
    });
    prop_oneof![Just(Range::Truth), within]
}

/// Claims that may be repeated. `at` makes them differ from all others.
fn claim(at: usize) -> impl Strategy<Value = Kind> {
    let leaf = format!("f{at}_");
    let only = Names(vec![Name::Exactly(leaf.clone())]);
    let of = prop_oneof![
        Just(Subject::Leaf(only.clone())),
        "[a-zA-Z][a-z -]{0,5}[a-z]".prop_map(move |name| Subject::Thread(format!("{name}{at}"))),
        (1u32..9000).prop_map(move |line| Subject::Line {
            file: format!("other{at}.c"),
            line
        }),
    ];
    prop_oneof![
        pattern(leaf.clone()).prop_map(Kind::Stack),
        pattern(leaf.clone()).prop_map(Kind::Never),
        (pattern(leaf), any::<bool>()).prop_map(move |(stack, all)| Kind::Every {
            leaf: (!all).then(|| only.clone()),
            stack,
        }),
        (of, range()).prop_map(|(of, range)| Kind::Share { of, range }),
        "[a-z_-]{1,8}".prop_map(move |name| Kind::SelfCheck(format!("{name}{at}"))),
    ]
}

fn claims() -> impl Strategy<Value = Vec<Kind>> {
    let repeated: Vec<_> = (0..4).map(|at| claim(at).boxed()).collect();
    let once = vec![
        Kind::Top(Names(vec![Name::Exactly("hog".into())])),
        Kind::Total,
        Kind::Finishes(Duration::from_millis(1500)),
        Kind::Snapshot,
        Kind::Lint,
    ];
    (repeated, subsequence(once, 0..=5)).prop_map(|(mut claims, once)| {
        claims.extend(once);
        claims
    })
}

fn variants() -> impl Strategy<Value = Vec<Variant>> {
    let words: Vec<&str> = Part::ALL.iter().map(|part| part.name()).collect();
    let joined = vec!["o0+fp", "nofp+o3+so", "stripped+g0+os", "static+nofp"];
    subsequence([words, joined].concat(), 0..5)
        .prop_shuffle()
        .prop_map(|texts| {
            texts
                .into_iter()
                .map(|text| Variant::parse(text).unwrap())
                .collect()
        })
}

fn case() -> impl Strategy<Value = Case> {
    let words = (
        "[a-z0-9_]{1,8}(\\.[a-z0-9_]{1,8}){1,3}",
        "[A-Z][ -~]{0,30}[.é]",
        any::<bool>(),
        vec("[a-z][a-z/# 0-9]{0,8}[0-9]", 0..3),
        subsequence(Capability::ALL.to_vec(), 0..12).prop_shuffle(),
        variants(),
    );
    let files = (
        subsequence(vec!["a.c", "b/c.c", "d.cpp"], 0..3),
        option::of(Just("lib.c")),
        subsequence(vec!["in_code", "InCode2", "_3"], 0..3),
        subsequence(vec!["skip-leaf", "drop-foreign", "x2"], 0..3),
    );
    let numbers = (
        option::of(1u32..=10_000),
        option::of(select(CLOCKS.to_vec())),
        option::of(1u64..100_000),
    );
    (words, files, numbers, any::<(bool, bool, bool)>(), claims()).prop_map(
        |((id, says, must, mut origin, needs, variants), files, numbers, flags, kinds)| {
            origin.sort();
            origin.dedup();
            let owned = |texts: Vec<&str>| texts.into_iter().map(String::from).collect();
            let claims = kinds.into_iter().map(|kind| Claim {
                text: show(&kind),
                line: 0,
                kind,
            });
            let mut case = Case {
                id,
                says,
                level: if must { Level::Must } else { Level::Should },
                origin,
                needs,
                variants,
                also: owned(files.0),
                lib: files.1.map(String::from),
                salt: owned(files.2),
                kills: owned(files.3),
                hz: numbers.0,
                clock: numbers.1.map(String::from),
                cpu_ms: numbers.2,
                alone: flags.0,
                long: flags.1,
                none_ok: flags.2,
                finishes: None,
                claims: claims.collect(),
            };
            let finishes = case.claims.iter().find_map(|claim| match claim.kind {
                Kind::Finishes(within) => Some(within),
                _ => None,
            });
            case.finishes = finishes;
            case
        },
    )
}

/// Writes a case, and the line of each claim into it.
fn write(case: &mut Case) -> String {
    let joined = |words: &[String]| words.join(", ");
    let shown = |words: &mut dyn Iterator<Item = String>| words.collect::<Vec<_>>().join(" ");
    let mut lines = vec![
        format!("case: {}", case.id),
        format!("says:  {}", case.says),
    ];
    let mut add = |key: &str, value: String| {
        if !value.is_empty() {
            lines.push(format!("{key}: {value}"));
        }
    };
    add(
        "level",
        if case.level == Level::Must {
            String::new()
        } else {
            "should".into()
        },
    );
    add("origin", joined(&case.origin));
    add(
        "needs",
        shown(&mut case.needs.iter().map(Capability::to_string)),
    );
    add(
        "variants",
        shown(&mut case.variants.iter().map(Variant::to_string)),
    );
    add("also", joined(&case.also));
    add("lib", case.lib.clone().unwrap_or_default());
    add("salt", joined(&case.salt));
    add("kills", joined(&case.kills));
    add("hz", case.hz.map(|hz| hz.to_string()).unwrap_or_default());
    add("clock", case.clock.clone().unwrap_or_default());
    add(
        "cpu",
        case.cpu_ms.map(|ms| format!("{ms}ms")).unwrap_or_default(),
    );
    add(
        "samples",
        if case.none_ok {
            "none-ok".into()
        } else {
            String::new()
        },
    );
    lines.extend(case.alone.then(|| "alone".to_owned()));
    lines.extend(case.long.then(|| "long".to_owned()));
    for claim in &mut case.claims {
        lines.push(claim.text.clone());
        claim.line = lines.len();
    }
    let marked: Vec<String> = lines.iter().map(|line| format!("//@ {line}\n")).collect();
    marked.concat() + "\nint in_code, InCode2, _3;\n"
}

/// Something like a case, and something like nothing.
fn scrap() -> impl Strategy<Value = String> {
    let keys: Vec<&str> = Key::names().chain(["sweep", "sais", ""]).collect();
    let pieces = vec![
        ": ",
        ":",
        " ",
        ", ",
        " > ",
        "...",
        "|",
        "?",
        "`",
        "hog",
        "host::",
        "main",
        "_start",
        "f.part.0",
        "0.5..0.1",
        "..",
        "truth",
        "thread:",
        "x.c:1",
        "o0+o0",
        "é",
        "\t",
        "\u{feff}",
        "/*",
        "*/",
        "\"",
        "'",
        "\\",
        "\r",
        "\u{1b}[1m",
        "\u{202e}",
        "\0",
        "4s",
        "FC_PHASE_FIXED",
        "\n",
        "\n//@ ",
        "𝕊",
        "e\u{301}",
    ];
    let line = (select(keys), vec(select(pieces), 0..8))
        .prop_map(|(key, rest)| format!("//@ {key}{}\n", rest.concat()));
    prop_oneof![6 => line, 1 => "\\PC{0,20}\n", 1 => Just("int x;\n".to_owned())]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2048, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_generated_case_comes_back_as_it_was(mut case in case()) {
        let text = write(&mut case);
        match parse("x.c", &text) {
            Ok(parsed) => prop_assert_eq!(parsed, case, "{}", text),
            Err(errors) => prop_assert!(false, "{}", errors),
        }
        prop_assert!(is_case(&text));
    }

    #[test]
    fn no_text_makes_the_parser_panic_and_errors_lie_within_the_file(scraps in vec(scrap(), 0..9)) {
        let text = scraps.concat();
        let lines: Vec<&str> = if text.is_empty() { vec![""] } else { text.lines().collect() };
        match parse("x.c", &text) {
            Ok(_) => prop_assert!(is_case(&text)),
            Err(errors) => for error in &errors {
                prop_assert!((1..=lines.len()).contains(&error.line), "{:?}", error);
                let line = lines[error.line - 1];
                prop_assert_eq!(&error.source_line, line);
                let end = line.chars().count() + 1;
                prop_assert!((1..=end).contains(&error.column), "{:?}", error);
                prop_assert!(error.column + error.width <= end, "{:?}", error);
                let place = format!("x.c:{}:{}: ", error.line, error.column);
                prop_assert!(error.to_string().starts_with(&place) && !error.styled().is_empty());
                prop_assert!(error.before.as_ref().is_none_or(|before| before.line < error.line), "{:?}", error);
            }
        }
    }
}
