//! Tests of what is refused, and where: each with the columns that are marked below the line.

use super::super::error::Error;
use super::*;

const FILE: &str = "folder/hog.c";
const ABOVE: &str =
    "//@ case: a.hog\n//@ says: It hogs.\n//@ stack: main > hog\n//@ never: main > hog > x\n";

fn errors(text: &str) -> Vec<Error> {
    match parse(FILE, text) {
        Ok(case) => panic!("nothing is wrong with\n{text}\n{case:?}"),
        Err(errors) => errors.iter().cloned().collect(),
    }
}

/// Line, column, and a word of the message, of all that is wrong with a file.
#[track_caller]
fn check_file(text: &str, expected: &[(usize, usize, &str)]) {
    let found = errors(text);
    let places: Vec<_> = found
        .iter()
        .map(|error| (error.line, error.column))
        .collect();
    let wanted: Vec<_> = expected
        .iter()
        .map(|&(line, column, _)| (line, column))
        .collect();
    assert_eq!(places, wanted, "{text}\n{found:#?}");
    for (error, (.., message)) in found.iter().zip(expected) {
        assert!(error.message.contains(message), "{error}");
    }
}

/// That one thing is wrong with a line below `ABOVE`: at the marks, with this message and this help.
#[track_caller]
fn check(line: &str, marks: &str, message: &str, help: &str) -> Error {
    let found = errors(&format!("{ABOVE}{line}\n"));
    let [error] = found.as_slice() else {
        panic!("one error is wanted: {found:#?}");
    };
    assert_eq!(error.line, 5, "{error}");
    assert_eq!(error.source_line, line);
    let shown = format!(
        "{}{}",
        " ".repeat(error.column - 1),
        "^".repeat(error.width.max(1))
    );
    assert_eq!(shown, marks, "{error}");
    assert!(error.message.contains(message), "{error}");
    assert!(
        error.help.as_deref().unwrap_or("").contains(help),
        "{error}"
    );
    error.clone()
}

#[test]
fn an_unknown_key_is_shown_with_the_nearest_known_one() {
    check(
        "//@ evry: main",
        "    ^^^^",
        "unknown directive `evry`",
        "`every`?",
    );
    check("//@ Stack: main", "    ^^^^^", "`Stack`", "`stack`?");
    check(
        "//@ expected: x",
        "    ^^^^^^^^",
        "`expected`",
        "case, says, level",
    );
    check(
        "//@ sweep: hog",
        "    ^^^^^",
        "not in this version",
        "`every`",
    );
    check(
        "//@ sweep hog",
        "    ^^^^^",
        "not in this version",
        "`every`",
    );
    check("//@", "   ^", "without a key", "KEY: VALUE");
    check("//@ : x", "    ^^^", "without a key", "KEY: VALUE");
}

#[test]
fn what_may_stand_once_stands_once() {
    let text = format!(
        "{ABOVE}//@ hz: 100\n// why\n//@ hz: 250\n//@ says: Again.\n//@ alone\n//@ alone\n"
    );
    check_file(
        &text,
        &[
            (7, 5, "`hz` is in line 5"),
            (8, 5, "`says` is in line 2"),
            (10, 5, "`alone` is in line 9"),
        ],
    );
    let error = &errors(&text)[0];
    let before = error.before.as_ref().unwrap();
    assert_eq!(
        (before.line, before.lines.as_str()),
        (5, "//@ hz: 100\n// why\n//@ hz: 250")
    );
}

#[test]
fn values_and_flags_are_told_apart() {
    check("//@ hz:", "       ^", "`hz` has no value", "`//@ hz: 100`");
    check(
        "//@ every hog:",
        "              ^",
        "`every` has no value",
        "`//@ every: main > ...",
    );
    check("//@ hz", "      ^", "behind a colon", "`//@ hz: 100`");
    check(
        "//@ hz 100",
        "          ^",
        "behind a colon",
        "`//@ hz: 100`",
    );
    check(
        "//@ hz:100",
        "      ^",
        "behind a colon and a space",
        "`//@ hz: 100`",
    );
    check(
        "//@ alone: yes",
        "           ^^^",
        "takes no value",
        "`//@ alone`",
    );
    check("//@ alone:", "         ^", "takes no value", "`//@ alone`");
    check(
        "//@ long   please",
        "           ^^^^^^",
        "nothing stands behind it",
        "`//` line",
    );
    check(
        "//@ top hog: hog",
        "        ^^^",
        "between `top` and its colon",
        "`//@ top: cpuHog`",
    );
    check(
        "//@ share: truth",
        "    ^^^^^",
        "what it is of",
        "share cpuHog",
    );
}

