//! The loaded modules and their unwind tables, copied: read-only while the handler uses them, and still there when
//! a library has been closed. Made outside the handler.
#![allow(unsafe_code)]

use std::ffi::{c_int, c_void};
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use gimli::{BaseAddresses, EhFrame, EhFrameHdr, EndianSlice, LittleEndian, Pointer};

use super::build_id;
use super::maps;
use super::process::loader;

/// Bytes of a module's tables.
pub type Reader<'a> = EndianSlice<'a, LittleEndian>;
type Bytes = Arc<[u8]>;

/// One loaded object with unwind tables.
#[derive(Clone)]
pub struct Module {
    /// Where it is in this process, all its segments.
    avma: Range<u64>,
    /// What to subtract from an address here to get the address that the file states.
    base: u64,
    bases: BaseAddresses,
    eh_frame_hdr: Bytes,
    eh_frame: Bytes,
    build_id: Option<String>,
}

impl Module {
    /// The GNU build id, in hexadecimal, where it has one.
    pub fn build_id(&self) -> Option<&str> {
        self.build_id.as_deref()
    }

    /// The address that the file states for `avma`.
    pub fn svma(&self, avma: u64) -> u64 {
        avma.wrapping_sub(self.base)
    }

    /// The tables, for gimli.
    pub fn tables(&self) -> (EhFrameHdr<Reader<'_>>, EhFrame<Reader<'_>>, &BaseAddresses) {
        let hdr = EhFrameHdr::new(&self.eh_frame_hdr, LittleEndian);
        (hdr, EhFrame::new(&self.eh_frame, LittleEndian), &self.bases)
    }

    /// What another unwinder needs to know the same.
    #[cfg(test)]
    pub fn for_framehop(&self) -> framehop::Module<Bytes> {
        let range = |start: Option<u64>, bytes: &Bytes| start.map(|at| at..at + bytes.len() as u64);
        let sections = framehop::ExplicitModuleSectionInfo {
            base_svma: 0,
            eh_frame_svma: range(self.bases.eh_frame.section, &self.eh_frame),
            eh_frame: Some(Arc::clone(&self.eh_frame)),
            eh_frame_hdr_svma: range(self.bases.eh_frame_hdr.section, &self.eh_frame_hdr),
            eh_frame_hdr: Some(Arc::clone(&self.eh_frame_hdr)),
            ..Default::default()
        };
        framehop::Module::new(String::new(), self.avma.clone(), self.base, sections)
    }
}

/// All modules of this process at one moment.
pub struct Modules {
    sorted: Vec<Module>,
    /// Every executable mapping, of a module or not: where a return address can point.
    code: Vec<Range<u64>>,
    edition: u64,
    changes: Changes,
}

/// One look at the loader's list.
struct Look<'a> {
    earlier: Option<&'a Modules>,
    found: Vec<Module>,
    changes: Changes,
}

impl Modules {
    /// Asks the loader, and the kernel for executable memory that is no module's. Allocates and takes the loader's
    /// lock: never in a handler.
    pub fn of_this_process() -> Modules {
        Modules::since(None)
    }

    /// The same, and what `earlier` has of modules that are still there is not copied again.
    pub fn since(earlier: Option<&Modules>) -> Modules {
        let mut look = Look {
            earlier,
            found: Vec::new(),
            changes: Changes::default(),
        };
        // SAFETY: `each_object` is called during this call only, with `look` as its data.
        unsafe { loader::look(each_object, (&raw mut look).cast()) };
        let Look {
            found: mut sorted,
            changes,
            ..
        } = look;
        sorted.sort_by_key(|module| module.avma.start);
        // Without /proc only modules count as code, so that frames of generated code end a stack.
        let maps = maps::of_this_process().unwrap_or_default();
        let code = maps
            .iter()
            .filter(|map| map.is_executable)
            .map(|map| map.start..map.limit);
        static EDITION: AtomicU64 = AtomicU64::new(1);
        let edition = EDITION.fetch_add(1, Ordering::Relaxed);
        Modules {
            sorted,
            code: code.collect(),
            edition,
            changes,
        }
    }

    /// All of them, by address.
    #[cfg(test)]
    pub fn all(&self) -> &[Module] {
        &self.sorted
    }

    /// What the loader had done by then.
    pub fn changes(&self) -> Changes {
        self.changes
    }

    /// Whether `avma` can be an address of code: what is neither in a module nor executable was made up.
    pub fn is_code(&self, avma: u64) -> bool {
        if self.code.is_empty() {
            return self.at(avma).is_some();
        }
        let next = self.code.partition_point(|range| range.start <= avma);
        let range = next.checked_sub(1).and_then(|index| self.code.get(index));
        range.is_some_and(|range| range.contains(&avma))
    }

    /// The module that `avma` lies in. Binary search, no allocation.
    pub fn at(&self, avma: u64) -> Option<&Module> {
        let next = self
            .sorted
            .partition_point(|module| module.avma.start <= avma);
        let module = self.sorted.get(next.checked_sub(1)?)?;
        module.avma.contains(&avma).then_some(module)
    }

    /// Which look at the modules this is: no two are the same, and none is 0. What is cached goes by it.
    pub fn edition(&self) -> u64 {
        self.edition
    }
}

/// How often the loader has loaded and closed something.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    loads: u64,
    closes: u64,
}

