//! pprof-rs as a port: the executable protocol of INTERPRETING.md, spoken by framecheck's own programs with this profiler
//! linked in.

use std::{env, io, process};

use framecheck::case::Capability;
use framecheck::port::{Description, Profiler, ProfilerError};
use pprof::protos::Message;

/// Which of the features it was built with.
const UNWINDER: &str = if cfg!(feature = "frame-pointer") {
    "frame-pointer"
} else if cfg!(feature = "framehop") {
    "framehop"
} else {
    "default"
};

struct PprofRs(Option<pprof::ProfilerGuard<'static>>);

impl Profiler for PprofRs {
    fn describe(&self) -> Description {
        let capabilities = [
            Capability::Threads,
            Capability::NativeC,
            Capability::SigprofInProcess,
            // Its handler samples on every SIGPROF, whoever sent it.
            Capability::AcceptsSelfSent,
        ];
        Description::new(&format!("pprof-rs:{UNWINDER}"), "0.15.0", &capabilities)
    }

    fn start(&mut self, hz: u32) -> Result<(), ProfilerError> {
        self.0 = Some(pprof::ProfilerGuard::new(i32::try_from(hz)?)?);
        Ok(())
    }

    fn stop(&mut self) -> Result<Vec<u8>, ProfilerError> {
        let guard = self.0.take().ok_or("it was not started")?;
        Ok(guard.report().build()?.pprof()?.encode_to_vec())
    }
}

fn main() {
    let args = env::args_os().skip(1);
    let (out, err) = (&mut io::stdout(), &mut io::stderr());
    let code = framecheck::programs::serve(&mut PprofRs(None), args, out, err);
    process::exit(code);
}
