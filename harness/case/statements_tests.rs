//! Tests of claims: which are refused, and where.

use super::super::parse::parse;
use super::super::testing::{ABOVE, FILE, check_file, check_lines, errors};

#[test]
fn a_malformed_pattern_is_shown_at_its_column_in_the_line() {
    check_lines(
        r#"
//@ stack: main >
                 ^ malformed pattern
//@ stack: > hog
           ^ malformed pattern
//@ stack: main>hog
           ^^^^^^^^ malformed pattern
//@ stack: main > a||b > c
                    ^^ malformed pattern
//@ never: a > ... > ... > b
                     ^^^ malformed pattern
//@ every hög: a > b...
                   ^^^^ malformed pattern
//@ every a|: ... > a
            ^ malformed pattern
//@ every hog?: hog
          ^^^^ malformed pattern
//@ top: a > b
         ^ malformed pattern
//@ top: ...
         ^^^ malformed pattern
//@ share `a: truth
          ^^ malformed pattern
"#,
    );
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
fn a_share_is_of_a_leaf_a_thread_or_a_line() {
    check_lines(
        r#"
//@ share thread:: truth
                 ^ thread's name is missing
//@ share x.c:0: truth
          ^^^^^ no leaf, thread or line | a line from 1
//@ share x.c:1x: truth
          ^^^^^^ no leaf, thread or line | a line from 1
//@ share x.c:+1: truth
          ^^^^^^ no leaf, thread or line | a line from 1
//@ share hog.c:5: truth
          ^^^^^^^ line 5 of this file has no code
//@ share hog.c:99: truth
          ^^^^^^^^ line 99 of this file has no code
"#,
    );
}

#[test]
fn a_pattern_that_no_stack_can_match_is_refused() {
    check_lines(
        r#"
//@ every cpuHog: ... > level2
                        ^^^^^^ never `cpuHog` | end the pattern in `cpuHog`
//@ every a|b: ... > c > a
                         ^ never `b` | `b`
//@ every a: ... > b? > c?|d
                        ^^^^ malformed
//@ every a: x > b? > c
                      ^ never `a`
//@ stack: _start > main > hog
           ^^^^^^ `_start` cannot be the root | begin with `main`
//@ stack: _start? > hog
           ^^^^^^ `_start` cannot be the root | begin with `main`
//@ never: start_thread|entry > hog
           ^^^^^^^^^^^^ `start_thread` cannot be the root
//@ stack: std::rt::lang_start > ... > x
           ^^^^^^^^^^^^^^^^^^^ cannot be the root
//@ stack: main.main > x
           ^^^^^^^^^ the root is called `main` | write `main`
//@ stack: main > f.part.0 > x
                  ^^^^^^^^ no frame has this one | write `f`
//@ top: a::b::h0123456789abcdef
         ^^^^^^^^^^^^^^^^^^^^^^^ no frame has this one | write `a::b`
//@ share a|b.cold: truth
            ^^^^^^ no frame has this one | write `b`
//@ stack: main > a|b|a
                      ^ `a` stands here twice
"#,
    );
}

#[test]
fn behind_start_up_frames_that_cannot_be_there_is_the_root_still() {
    let text = format!("{ABOVE}//@ stack: _start > clone3? > main.main > hog\n");
    check_file(
        &text,
        &[(5, 12, "`_start`"), (5, 21, "`clone3`"), (5, 31, "`main`")],
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
    check_lines(
        r#"
//@ stack: ...
           ^^^ says nothing | main > ... > cpuHog
//@ never: ...
           ^^^ says nothing | main > ... > cpuHog
//@ every: ...
           ^^^ says nothing | main > ... > cpuHog
//@ never: a? > ... > b?
           ^^^^^^^^^^^^^ says nothing | main > ... > cpuHog
"#,
    );
}

#[test]
fn claims_neither_repeat_nor_contradict_an_earlier_one() {
    check_lines(
        r#"
//@ stack: main >  hog
    ^^^^^^^^^^^^^^^^^^ the same claim
//@ never: main > hog
    ^^^^^^^^^^^^^^^^^ forbids what is demanded
//@ stack: main > hog > x
    ^^^^^^^^^^^^^^^^^^^^^ demands what is forbidden
//@ every x: main > hog > x
    ^^^^^^^^^^^^^^^^^^^^^^^ demands what is forbidden
"#,
    );
    let twice = format!("{ABOVE}//@ share a: truth\n//@ share b: truth\n//@ share a: 0.1..0.2\n");
    check_file(&twice, &[(7, 5, "same subject")]);
    assert_eq!(errors(&twice)[0].before.as_ref().unwrap().line, 5);
}

#[test]
fn a_salted_name_is_one_that_claims_or_the_code_have() {
    check_lines(
        r#"
//@ salt: hog gone
              ^^^^ no claim speaks of `gone`
"#,
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
