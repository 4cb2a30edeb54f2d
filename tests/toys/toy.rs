use framecheck::{case::Capability, port::*, sigprof};
struct Toy(Option<sigprof::Profiler>);
impl Profiler for Toy {
    fn describe(&self) -> Description {
        Description::new("toy", "1", &[Capability::NativeC, Capability::Threads])
    }
    fn start(&mut self, hz: u32) -> Result<(), ProfilerError> {
        self.0 = Some(sigprof::Profiler::builder().hz(hz).clock(sigprof::Clock::Process).start()?);
        Ok(())
    }
    fn stop(&mut self) -> Result<Vec<u8>, ProfilerError> {
        Ok(self.0.take().ok_or("it was not started")?.stop()?.encode())
    }
}
fn main() { framecheck::main(Toy(None)) }
