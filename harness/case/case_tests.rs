//! Tests of what is read, of one case that has everything.

use std::time::Duration;

use super::*;
use crate::case::assertion::{Range, Subject};
use crate::case::capability::Capability;
use crate::case::model::Level;
use crate::case::name::Names;
use crate::case::pattern::Pattern;
use crate::case::variant::Variant;

const FULL: &str = "\
/* Whatever. */
//@ case: stack.leaf_caller
//@ says: A leaf without a frame of its own: it does not swallow its caller.
//@ level: should
//@ origin: golang/go#29034, go TestCgoPprof
// Both are needed: the hook answers on a thread.
//@ needs: threads, hook
//@ variants: o0 o2+nofp, static
//@ also: a.c sub/b.c
//@ lib: lib.c
//@ salt: cpuHog level2
//@ hz: 250
//@ clock: perf
//@ cpu: 4s
//@ alone
//@ long
//@ samples: none-ok
//@ stack: ... > level1 > level2 > cpuHog
//@ every cpuHog|`a: b`: ... > host::hook? > level2 > cpuHog|`a: b`
//@ every: main > ...
//@ never: ... > level1 > cpuHog
//@ top: cpuHog
//@ share cpuHog: 0.80..0.86
//@ share thread:a worker: truth
//@ share core::fmt: 0..1.0e
//@ share hog.c:37: 0.6..0.7
//@ total: truth
//@ finishes: 2min
//@ self: small_stack
//@ snapshot
//@ lint
//@ kills: skip-leaf-caller, skip-leaf

int x;
";

#[test]
fn every_directive_is_read() {
    let text = FULL.replace("0..1.0e", "0..0.25") + "\n//  37\nint y;\n";
    let case = parse("hog.c", &text).unwrap_or_else(|errors| panic!("{errors}"));
    assert_eq!(case.id, "stack.leaf_caller");
    assert_eq!(
        case.says,
        "A leaf without a frame of its own: it does not swallow its caller."
    );
    assert_eq!(case.level, Level::Should);
    assert_eq!(case.origin, ["golang/go#29034", "go TestCgoPprof"]);
    assert_eq!(case.needs, [Capability::Threads, Capability::Hook]);
    let variants: Vec<String> = case.variants.iter().map(Variant::to_string).collect();
    assert_eq!(variants, ["o0", "o2+nofp", "static"]);
    assert_eq!(case.also, ["a.c", "sub/b.c"]);
    assert_eq!(case.lib.as_deref(), Some("lib.c"));
    assert_eq!(case.salt, ["cpuHog", "level2"]);
    assert_eq!((case.hz, case.cpu_ms), (Some(250), Some(4000)));
    assert_eq!(case.clock.as_deref(), Some("perf"));
    assert!(case.alone && case.long && case.none_ok);
    assert_eq!(case.finishes, Some(Duration::from_secs(120)));
    assert_eq!(case.kills, ["skip-leaf-caller", "skip-leaf"]);
    let lines: Vec<usize> = case.claims.iter().map(|claim| claim.line).collect();
    assert_eq!(
        lines,
        [18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31]
    );
    assert_eq!(case.claims[3].text, "never: ... > level1 > cpuHog");
    assert_eq!(case.claims[7].text, "share core::fmt: 0..0.25");
}

#[test]
fn the_claims_are_what_they_say() {
    let text = FULL.replace("0..1.0e", "0..0.25") + "\n//  37\nint y;\n";
    let case = parse("hog.c", &text).unwrap_or_else(|errors| panic!("{errors}"));
    let names = |text: &str| Names::parse(text).unwrap();
    let within = |low, high| Range::Within { low, high };
    let share = |of, range| Kind::Share { of, range };
    let kinds: Vec<Kind> = case
        .claims
        .into_iter()
        .map(|claim| claim.kind)
        .skip(3)
        .collect();
    let expected = [
        Kind::Never(Pattern::parse("... > level1 > cpuHog").unwrap()),
        Kind::Top(names("cpuHog")),
        share(Subject::Leaf(names("cpuHog")), within(0.80, 0.86)),
        share(Subject::Thread("a worker".into()), Range::Truth),
        share(Subject::Leaf(names("core::fmt")), within(0.0, 0.25)),
        share(
            Subject::Line {
                file: "hog.c".into(),
                line: 37,
            },
            within(0.6, 0.7),
        ),
        Kind::Total,
        Kind::Finishes(Duration::from_secs(120)),
        Kind::SelfCheck("small_stack".into()),
        Kind::Snapshot,
        Kind::Lint,
    ];
    assert_eq!(kinds, expected);
}

#[test]
fn a_salted_case_has_other_names_in_every_claim_and_only_those() {
    let above = "//@ case: a.b\n//@ says: c\n//@ salt: hog\n";
    let claims = |hog: &str| {
        format!(
            "{above}//@ stack: hogs > {hog}\n//@ never: {hog}|x? > host::hog > b\n\
            //@ every {hog}|b: ... > {hog}|b\n//@ top: {hog}\n//@ share {hog}: truth\n\
            //@ share thread:hog: truth\n//@ self: hog\n"
        )
    };
    let kinds = |case: &Case| -> Vec<Kind> {
        let kind = |claim: &Claim| claim.kind.clone();
        case.claims.iter().map(kind).collect()
    };
    let case = parse("x.c", &claims("hog")).unwrap();
    let salted = case.salted(&|name| format!("{name}_7"));
    let expected = parse("x.c", &(claims("hog_7") + "int hog;\n")).unwrap();
    assert_eq!(kinds(&salted), kinds(&expected));
    assert_eq!(salted.claims[0].text, "stack: hogs > hog");
    assert_eq!(salted.salt, ["hog"]);
}
