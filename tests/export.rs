//! A C library that is opened at run time finds framecheck_set_traceback in the executable: our two executables export
//! it (build.rs), and so does this one.
#![cfg(all(feature = "cli", sigprof))]
#![allow(unsafe_code)]

mod support;

use std::ffi::{CString, c_int};
use std::path::{Path, PathBuf};
use std::process::Command;

use framecheck::sigprof::{capture, foreign};
use predicates::prelude::*;
use tempfile::TempDir;

/// Registers a hook as soon as it is loaded.
const LIBRARY: &str = r"
#include <foreign_traceback.h>
int late_hook_answer = -1;
static void late_hook(struct foreign_traceback_arg *arg) { arg->buf[0] = 0x1234; arg->buf[1] = 0; }
__attribute__((constructor)) static void load(void)
{
	late_hook_answer = framecheck_set_traceback(0, late_hook, 0, 0);
}
";

fn library(folder: &Path) -> PathBuf {
    let (source, library) = (folder.join("late.c"), folder.join("late.so"));
    std::fs::write(&source, LIBRARY).unwrap();
    let include = Path::new(env!("CARGO_MANIFEST_DIR")).join("csrc/include");
    let compiled = Command::new(std::env::var_os("CC").unwrap_or_else(|| "cc".into()))
        .args(["-shared", "-fPIC", "-O2", "-I"])
        .args([&include, Path::new("-o"), &library, &source])
        .output()
        .unwrap();
    let message = String::from_utf8_lossy(&compiled.stderr).into_owned();
    assert!(compiled.status.success(), "{message}");
    library
}

#[test]
fn a_library_that_is_opened_registers_its_hook() {
    let folder = TempDir::new().unwrap();
    let path = library(folder.path());
    let path = CString::new(path.to_str().unwrap()).unwrap();
    // SAFETY: a path that ends in 0; RTLD_NOW, so that a symbol which is not found fails here. The variable is an int
    // that is written once, by the constructor, before dlopen returns. The library stays open.
    let answer = unsafe {
        let library = libc::dlopen(path.as_ptr(), libc::RTLD_NOW);
        assert!(!library.is_null(), "framecheck_set_traceback is not found");
        let answer = libc::dlsym(library, c"late_hook_answer".as_ptr()).cast::<c_int>();
        *answer
    };
    assert_eq!(answer, 0);
    assert_eq!(foreign::call(capture).answered(), [0x1234]);
    unsafe extern "C" fn other(_: *mut foreign::TracebackArg) {}
    // SAFETY: `other` does nothing.
    let refused = unsafe { foreign::set_traceback(0, Some(other), None, None) };
    assert_eq!(refused, Err(foreign::SetTracebackError::AlreadySet));
}

/// Loaded before anything else, the library has registered its hook first, and the program's own is refused.
#[test]
fn our_executables_export_it() {
    let folder = TempDir::new().unwrap();
    let path = library(folder.path());
    for mut command in [support::testprog(), {
        let mut framecheck = support::framecheck();
        framecheck.arg("__program");
        framecheck
    }] {
        command
            .arg("foreign_hook")
            .env("LD_PRELOAD", &path)
            .env("TMPDIR", folder.path())
            .assert()
            .code(2)
            .stderr(predicate::str::contains("another hook is registered"));
    }
}
