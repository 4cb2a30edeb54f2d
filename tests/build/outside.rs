//! A case in a folder of the user's, with headers of its own.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use framecheck::build::{Artefact, Builder, Source};
use tempfile::TempDir;

use super::bench::bench;
use super::elf::Elf;
use super::run::{named, truth};

/// A case in a folder of this name below a temporary one, and its text.
fn outside(name: &str) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let own = folder.path().join(name);
    fs::create_dir(&own).unwrap();
    fs::write(own.join("local.h"), "#define ANSWER 1\n").unwrap();
    let text = "#include \"local.h\"\n#include \"framecheck.h\"\nFC_FN int answer(void) { return ANSWER; }\n\
                void run(void)\n{\n\tfc_self(\"answer\", answer() == 1, __FILE__);\n}\n";
    let file = own.join("my case.c");
    fs::write(&file, text).unwrap();
    (folder, file)
}

fn source(file: &Path) -> Source {
    Source {
        file: file.into(),
        text: fs::read_to_string(file).unwrap(),
        ..Source::default()
    }
}

#[test]
fn a_local_header_is_found_and_a_change_of_it_seen() {
    let bench = bench();
    let (_folder, file) = outside("user");
    let ok = |artefact: &Artefact| named(&truth(artefact, &[]), "self", "answer")["ok"].clone();
    let first = bench.build(&source(&file), &["pie"]);
    assert_eq!(ok(&first), true);
    fs::write(file.with_file_name("local.h"), "#define ANSWER 2\n").unwrap();
    let later = Builder::new(bench.cache.path()).unwrap();
    assert_eq!(ok(&later.build(&source(&file), &["pie"]).unwrap()), false);
}

#[test]
fn messages_and_debug_information_name_the_users_file() {
    let bench = bench();
    let (_folder, file) = outside("with space");
    let artefact = bench.build(&source(&file), &["pie"]);
    let truth = truth(&artefact, &[]);
    let own = file.canonicalize().unwrap();
    assert_eq!(
        named(&truth, "self", "answer")["says"],
        own.to_str().unwrap()
    );
    let lines = Command::new("readelf")
        .args(["--debug-dump=info"])
        .arg(&artefact.path)
        .output()
        .unwrap();
    let lines = String::from_utf8_lossy(&lines.stdout).into_owned();
    assert!(lines.contains(own.to_str().unwrap()));
    assert!(
        !lines.contains("scratch-"),
        "the folder that it was made in is nobody's business"
    );

    let broken = Source {
        text: "void run(void) { x; }\n".into(),
        ..source(&file)
    };
    let says = bench.refused(&broken, &[]).to_string();
    assert!(
        says.contains(&format!("{}:1:18: error: ", file.display())),
        "{says}"
    );
}

#[test]
fn our_header_is_meant_where_there_is_another_of_its_name() {
    let bench = bench();
    let (_folder, file) = outside("user");
    fs::write(
        file.with_file_name("framecheck.h"),
        "#error the wrong one\n",
    )
    .unwrap();
    bench.build(&source(&file), &[]);
}

#[test]
fn files_beside_it_are_compiled_with_it() {
    let bench = bench();
    let (_folder, file) = outside("user");
    let mut source = source(&file);
    source.text = "#include \"framecheck.h\"\n#include \"part/two.h\"\nint three(void);\n\
                   void run(void) { fc_self(\"sum\", two() + three() == 5, \"\"); }\n"
        .into();
    source.also = [
        ("part/two.h", "int two(void);\n"),
        ("part/two.c", "#include \"two.h\"\nint two(void) { return 2; }\n"),
        ("three.S", ".globl three\n.type three,@function\nthree: mov $3,%eax\nret\n.section .note.GNU-stack,\"\",@progbits\n"),
    ]
    .map(|(name, text)| (name.to_owned(), text.to_owned()))
    .to_vec();
    let truth = truth(&bench.build(&source, &["pie"]), &[]);
    assert_eq!(named(&truth, "self", "sum")["ok"], true);
}

/// The recorded calls are the ones that made it: repeated in its folder they make the same.
#[test]
fn the_recorded_calls_can_be_repeated() {
    let bench = bench();
    let (_folder, file) = outside("user");
    let artefact = bench.build(&source(&file), &["pie", "o1"]);
    assert!(artefact.compiler.contains('.'), "{}", artefact.compiler);
    let folder = artefact.path.parent().unwrap();
    let code = || Elf::of(&artefact.path).section(".text");
    let before = code();
    fs::remove_file(&artefact.path).unwrap();
    let own = artefact.argv.iter().filter(|argv| {
        !argv
            .iter()
            .any(|arg| arg == "-ffile-prefix-map=./=csrc/runtime/")
    });
    for argv in own {
        let status = Command::new(&argv[0])
            .args(&argv[1..])
            .current_dir(folder)
            .status()
            .unwrap();
        assert!(status.success(), "{argv:?}");
    }
    assert_eq!(code(), before);
}
