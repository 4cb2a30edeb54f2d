//! What the runtime writes down, when, and what it refuses.

use super::bench::{bench, corpus, source};
use super::run::{named, number, run, truth};

#[test]
fn threads_and_their_phases_have_their_names() {
    let truth = truth(
        &bench().build(&corpus("time_total_2.c"), &["pie"]),
        &[("FRAMECHECK_CPU_MS", "30")],
    );
    assert_eq!(
        (&truth["version"], &truth["program"]),
        (&1.into(), &"time_total_2".into())
    );
    assert_eq!(
        (&truth["hz"], &truth["clock"]),
        (&100.into(), &"thread".into())
    );
    for name in ["1", "2"] {
        let thread = named(&truth, "threads", name);
        let ms = number(&thread["cpu_ns"]) / 1_000_000;
        assert!((28..60).contains(&ms), "{truth}");
        let phases = truth["phases"].as_array().unwrap();
        assert!(
            phases
                .iter()
                .any(|phase| phase["thread"] == name && phase["name"] == "cpuHog")
        );
    }
}

#[test]
fn a_name_of_any_bytes_is_json() {
    let case = r#"
        #include "framecheck.h"
        void run(void)
        {
            fc_self("quote\"back\\slash", 1, "line\nfeed \x01 \x7f");
            fc_self("caf\xc3\xa9", 0, "bad \xff \xc3( \xed\xa0\x80 \xf0\x9f\x98\x80 cut \xe2\x82");
            fc_self("none", 1, NULL);
        }
    "#;
    let truth = truth(&bench().build(&source(case), &["static"]), &[]);
    let quoted = named(&truth, "self", "quote\"back\\slash");
    assert_eq!(
        (&quoted["ok"], &quoted["says"]),
        (&true.into(), &"line\nfeed \u{1} \u{7f}".into())
    );
    let bad = named(&truth, "self", "café");
    let says = "bad \u{fffd} \u{fffd}( \u{fffd}\u{fffd}\u{fffd} 😀 cut \u{fffd}\u{fffd}";
    assert_eq!((&bad["ok"], &bad["says"]), (&false.into(), &says.into()));
    assert_eq!(named(&truth, "self", "none")["says"], "");
}

#[test]
fn more_than_the_tables_hold_is_said() {
    let case = |checks: u32| {
        source(&format!(
            "#include \"framecheck.h\"\nvoid run(void) {{ for (int i = 0; i < {checks}; i++) fc_self(\"check\", 1, \"\"); }}\n"
        ))
    };
    let bench = bench();
    let of = |checks| truth(&bench.build(&case(checks), &["pie"]), &[]);
    let (full, over) = (of(64), of(65));
    assert_eq!(full.get("overflow"), None);
    assert_eq!(over["overflow"], true);
    assert_eq!(over["self"].as_array().unwrap().len(), 64);
}

#[test]
fn threads_beyond_the_table_end_and_are_said() {
    let case = r#"
        #include "framecheck.h"
        static FC_FN void work(void) { FC_WORK(); }
        void run(void)
        {
            for (int i = 0; i < 1025; i++) {
                fc_thread_begin("short");
                if (i == 1024)
                    FC_UNTIL_DONE {
                        FC_PHASE(work, 1) work();
                    }
                if (i == 1024)
                    FC_RUN(work) work();
            }
        }
    "#;
    let truth = truth(&bench().build(&source(case), &["pie"]), &[]);
    assert_eq!(truth["overflow"], true);
    assert_eq!(truth["threads"].as_array().unwrap().len(), 1024);
}

#[test]
fn the_process_that_ran_it_writes_and_no_child_of_it() {
    let case = |child: &str| {
        source(&format!(
            r#"
            #include <stdlib.h>
            #include <sys/wait.h>
            #include <unistd.h>
            #include "framecheck.h"
            static FC_FN void work(void) {{ FC_WORK(); }}
            void run(void)
            {{
                fc_self("before", 1, "");
                if (fork() == 0) {{
                    FC_PHASE_FIXED(child, 1000) work();
                    {child};
                }}
                wait(NULL);
                if (access(getenv("FRAMECHECK_TRUTH"), F_OK) == 0)
                    fc_self("early", 0, "the child wrote the truth");
            }}
            "#
        ))
    };
    let bench = bench();
    for child in ["exit(0)", "_exit(0)"] {
        let truth = truth(&bench.build(&case(child), &["pie"]), &[]);
        assert_eq!(truth["self"].as_array().unwrap().len(), 1, "{truth}");
        assert_eq!(truth["phases"].as_array().unwrap().len(), 0, "{truth}");
    }
}

#[test]
fn no_truth_is_written_where_there_is_none() {
    let bench = bench();
    for body in [
        "",
        "fc_self(\"a\", 1, \"\"); _exit(0);",
        "fc_self(\"a\", 1, \"\"); kill(getpid(), SIGKILL);",
    ] {
        let text = format!(
            "#include <signal.h>\n#include <unistd.h>\n#include \"framecheck.h\"\nvoid run(void) {{ {body} }}\n"
        );
        assert_eq!(
            run(&bench.build(&source(&text), &["pie"]), &[]).truth,
            None,
            "{body}"
        );
    }
}

