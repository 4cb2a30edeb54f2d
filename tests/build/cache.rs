//! What is built once, what again, and what is left.

use std::fs;

use framecheck::build::{BuildError, Builder, Source};

use super::bench::{bench, chain, corpus, source};

#[test]
fn two_threads_that_ask_at_once_cost_one_build() {
    let source = corpus("stack_leaf.c");
    let alone = bench();
    alone.build(&source, &[]);
    let calls = alone.builder.calls();
    let bench = bench();
    let paths: Vec<_> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..4)
            .map(|_| scope.spawn(|| bench.build(&source, &[]).path))
            .collect();
        threads
            .into_iter()
            .map(|thread| thread.join().unwrap())
            .collect()
    });
    assert!(paths.iter().all(|path| *path == paths[0]));
    assert_eq!(bench.builder.calls(), calls);
    // Spelled otherwise it is still the same variant.
    bench.build(&source, &["so", "o2"]);
    assert_eq!(bench.builder.calls(), calls);
}

#[test]
fn a_later_run_only_preprocesses() {
    let bench = bench();
    let first = bench.build(&corpus("stack_leaf.c"), &["fp"]);
    let later = Builder::new(bench.cache.path()).unwrap();
    let again = later.build(&corpus("stack_leaf.c"), &["fp"]).unwrap();
    assert_eq!(again, first);
    // The compiler's version, and the preprocessor.
    assert_eq!(later.calls(), 2);
}

#[test]
fn other_texts_names_words_and_edges_are_other_artefacts() {
    let bench = bench();
    let plain = chain(&[]);
    let mut paths = vec![bench.build(&plain, &[]).path];
    for (source, words) in [
        (plain.clone(), &["g0"][..]),
        (chain(&[("level1", "level2")]), &[]),
        (
            Source {
                file: "other.c".into(),
                ..plain.clone()
            },
            &[],
        ),
        (
            Source {
                text: format!("{}\n", plain.text),
                ..plain.clone()
            },
            &[],
        ),
        (
            Source {
                also: vec![("unused.h".into(), "\n".into())],
                ..plain.clone()
            },
            &[],
        ),
        (
            Source {
                salt: vec![("cpuHog".into(), "h1".into())],
                ..plain.clone()
            },
            &[],
        ),
        (
            Source {
                salt: vec![("cpuHog".into(), "h2".into())],
                ..plain.clone()
            },
            &[],
        ),
    ] {
        let path = bench.build(&source, words).path;
        assert!(!paths.contains(&path), "{source:?}");
        paths.push(path);
    }
}

#[test]
fn what_is_salted_goes_with_the_run() {
    let bench = bench();
    let entries = || fs::read_dir(bench.cache.path()).unwrap().count();
    bench.build(&corpus("stack_leaf.c"), &[]);
    let before = entries();
    let later = Builder::new(bench.cache.path()).unwrap();
    let salted = Source {
        salt: vec![("cpuHog".into(), "hog_1".into())],
        ..corpus("stack_leaf.c")
    };
    let path = later.build(&salted, &[]).unwrap().path;
    assert!(path.is_file());
    drop(later);
    assert!(!path.exists());
    assert_eq!(entries(), before);
}

#[test]
fn an_artefact_that_somebody_deleted_is_built_again() {
    let bench = bench();
    let first = bench.build(&corpus("stack_leaf.c"), &[]);
    fs::remove_file(&first.path).unwrap();
    let later = Builder::new(bench.cache.path()).unwrap();
    let again = later.build(&corpus("stack_leaf.c"), &[]).unwrap();
    assert!(again.path.is_file());
    assert_eq!(again.path, first.path);
}

#[test]
fn a_compilers_refusal_comes_back_in_its_own_words_and_leaves_nothing() {
    let bench = bench();
    let broken = source("#include \"framecheck.h\"\nvoid run(void)\n{\n\tundeclared = 1;\n}\n");
    for words in [&[][..], &["static"]] {
        let error = bench.refused(&broken, words);
        let says = error.to_string();
        assert!(
            says.contains("csrc/cases/made_up.c:4:9: error: 'undeclared' undeclared"),
            "{says}"
        );
        let BuildError::Compiler { argv, .. } = error else {
            panic!("{says}");
        };
        assert!(argv.iter().any(|arg| arg == "-c"));
    }
    let missing = bench
        .refused(&source("#include \"none.h\"\nvoid run(void) {}\n"), &[])
        .to_string();
    assert!(
        missing.contains("csrc/cases/made_up.c:1:10: fatal error: none.h"),
        "{missing}"
    );
    let unlinked = bench.refused(
        &source("void nothing(void); void run(void) { nothing(); }\n"),
        &["pie"],
    );
    assert!(
        unlinked
            .to_string()
            .contains("undefined reference to `nothing'"),
        "{unlinked}"
    );
    assert_eq!(bench.scratch(), Vec::<String>::new());
}

#[test]
fn a_case_without_run_is_refused_by_name() {
    let bench = bench();
    let library = bench
        .refused(&source("void runs(void) {}\n"), &[])
        .to_string();
    assert!(
        library.contains("made_up.c: it does not define `void run(void)`"),
        "{library}"
    );
    let program = bench
        .refused(&source("void runs(void) {}\n"), &["pie"])
        .to_string();
    assert!(
        program.contains("undefined reference to `run'"),
        "{program}"
    );
    let mut mangled = source("void run() {}\n");
    mangled.file = "made_up.cpp".into();
    assert!(
        bench
            .refused(&mangled, &[])
            .to_string()
            .contains("extern \"C\"")
    );
}

#[test]
fn names_that_lead_elsewhere_are_refused_before_anything_is_written() {
    let bench = bench();
    for name in ["../up.h", "/etc/up.h", "./here.h", "", "made_up.c"] {
        let mut asked = source("void run(void) {}\n");
        asked.also = vec![(name.into(), String::new())];
        let says = bench.refused(&asked, &[]).to_string();
        assert!(says.starts_with("csrc/cases/made_up.c: "), "{says}");
    }
    let says = bench.refused(&source(""), &["o9"]).to_string();
    assert!(says.contains("\"o9\"") && says.contains("o3"), "{says}");
    assert_eq!(bench.scratch(), Vec::<String>::new());
}
