//! Compiles the plain set of csrc/ into the library, and says (`cfg(sigprof)`) whether the target is one that the
//! reference profiler knows. Anywhere else no C is compiled and the crate still builds. The C cases, and what they are
//! compiled with when they are run, go into the library as text.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, exit};

/// How the plain set is compiled. Nothing is left to the compiler's defaults or to the environment where it decides
/// what a stack looks like: the same code in debug and release builds, here and elsewhere.
const FLAGS: &[&str] = &[
    "-std=gnu11",
    // What distributions ship. At -O0 every function has a frame, and the leaf without one is never seen.
    "-O2",
    // For the lines; it does not change the code.
    "-g",
    // The objects are linked into a position-independent executable.
    "-fPIC",
    // The harder case, and the default of -O2: nothing but the unwind tables leads to a caller.
    "-fomit-frame-pointer",
    // Those tables, exact at every instruction, also where a compiler leaves them out of plain C.
    "-fasynchronous-unwind-tables",
    "-Wall",
    "-Wextra",
];

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=csrc");
    println!("cargo::rerun-if-changed=snapshots");
    println!("cargo::rerun-if-changed=testprogs/lib");
    // To build and test, on a platform that is supported, what is there on one that is not.
    println!("cargo::rerun-if-env-changed=FRAMECHECK_NO_SIGPROF");
    // For what is compiled at run time.
    println!(
        "cargo::rustc-env=FRAMECHECK_TARGET={}",
        required("TARGET").display()
    );
    write_corpus();
    if !supported() || env::var_os("FRAMECHECK_NO_SIGPROF").is_some_and(|value| value == "1") {
        return;
    }
    println!("cargo::rustc-cfg=sigprof");
    export_hook();
    if env::var_os("CARGO_FEATURE_PROGRAMS").is_some() {
        compile_programs();
    }
}

/// Lets libraries that are opened at run time find the C side of the hook in our executables and tests. The first
/// argument keeps the function, which nothing in the executable may call; the second puts it where the loader looks.
fn export_hook() {
    for kind in ["bins", "tests"] {
        for argument in ["--undefined", "--export-dynamic-symbol"] {
            println!("cargo::rustc-link-arg-{kind}=-Wl,{argument}=framecheck_set_traceback");
        }
    }
}

fn supported() -> bool {
    let is = |key: &str, value: &str| env::var(key).is_ok_and(|found| found == value);
    is("CARGO_CFG_TARGET_OS", "linux")
        && is("CARGO_CFG_TARGET_ARCH", "x86_64")
        && is("CARGO_CFG_TARGET_POINTER_WIDTH", "64")
}

fn compile_programs() {
    let out = PathBuf::from(required("OUT_DIR"));
    // cc finds the compiler, and archives. It does not compile: with debug info it would add
    // -fno-omit-frame-pointer by itself, and it appends CFLAGS whatever it is told.
    let compiler = match cc::Build::new().try_get_compiler() {
        Ok(tool) => tool.path().to_path_buf(),
        Err(error) => fail(&format!("no C compiler: {error}")),
    };
    let mut archive = cc::Build::new();
    for source in sources() {
        let object = out
            .join(source.file_name().unwrap_or_default())
            .with_extension("o");
        compile(&compiler, &source, &object);
        archive.object(object);
    }
    archive.compile("framecheck_programs");
}

/// The folders whose files the library has as text.
const CORPUS: &[&str] = &[
    "csrc/cases",
    "csrc/include",
    "csrc/runtime",
    "snapshots",
    "testprogs/lib",
];

/// Writes corpus.rs: a table of paths, as they are in the package and sorted, and texts.
fn write_corpus() {
    let mut paths = Vec::new();
    for folder in CORPUS {
        walk(Path::new(folder), &mut paths);
    }
    paths.sort();
    let root = PathBuf::from(required("CARGO_MANIFEST_DIR"));
    let rows: String = paths
        .iter()
        .map(|path| {
            let text = root.join(path);
            format!("    ({path:?}, include_str!({text:?})),\n")
        })
        .collect();
    let table = format!(
        "/// Paths in the package, sorted, and texts.\npub const FILES: &[(&str, &str)] = &[\n{rows}];\n"
    );
    let out = PathBuf::from(required("OUT_DIR")).join("corpus.rs");
    if let Err(error) = fs::write(&out, table) {
        fail(&format!("{}: {error}", out.display()));
    }
}

fn walk(folder: &Path, paths: &mut Vec<PathBuf>) {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) => fail(&format!("{}: {error}", folder.display())),
    };
    for entry in entries {
        match entry.map(|entry| entry.path()) {
            // What editors leave.
            Ok(path)
                if path
                    .file_name()
                    .is_some_and(|name| name.as_encoded_bytes().starts_with(b".")) => {}
            Ok(path) if path.is_dir() => walk(&path, paths),
            Ok(path) => paths.push(path),
            Err(error) => fail(&format!("{}: {error}", folder.display())),
        }
    }
}

fn sources() -> Vec<PathBuf> {
    let entries = match fs::read_dir("csrc") {
        Ok(entries) => entries,
        Err(error) => fail(&format!("csrc: {error}")),
    };
    let mut sources: Vec<PathBuf> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|extension| extension == "c"))
        .collect();
    sources.sort();
    sources
}

fn compile(compiler: &Path, source: &Path, object: &Path) {
    // A compiler looks for its parts in PATH and writes to TMPDIR; CPATH, C_INCLUDE_PATH and the like stay out.
    let kept = ["PATH", "TMPDIR"].map(|key| (key, env::var_os(key)));
    let result = Command::new(compiler)
        .env_clear()
        .envs(
            kept.into_iter()
                .filter_map(|(key, value)| Some((key, value?))),
        )
        .env("LC_ALL", "C")
        .args(FLAGS)
        .args(["-I", "csrc/include", "-c", "-o"])
        .arg(object)
        .arg(source)
        .output();
    let output = match result {
        Ok(output) => output,
        Err(error) => fail(&format!("{}: {error}", compiler.display())),
    };
    let message = String::from_utf8_lossy(&output.stderr);
    if !output.status.success() {
        fail(&message);
    }
    for line in message.lines() {
        println!("cargo::warning={line}");
    }
}

fn required(key: &str) -> OsString {
    env::var_os(key).unwrap_or_else(|| fail(&format!("{key} is not set: not run by cargo?")))
}

/// Ends the build with `message` as it is; cargo shows what a failed build script wrote to stderr.
fn fail(message: &str) -> ! {
    eprintln!("{message}");
    exit(1)
}