#[test]
fn what_is_missing_is_said_at_the_id_or_else_at_the_first_directive() {
    check_file("// x\n//@ says: c\n//@ stack: a\n", &[(2, 5, "no id")]);
    check_file("//@ stack: a\n  //@ case: a.b\n", &[(2, 7, "does not say")]);
    check_file(
        "//@ case: a.b\n//@ says: c\n//@ hz: 9\n",
        &[(1, 5, "claims nothing")],
    );
    check_file(
        "//@ long\n",
        &[
            (1, 5, "no id"),
            (1, 5, "does not say"),
            (1, 5, "claims nothing"),
        ],
    );
    check_file("", &[(1, 1, "no directives")]);
    check_file("int x;\n", &[(1, 1, "no directives")]);
}

#[test]
fn what_is_there_and_wrong_is_not_missing_too() {
    check_file(
        "//@ cse: a.b\n//@ sais: c\n//@ stck: a\n",
        &[(1, 5, "`cse`"), (2, 5, "`sais`"), (3, 5, "`stck`")],
    );
    check_file(
        "//@ case: a\n//@ says:\n//@ sweep: a\n",
        &[(1, 11, "two words"), (2, 10, "no value"), (3, 5, "sweep")],
    );
}

#[test]
fn a_directive_behind_code_is_refused_once() {
    let text = "//@ case: a.b\n#include <x.h>\n  //@ says: c\n//@ stack: a\n";
    check_file(text, &[(3, 3, "behind code")]);
}

#[test]
fn ids_are_lowercase_words() {
    for (line, column, message) in [
        ("//@ case: Foreign.hook", 11, "`F` cannot be"),
        ("//@ case: foreign.höök", 20, "`ö` cannot be"),
        ("//@ case: foreign hook", 18, "cannot be"),
        ("//@ case: foreign", 11, "at least two words"),
        ("//@ case: foreign..hook", 19, "missing"),
        ("//@ case: .hook", 11, "missing"),
        ("//@ case: foreign.", 19, "missing"),
    ] {
        check_file(
            &format!("{line}\n//@ says: c\n//@ stack: a\n"),
            &[(1, column, message)],
        );
    }
}

#[test]
fn a_malformed_pattern_is_shown_at_its_column_in_the_line() {
    let told = "malformed pattern";
    check("//@ stack: main > ", "                 ^", told, "");
    check("//@ stack: main>hog", "           ^^^^^^^^", told, "");
    check(
        "//@ never: a > ... > ... > b",
        "                     ^^^",
        told,
        "",
    );
    check(
        "//@ every hög: a > b...",
        "                   ^^^^",
        told,
        "",
    );
    check("//@ every a|: ... > a", "            ^", told, "");
    check("//@ every hog?: hog", "          ^^^^", told, "");
    check("//@ top: a > b", "         ^", told, "");
    check("//@ top: ...", "         ^^^", told, "");
    check("//@ share `a: truth", "          ^^", told, "");
}

#[test]
fn both_sides_of_a_claim_are_looked_at() {
    let text = format!("{ABOVE}//@ share a|: 0.5..0.1\n//@ every b?: c> d\n");
    let places: Vec<_> = errors(&text)
        .iter()
        .map(|error| (error.line, error.column))
        .collect();
    assert_eq!(places, [(5, 13), (5, 15), (6, 11), (6, 15)]);
}

