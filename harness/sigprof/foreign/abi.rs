//! What a hook is called with: the structs of Go's runtime/traceback.go as they are today, checked for layout when
//! they are compiled. In the seed (2016) `sig_context` did not exist yet; a hook written to that layout writes its
//! addresses into the signal's context, and no C frame is ever seen.

use std::ffi::c_char;
use std::mem::{offset_of, size_of};

/// What a traceback function gets. It stores call-site addresses, innermost first, at `buf`, at most `max` of them,
/// and a 0 behind the last unless all are used.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct TracebackArg {
    /// 0 for the current point, or a value that the context function has given for a saved one.
    pub context: usize,
    /// The `ucontext_t *` of the signal, or 0 outside a signal handler.
    pub sig_context: usize,
    /// Where the addresses go.
    pub buf: *mut usize,
    /// How many there is space for.
    pub max: usize,
}

/// What a context function gets: 0 asks it to record the current point, anything else to release that one.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct ContextArg {
    /// In: 0 or a recorded value. Out: the value recorded, or 0 for none.
    pub context: usize,
}

/// What a symbolizer gets: an address to name. All but `pc` and `data` is zero at the first call for an address and
/// kept between the calls for that address, which follow one another while it sets `more`; `data` is kept throughout.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct SymbolizerArg {
    /// The address to name; 0, once after all others, asks it to release what it keeps.
    pub pc: usize,
    /// Out: the source file, or null.
    pub file: *const c_char,
    /// Out: the line, or 0.
    pub lineno: usize,
    /// Out: the function's name, or null.
    pub func: *const c_char,
    /// Out: the function's first address, or 0.
    pub entry: usize,
    /// Out: not 0 if another frame was inlined here; the function is called again with the same `pc`.
    pub more: usize,
    /// The symbolizer's own.
    pub data: usize,
}

/// A traceback function. Called in a signal handler: async-signal-safe only.
pub type Traceback = unsafe extern "C" fn(*mut TracebackArg);
/// A context function. Called outside signal handlers, on the thread that calls back.
pub type Context = unsafe extern "C" fn(*mut ContextArg);
/// A symbolizer. Called outside signal handlers.
pub type Symbolizer = unsafe extern "C" fn(*mut SymbolizerArg);

/// The most frames a traceback function is given space for.
pub const MAX_FRAMES: usize = 32;

// The layout that C hooks are compiled against: words, in this order, nothing between them.
const WORD: usize = size_of::<usize>();
const _: () = assert!(size_of::<TracebackArg>() == 4 * WORD);
const _: () = assert!(offset_of!(TracebackArg, context) == 0);
const _: () = assert!(offset_of!(TracebackArg, sig_context) == WORD);
const _: () = assert!(offset_of!(TracebackArg, buf) == 2 * WORD);
const _: () = assert!(offset_of!(TracebackArg, max) == 3 * WORD);
const _: () = assert!(size_of::<ContextArg>() == WORD);
const _: () = assert!(size_of::<SymbolizerArg>() == 7 * WORD);
const _: () = assert!(offset_of!(SymbolizerArg, pc) == 0);
const _: () = assert!(offset_of!(SymbolizerArg, file) == WORD);
const _: () = assert!(offset_of!(SymbolizerArg, lineno) == 2 * WORD);
const _: () = assert!(offset_of!(SymbolizerArg, func) == 3 * WORD);
const _: () = assert!(offset_of!(SymbolizerArg, entry) == 4 * WORD);
const _: () = assert!(offset_of!(SymbolizerArg, more) == 5 * WORD);
const _: () = assert!(offset_of!(SymbolizerArg, data) == 6 * WORD);
