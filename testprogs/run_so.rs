//! run_so: the host of C cases. It opens the artefact before the profiler starts, calls its `run` as foreign code, and
//! knows nothing of what it does.

use std::hint::black_box;

use super::ffi_artefact::Artefact;
use crate::sigprof::foreign;

/// The host's function above every C case.
#[inline(never)]
pub(super) fn run(artefact: &Artefact) {
    foreign::call(|| artefact.run());
    // Looked at after the call, or it becomes a jump.
    black_box(());
}
