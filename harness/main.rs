//! The command line, thin.

use std::io::Write;
use std::process::ExitCode;

fn main() -> ExitCode {
    let mut args = std::env::args_os().skip(1);
    if args.next().is_some_and(|command| command == "pprof") {
        let args: Vec<_> = args.collect();
        let (mut out, mut err) = (std::io::stdout().lock(), std::io::stderr().lock());
        let code = framecheck::pprof::command::main(&args, &mut out, &mut err);
        return match out.flush() {
            Ok(()) => ExitCode::from(code as u8),
            Err(_) => ExitCode::from(2),
        };
    }
    ExitCode::SUCCESS
}
