//! The test programs as an executable of their own: what a port sees, and what the pprof tools are pointed at.

use std::process::exit;

fn main() {
    let code = framecheck::programs::main(
        std::env::args_os().skip(1),
        &mut std::io::stdout(),
        &mut std::io::stderr(),
    );
    // Looked at after the call, or the call becomes a jump and `main` is on no stack.
    std::hint::black_box(&code);
    exit(code)
}
