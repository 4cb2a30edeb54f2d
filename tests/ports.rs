//! Ports from outside the tree: toys that are written from INTERPRETING.md alone, what is found wrong with a broken one, and what is
//! said of a port that is not there.
#![cfg(all(feature = "cli", sigprof))]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use assert_cmd::cargo::cargo_bin;
use predicates::prelude::*;
use tempfile::TempDir;

const TOY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/toys/toy.c");

/// The C toy in a folder of its own, which is not the tree's.
struct Toy {
    folder: TempDir,
}

impl Toy {
    fn new(flags: &[&str]) -> Toy {
        let folder = tempfile::tempdir().unwrap();
        let built = Command::new("cc")
            .args(["-O1", "-o"])
            .arg(folder.path().join("toy"))
            .args(flags)
            .args([TOY, "-ldl"])
            .status()
            .unwrap();
        assert!(built.success());
        Toy { folder }
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    fn manifest(&self) -> PathBuf {
        let path = self.path().join("port.toml");
        let text = "name = \"toy\"\nversion = \"1\"\ninstall = [\"cc -o toy toy.c\"]\nformat = \"gperftools\"\n\
                    capabilities = [\"native-c\"]\nexecutable = [\"{port}/toy\"]\n";
        fs::write(&path, text).unwrap();
        path
    }
}

fn run(args: &[&str]) -> assert_cmd::assert::Assert {
    assert_cmd::Command::new(cargo_bin!("framecheck"))
        .arg("run")
        .args(args)
        .assert()
}

fn stdout(assert: &assert_cmd::assert::Assert) -> String {
    String::from_utf8(assert.get_output().stdout.clone()).unwrap()
}

#[test]
fn a_c_toy_of_40_lines_is_judged_as_any_profiler() {
    assert!(fs::read_to_string(TOY).unwrap().lines().count() <= 40);
    let toy = Toy::new(&[]);
    let exe = toy.path().join("toy");
    let judged = run(&[
        "stack.leaf",
        "foreign.none",
        "--variant",
        "o2",
        "--variant",
        "plain",
        "--port",
        exe.to_str().unwrap(),
    ]);
    let judged = judged.success();
    let out = stdout(&judged);
    assert!(out.contains("PASS         stack.leaf    o2"), "{out}");
    // It has no program, and says so with 127.
    assert!(out.contains("UNSUPPORTED  foreign.none"), "{out}");
    assert!(out.contains("judged 1 of 2, passed 1 of 1"), "{out}");
}

/// The whole way of a port's author: a failing, the list that it goes to, the reason that is asked for, and the entry that is out of
/// date once the profiler is right.
#[test]
fn a_broken_toy_is_found_out_listed_and_the_list_goes_stale() {
    let toy = Toy::new(&["-DSKIP=3"]);
    let manifest = toy.manifest();
    let args = [
        "stack.leaf",
        "--variant",
        "o2",
        "--port",
        manifest.to_str().unwrap(),
    ];
    let list = toy.path().join("expect.toml");
    let failed = run(&[&args[..], &["--write-expectations"]].concat()).code(1);
    let out = stdout(&failed);
    assert!(
        out.contains("FAIL         stack.leaf  o2") && out.contains("every cpuHog"),
        "{out}"
    );
    let text = fs::read_to_string(&list).unwrap();
    assert!(text.contains("fails = \"every cpuHog\""), "{text}");
    run(&args)
        .code(2)
        .stderr(predicate::str::contains("`reason` is empty"));
    fs::write(
        &list,
        text.replace("reason = \"\"", "reason = \"it begins a frame late\""),
    )
    .unwrap();
    let expected = run(&args).success();
    assert!(
        stdout(&expected).contains("XFAIL        stack.leaf"),
        "{}",
        stdout(&expected)
    );
    fs::copy(Toy::new(&[]).path().join("toy"), toy.path().join("toy")).unwrap();
    let stale = run(&args).code(1);
    let out = stdout(&stale);
    assert!(
        out.contains("XPASS        stack.leaf") && out.contains("take the entry out"),
        "{out}"
    );
}

#[test]
fn several_ports_stand_side_by_side() {
    let (good, bad) = (Toy::new(&[]), Toy::new(&["-DSKIP=3"]));
    let (good, bad) = (good.path().join("toy"), bad.manifest());
    let one_name = run(&[
        "stack.leaf",
        "--port",
        good.to_str().unwrap(),
        "--port",
        bad.to_str().unwrap(),
    ]);
    one_name
        .code(2)
        .stderr(predicate::str::contains("the port toy is asked for twice"));
    let bad = Toy::new(&["-DSKIP=3"]);
    let text = fs::read_to_string(bad.manifest()).unwrap();
    let manifest = bad.path().join("port.toml");
    fs::write(&manifest, text.replace("\"toy\"\n", "\"late\"\n")).unwrap();
    let good = Toy::new(&[]);
    let ports = [good.path().join("toy"), manifest];
    let args: Vec<&str> = ports
        .iter()
        .flat_map(|port| ["--port", port.to_str().unwrap()])
        .collect();
    let args = [&["stack.leaf", "--variant", "o2"][..], &args].concat();
    let both = run(&args).code(1);
    let out = stdout(&both);
    assert!(out.contains("stack.leaf  o2   P  F"), "{out}");
    assert!(
        out.contains("1  toy   judged 1 of 1, passed 1 of 1"),
        "{out}"
    );
    let xml = stdout(&run(&[&args[..], &["--format", "junit"]].concat()).code(1));
    assert!(
        xml.contains("tests=\"2\" skipped=\"0\" failures=\"1\"")
            && xml.contains("classname=\"late.stack.leaf\""),
        "{xml}"
    );
}

/// A profiler that has an answer for everything has none.
#[test]
fn a_port_that_succeeds_at_anything_is_broken() {
    let folder = tempfile::tempdir().unwrap();
    let exe = folder.path().join("liar");
    let script = "#!/bin/sh\ncase $1 in describe) echo '{\"protocol\": 1, \"name\": \"liar\", \"version\": \"1\", \"url\": \"\", \"capabilities\": []}';;\n\
                  *) : >$TMPDIR/p; echo $TMPDIR/p;; esac\n";
    fs::write(&exe, script).unwrap();
    let mut permissions = fs::metadata(&exe).unwrap().permissions();
    std::os::unix::fs::PermissionsExt::set_mode(&mut permissions, 0o755);
    fs::set_permissions(&exe, permissions).unwrap();
    run(&["stack.leaf", "--port", exe.to_str().unwrap()])
        .code(2)
        .stderr(predicate::str::contains("liar is BROKEN").and(predicate::str::contains("127")));
}

#[test]
fn a_port_that_is_not_there_says_what_to_do() {
    run(&["--port", "nobody"])
        .code(2)
        .stderr(predicate::str::contains(
            "no port is called \"nobody\": there is no ports/nobody/port.toml here",
        ));
    let folder = tempfile::tempdir().unwrap();
    let manifest = folder.path().join("port.toml");
    let text = "name = \"x\"\nversion = \"1\"\ninstall = [\"make install-x\"]\nexecutable = [\"{port}/x\"]\n";
    fs::write(&manifest, text).unwrap();
    run(&["--port", folder.path().to_str().unwrap()])
        .code(2)
        .stderr(predicate::str::contains(
            "the port x is not installed; install it with\n    make install-x",
        ));
    fs::write(&manifest, format!("{text}clok = \"x\"\n")).unwrap();
    run(&["--port", manifest.to_str().unwrap()])
        .code(2)
        .stderr(predicate::str::contains(
            "port.toml:5: unknown field `clok`",
        ));
}

/// The ports in ports/, where they are installed: what is written of them holds. CI installs them all.
#[test]
fn the_ports_in_the_tree_are_well_formed() {
    let ports = Path::new(env!("CARGO_MANIFEST_DIR")).join("ports");
    for name in ["pprof-rs", "gperftools", "go", "perf"] {
        let folder = ports.join(name);
        let manifests = framecheck::port::Manifest::read(&folder.join("port.toml")).unwrap();
        assert!(!manifests.is_empty());
        framecheck::port::Expectations::read(&folder.join("expect.toml")).unwrap();
    }
}

/// A test of another crate, outside the tree. It builds a package, and that takes a minute: only where it is asked for.
#[test]
fn a_rust_toy_of_15_lines_outside_the_tree_is_a_test_of_its_crate() {
    let toy = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/toys/toy.rs");
    let text = fs::read_to_string(toy).unwrap();
    assert!(text.lines().count() <= 15);
    let contract = include_str!("../INTERPRETING.md");
    assert!(contract.contains(&text), "the contract shows another toy");
    if std::env::var_os("FRAMECHECK_OUTSIDE").is_none() {
        eprintln!("SKIPPED the build outside the tree: set FRAMECHECK_OUTSIDE=1");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let manifest = format!(
        "[package]\nname = \"toy\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[dev-dependencies.framecheck]\npath = {:?}\n\
         default-features = false\nfeatures = [\"suite\"]\n\n[[test]]\nname = \"conformance\"\nharness = false\n\n[workspace]\n",
        env!("CARGO_MANIFEST_DIR")
    );
    for folders in ["src", "tests"] {
        fs::create_dir(folder.path().join(folders)).unwrap();
    }
    fs::write(folder.path().join("Cargo.toml"), manifest).unwrap();
    fs::write(folder.path().join("src/lib.rs"), "").unwrap();
    fs::write(folder.path().join("tests/conformance.rs"), text).unwrap();
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("outside");
    let cargo = |filter: &str| {
        let mut command = assert_cmd::Command::new(env!("CARGO"));
        command
            .args(["test", "--test", "conformance", filter])
            .current_dir(folder.path())
            .env("CARGO_TARGET_DIR", &target)
            .env_remove("CARGO_MANIFEST_DIR");
        command.assert()
    };
    let leaf = stdout(&cargo("stack.leaf::").success());
    assert!(
        leaf.contains("test stack.leaf::o2 ") && leaf.contains("ok. 4 passed"),
        "{leaf}"
    );
    // What it has not is not run, and not passed.
    let hook = stdout(&cargo("foreign.hook::").success());
    assert!(hook.contains("ok. 0 passed; 0 failed; 1 ignored"), "{hook}");
}
