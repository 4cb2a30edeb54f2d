//! Names from the program's own symbolizer, for addresses that its hook answered. Asked when a profile is made, never in a
//! handler; what it says is copied at once.
//!
//! All fields but `data` are cleared before each new address, so that a symbolizer which does not know an address cannot
//! leave the last one's name on it. It is asked once to release what it keeps, after the last address of a profile.
#![allow(unsafe_code)]

use std::collections::HashMap;
use std::ffi::{CStr, c_char};
use std::ptr;

use super::abi::{Symbolizer, SymbolizerArg};
use super::hook;
use crate::sigprof::defect::{Defect, Defects};

/// The most functions at one address: a symbolizer that never stops asking for more is cut here.
const MAX_LINES: usize = 128;

/// One function at an address.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Name {
    /// The function.
    pub function: String,
    /// The source file, or "".
    pub file: String,
    /// The line, or 0.
    pub line: i64,
}

/// The symbolizer at work on one profile; released when it is dropped, if it was used.
pub struct Naming {
    symbolizer: Option<Symbolizer>,
    data: usize,
    is_used: bool,
    known: HashMap<u64, Vec<Name>>,
    defects: Defects,
}

impl Naming {
    /// With the registered symbolizer, or with none.
    pub fn new(defects: Defects) -> Naming {
        Naming::with(hook::symbolizer(), defects)
    }

    fn with(symbolizer: Option<Symbolizer>, defects: Defects) -> Naming {
        Naming {
            symbolizer,
            data: 0,
            is_used: false,
            known: HashMap::new(),
            defects,
        }
    }

    /// The functions at `address`, the innermost first; none where the symbolizer knows nothing.
    pub fn names(&mut self, address: u64) -> &[Name] {
        if !self.known.contains_key(&address) {
            let asked = match self.defects.has(Defect::SymbolOfNext) {
                true => self.next_function(address),
                false => address,
            };
            let (names, _) = self.ask(asked);
            self.known.insert(address, names);
        }
        self.known.get(&address).map_or(&[], Vec::as_slice)
    }

    /// Asks for one address; the names, and the function's first address.
    fn ask(&mut self, address: u64) -> (Vec<Name>, usize) {
        let mut names = Vec::new();
        // 0 would be taken for the end.
        let (Some(symbolizer), true) = (self.symbolizer, address != 0) else {
            return (names, 0);
        };
        let mut arg = self.arg(address as usize);
        for _ in 0..MAX_LINES {
            self.is_used = true;
            // SAFETY: a registered function keeps the promises of `set_traceback`; `arg` lives across the call.
            unsafe { symbolizer(&raw mut arg) };
            self.data = arg.data;
            // SAFETY: strings of a symbolizer stay valid until it is called to release.
            let (function, file) = unsafe { (text(arg.func), text(arg.file)) };
            if let Some(function) = function {
                names.push(Name {
                    function,
                    file: file.unwrap_or_default(),
                    line: i64::try_from(arg.lineno).unwrap_or(0),
                });
            }
            if arg.more == 0 || self.defects.has(Defect::DropInlines) {
                break;
            }
        }
        (names, arg.entry)
    }

    fn arg(&self, pc: usize) -> SymbolizerArg {
        SymbolizerArg {
            pc,
            file: ptr::null(),
            lineno: 0,
            func: ptr::null(),
            entry: 0,
            more: 0,
            data: self.data,
        }
    }

    /// A defect: the first address behind `address` that is in another function, if there is one near.
    fn next_function(&mut self, address: u64) -> u64 {
        const NEAR: u64 = 4096;
        let (_, entry) = self.ask(address);
        (address..address + NEAR)
            .find(|next| {
                let (_, next_entry) = self.ask(*next);
                next_entry != 0 && next_entry != entry
            })
            .unwrap_or(address)
    }
}

impl Drop for Naming {
    fn drop(&mut self) {
        if let (Some(symbolizer), true) = (self.symbolizer, self.is_used) {
            let mut arg = self.arg(0);
            // SAFETY: as in `ask`.
            unsafe { symbolizer(&raw mut arg) };
        }
    }
}

/// # Safety
/// `text` is null or a string that ends in 0.
unsafe fn text(text: *const c_char) -> Option<String> {
    // SAFETY: the caller's promise.
    let bytes = (!text.is_null()).then(|| unsafe { CStr::from_ptr(text) })?;
    Some(bytes.to_string_lossy().into_owned())
}

#[cfg(test)]
#[path = "naming_tests.rs"]
mod tests;
