//! Calls that a case claims, and what compilers make of them.

use framecheck::build::{BuildError, Source};

use super::bench::{Bench, bench, chain, edge, source};

#[track_caller]
fn refused(bench: &Bench, source: &Source, words: &[&str]) -> String {
    match bench.refused(source, words) {
        BuildError::Edge { from, to, why } => format!("{from} > {to}: {why}"),
        other => panic!("{other}"),
    }
}

fn with_edges(text: &str, edges: &[(&str, &str)]) -> Source {
    Source {
        edges: edges.iter().map(|(from, to)| edge(from, to)).collect(),
        ..source(text)
    }
}

/// noipa as in FC_FN, and no FC_KEEP.
const TAIL: &str = r#"
    #include "framecheck.h"
    static FC_FN void cpuHog(void) { FC_WORK(); }
    static FC_FN void level1(void) { cpuHog(); }
    void run(void) { FC_RUN(cpuHog) level1(); }
"#;

#[test]
fn a_tail_call_is_caught_where_it_is_one() {
    let bench = bench();
    let source = with_edges(TAIL, &[("run", "level1"), ("level1", "cpuHog")]);
    for words in [&[][..], &["pie"], &["static"], &["os"], &["stripped"]] {
        let says = refused(&bench, &source, words);
        assert!(says.starts_with("level1 > cpuHog: it jumps"), "{says}");
    }
    // Without optimisation it is a call.
    bench.build(&source, &["o0"]);
    assert_eq!(bench.scratch(), Vec::<String>::new());
}

#[test]
fn fc_keep_makes_it_a_call() {
    let bench = bench();
    let edges = [
        ("run", "level1"),
        ("level1", "level2"),
        ("level2", "cpuHog"),
    ];
    for words in [
        &[][..],
        &["o3"],
        &["os", "nopie"],
        &["fp", "g0", "stripped"],
    ] {
        bench.build(&chain(&edges), words);
    }
}

#[test]
fn a_function_that_calls_another_one_does_not_call_this_one() {
    let says = refused(&bench(), &chain(&[("level1", "cpuHog")]), &[]);
    assert!(
        says.starts_with("level1 > cpuHog: it does not call it"),
        "{says}"
    );
}

#[test]
fn a_function_that_is_inlined_is_missed() {
    let text = |inline: &str| {
        format!(
            r#"
            #include "framecheck.h"
            {inline} void cpuHog(void) {{ FC_WORK(); }}
            static FC_FN void level1(void) {{ cpuHog(); FC_KEEP(); }}
            void run(void) {{ FC_RUN(cpuHog) level1(); }}
            "#
        )
    };
    let bench = bench();
    for (inline, words) in [
        ("static", &[][..]),
        ("static inline", &["g0"]),
        ("static inline __attribute__((always_inline))", &["o0"]),
    ] {
        let says = refused(
            &bench,
            &with_edges(&text(inline), &[("level1", "cpuHog")]),
            words,
        );
        assert!(
            says.starts_with("level1 > cpuHog: cpuHog is inlined"),
            "{says}"
        );
    }
    let source = with_edges(&text("static FC_FN"), &[("level1", "cpuHog")]);
    bench.build(&source, &[]);
}

#[test]
fn a_caller_that_is_inlined_is_missed() {
    let text = r#"
        #include "framecheck.h"
        static FC_FN void cpuHog(void) { FC_WORK(); }
        static void level1(void) { cpuHog(); FC_KEEP(); }
        void run(void) { FC_RUN(cpuHog) level1(); }
    "#;
    let says = refused(&bench(), &with_edges(text, &[("level1", "cpuHog")]), &[]);
    assert!(
        says.starts_with("level1 > cpuHog: level1 is inlined"),
        "{says}"
    );
}

#[test]
fn what_nobody_can_tell_from_the_code_stands() {
    let text = r#"
        #include <string.h>
        #include "framecheck.h"
        static char buffer[1 << 16];
        static FC_FN void cpuHog(void) { FC_WORK(); }
        static void (*volatile hog)(void) = cpuHog;
        static FC_FN void pointer(void) { hog(); FC_KEEP(); }
        static FC_FN void library(void) { memset(buffer, (int)fc_random_below(9), sizeof buffer); FC_KEEP(); }
        void run(void) { FC_RUN(cpuHog) { pointer(); library(); } }
    "#;
    let edges = [
        ("pointer", "cpuHog"),
        ("library", "memset"),
        ("library", "__memset_avx2_unaligned"),
        ("host_function", "run"),
        ("run", "host_function"),
    ];
    for words in [&[][..], &["pie"], &["static"]] {
        bench().build(&with_edges(text, &edges), words);
    }
}

/// Through the procedure linkage table: to a function of libc.
#[test]
fn a_jump_to_a_library_is_a_jump() {
    let text = r#"
        #include <string.h>
        #include "framecheck.h"
        static char buffer[1 << 16];
        static FC_FN void *library(void) { return memset(buffer, (int)fc_random_below(9), sizeof buffer); }
        void run(void) { FC_RUN(library) library(); }
    "#;
    let says = refused(&bench(), &with_edges(text, &[("library", "memset")]), &[]);
    assert!(says.starts_with("library > memset: it jumps"), "{says}");
}

#[test]
fn pieces_that_the_compiler_cuts_off_belong_to_the_function() {
    // gcc puts the unlikely path into level1.cold, which is the only one to call.
    let text = r#"
        #include "framecheck.h"
        static volatile int never;
        static FC_FN __attribute__((cold)) void cpuHog(void) { FC_WORK(); }
        FC_FN void level1(void) { if (__builtin_expect(never, 0)) { cpuHog(); FC_KEEP(); } FC_WORK(); }
        void run(void) { FC_RUN(level1) level1(); }
    "#;
    bench().build(&with_edges(text, &[("level1", "cpuHog")]), &[]);
}

#[test]
fn salted_names_are_found() {
    let mut source = chain(&[("level1", "level2"), ("level2", "cpuHog_7f")]);
    source.salt = vec![("cpuHog".into(), "cpuHog_7f".into())];
    let bench = bench();
    let artefact = bench.build(&source, &["pie"]);
    let truth = super::run::truth(&artefact, &[("FRAMECHECK_CPU_MS", "5")]);
    assert_eq!(truth["phases"][0]["name"], "cpuHog_7f");
    let tail = Source {
        salt: vec![("cpuHog".into(), "h2".into())],
        ..with_edges(TAIL, &[("level1", "h2")])
    };
    assert!(refused(&bench, &tail, &[]).starts_with("level1 > h2: it jumps"));
}

#[test]
fn cplusplus_names_are_spelled_as_patterns_spell_them() {
    let text = r#"
        #include "framecheck.h"
        namespace work {
        static FC_FN void cpuHog(int) { FC_WORK(); }
        }
        static FC_FN void level1() { work::cpuHog(1); FC_KEEP(); }
        static FC_FN void level2() { work::cpuHog(1); }
        void run() { FC_RUN(cpuHog) level1(); level2(); FC_KEEP(); }
    "#;
    let mut source = with_edges(text, &[("run", "level1"), ("level1", "work::cpuHog")]);
    source.file = "csrc/cases/made_up.cpp".into();
    let bench = bench();
    assert_eq!(bench.build(&source, &[]).warnings, "");
    source.edges.push(edge("level2", "work::cpuHog"));
    assert!(refused(&bench, &source, &[]).starts_with("level2 > work::cpuHog: it jumps"));
}
