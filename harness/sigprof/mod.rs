//! The reference SIGPROF profiler (signatures only, for the first minutes).
#![allow(unsafe_code, missing_docs)]

/// Which clock delivers SIGPROF.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Clock {
    Process,
    Thread,
}
impl std::str::FromStr for Clock {
    type Err = Error;
    fn from_str(_: &str) -> Result<Self, Error> {
        Ok(Clock::Thread)
    }
}

#[derive(Debug)]
pub enum Error {
    Stub,
}
impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("stub")
    }
}
impl std::error::Error for Error {}

pub struct Builder;
impl Builder {
    pub fn hz(self, _hz: u32) -> Self {
        self
    }
    pub fn clock(self, _c: Clock) -> Self {
        self
    }
    pub fn start(self) -> Result<Profiler, Error> {
        Err(Error::Stub)
    }
}
pub struct Profiler;
impl Profiler {
    pub fn builder() -> Builder {
        Builder
    }
    /// Later: `Result<pprof::Profile, Error>`; `Profile::encode() -> Vec<u8>`.
    pub fn stop(self) -> Result<Vec<u8>, Error> {
        Err(Error::Stub)
    }
}

/// The current mixed stack, taken outside a signal through the same foreign buffer.
pub struct Stack {
    pub foreign: Vec<usize>,
    pub host: Vec<usize>,
}
pub fn capture() -> Stack {
    Stack {
        foreign: vec![],
        host: vec![],
    }
}

pub mod foreign {
    #[repr(C)]
    pub struct TracebackArg {
        pub context: usize,
        pub sig_context: usize,
        pub buf: *mut usize,
        pub max: usize,
    }
    #[repr(C)]
    pub struct ContextArg {
        pub context: usize,
    }
    #[repr(C)]
    pub struct SymbolizerArg {
        pub pc: usize,
        pub file: *const std::ffi::c_char,
        pub lineno: usize,
        pub func: *const std::ffi::c_char,
        pub entry: usize,
        pub more: usize,
        pub data: usize,
    }
    pub type Traceback = unsafe extern "C" fn(*mut TracebackArg);
    pub type Context = unsafe extern "C" fn(*mut ContextArg);
    pub type Symbolizer = unsafe extern "C" fn(*mut SymbolizerArg);
    #[derive(Debug, PartialEq, Eq, Clone, Copy)]
    pub enum SetTracebackError {
        UnsupportedVersion,
        AlreadySet,
    }
    /// # Safety
    /// The traceback and context functions are called in a signal handler: async-signal-safe only.
    pub unsafe fn set_traceback(
        _version: i32,
        _t: Option<Traceback>,
        _c: Option<Context>,
        _s: Option<Symbolizer>,
    ) -> Result<(), SetTracebackError> {
        Ok(())
    }
    pub fn call<R>(f: impl FnOnce() -> R) -> R {
        f()
    }
}
