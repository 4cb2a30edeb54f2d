//! Each word of a variant, by what readelf would show of the artefact.

use std::collections::BTreeSet;

use framecheck::build::{Host, embedded};
use object::elf;

use super::bench::{Bench, bench, chain, corpus, edge};
use super::elf::Elf;

#[test]
fn each_word_makes_the_artefact_that_it_names() {
    let bench = bench();
    let source = chain(&[("level1", "level2"), ("level2", "cpuHog")]);
    let so = bench.build(&source, &[]);
    let of = |words: &[&str]| Elf::of(&bench.build(&source, words).path);
    assert_eq!(so.host, Host::So);
    assert_eq!(so.path.file_name().unwrap(), "made_up.so");
    let so = Elf::of(&so.path);
    assert_eq!((so.kind(), so.has_interpreter()), (elf::ET_DYN, false));
    assert!(
        so.has_section(".symtab")
            && so.has_section(".debug_info")
            && so.has_section(".note.gnu.build-id")
    );

    let pie = of(&["pie"]);
    assert_eq!((pie.kind(), pie.has_interpreter()), (elf::ET_DYN, true));
    let nopie = of(&["nopie"]);
    assert_eq!(
        (nopie.kind(), nopie.has_interpreter()),
        (elf::ET_EXEC, true)
    );
    let fixed = bench.build(&source, &["static"]);
    assert_eq!(fixed.host, Host::PlainC);
    let fixed = Elf::of(&fixed.path);
    assert_eq!(
        (fixed.kind(), fixed.has_interpreter()),
        (elf::ET_EXEC, false)
    );

    assert!(!of(&["g0"]).has_section(".debug_info"));
    let stripped = of(&["stripped"]);
    assert!(!stripped.has_section(".symtab") && !stripped.has_section(".debug_info"));
    assert_eq!(stripped.exports(), BTreeSet::from(["run".to_owned()]));
}

/// push %rbp; mov %rsp,%rbp: level1 is no leaf.
#[test]
fn frame_pointers_are_there_with_fp_and_only_there() {
    const PROLOGUE: [u8; 4] = [0x55, 0x48, 0x89, 0xe5];
    let bench = bench();
    let begins = |words: &[&str]| {
        let code = Elf::of(&bench.build(&chain(&[]), words).path).code("level1");
        // endbr64 comes first where the compiler is told so.
        let code = code
            .strip_prefix(&[0xf3, 0x0f, 0x1e, 0xfa])
            .unwrap_or(&code)
            .to_vec();
        code.starts_with(&PROLOGUE)
    };
    assert!(begins(&["fp"]));
    assert!(begins(&["o0", "fp"]));
    assert!(begins(&["o3", "fp", "nopie"]));
    assert!(!begins(&[]));
    assert!(!begins(&["o3", "nofp"]));
    assert!(!begins(&["o0", "nofp"]));
}

#[test]
fn optimisation_is_the_one_that_was_asked_for() {
    let bench = bench();
    let mut codes: Vec<Vec<u8>> = Vec::new();
    for word in ["o0", "o1", "o2", "o3", "os"] {
        let artefact = bench.build(&chain(&[]), &[word]);
        let flag = format!("-{}", word.replace('o', "O"));
        let compiles = artefact
            .argv
            .iter()
            .filter(|argv| argv.iter().any(|arg| arg == "-c"));
        for argv in compiles {
            assert!(argv.iter().any(|arg| *arg == *flag), "{argv:?}");
        }
        codes.push(Elf::of(&artefact.path).code("cpuHog"));
    }
    // The loop is rotated and the variables are in registers from -O1 on; beyond, this function is much the same.
    assert!(codes[1..].iter().all(|code| *code != codes[0]));
}

#[test]
fn a_library_exports_run_alone() {
    let bench = bench();
    for words in [&[][..], &["o0"], &["fp"], &["stripped"], &["g0"]] {
        let elf = Elf::of(&bench.build(&chain(&[]), words).path);
        assert_eq!(
            elf.exports(),
            BTreeSet::from(["run".to_owned()]),
            "{words:?}"
        );
    }
}

/// The longest of these tests, and the last: each variant has a thread of its own.
#[test]
fn the_corpus_compiles_in_silence_with_its_edges() {
    let bench = bench();
    std::thread::scope(|scope| {
        for words in [&[][..], &["o0"], &["o3"], &["os", "fp"], &["static", "g0"]] {
            let bench = &bench;
            scope.spawn(move || the_corpus_compiles_in_silence(bench, words));
        }
    });
}

fn the_corpus_compiles_in_silence(bench: &Bench, words: &[&str]) {
    for (name, _) in embedded::below("csrc/cases").filter(|(name, _)| name.ends_with(".c")) {
        let mut source = corpus(name);
        if name == "stack_leaf_caller.c" {
            source.edges = vec![
                edge("run", "level1"),
                edge("level1", "level2"),
                edge("level2", "cpuHog"),
            ];
        }
        let artefact = bench.build(&source, words);
        assert_eq!(artefact.warnings, "", "{name} {words:?}");
    }
}
