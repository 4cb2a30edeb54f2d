//! Tests of a file as a whole: keys, what is missing, and how errors look.

use super::super::testing::{ABOVE, FILE, check_file, check_lines, errors};
use super::*;

#[test]
fn an_unknown_key_is_shown_with_the_nearest_known_one() {
    check_lines(
        r#"
//@ evry: main
    ^^^^ unknown directive `evry` | `every`?
//@ Stack: main
    ^^^^^ `Stack` | `stack`?
//@ expected: x
    ^^^^^^^^ `expected` | case, says, level
//@ sweep: hog
    ^^^^^ not in this version | `every`
//@ sweep hog
    ^^^^^ not in this version | `every`
//@
   ^ without a key | KEY: VALUE
//@ : x
    ^^^ without a key | KEY: VALUE
"#,
    );
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
    check_lines(
        r#"
//@ hz:
       ^ `hz` has no value | `//@ hz: 100`
//@ every hog:
              ^ `every` has no value | `//@ every: main > ...
//@ hz
      ^ behind a colon | `//@ hz: 100`
//@ hz 100
          ^ behind a colon | `//@ hz: 100`
//@ hz:100
      ^ behind a colon and a space | `//@ hz: 100`
//@ alone: yes
           ^^^ takes no value | `//@ alone`
//@ alone:
         ^ takes no value | `//@ alone`
//@ long   please
           ^^^^^^ nothing stands behind it | `//` line
//@ top hog: hog
        ^^^ between `top` and its colon | `//@ top: cpuHog`
//@ share: truth
    ^^^^^ what it is of | share cpuHog
"#,
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
