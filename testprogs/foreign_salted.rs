//@ case: foreign.salted
//@ says: A hook's frames have the names that the program's library has for them, which are others in each run.
//@ origin: control
//@ needs: hook
//@ lib: lib/foreign_salted.c
//@ salt: cpuHog cpuHog2
// 100 signals, at the rate that ticks allow.
//@ hz: 250
//@ cpu: 400ms
//@ stack: main > ... > host::foreign_salted > ... > cpuHog2 > cpuHog
//@ every cpuHog: main > ... > host::foreign_salted > ... > cpuHog2 > cpuHog
// Also where the leaf is not C.
//@ every: main > ...
//@ top: cpuHog
//@ kills: always-says-cpuHog
//! foreign_salted: foreign_hook with the C in a library that is compiled for the run, under names that nobody can know. There is
//! no snapshot: it would be another one each time.

use std::sync::OnceLock;

use super::ffi_artefact::Salted;
use super::session::Session;
use super::settings;
use super::table::Program;
use crate::sigprof::foreign;

static LIBRARY: OnceLock<Salted> = OnceLock::new();

pub(super) const PROGRAM: Program = Program {
    name: "foreign_salted",
    source: include_str!("foreign_salted.rs"),
    prepare,
    run,
    after: None,
};

fn prepare() -> Result<(), String> {
    let library = Salted::open(&settings::lib()?)?;
    library.register()?;
    // A process runs one program, once.
    let _ = LIBRARY.set(library);
    Ok(())
}

#[inline(never)]
fn run(session: &mut Session) -> Result<(), String> {
    let library = LIBRARY.get().ok_or("the library was not opened")?;
    let mut phase = session.phase(library.leaf(), session.cpu_ns());
    while phase.more() {
        foreign::call(|| library.run());
    }
    Ok(())
}
