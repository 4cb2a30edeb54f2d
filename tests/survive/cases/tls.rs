//! Libraries with thread-local storage come and go under a malloc load. What a thread first asks of such a library's
//! variables is allocated then and there, so that a handler that did the same would wait for the allocator's lock.
//!
//! In an executable such a variable is there from the beginning; but one with a destructor registers that when a thread first
//! touches it, and libc allocates for it. With a handler that has one (mutant lazy-thread-local) the first sample of a thread
//! that is in malloc waits for itself.
#![allow(unsafe_code)]

use std::ffi::CString;
use std::hint::black_box;
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use framecheck::sigprof::Clock;

use crate::case::{Case, End, Killer};
use crate::child::{burn_ms, cpu_ms, profiler, total};

pub const CASES: &[Case] = &[
    Case {
        name: "tls",
        child: libraries_come_and_go,
        clocks: Clock::ALL,
        killers: &[],
    },
    Case {
        name: "tls_first_touch",
        child: threads_that_allocate,
        clocks: Clock::ALL,
        killers: &[Killer {
            mutant: "lazy-thread-local",
            clock: Clock::Thread,
            end: End::Hangs,
        }],
    },
];

/// A hundred threads whose first sample finds them in malloc, as likely as not: of these sizes the allocator keeps none aside
/// for a thread to take without a lock.
fn threads_that_allocate() {
    let profiler = profiler().start().unwrap();
    for _ in 0..100 {
        let allocating = || {
            let end_ms = cpu_ms() + 5.0;
            while cpu_ms() < end_ms {
                // Not written to: a thread that clears its blocks is seldom in malloc.
                for kib in 2..60 {
                    black_box(Vec::<u8>::with_capacity(kib * 1024));
                }
            }
        };
        thread::spawn(allocating).join().unwrap();
    }
    assert!(total(&profiler.stop().unwrap()) > 3);
}

/// A block for each thread that touches it: more than the loader keeps in reserve.
const LIBRARY: &str = "static __thread char block[65536];
char *touch(int i) { block[i] = 1; return block; }
";

/// Compiles the library; the C compiler is the one that the build needs anyway.
fn library(folder: &Path) -> CString {
    let (source, object) = (folder.join("tls.c"), folder.join("tls.so"));
    std::fs::write(&source, LIBRARY).unwrap();
    let mut compiler = Command::new("cc");
    compiler
        .args(["-shared", "-fPIC", "-O1", "-o"])
        .arg(&object)
        .arg(&source);
    assert!(compiler.status().unwrap().success());
    CString::new(object.into_os_string().into_encoded_bytes()).unwrap()
}

fn libraries_come_and_go() {
    let folder = tempfile::TempDir::new().unwrap();
    let path = library(folder.path());
    let is_over = AtomicBool::new(false);
    let profiler = profiler().start().unwrap();
    thread::scope(|scope| {
        scope.spawn(|| {
            while !is_over.load(Ordering::Relaxed) {
                for bytes in 1..1000 {
                    black_box(vec![0u8; bytes]);
                }
            }
        });
        for _ in 0..300 {
            load_and_touch(&path);
        }
        is_over.store(true, Ordering::Relaxed);
    });
    burn_ms(100);
    assert!(total(&profiler.stop().unwrap()) > 3);
}

fn load_and_touch(path: &CString) {
    type Touch = unsafe extern "C" fn(i32) -> *mut u8;
    // SAFETY: a library of our own, whose one function has this type; closed when nobody uses it any more.
    unsafe {
        let library = libc::dlopen(path.as_ptr(), libc::RTLD_NOW);
        assert!(!library.is_null());
        let touch = libc::dlsym(library, c"touch".as_ptr());
        assert!(!touch.is_null());
        let touch = std::mem::transmute::<*mut libc::c_void, Touch>(touch);
        black_box(touch(7));
        libc::dlclose(library);
    }
}
