//! errno is the program's: what a handler's system calls leave there shows nowhere.
//!
//! Without `Errno::restore` the loop below saw another value after some hundred rounds.
#![allow(unsafe_code)]

use framecheck::sigprof::Clock;

use crate::case::{Case, End, Killer};
use crate::child::{burn_ms, cpu_ms, profiler, total, work};

pub const CASES: &[Case] = &[Case {
    name: "errno",
    child: errno,
    clocks: Clock::ALL,
    killers: &[Killer {
        mutant: "clobber-errno",
        clock: Clock::Thread,
        end: End::Failed("4711"),
    }],
}];

fn errno() {
    let profiler = profiler().start().unwrap();
    let end_ms = cpu_ms() + 300.0;
    while cpu_ms() < end_ms {
        // SAFETY: this thread's own.
        unsafe { *libc::__errno_location() = 4711 };
        for _ in 0..5 {
            work();
        }
        // SAFETY: as above.
        assert_eq!(unsafe { *libc::__errno_location() }, 4711);
    }
    burn_ms(10);
    assert!(total(&profiler.stop().unwrap()) > 3);
}
