//! Names for bare addresses: small C programs, linked in every way, and what pprof makes of their addresses.
//!
//! gcc compiles them, binutils split them. Where Go 1.27 is (FRAMECHECK_GO), its pprof is asked the same.

#[path = "support/bare.rs"]
mod bare;
#[path = "support/go.rs"]
mod go;
#[path = "support/pprof.rs"]
mod pprof;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use bare::{Bare, Mapping, build_id, symbol};
use go::go_pprof;
use pprof::{ours, scrubbed};
use tempfile::TempDir;

/// `hog` is called by `driver`, and has `inlined` inlined into it.
const SOURCE: &str = "\
volatile unsigned long sink;
static inline __attribute__((always_inline)) void inlined(unsigned long n) { for (; n; n--) sink += n * n; }
__attribute__((noinline)) void hog(unsigned long n) { inlined(n); sink++; }
__attribute__((noinline)) void driver(void) { hog(1000); sink++; }
int main(void) { driver(); return sink == 3; }
";

struct Scratch {
    folder: TempDir,
}

impl Scratch {
    fn new() -> Scratch {
        let folder = TempDir::new().expect("a temporary folder");
        std::fs::write(folder.path().join("hog.c"), SOURCE).expect("a file");
        Scratch { folder }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn run(&self, command: &str, args: &[&str]) {
        let output = Command::new(command)
            .args(args)
            .current_dir(self.folder.path())
            .output()
            .unwrap_or_else(|error| panic!("{command}: {error}"));
        assert!(output.status.success(), "{command} {args:?}: {output:?}");
    }

    fn compile(&self, name: &str, flags: &[&str]) -> PathBuf {
        let args = [
            "-O1",
            "-fno-omit-frame-pointer",
            "-Wl,--build-id=sha1",
            "hog.c",
            "-o",
            name,
        ];
        self.run("gcc", &[flags, &args[..]].concat());
        self.path(name)
    }

    fn write(&self, name: &str, bytes: &[u8]) -> String {
        std::fs::write(self.path(name), bytes).expect("a file");
        name.to_owned()
    }

    fn ours(&self, args: &[&str]) -> Output {
        ours(
            &args.iter().map(|arg| (*arg).to_owned()).collect::<Vec<_>>(),
            self.folder.path(),
        )
    }
}

/// The stack of the one sample, as -traces prints it, and stderr.
fn traced(output: &Output) -> (String, String) {
    let text = String::from_utf8_lossy(&output.stdout);
    let block = text
        .split(&format!("{}\n", "-".repeat(11) + "+" + &"-".repeat(55)))
        .nth(1);
    let names = block.unwrap_or_default().lines().map(|line| {
        let at = line.find("   ").map_or(0, |_| 13);
        line[at..].to_owned()
    });
    let names: Vec<String> = names.collect();
    (
        names.join(" < "),
        String::from_utf8_lossy(&output.stderr).into_owned(),
    )
}

/// Addresses in `hog` (inside the loop), `driver` and `main`, as they would be in a program loaded `bias` higher.
fn bare_of(exe: &Path, named: &Path, bias: u64, file: &str) -> Bare {
    let text = bare::text_segment(exe);
    let mut bare = Bare::new();
    let mapping = bare.mapping(Mapping {
        start: text.address + bias,
        limit: text.address + bias + text.bytes.next_multiple_of(4096),
        offset: text.offset,
        file,
        build_id: "",
    });
    let address = |name: &str, inside: u64| symbol(named, name) + bias + inside;
    bare.sample(&[
        (mapping, address("hog", 20)),
        (mapping, address("driver", 10)),
        (mapping, address("main", 5)),
    ]);
    bare
}

const BIAS: u64 = 0x5555_5555_4000;

/// Every way of linking: names, inlined frames too, from the executable that is given and from the mapping's own file.
/// Without inlined frames pprof prints the same.
#[test]
fn names_come_from_dwarf_however_it_is_linked() {
    let scratch = Scratch::new();
    let go_pprof = go_pprof();
    let ways: [(&str, &[&str], u64); 5] = [
        ("pie", &["-g", "-pie", "-fPIE"], BIAS),
        ("fixed", &["-g", "-no-pie"], 0),
        ("static", &["-g", "-static"], 0),
        (
            "static_pie",
            &["-g", "-static-pie", "-fPIE"],
            0x7fff_f7f0_0000,
        ),
        (
            "high",
            &["-g", "-no-pie", "-Wl,-Ttext-segment=0x10000000"],
            0,
        ),
    ];
    for (name, flags, bias) in ways {
        let exe = scratch.compile(name, flags);
        let given = bare_of(&exe, &exe, bias, "/gone/exe");
        scratch.write("given.pb", &given.encode());
        let own = bare_of(&exe, &exe, bias, exe.to_str().expect("UTF-8"));
        scratch.write("own.pb", &own.encode());
        for args in [&["-traces", name, "given.pb"][..], &["-traces", "own.pb"]] {
            let (stack, notes) = traced(&scratch.ours(args));
            assert_eq!(
                stack, "inlined (inline) < hog < driver < main",
                "{name}: {notes}"
            );
            assert_eq!(notes, "");
        }
        let Some(go_pprof) = &go_pprof else { continue };
        let args = ["-noinlines", "-traces", name, "given.pb"];
        let expected = scrubbed(go_pprof, scratch.folder.path())
            .args(args)
            .output()
            .expect("pprof runs");
        let found = scratch.ours(&args);
        assert_eq!(traced(&found), traced(&expected), "{name}");
        assert_eq!(found.stdout, expected.stdout, "{name}");
    }
}

/// Where pprof of the go command has no names and the standalone one has: ELF symbols, one mapping for the whole image.
#[test]
fn names_come_from_symbols_where_there_is_no_dwarf() {
    let scratch = Scratch::new();
    let exe = scratch.compile("plain", &["-pie", "-fPIE"]);
    scratch.write("p.pb", &bare_of(&exe, &exe, BIAS, "/gone/exe").encode());
    let (stack, _) = traced(&scratch.ours(&["-traces", "plain", "p.pb"]));
    assert_eq!(stack, "hog < driver < main");
    scratch.run("strip", &["plain", "-o", "stripped"]);
    let (stack, notes) = traced(&scratch.ours(&["-traces", "stripped", "p.pb"]));
    assert_eq!(
        (stack.as_str(), notes.as_str()),
        ("[stripped] < [stripped] < [stripped]", "")
    );
}

/// `.gnu_debuglink`, by build id or by checksum; a debug file of another build is not taken.
#[test]
fn names_come_from_a_split_debug_file() {
    let scratch = Scratch::new();
    for (case, flag) in [
        ("by id", "-Wl,--build-id=sha1"),
        ("by checksum", "-Wl,--build-id=none"),
    ] {
        let whole = scratch.compile("whole", &["-g", "-pie", "-fPIE", flag]);
        if case == "by checksum" {
            // The later of the two flags wins, and compile() puts one behind.
            scratch.run("objcopy", &["--remove-section=.note.gnu.build-id", "whole"]);
        }
        scratch.run("objcopy", &["--only-keep-debug", "whole", "split.debug"]);
        scratch.run("strip", &["whole", "-o", "split"]);
        scratch.run("objcopy", &["--add-gnu-debuglink=split.debug", "split"]);
        scratch.write("p.pb", &bare_of(&whole, &whole, BIAS, "/gone/exe").encode());
        let stack = || traced(&scratch.ours(&["-traces", "split", "p.pb"])).0;
        assert_eq!(stack(), "inlined (inline) < hog < driver < main", "{case}");
        std::fs::create_dir_all(scratch.path(".debug")).expect("a folder");
        std::fs::rename(
            scratch.path("split.debug"),
            scratch.path(".debug/split.debug"),
        )
        .expect("a file");
        assert_eq!(
            stack(),
            "inlined (inline) < hog < driver < main",
            "{case}, in .debug"
        );
        let other = scratch.compile("other", &["-g", "-pie", "-fPIE", "-DOTHER", "-O2"]);
        std::fs::rename(other, scratch.path(".debug/split.debug")).expect("a file");
        assert_eq!(
            stack(),
            "[split] < [split] < [split]",
            "{case}, another build's"
        );
    }
}

/// pprof's folders of binaries. pprof of the go command reads no build ids and refuses whatever a profile names one for.
#[test]
fn binaries_are_found_in_the_folders_of_pprof() {
    let scratch = Scratch::new();
    let exe = scratch.compile("fixed", &["-g", "-no-pie"]);
    let id = build_id(&exe);
    let by_id = format!("{}/{}.debug", &id[..2], &id[2..]);
    let layouts = [
        ("exe".to_owned(), ""),
        ("gone/exe".to_owned(), ""),
        (format!("{id}/exe"), id.as_str()),
        (format!("{id}/anything"), &id),
        (format!("gone/exe/{id}"), &id),
        (by_id, &id),
    ];
    for (at, (place, build_id)) in layouts.iter().enumerate() {
        let file = scratch.path(&format!("folder{at}")).join(place);
        std::fs::create_dir_all(file.parent().expect("a parent")).expect("a folder");
        std::fs::copy(&exe, &file).expect("a copy");
        let find = |build_id: &str| {
            let mut bare = bare_of(&exe, &exe, 0, "/gone/exe");
            bare.set_build_id(build_id);
            scratch.write("p.pb", &bare.encode());
            let mut command = scrubbed(
                Path::new(env!("CARGO_BIN_EXE_framecheck")),
                scratch.folder.path(),
            );
            let folders =
                std::env::join_paths([scratch.path("none"), scratch.path(&format!("folder{at}"))]);
            command.env("PPROF_BINARY_PATH", folders.expect("no colon"));
            traced(
                &command
                    .args(["pprof", "-traces", "p.pb"])
                    .output()
                    .expect("framecheck runs"),
            )
        };
        let (stack, notes) = find(build_id);
        assert_eq!(
            stack, "inlined (inline) < hog < driver < main",
            "{place}: {notes}"
        );
        let wrong = "00".repeat(20);
        let (stack, notes) = find(&wrong);
        assert_eq!(stack, "[exe] < [exe] < [exe]", "{place}");
        let mismatch = format!("build-id mismatch ({wrong} != {id})");
        assert_eq!(
            notes.contains(&mismatch),
            build_id.is_empty(),
            "{place}: {notes}"
        );
    }
}

/// What cannot be named: the same report and the same messages as pprof's.
#[test]
fn what_has_no_name_is_shown_as_pprof_shows_it() {
    let scratch = Scratch::new();
    let exe = scratch.compile("fixed", &["-g", "-no-pie"]);
    let file = exe.to_str().expect("UTF-8");
    scratch.write("text", b"no object file");
    let hog = symbol(&exe, "hog") + 20;
    let mapping = |start, file, build_id| Mapping {
        start,
        limit: start + 0x1000,
        offset: 0x1000,
        file,
        build_id,
    };
    let cases: [(&str, &[Mapping<'_>]); 8] = [
        ("no mapping", &[]),
        ("no file", &[mapping(0x401000, "", "")]),
        ("no such file", &[mapping(0x401000, "/gone/exe", "abcd")]),
        ("no object file", &[mapping(0x401000, "text", "")]),
        ("a folder", &[mapping(0x401000, "/", "")]),
        (
            "the kernel's",
            &[
                mapping(0x401000, "[vdso]", ""),
                mapping(0x501000, "[kernel.kallsyms]", ""),
            ],
        ),
        (
            "another's file is gone",
            &[
                mapping(0x401000, "text", ""),
                mapping(0x501000, "", ""),
                mapping(0x601000, "/gone/b", ""),
            ],
        ),
        (
            "an address without a function",
            &[mapping(0x40_0000, file, "")],
        ),
    ];
    for (case, mappings) in cases {
        let mut bare = Bare::new();
        let stack: Vec<(u64, u64)> = if mappings.is_empty() {
            vec![(0, hog)]
        } else {
            let inside = |m: &Mapping<'_>| (bare.mapping(*m), m.start + 0x10);
            mappings.iter().map(inside).collect()
        };
        bare.sample(&stack);
        scratch.write("p.pb", &bare.encode());
        for options in [
            "-symbolize=local",
            "-symbolize=none",
            "-symbolize=bogus",
            "-symbolize=fastlocal:demangle=full",
        ] {
            let args = [options, "-traces", "p.pb"];
            let found = scratch.ours(&args);
            assert!(found.status.success(), "{case}: {found:?}");
            if options == "-symbolize=none" {
                assert_eq!(String::from_utf8_lossy(&found.stderr), "", "{case}");
            }
            let Some(go_pprof) = go_pprof() else { return };
            let expected = scrubbed(&go_pprof, scratch.folder.path())
                .args(args)
                .output()
                .expect("pprof runs");
            let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
            assert_eq!(
                text(&found.stdout),
                text(&expected.stdout),
                "{case} {options}"
            );
            assert_eq!(
                text(&found.stderr),
                text(&expected.stderr),
                "{case} {options}"
            );
        }
    }
}
