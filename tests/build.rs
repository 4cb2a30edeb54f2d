//! C cases, compiled at run time: what each variant's artefact is, what the runtime in it measures, and what is refused.
#![cfg(all(sigprof, feature = "cli"))]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

use framecheck::build::{Artefact, BuildError, Builder, Host, Source, embedded};
use object::elf;
use object::read::elf::{ElfFile64, FileHeader, ProgramHeader};
use object::{Endianness, Object, ObjectSection, ObjectSymbol};
use serde_json::Value;
use tempfile::TempDir;

#[path = "support/mod.rs"]
mod support;

/// A builder, and the cache that goes with it.
struct Bench {
    cache: TempDir,
    builder: Builder,
}

fn bench() -> Bench {
    let cache = tempfile::tempdir().unwrap();
    let builder = Builder::new(cache.path()).unwrap();
    Bench { cache, builder }
}

/// A case that is in no folder.
fn source(text: &str) -> Source {
    Source {
        file: "csrc/cases/made_up.c".into(),
        text: text.into(),
        ..Source::default()
    }
}

/// One of the corpus.
fn corpus(name: &str) -> Source {
    let found = embedded::below("csrc/cases").find(|(path, _)| *path == name);
    Source {
        file: format!("csrc/cases/{name}").into(),
        text: found.unwrap().1.into(),
        ..Source::default()
    }
}

fn edge(from: &str, to: &str) -> (String, String) {
    (from.into(), to.into())
}

impl Bench {
    #[track_caller]
    fn build(&self, source: &Source, words: &[&str]) -> Artefact {
        match self.builder.build(source, words) {
            Ok(artefact) => artefact,
            Err(error) => panic!("{words:?}: {error}"),
        }
    }

    #[track_caller]
    fn refused(&self, source: &Source, words: &[&str]) -> BuildError {
        self.builder.build(source, words).expect_err("it was built")
    }

    /// What is in the cache and could be litter: everything but what has its final name.
    fn scratch(&self) -> Vec<String> {
        let names = |folder: &Path| -> Vec<String> {
            let entries = fs::read_dir(folder).unwrap();
            entries
                .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
                .collect()
        };
        let top = names(self.cache.path());
        let scratch = top
            .iter()
            .find(|name| name.starts_with("scratch-"))
            .unwrap();
        names(&self.cache.path().join(scratch))
    }
}

/// What an ELF file is, as readelf shows it.
struct Elf(Vec<u8>);

impl Elf {
    fn of(path: &Path) -> Self {
        Elf(fs::read(path).unwrap())
    }

    fn file(&self) -> ElfFile64<'_> {
        ElfFile64::parse(&*self.0).unwrap()
    }

    fn kind(&self) -> u16 {
        self.file().elf_header().e_type(Endianness::Little)
    }

    fn has_interpreter(&self) -> bool {
        let file = self.file();
        let mut headers = file.elf_program_headers().iter();
        headers.any(|header| header.p_type(Endianness::Little) == elf::PT_INTERP)
    }

    fn has_section(&self, name: &str) -> bool {
        self.file().section_by_name(name).is_some()
    }

    fn exports(&self) -> BTreeSet<String> {
        let file = self.file();
        let defined = file
            .dynamic_symbols()
            .filter(|symbol| symbol.is_definition());
        defined
            .map(|symbol| symbol.name().unwrap().to_owned())
            .collect()
    }

    /// The first bytes of a function.
    fn code(&self, name: &str) -> Vec<u8> {
        let file = self.file();
        let symbol = file
            .symbols()
            .find(|symbol| symbol.name() == Ok(name))
            .unwrap();
        let section = file
            .section_by_index(symbol.section_index().unwrap())
            .unwrap();
        section
            .data_range(symbol.address(), symbol.size())
            .unwrap()
            .unwrap()
            .to_vec()
    }
}

const CHAIN: &str = r#"
#include "framecheck.h"
static FC_FN void cpuHog(void) { FC_WORK(); }
static FC_FN void level2(void) { cpuHog(); FC_KEEP(); }
FC_FN void level1(void) { level2(); FC_KEEP(); }
void run(void) { FC_RUN(cpuHog) level1(); }
"#;

fn chain(edges: &[(&str, &str)]) -> Source {
    Source {
        edges: edges.iter().map(|(from, to)| edge(from, to)).collect(),
        ..source(CHAIN)
    }
}

/// Runs an artefact with a main, and returns its truth and what getrusage says of it in ns of CPU time.
fn run_plain(artefact: &Artefact, env: &[(&str, &str)]) -> (Value, u64) {
    let folder = tempfile::tempdir().unwrap();
    let truth = folder.path().join("truth.json");
    // The shell waits for it and says what it used: no thread of this test has part in it.
    let script = "\"$1\" || exit 1; times";
    let mut command = support::other("/bin/sh".as_ref());
    command
        .args(["-c", script, "sh"])
        .arg(&artefact.path)
        .env("FRAMECHECK_TRUTH", &truth);
    for (name, value) in env {
        command.env(name, value);
    }
    let output = command.assert().success().get_output().clone();
    let text = fs::read_to_string(&truth).unwrap();
    let left = fs::read_dir(folder.path()).unwrap().count();
    assert_eq!(left, 1, "something is left beside the truth");
    (
        serde_json::from_str(&text).unwrap(),
        children_ns(&output.stdout),
    )
}

/// The second line of `times`: user and system time of children, as in `0m1.23s 0m0.04s`.
fn children_ns(times: &[u8]) -> u64 {
    let text = String::from_utf8_lossy(times);
    let part = |part: &str| -> u64 {
        let (minutes, seconds) = part.strip_suffix('s').unwrap().split_once('m').unwrap();
        let seconds: f64 = seconds.parse().unwrap();
        (minutes.parse::<f64>().unwrap() * 60e9 + seconds * 1e9) as u64
    };
    text.lines()
        .nth(1)
        .unwrap()
        .split_whitespace()
        .map(part)
        .sum()
}

fn number(value: &Value) -> u64 {
    value
        .as_u64()
        .unwrap_or_else(|| panic!("{value} is no whole number"))
}

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
    // At -O0 each variable is in memory.
    assert!(codes[0].len() > 2 * codes[2].len());
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

#[test]
fn the_corpus_compiles_in_silence_with_its_edges() {
    let bench = bench();
    for (name, _) in embedded::below("csrc/cases").filter(|(name, _)| name.ends_with(".c")) {
        for words in [&[][..], &["o0"], &["o3"], &["os", "fp"], &["static", "g0"]] {
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
}