#[test]
fn ranges_are_parts_of_the_whole() {
    check(
        "//@ share a: 0.9..0.8",
        "             ^^^^^^^^",
        "reversed",
        "lower end",
    );
    check(
        "//@ share a: 0.5..0.5",
        "             ^^^^^^^^",
        "a point",
        "lower end",
    );
    check(
        "//@ share a: 0.5..1.01",
        "                  ^^^^",
        "more than the whole",
        "0 to 1",
    );
    check(
        "//@ share a: 80..90",
        "             ^^",
        "more than the whole",
        "0 to 1",
    );
    check(
        "//@ share a: 0.5..x",
        "                  ^",
        "no number",
        "0 to 1",
    );
    check(
        "//@ share a: ..0.5",
        "             ^",
        "no number",
        "0 to 1",
    );
    check(
        "//@ share a: 0.5..",
        "                  ^",
        "no number",
        "0 to 1",
    );
    check(
        "//@ share a: -0.5..0.5",
        "             ^^^^",
        "no number",
        "0 to 1",
    );
    check(
        "//@ share a: nan..0.5",
        "             ^^^",
        "no number",
        "0 to 1",
    );
    check(
        "//@ share a: 0.5..1e-1",
        "                  ^^^^",
        "no number",
        "0 to 1",
    );
    check("//@ share a: 0.5", "             ^^^", "no range", "truth");
    check("//@ share a: 0..1", "             ^^^^", "says nothing", "");
    check(
        "//@ total: 1",
        "           ^",
        "only be `truth`",
        "//@ total: truth",
    );
}

#[test]
fn a_share_is_of_a_leaf_a_thread_or_a_line() {
    check(
        "//@ share thread:: truth",
        "                 ^",
        "thread's name is missing",
        "",
    );
    check(
        "//@ share x.c:0: truth",
        "          ^^^^^",
        "no leaf, thread or line",
        "a line from 1",
    );
    check(
        "//@ share x.c:1x: truth",
        "          ^^^^^^",
        "no leaf, thread or line",
        "a line from 1",
    );
    check(
        "//@ share x.c:+1: truth",
        "          ^^^^^^",
        "no leaf, thread or line",
        "a line from 1",
    );
    check(
        "//@ share hog.c:5: truth",
        "          ^^^^^^^",
        "line 5 of this file has no code",
        "",
    );
    check(
        "//@ share hog.c:99: truth",
        "          ^^^^^^^^",
        "line 99 of this file has no code",
        "",
    );
}

#[test]
fn words_of_closed_lists_are_shown_with_the_nearest() {
    check(
        "//@ needs: threads, native_c",
        "                    ^^^^^^^^",
        "unknown capability",
        "`native-c`?",
    );
    check(
        "//@ needs: magic",
        "           ^^^^^",
        "unknown capability",
        "threads, hook",
    );
    check(
        "//@ variants: o0 nopf",
        "                 ^^^^",
        "unknown variant",
        "`nofp`?",
    );
    check(
        "//@ variants: o2+nopf",
        "                 ^^^^",
        "unknown variant",
        "`nofp`?",
    );
    check(
        "//@ variants: o0+fp+o2",
        "                    ^^",
        "`o2` contradicts `o0`",
        "",
    );
    check(
        "//@ level: mus",
        "           ^^^",
        "unknown level",
        "`must`?",
    );
    check(
        "//@ clock: cpu",
        "           ^^^",
        "unknown clock",
        "thread, process",
    );
    check(
        "//@ samples: none",
        "             ^^^^",
        "only be `none-ok`",
        "none-ok",
    );
}

#[test]
fn lists_have_no_item_twice_and_no_hole() {
    check(
        "//@ needs: hook, hook",
        "                 ^^^^",
        "already",
        "",
    );
    check(
        "//@ variants: o0+fp o2 fp+o0",
        "                       ^^^^^",
        "already",
        "",
    );
    check("//@ salt: hog hog", "              ^^^", "already", "");
    check("//@ kills: a, b, a", "                 ^", "already", "");
    check("//@ also: x.c x.c", "              ^^^", "already", "");
    check(
        "//@ origin: a b, a b",
        "                 ^^^",
        "already",
        "",
    );
    check(
        "//@ needs: hook,",
        "                ^",
        "missing beside the comma",
        "",
    );
    check(
        "//@ kills: a,, b",
        "             ^",
        "missing beside the comma",
        "",
    );
    check(
        "//@ origin: , b",
        "            ^",
        "missing beside the comma",
        "",
    );
}