#[test]
fn break_and_return_leave_a_phase_with_its_time() {
    let case = r#"
        #include "framecheck.h"
        static FC_FN void work(void) { FC_WORK(); }
        static FC_FN void returns(void)
        {
            FC_PHASE_FIXED(left, 60000000) {
                work();
                return;
            }
        }
        void run(void)
        {
            for (int i = 0; i < 3; i++)
                returns();
            FC_PHASE_FIXED(left, 60000000) {
                work();
                break;
            }
            FC_PHASE_FIXED(left, 1000) work();
        }
    "#;
    let truth = truth(&bench().build(&source(case), &["pie"]), &[]);
    let left = named(&truth, "phases", "left");
    assert_eq!(number(&left["visits"]), 5);
    // Four statements, and a visit of 1 ms that is not held to make up for a minute.
    let us = number(&left["cpu_ns"]) / 1000;
    assert!((1_000..60_000).contains(&us), "{us}");
}

#[test]
fn a_malformed_environment_is_set_up_that_failed() {
    let bench = bench();
    let artefact = bench.build(&corpus("stack_leaf.c"), &["pie"]);
    for (name, value) in [
        ("FRAMECHECK_CPU_MS", "1s"),
        ("FRAMECHECK_CPU_MS", "0"),
        ("FRAMECHECK_CPU_MS", " 5"),
        ("FRAMECHECK_HZ", "10001"),
        ("FRAMECHECK_SEED", "-1"),
        ("FRAMECHECK_SEED", "18446744073709551616"),
        ("FRAMECHECK_TRUTH", ""),
    ] {
        let ran = run(&artefact, &[(name, value)]);
        let says = String::from_utf8(ran.output.stderr).unwrap();
        assert_eq!(
            (ran.output.status.code(), ran.truth),
            (Some(2), None),
            "{name}={value}"
        );
        assert!(
            says.starts_with(&format!("stack_leaf: {name} is \"{value}\"; it takes ")),
            "{says}"
        );
        assert_eq!(says.lines().count(), 1, "{says}");
    }
}

#[test]
fn a_truth_that_cannot_be_written_is_said_and_leaves_nothing() {
    let bench = bench();
    let artefact = bench.build(&corpus("stack_leaf.c"), &["pie"]);
    let env = [
        ("FRAMECHECK_TRUTH", "/no/such/folder/truth"),
        ("FRAMECHECK_CPU_MS", "1"),
    ];
    let ran = run(&artefact, &env);
    let says = String::from_utf8(ran.output.stderr).unwrap();
    assert!(
        says.contains("/no/such/folder/truth: No such file"),
        "{says}"
    );
}

/// The host here is a case itself, with a runtime of its own that it never calls.
#[test]
fn a_library_writes_its_truth_as_it_is_closed() {
    let bench = bench();
    let case = bench.build(&corpus("stack_leaf_caller.c"), &[]);
    let host = r#"
        #include <dlfcn.h>
        #include <stdlib.h>
        #include <unistd.h>
        #include "framecheck.h"
        void run(void)
        {
            void *library = dlopen(getenv("CASE"), RTLD_NOW | RTLD_LOCAL);
            void (*entry)(void) = (void (*)(void))dlsym(library, "run");

            entry();
            if (access(getenv("FRAMECHECK_TRUTH"), F_OK) == 0)
                exit(3);
            dlclose(library);
            if (access(getenv("FRAMECHECK_TRUTH"), F_OK) != 0)
                exit(4);
        }
    "#;
    let host = bench.build(&source(host), &["pie"]);
    let env = [
        ("CASE", case.path.to_str().unwrap()),
        ("FRAMECHECK_CPU_MS", "20"),
    ];
    let truth = truth(&host, &env);
    assert_eq!(truth["program"], "stack_leaf_caller");
    assert_eq!(named(&truth, "phases", "cpuHog")["thread"], "main");
}

#[test]
fn a_library_beside_it_is_found_by_name() {
    let mut source = source(
        r#"
        #include <dlfcn.h>
        #include "framecheck.h"
        void run(void)
        {
            void *library = dlopen(fc_lib(), RTLD_NOW);
            int (*answer)(void) = library ? (int (*)(void))dlsym(library, "answer") : NULL;

            fc_self("answer", answer && answer() == 42, library ? "" : dlerror());
        }
        "#,
    );
    source.lib = Some((
        "made_up.c".into(),
        "int answer(void) { return 42; }\n".into(),
    ));
    let bench = bench();
    assert!(
        bench.builder.build(&source, &[]).is_err(),
        "two files of one name"
    );
    source.lib = Some((
        "plugin.c".into(),
        "int answer(void) { return 42; }\n".into(),
    ));
    for words in [&["pie"][..], &["nopie", "stripped"]] {
        let artefact = bench.build(&source, words);
        assert_eq!(
            artefact.lib.as_ref().unwrap().parent(),
            artefact.path.parent()
        );
        assert_eq!(
            named(&truth(&artefact, &[]), "self", "answer")["ok"],
            true,
            "{words:?}"
        );
    }
}