/// Asks the loader for its counts. Takes its lock: never in a handler.
pub fn changes() -> Changes {
    unsafe extern "C" fn first(
        info: *mut libc::dl_phdr_info,
        _: usize,
        data: *mut c_void,
    ) -> c_int {
        // SAFETY: the loader passes a valid info; `data` is the local below.
        let (info, changes) = unsafe { (&*info, &mut *data.cast::<Changes>()) };
        *changes = Changes {
            loads: info.dlpi_adds,
            closes: info.dlpi_subs,
        };
        1
    }
    let mut changes = Changes::default();
    // SAFETY: `first` is called during this call only, with `changes` as its data.
    unsafe { loader::look(first, (&raw mut changes).cast()) };
    changes
}

/// Called by the loader for each object, under its lock, so that nothing is unmapped meanwhile.
unsafe extern "C" fn each_object(
    info: *mut libc::dl_phdr_info,
    _size: usize,
    data: *mut c_void,
) -> c_int {
    // SAFETY: the loader passes a valid info; `data` is the look of `since`, whose borrow ends with us.
    let (info, look) = unsafe { (&*info, &mut *data.cast::<Look<'_>>()) };
    look.changes = Changes {
        loads: info.dlpi_adds,
        closes: info.dlpi_subs,
    };
    // SAFETY: the loader says that there are so many headers, in memory that stays while its lock is held.
    let headers = unsafe { std::slice::from_raw_parts(info.dlpi_phdr, info.dlpi_phnum.into()) };
    // Nothing was closed since: what is at an address is what was there.
    let known = look
        .earlier
        .filter(|earlier| earlier.changes.closes == look.changes.closes)
        .and_then(|earlier| {
            earlier
                .sorted
                .iter()
                .find(|module| module.base == info.dlpi_addr)
        });
    let module = match known {
        Some(module) => Some(module.clone()),
        // SAFETY: the segments that the headers state are mapped while the loader's lock is held.
        None => unsafe { read_module(info.dlpi_addr, headers) },
    };
    look.found.extend(module);
    0
}

/// # Safety
/// The loadable segments of `headers`, at `base`, are mapped and stay so during the call.
unsafe fn read_module(base: u64, headers: &[libc::Elf64_Phdr]) -> Option<Module> {
    let loaded = || {
        headers
            .iter()
            .filter(|header| header.p_type == libc::PT_LOAD)
    };
    let start = loaded().map(|header| header.p_vaddr).min()?;
    let end = loaded()
        .map(|header| header.p_vaddr + header.p_memsz)
        .max()?;
    let hdr = headers
        .iter()
        .find(|header| header.p_type == libc::PT_GNU_EH_FRAME)?;
    // Bytes from an address in the file's terms to the end of what the file has of its segment.
    let rest_of_segment = |svma: u64| -> Option<Bytes> {
        let segment = loaded().find(|h| (h.p_vaddr..h.p_vaddr + h.p_filesz).contains(&svma))?;
        let length = usize::try_from(segment.p_vaddr + segment.p_filesz - svma).ok()?;
        let from = base.wrapping_add(svma) as *const u8;
        // SAFETY: within a loaded segment, which the caller promises to be mapped; segments with unwind tables
        // are read-only, so nobody writes to them meanwhile.
        Some(Bytes::from(unsafe {
            std::slice::from_raw_parts(from, length)
        }))
    };
    let notes = || {
        let notes = headers
            .iter()
            .filter(|header| header.p_type == libc::PT_NOTE);
        notes.filter_map(|header| {
            let rest = rest_of_segment(header.p_vaddr)?;
            rest.get(..usize::try_from(header.p_memsz).ok()?)
                .map(Bytes::from)
        })
    };
    let mut eh_frame_hdr = rest_of_segment(hdr.p_vaddr)?;
    if let Some(exact) = eh_frame_hdr.get(..usize::try_from(hdr.p_memsz).ok()?) {
        eh_frame_hdr = Bytes::from(exact);
    }
    let bases = BaseAddresses::default().set_eh_frame_hdr(hdr.p_vaddr);
    let parsed = EhFrameHdr::new(&eh_frame_hdr, LittleEndian)
        .parse(&bases, 8)
        .ok()?;
    let Pointer::Direct(eh_frame_svma) = parsed.eh_frame_ptr() else {
        return None;
    };
    let eh_frame = rest_of_segment(eh_frame_svma)?;
    Some(Module {
        avma: base.wrapping_add(start)..base.wrapping_add(end),
        base,
        bases: bases.set_eh_frame(eh_frame_svma),
        eh_frame_hdr,
        eh_frame,
        build_id: notes().find_map(|notes| build_id::of_notes(&notes)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_function_and_libc_and_the_vdso_have_tables() {
        let modules = Modules::of_this_process();
        let here = this_function_and_libc_and_the_vdso_have_tables as *const () as u64;
        assert!(modules.at(here).is_some(), "this executable");
        assert!(
            modules.at(libc::malloc as *const () as u64).is_some(),
            "libc"
        );
        // SAFETY: only asks for a number.
        let vdso = unsafe { libc::getauxval(libc::AT_SYSINFO_EHDR) };
        assert!(vdso == 0 || modules.at(vdso).is_some(), "vdso");
        assert!(modules.at(16).is_none());
    }
}