#[test]
fn numbers_durations_and_names_are_checked() {
    check("//@ hz: 0", "        ^", "no rate", "1 to 10000");
    check("//@ hz: 10001", "        ^^^^^", "no rate", "1 to 10000");
    check("//@ hz: 1e3", "        ^^^", "no rate", "1 to 10000");
    check(
        "//@ cpu: 4",
        "         ^",
        "no duration",
        "`ms`, `s` or `min`",
    );
    check(
        "//@ cpu: 1.5s",
        "         ^^^^",
        "no duration",
        "`ms`, `s` or `min`",
    );
    check(
        "//@ cpu: 4 s",
        "         ^^^",
        "no duration",
        "`ms`, `s` or `min`",
    );
    check(
        "//@ cpu: s",
        "         ^",
        "no duration",
        "`ms`, `s` or `min`",
    );
    check(
        "//@ finishes: 0s",
        "              ^^",
        "nothing takes no time",
        "1ms",
    );
    check(
        "//@ finishes: 1441min",
        "              ^^^^^^^",
        "longer than a day",
        "1440min",
    );
    check(
        "//@ cpu: 99999999999999999999s",
        "         ^^^^^^^^^^^^^^^^^^^^^",
        "longer than a day",
        "",
    );
    check(
        "//@ self: Errno",
        "          ^^^^^",
        "no check's name",
        "errno",
    );
    check(
        "//@ kills: skip_leaf",
        "           ^^^^^^^^^",
        "no mutant's name",
        "skip-leaf",
    );
    check(
        "//@ also: a.c /b.c",
        "              ^^^^",
        "absolute",
        "the case's own folder",
    );
    check("//@ lib: a.c b.c", "         ^^^^^^^", "one file", "");
    check(
        "//@ salt: hog 2hog",
        "              ^^^^",
        "no C identifier",
        "no digit first",
    );
    check(
        "//@ salt: hog run",
        "              ^^^",
        "keeps its name",
        "",
    );
}

#[test]
fn a_pattern_that_no_stack_can_match_is_refused() {
    check(
        "//@ every cpuHog: ... > level2",
        "                        ^^^^^^",
        "never `cpuHog`",
        "end the pattern in `cpuHog`",
    );
    check(
        "//@ every a|b: ... > c > a",
        "                         ^",
        "never `b`",
        "`b`",
    );
    check(
        "//@ every a: ... > b? > c?|d",
        "                        ^^^^",
        "malformed",
        "",
    );
    check(
        "//@ every a: x > b? > c",
        "                      ^",
        "never `a`",
        "",
    );
    check(
        "//@ stack: _start > main > hog",
        "           ^^^^^^",
        "`_start` cannot be the root",
        "begin with `main`",
    );
    check(
        "//@ stack: _start? > hog",
        "           ^^^^^^",
        "`_start` cannot be the root",
        "begin with `main`",
    );
    check(
        "//@ never: start_thread|entry > hog",
        "           ^^^^^^^^^^^^",
        "`start_thread` cannot be the root",
        "",
    );
    check(
        "//@ stack: std::rt::lang_start > ... > x",
        "           ^^^^^^^^^^^^^^^^^^^",
        "cannot be the root",
        "",
    );
    check(
        "//@ stack: main.main > x",
        "           ^^^^^^^^^",
        "the root is called `main`",
        "write `main`",
    );
    check(
        "//@ stack: main > f.part.0 > x",
        "                  ^^^^^^^^",
        "no frame has this one",
        "write `f`",
    );
    check(
        "//@ top: a::b::h0123456789abcdef",
        "         ^^^^^^^^^^^^^^^^^^^^^^^",
        "no frame has this one",
        "write `a::b`",
    );
    check(
        "//@ share a|b.cold: truth",
        "            ^^^^^^",
        "no frame has this one",
        "write `b`",
    );
    check(
        "//@ stack: main > a|b|a",
        "                      ^",
        "`a` stands here twice",
        "",
    );
}

#[test]
fn what_may_be_is_not_refused() {
    for line in [
        "//@ every cpuHog: ...",
        "//@ every a|b: ... > b|a",
        "//@ every a: ... > a > b?",
        "//@ every host::hook: ... > x",
        "//@ every x: ... > host::hook",
        "//@ stack: clone3 > start_thread",
        "//@ stack: start_thread > ...",
        "//@ stack: ... > start_thread > x",
        "//@ stack: main > clone > start_thread",
        "//@ stack: a? > main.main > x",
        "//@ stack: run > main > x",
        "//@ every cpuHog: ... > cpuHog",
    ] {
        let parsed = parse(FILE, &format!("{ABOVE}{line}\n"));
        assert!(parsed.is_ok(), "{}", parsed.unwrap_err());
    }
}

