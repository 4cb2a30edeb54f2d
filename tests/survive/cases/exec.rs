//! exec: the new program lives. ITIMER_PROF goes over to it and our handler does not, so the timer is stopped before, by
//! functions that go before libc's; and an exec that fails changes nothing.
//!
//! Without that (mutant timer-survives-exec) the new program ends with "Profiling timer expired". So it does after a bare
//! execve(2), which nobody in user space can see: a known limit, which is a case of its own. The clocks made of
//! timer_create(2) have none: the kernel deletes those timers.
#![allow(unsafe_code)]

use std::ffi::{CStr, CString, c_char};
use std::os::unix::process::CommandExt as _;

use framecheck::sigprof::Clock;

use crate::case::{Case, End, Killer};
use crate::child::{FLAG, LANDED, again, burn_ms, clock, profiler, total};

/// A case for one function of the family, of which each ends in a program or in `exec`'s panic.
macro_rules! case {
    ($name:literal, $path:ident, $argv:ident, $envp:ident => $call:expr) => {
        case!(
            $name,
            // SAFETY: strings and lists that end, as `exec` makes them.
            || exec(|$path, $argv, $envp| unsafe { $call })
        )
    };
    ($name:literal, $child:expr) => {
        Case {
            name: $name,
            child: $child,
            clocks: Clock::ALL,
            killers: &[Killer {
                mutant: "timer-survives-exec",
                clock: Clock::Process,
                end: End::Killed(libc::SIGPROF),
            }],
        }
    };
}

#[cfg(feature = "interpose")]
pub const CASES: &[Case] = &[
    case!("execve", p, a, e => libc::execve(p, a, e)),
    case!("execv", p, a, _e => libc::execv(p, a)),
    case!("execvp", p, a, _e => libc::execvp(p, a)),
    case!("execvpe", p, a, e => libc::execvpe(p, a, e)),
    case!("execveat", p, a, e => execveat(libc::AT_FDCWD, p, a, e, 0)),
    case!("fexecve", p, a, e => libc::fexecve(libc::open(p, libc::O_RDONLY), a, e)),
    case!("execl", p, a, _e => libc::execl(p, *a, *a.add(1), *a.add(2), EXTRA, EXTRA, EXTRA, NULL)),
    case!("execlp", p, a, _e => libc::execlp(p, *a, *a.add(1), *a.add(2), NULL)),
    case!("execle", p, a, e => libc::execle(p, *a, *a.add(1), *a.add(2), EXTRA, EXTRA, NULL, e)),
    case!("exec_by_command", || {
        let _profiler = profiler().start().unwrap();
        burn_ms(20);
        panic!("{}", again(LANDED).exec());
    }),
    Case {
        name: "exec_that_fails",
        child: exec_that_fails,
        clocks: Clock::ALL,
        killers: &[],
    },
    Case {
        name: "exec_bare",
        child: exec_bare,
        clocks: &[Clock::Process, Clock::Thread],
        killers: &[],
    },
];
#[cfg(not(feature = "interpose"))]
pub const CASES: &[Case] = &[];

const NULL: *const c_char = std::ptr::null();
/// Arguments that nobody reads: enough of them that some are on the stack.
const EXTRA: *const c_char = c"extra".as_ptr();

unsafe extern "C" {
    fn execveat(
        folder: i32,
        path: *const c_char,
        argv: *const *const c_char,
        envp: *const *const c_char,
        flags: i32,
    ) -> i32;
    static environ: *const *const c_char;
}

type Strings = *const *const c_char;

/// While a second thread burns, so that ticks come from everywhere.
fn exec(call: impl FnOnce(*const c_char, Strings, Strings) -> i32) {
    let _profiler = profiler().start().unwrap();
    std::thread::spawn(|| burn_ms(10_000));
    burn_ms(20);
    with_arguments(|path, argv| {
        // SAFETY: libc's own list.
        call(path, argv, unsafe { environ });
    });
    panic!("no exec: {}", std::io::Error::last_os_error());
}

fn with_arguments(call: impl FnOnce(*const c_char, Strings)) {
    let path = std::env::current_exe()
        .unwrap()
        .into_os_string()
        .into_encoded_bytes();
    let path = CString::new(path).unwrap();
    let [flag, landed] = [FLAG, LANDED].map(|text| CString::new(text).unwrap());
    let argv = [path.as_ptr(), flag.as_ptr(), landed.as_ptr(), NULL];
    call(path.as_ptr(), argv.as_ptr());
}

/// The profile goes on, and errno says why.
fn exec_that_fails() {
    const NONE_SUCH: &CStr = c"/none/such";
    let profiler = profiler().start().unwrap();
    for _ in 0..1000 {
        let argv = [NONE_SUCH.as_ptr(), NULL];
        // SAFETY: strings and a list that end.
        unsafe {
            assert_eq!(libc::execv(NONE_SUCH.as_ptr(), argv.as_ptr()), -1);
            assert_eq!(*libc::__errno_location(), libc::ENOENT);
            assert_eq!(libc::execl(NONE_SUCH.as_ptr(), EXTRA, NULL), -1);
        }
    }
    burn_ms(200);
    // 200 ms are 50 ticks of a kernel that ticks 250 times a second; were the timer gone, there would be none.
    let total = total(&profiler.stop().unwrap());
    assert!(total >= 5, "{total}");
}

/// The known limit: nobody stops the timer before a bare system call, and the new program ends by it. Should this ever
/// pass, the documentation is to be changed.
fn exec_bare() {
    let id = std::process::id();
    let status = match clock() {
        Clock::Process => libc::SIGPROF,
        _ => 0,
    };
    // SAFETY: the child makes a system call and nothing else.
    let child = unsafe { libc::fork() };
    if child == 0 {
        assert_ne!(id, std::process::id());
        let _profiler = profiler().start().unwrap();
        burn_ms(20);
        // SAFETY: strings and lists that end.
        with_arguments(|path, argv| unsafe {
            libc::syscall(libc::SYS_execve, path, argv, environ);
        });
        // SAFETY: ends the child.
        unsafe { libc::_exit(1) };
    }
    let mut got = 0;
    // SAFETY: our own child.
    unsafe { libc::waitpid(child, &raw mut got, 0) };
    assert_eq!(got & 0x7f, status);
}
