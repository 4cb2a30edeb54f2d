//! Libraries that are opened at run time: a C case's artefact, which exports `run`, is called and closed; and the library of
//! foreign_salted.
#![allow(unsafe_code)]

use std::ffi::{CStr, CString, OsStr, c_void};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use crate::sigprof::foreign::{self, Traceback};

/// An open library.
#[derive(Debug)]
struct Library(*mut c_void);

impl Library {
    fn open(path: &Path) -> Result<Self, String> {
        // dlopen(3) searches its path for a name without a slash, and finds something else.
        let absolute = std::path::absolute(path).map_err(|e| format!("{}: {e}", path.display()))?;
        let file = c_string(absolute.as_os_str())?;
        // SAFETY: a C string. The library's constructors run, which is what it was asked for.
        let handle = unsafe { libc::dlopen(file.as_ptr(), libc::RTLD_NOW | libc::RTLD_LOCAL) };
        if handle.is_null() {
            return Err(last_error());
        }
        Ok(Library(handle))
    }

    /// The address of what it exports under this name.
    fn symbol(&self, path: &Path, name: &CStr) -> Result<*mut c_void, String> {
        // SAFETY: an open handle and a C string.
        let symbol = unsafe { libc::dlsym(self.0, name.as_ptr()) };
        if symbol.is_null() {
            let (path, name) = (path.display(), name.to_string_lossy());
            return Err(format!("{path} exports no `{name}`: {}", last_error()));
        }
        Ok(symbol)
    }
}

/// An open artefact.
#[derive(Debug)]
pub(super) struct Artefact {
    library: Library,
    run: extern "C" fn(),
}

/// Where the artefact's runtime writes what it measured of itself. To be called before anything is opened.
pub(super) fn set_truth(path: &Path) -> Result<(), String> {
    let path = c_string(path.as_os_str())?;
    // SAFETY: both are C strings. The environment is not read at the same time: the profiler has not started, and the program's
    // other threads, if a library made any, are C's, which std's lock would not keep out either.
    match unsafe { libc::setenv(c"FRAMECHECK_TRUTH".as_ptr(), path.as_ptr(), 1) } {
        0 => Ok(()),
        _ => Err("FRAMECHECK_TRUTH cannot be set: out of memory".into()),
    }
}

impl Artefact {
    /// Opens a library and looks up its `run`.
    pub fn open(path: &Path) -> Result<Self, String> {
        let library = Library::open(path)?;
        let symbol = library.symbol(path, c"run")?;
        // SAFETY: the contract of an artefact is that `run` is `void run(void)`.
        let run = unsafe { std::mem::transmute::<*mut c_void, extern "C" fn()>(symbol) };
        Ok(Artefact { library, run })
    }

    /// Calls it.
    pub fn run(&self) {
        (self.run)();
    }

    /// Closes it: its destructors write the truth file.
    pub fn close(self) {
        // SAFETY: the handle is open, and with `self` goes the last way to call into the library. A thread of its own that is
        // still running keeps nothing mapped, as with any library that is closed.
        unsafe { libc::dlclose(self.library.0) };
    }
}

/// The library of foreign_salted, which stays open.
#[derive(Debug)]
pub(super) struct Salted {
    run: extern "C" fn(),
    traceback: Traceback,
    leaf: String,
}

impl Salted {
    /// Opens the library and looks up what it exports.
    pub fn open(path: &Path) -> Result<Self, String> {
        let library = Library::open(path)?;
        let run = library.symbol(path, c"foreign_salted_run")?;
        let traceback = library.symbol(path, c"foreign_salted_traceback")?;
        let leaf = library.symbol(path, c"foreign_salted_leaf")?;
        // SAFETY: testprogs/lib/foreign_salted.c defines a pointer to a function without arguments, one to a hook, and a
        // string, all of them const; the library is never closed.
        unsafe {
            Ok(Salted {
                run: *run.cast(),
                traceback: *traceback.cast(),
                leaf: CStr::from_ptr(leaf.cast()).to_string_lossy().into_owned(),
            })
        }
    }

    /// Registers its hook.
    pub fn register(&self) -> Result<(), String> {
        // SAFETY: the hook is foreign_hook's: it stores what there is room for and calls nothing.
        let result = unsafe { foreign::set_traceback(0, Some(self.traceback), None, None) };
        result.map_err(|error| format!("the hook is refused: {error}"))
    }

    /// One call of its hog.
    pub fn run(&self) {
        (self.run)();
    }

    /// How the hog is called this time.
    pub fn leaf(&self) -> &str {
        &self.leaf
    }
}

fn c_string(text: &OsStr) -> Result<CString, String> {
    CString::new(text.as_bytes()).map_err(|_| format!("{text:?} holds a NUL"))
}

/// What dlerror(3) says of the last failure.
fn last_error() -> String {
    // SAFETY: the message is a C string that stays until the next call into the loader by this thread.
    let message = unsafe {
        let message = libc::dlerror();
        (!message.is_null()).then(|| CStr::from_ptr(message))
    };
    message.map_or_else(
        || "the loader does not say why".into(),
        |text| text.to_string_lossy().into_owned(),
    )
}
