//! Libraries that programs of a port open: one text, under salted names, without the runtime of cases.

use framecheck::build::{Source, embedded};
use object::{Object, ObjectSymbol};

use super::bench::{bench, source};
use super::elf::Elf;

const FILE: &str = "testprogs/lib/foreign_salted.c";

fn salted(name: &str) -> Source {
    Source {
        file: FILE.into(),
        text: embedded::text(FILE).unwrap().into(),
        salt: vec![("cpuHog".into(), name.into())],
        ..Source::default()
    }
}

#[test]
fn a_library_has_salted_functions_and_exports_under_fixed_names() {
    let bench = bench();
    let library = bench.builder.library(&salted("cpuHog_ab12")).unwrap();
    let elf = Elf::of(&library.path);
    let exports: Vec<String> = elf.exports().into_iter().collect();
    let fixed = ["leaf", "run", "traceback"].map(|name| format!("foreign_salted_{name}"));
    assert_eq!(exports, fixed, "neither `run` nor the runtime");
    let file = elf.file();
    let names: Vec<_> = file.symbols().filter_map(|s| s.name().ok()).collect();
    assert!(names.contains(&"cpuHog_ab12") && !names.contains(&"cpuHog"));
    assert!(
        names.contains(&"cpuHog2"),
        "another name is another function"
    );
}

#[test]
fn each_salt_is_a_build_and_the_same_one_is_not() {
    let bench = bench();
    let build = |name| bench.builder.library(&salted(name)).unwrap().path;
    let first = build("cpuHog_1");
    assert_ne!(first, build("cpuHog_2"));
    let calls = bench.builder.calls();
    assert_eq!(build("cpuHog_1"), first);
    assert_eq!(bench.builder.calls(), calls);
}

#[test]
fn a_case_and_a_library_of_one_text_are_two_artefacts() {
    let bench = bench();
    let text = source("#include \"framecheck.h\"\nvoid run(void) {}\n");
    let (case, library) = (
        bench.build(&text, &[]),
        bench.builder.library(&text).unwrap(),
    );
    assert_ne!(case.path, library.path);
    assert!(
        Elf::of(&case.path)
            .file()
            .symbols()
            .any(|s| s.name() == Ok("fc_self"))
    );
    assert!(
        !Elf::of(&library.path)
            .file()
            .symbols()
            .any(|s| s.name() == Ok("fc_self"))
    );
}

#[test]
fn a_message_names_the_librarys_file() {
    let broken = Source {
        text: "int x = ;".into(),
        ..salted("cpuHog_3")
    };
    let error = bench().builder.library(&broken).expect_err("it was built");
    assert!(error.to_string().contains(FILE), "{error}");
}