#[test]
fn a_pattern_that_every_stack_matches_says_nothing() {
    for (line, marks) in [
        ("//@ stack: ...", "           ^^^"),
        ("//@ never: ...", "           ^^^"),
        ("//@ every: ...", "           ^^^"),
        ("//@ never: a? > ... > b?", "           ^^^^^^^^^^^^^"),
    ] {
        check(line, marks, "says nothing", "main > ... > cpuHog");
    }
}

#[test]
fn claims_neither_repeat_nor_contradict_an_earlier_one() {
    for (line, marks, message, earlier) in [
        (
            "//@ stack: main >  hog",
            "    ^^^^^^^^^^^^^^^^^^",
            "the same claim",
            3,
        ),
        (
            "//@ never: main > hog",
            "    ^^^^^^^^^^^^^^^^^",
            "forbids what is demanded",
            3,
        ),
        (
            "//@ stack: main > hog > x",
            "    ^^^^^^^^^^^^^^^^^^^^^",
            "demands what is forbidden",
            4,
        ),
        (
            "//@ every x: main > hog > x",
            "    ^^^^^^^^^^^^^^^^^^^^^^^",
            "demands what is forbidden",
            4,
        ),
    ] {
        let error = check(line, marks, message, "");
        assert_eq!(error.before.map(|before| before.line), Some(earlier));
    }
    let twice = format!("{ABOVE}//@ share a: truth\n//@ share b: truth\n//@ share a: 0.1..0.2\n");
    check_file(&twice, &[(7, 5, "same subject")]);
}

#[test]
fn a_salted_name_is_one_that_claims_or_the_code_have() {
    check(
        "//@ salt: hog gone",
        "              ^^^^",
        "no claim speaks of `gone`",
        "",
    );
    let code = "/* gone */\nint in_code;\n";
    check_file(
        &format!("{ABOVE}//@ salt: in_code gone code\n{code}"),
        &[(5, 19, "`gone`"), (5, 24, "`code`")],
    );
    // The claim that speaks of it may be the one that is malformed.
    check_file(
        &format!("{ABOVE}//@ salt: gone\n//@ top: gone|\n"),
        &[(6, 15, "malformed")],
    );
}

#[test]
fn a_share_of_phases_of_fixed_length_is_refused_at_the_phase() {
    let share = "//@ case: a.b\n//@ says: c\n//@ share hog: 0.2..0.4\n";
    let code = "// FC_PHASE_FIXED\nFC_FN(x)\n  FC_PHASE_FIXED(hog, 9)\n";
    check_file(&format!("{share}{code}"), &[(6, 3, "in line 3")]);
    assert!(
        parse(
            FILE,
            &format!("{share}// FC_PHASE_FIXED\nMY_FC_PHASE_FIXED();\n")
        )
        .is_ok()
    );
    assert!(parse(FILE, &format!("{ABOVE}{code}")).is_ok());
    assert!(parse("folder/hog.rs", &format!("{share}{code}")).is_ok());
}

#[test]
fn an_error_shows_the_line_and_the_remedy() {
    let text =
        "//@ case: a.b\n//@ says: c\n//@ every cpuHog: ... > level2\n//@ hz: 1\n\n//@ hz: 2\n";
    let shown = "\
folder/hog.c:3:25: the leaf of this pattern is never `cpuHog`: no sample can satisfy the claim
  |
3 | //@ every cpuHog: ... > level2
  |                         ^^^^^^
  |
  = help: end the pattern in `cpuHog`

folder/hog.c:6:5: `hz` is in line 4 already
  |
4 | //@ hz: 1
  | --------- the first one
5 |
6 | //@ hz: 2
  |     ^^";
    let errors = parse(FILE, text).unwrap_err();
    assert_eq!(errors.to_string(), shown);
    assert!(errors.styled().contains("\u{1b}["));
    let error: &dyn std::error::Error = &errors;
    assert!(error.to_string().starts_with("folder/hog.c:3:25: "));
}
