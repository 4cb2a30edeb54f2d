//! Tests of single values and lists: what is refused, and where.

use super::super::testing::{check_file, check_lines};

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
fn ranges_are_parts_of_the_whole() {
    check_lines(
        r#"
//@ share a: 0.9..0.8
             ^^^^^^^^ reversed | lower end
//@ share a: 0.5..0.5
             ^^^^^^^^ a point | lower end
//@ share a: 0.5..1.01
                  ^^^^ more than the whole | 0 to 1
//@ share a: 80..90
             ^^ more than the whole | 0 to 1
//@ share a: 0.5..x
                  ^ no number | 0 to 1
//@ share a: ..0.5
             ^ no number | 0 to 1
//@ share a: 0.5..
                  ^ no number | 0 to 1
//@ share a: -0.5..0.5
             ^^^^ no number | 0 to 1
//@ share a: nan..0.5
             ^^^ no number | 0 to 1
//@ share a: 0.5..1e-1
                  ^^^^ no number | 0 to 1
//@ share a: 0.5
             ^^^ no range | truth
//@ share a: 0..1
             ^^^^ says nothing
//@ total: 1
           ^ only be `truth` | //@ total: truth
"#,
    );
}

#[test]
fn words_of_closed_lists_are_shown_with_the_nearest() {
    check_lines(
        r#"
//@ needs: threads, native_c
                    ^^^^^^^^ unknown capability | `native-c`?
//@ needs: magic
           ^^^^^ unknown capability | threads, hook
//@ variants: o0 nopf
                 ^^^^ unknown variant | `nofp`?
//@ variants: o2+nopf
                 ^^^^ unknown variant | `nofp`?
//@ variants: o0+fp+o2
                    ^^ `o2` contradicts `o0`
//@ level: mus
           ^^^ unknown level | `must`?
//@ clock: cpu
           ^^^ unknown clock | thread, process
//@ samples: none
             ^^^^ only be `none-ok` | none-ok
"#,
    );
}

#[test]
fn lists_have_no_item_twice_and_no_hole() {
    check_lines(
        r#"
//@ needs: hook, hook
                 ^^^^ already
//@ variants: o0+fp o2 fp+o0
                       ^^^^^ already
//@ salt: hog hog
              ^^^ already
//@ kills: a, b, a
                 ^ already
//@ also: x.c x.c
              ^^^ already
//@ origin: a b, a b
                 ^^^ already
//@ needs: hook,
                ^ missing beside the comma
//@ kills: a,, b
             ^ missing beside the comma
//@ origin: , b
            ^ missing beside the comma
"#,
    );
}

#[test]
fn numbers_durations_and_names_are_checked() {
    check_lines(
        r#"
//@ hz: 0
        ^ no rate | 1 to 10000
//@ hz: 10001
        ^^^^^ no rate | 1 to 10000
//@ hz: 1e3
        ^^^ no rate | 1 to 10000
//@ cpu: 4
         ^ no duration | `ms`, `s` or `min`
//@ cpu: 1.5s
         ^^^^ no duration | `ms`, `s` or `min`
//@ cpu: 4 s
         ^^^ no duration | `ms`, `s` or `min`
//@ cpu: s
         ^ no duration | `ms`, `s` or `min`
//@ finishes: 0s
              ^^ nothing takes no time | 1ms
//@ finishes: 1441min
              ^^^^^^^ longer than a day | 1440min
//@ cpu: 601s
         ^^^^ more than ten minutes | 10min
//@ cpu: 99999999999999999999s
         ^^^^^^^^^^^^^^^^^^^^^ longer than a day
//@ self: Errno
          ^^^^^ no check's name | errno
//@ kills: skip_leaf
           ^^^^^^^^^ no mutant's name | skip-leaf
//@ also: a.c /b.c
              ^^^^ absolute | the case's own folder
//@ lib: a.c b.c
         ^^^^^^^ one file
//@ salt: hog 2hog
              ^^^^ no C identifier | no digit first
//@ salt: hog run
              ^^^ keeps its name
"#,
    );
}
