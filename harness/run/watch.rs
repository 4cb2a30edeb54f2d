//! What is prepared before a child begins, so that its crash can be told, and what comes of it. The core dump is believed first:
//! it is the process's own. The kernel's log adds the thread's name, and stands in where there is no dump.

use std::path::Path;

use super::core_dump::{self, CoreDump};
use super::crash::Crash;
use super::debugger;
use super::kernel_log::KernelLog;

/// In si_code: raised by the kernel, for a reason without a code of its own. libc has it for other systems only.
const SI_KERNEL: i32 = 0x80;

/// Prepared for a crash.
#[derive(Debug)]
pub struct Watch {
    /// The log from before the child began, or why it cannot be read.
    pub log: Result<KernelLog, String>,
    /// Whether there will be a core dump, or why not.
    pub cores: Result<(), String>,
}

impl Watch {
    /// What there is to know of the crash of `pid`, whose files are in `folder`. `name` is that of its first thread.
    pub fn crash(self, pid: i32, name: Option<String>, signal: i32, folder: &Path) -> Crash {
        let mut crash = Crash {
            signal,
            name: signal_hook::low_level::signal_name(signal).unwrap_or("a real-time signal"),
            ..Crash::default()
        };
        let core = core_dump::find(folder, pid);
        match (&core, self.cores) {
            (Some(core), _) => take_core(&mut crash, core),
            (None, Err(why)) => crash.no_stack = Some(why),
            (None, Ok(())) => {
                crash.no_stack = Some("it left no core dump in its folder".to_owned())
            }
        }
        // Without a dump only the first thread's id is known.
        let tid = core.map_or(pid, |core| core.tid);
        let no_log = match self.log.map(|mut log| log.find(tid)) {
            Err(why) => why,
            Ok(None) => "the kernel's log has no line for it".to_owned(),
            Ok(Some(fault)) => {
                crash.tid = Some(tid);
                crash.thread = Some(fault.thread);
                crash.pc = crash.pc.or(fault.pc);
                crash.address = crash.address.or(fault.address);
                "the kernel's log has none either".to_owned()
            }
        };
        if crash.tid == Some(pid) {
            crash.thread = crash.thread.or(name);
        }
        if crash.address.is_some() {
            crash.no_address = None;
        } else if crash.no_address.is_none() {
            let no_core = crash
                .no_stack
                .as_deref()
                .unwrap_or("the core dump does not say it");
            crash.no_address = Some(match has_address(signal) {
                true => format!("{no_core}; {no_log}"),
                false => "the signal has none".to_owned(),
            });
        }
        crash
    }
}

/// Signals that an instruction raises (sigaction(2), si_addr).
fn has_address(signal: i32) -> bool {
    matches!(
        signal,
        libc::SIGSEGV | libc::SIGBUS | libc::SIGILL | libc::SIGFPE | libc::SIGTRAP
    )
}

fn take_core(crash: &mut Crash, core: &CoreDump) {
    crash.tid = Some(core.tid);
    crash.pc = core.pc;
    crash.place = core.pc.and_then(|pc| {
        let mut files = core.files.iter();
        let file = files.find(|file| (file.begin..file.end).contains(&pc))?;
        Some((file.path.clone(), pc - file.begin + file.offset))
    });
    if let Some((_, code, value)) = core.signal {
        take_signal(crash, core.pid, code, value);
    }
    // An executable is mapped below everything else, unless somebody maps a file lower on purpose.
    let exe = core.files.first().map(|file| file.path.as_path());
    match debugger::core_stack(exe, &core.path) {
        Ok(stack) => crash.stack = stack,
        Err(why) => crash.no_stack = Some(why),
    }
}

/// sigaction(2), "The si_code field". `value` is si_addr, or has si_pid in its low half.
fn take_signal(crash: &mut Crash, pid: i32, code: i32, value: u64) {
    if code <= 0 {
        let sender = value as u32 as i32;
        crash.cause = Some(match sender == pid {
            true => "sent by the program itself".to_owned(),
            false => format!("sent by process {sender}"),
        });
        crash.no_address = Some("no instruction raised it".to_owned());
    } else if code == SI_KERNEL {
        // x86 has no address for a general protection fault.
        crash.no_address = Some(match crash.signal {
            libc::SIGSEGV => "the processor does not tell one that is not canonical".to_owned(),
            _ => "the kernel gives none with it".to_owned(),
        });
    } else if has_address(crash.signal) {
        crash.address = Some(value);
        crash.cause = cause(crash.signal, code).map(str::to_owned);
    }
}

fn cause(signal: i32, code: i32) -> Option<&'static str> {
    Some(match (signal, code) {
        (libc::SIGSEGV, 1) => "where nothing is mapped",
        (libc::SIGSEGV, 2) => "where this access is not allowed",
        (libc::SIGBUS, 1) => "which is not aligned",
        (libc::SIGBUS, 2) => "which has nothing behind it",
        (libc::SIGFPE, 1) => "integer division by zero",
        (libc::SIGILL, 1 | 2) => "no instruction of this processor",
        _ => return None,
    })
}
