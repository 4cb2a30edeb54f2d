//! What the kernel's log says of a crash, where it may be read: `NAME[TID]: segfault at ADDRESS ip PC sp SP error N in FILE[…]`, once
//! for a signal that nobody handles. It is dropped where there are too many (10 in 5 s), so its absence means nothing.

use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Read, Seek, SeekFrom};
use std::os::unix::fs::OpenOptionsExt;

/// The longest record that the kernel hands out.
const RECORD_BYTES_MAX: usize = 8192;

/// The log from now on.
#[derive(Debug)]
pub struct KernelLog {
    log: File,
}

/// A line of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The name of the thread.
    pub thread: String,
    /// The address that was not to be had. A general protection fault has none.
    pub address: Option<u64>,
    /// Where the thread was.
    pub pc: Option<u64>,
}

impl KernelLog {
    /// Opens the log at its end.
    pub fn open() -> Result<Self, String> {
        const SWITCH: &str = "/proc/sys/debug/exception-trace";
        if fs::read_to_string(SWITCH).is_ok_and(|on| on.trim() == "0") {
            return Err(format!("{SWITCH} is 0"));
        }
        let open = || {
            let mut log = OpenOptions::new()
                .read(true)
                .custom_flags(libc::O_NONBLOCK)
                .open("/dev/kmsg")?;
            log.seek(SeekFrom::End(0))?;
            Ok(KernelLog { log })
        };
        open().map_err(|error: std::io::Error| format!("/dev/kmsg: {error}"))
    }

    /// The line of this thread, if there is one. The log is read to its end.
    pub fn find(&mut self, tid: i32) -> Option<Fault> {
        let mut found = None;
        let mut record = [0; RECORD_BYTES_MAX];
        loop {
            match self.log.read(&mut record) {
                Ok(0) => break,
                // Not the first: ids are given out again.
                Ok(bytes) => {
                    found = fault(&String::from_utf8_lossy(&record[..bytes]), tid).or(found);
                }
                // Records were overwritten before we came to read them: it goes on with the oldest that there is.
                Err(error) if error.raw_os_error() == Some(libc::EPIPE) => {}
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(_) => break,
            }
        }
        found
    }
}

/// `PRIORITY,NUMBER,TIME,FLAGS;TEXT`, and lines with a space before them.
fn fault(record: &str, tid: i32) -> Option<Fault> {
    let (_, text) = record.split_once(';')?;
    let text = text.lines().next()?;
    let text = text.strip_prefix("traps: ").unwrap_or(text);
    // A name may have brackets too: the number decides.
    let (thread, what) = text.split_once(&format!("[{tid}]"))?;
    let what = what.trim_start_matches(':').trim_start();
    let address = what.strip_prefix("segfault at ").and_then(hex);
    let pc = what
        .split_once(" ip ")
        .or_else(|| what.split_once(" ip:"))
        .and_then(|(_, rest)| hex(rest));
    pc.map(|pc| Fault {
        thread: thread.to_owned(),
        address,
        pc: Some(pc),
    })
}

fn hex(text: &str) -> Option<u64> {
    let digits = text.split(|c: char| !c.is_ascii_hexdigit()).next()?;
    u64::from_str_radix(digits, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_segfault_has_its_address_and_a_protection_fault_none() {
        let segfault = "6,1,2,-;a [b] c[20351]: segfault at 18 ip 0000557572d2d183 sp 00007f9b45f54ec0 error 6 in \
                        c[1183,557572d2d000+1000] likely on CPU 1 (core 1, socket 0)\n";
        let fault_of = |thread: &str, address, pc| Fault {
            thread: thread.to_owned(),
            address,
            pc: Some(pc),
        };
        assert_eq!(
            fault(segfault, 20351),
            Some(fault_of("a [b] c", Some(0x18), 0x5575_72d2_d183))
        );
        assert_eq!(fault(segfault, 2035), None);
        let protection = "4,1,2,-;traps: c[7] general protection fault ip:401136 sp:7ffd5 error:0 in c[1136,401000+1000]\n";
        assert_eq!(fault(protection, 7), Some(fault_of("c", None, 0x40_1136)));
        assert_eq!(fault("6,1,2,-;c[7]: is well\n", 7), None);
    }
}
