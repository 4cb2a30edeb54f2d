//! x86-64: registers by their DWARF numbers (System V psABI, figure 3.36).
#![allow(unsafe_code)]

use gimli::{Register, X86_64};
use std::arch::asm;

/// How many registers DWARF's rules can speak of here: sixteen, and the return address column.
pub const REGISTER_COUNT: usize = 17;
const IP: usize = 16;

/// Register values, and which of them are known: after a call's frame the caller-saved ones are not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Registers {
    values: [u64; REGISTER_COUNT],
    known: u32,
}

/// The registers that a callee keeps, by DWARF number: rbx, rbp, r12 to r15.
pub const CALLEE_SAVED: [u16; 6] = [3, 6, 12, 13, 14, 15];

impl Registers {
    /// Nothing known but where the code and the stack are.
    pub fn new(ip: u64, sp: u64, fp: u64) -> Registers {
        let mut registers = Registers {
            values: [0; REGISTER_COUNT],
            known: 0,
        };
        registers.set(X86_64::RA, ip);
        registers.set(X86_64::RSP, sp);
        registers.set(X86_64::RBP, fp);
        registers
    }

    /// As [`Registers::new`], in place.
    #[inline]
    pub fn keep_three(&mut self, ip: u64, sp: u64, fp: u64) {
        self.known = 0;
        self.set(X86_64::RA, ip);
        self.set(X86_64::RSP, sp);
        self.set(X86_64::RBP, fp);
    }

    /// Changes where the code and the stack are, and keeps the rest.
    pub fn go_to(&mut self, ip: u64, sp: u64) {
        self.set(X86_64::RA, ip);
        self.set(X86_64::RSP, sp);
    }

    /// The value of a register by its DWARF number, where it is known.
    #[inline]
    pub fn get(&self, register: Register) -> Option<u64> {
        let index = usize::from(register.0);
        let value = self.values.get(index)?;
        (self.known & (1 << index) != 0).then_some(*value)
    }

    /// Sets a register; a number that this architecture does not have is ignored.
    #[inline]
    pub fn set(&mut self, register: Register, value: u64) {
        let index = usize::from(register.0);
        if let Some(place) = self.values.get_mut(index) {
            *place = value;
            self.known |= 1 << index;
        }
    }

    /// The instruction pointer.
    #[inline]
    pub fn ip(&self) -> u64 {
        self.values[IP]
    }

    /// The stack pointer.
    #[inline]
    pub fn sp(&self) -> u64 {
        self.values[7]
    }

    /// The frame pointer; 0 where it is not known.
    #[inline]
    pub fn fp(&self) -> u64 {
        self.values[6]
    }

    /// All of it as words, for a record.
    pub fn to_words(self) -> [u64; REGISTER_COUNT + 1] {
        let mut words = [0; REGISTER_COUNT + 1];
        for (word, value) in words
            .iter_mut()
            .zip(self.values.iter().chain([&self.known.into()]))
        {
            *word = *value;
        }
        words
    }

    /// The registers that became these words.
    pub fn of_words(words: &[u64; REGISTER_COUNT + 1]) -> Registers {
        let mut values = [0; REGISTER_COUNT];
        values.copy_from_slice(&words[..REGISTER_COUNT]);
        Registers {
            values,
            known: words[REGISTER_COUNT] as u32,
        }
    }

    /// All registers of the code that a signal interrupted.
    ///
    /// # Safety
    /// `context` is the third argument of a running SA_SIGINFO handler.
    pub unsafe fn of_signal(context: *const libc::ucontext_t) -> Registers {
        // SAFETY: the caller's promise: the kernel wrote a whole ucontext_t there, and it lives until the handler
        // returns.
        let gregs = unsafe { &(*context).uc_mcontext.gregs };
        // The kernel's order is not DWARF's: rax, rdx, rcx, rbx, rsi, rdi, rbp, rsp, r8 to r15, rip.
        const ORDER: [i32; REGISTER_COUNT] = [
            libc::REG_RAX,
            libc::REG_RDX,
            libc::REG_RCX,
            libc::REG_RBX,
            libc::REG_RSI,
            libc::REG_RDI,
            libc::REG_RBP,
            libc::REG_RSP,
            libc::REG_R8,
            libc::REG_R9,
            libc::REG_R10,
            libc::REG_R11,
            libc::REG_R12,
            libc::REG_R13,
            libc::REG_R14,
            libc::REG_R15,
            libc::REG_RIP,
        ];
        let values = ORDER.map(|index| gregs[index as usize] as u64);
        Registers {
            values,
            known: (1 << REGISTER_COUNT) - 1,
        }
    }

    /// What [`registers_here!`](crate::sigprof::arch::registers_here) has read.
    pub fn of_frame(ip: u64, sp: u64, callee_saved: [u64; 6]) -> Registers {
        let mut registers = Registers::new(ip, sp, 0);
        for (number, value) in CALLEE_SAVED.into_iter().zip(callee_saved) {
            registers.set(Register(number), value);
        }
        registers
    }
}

/// The registers here and now: what the frame of the function that says this can be unwound from, for as long as that
/// function has not returned. Callee-saved registers, sp and ip are known; nothing else outlives a call.
///
/// A macro and not a function, because an inlined function would stand on every stack as a frame of its own.
macro_rules! registers_here {
    () => {{
        let (ip, sp, rbx, rbp, r12, r13, r14, r15): (u64, u64, u64, u64, u64, u64, u64, u64);
        // SAFETY: reads registers and the address of the next instruction, writes outputs only. Two blocks, because
        // eight outputs do not fit the registers that are left. If an output of the first takes a register that the
        // second reads, the function has saved that register, and the unwind table says where: its value here is
        // not asked for. sp and the frame's size do not change between the two.
        unsafe {
            std::arch::asm!("lea {ip}, [rip]", "mov {sp}, rsp", "mov {bp}, rbp", "mov {bx}, rbx",
                ip = out(reg) ip, sp = out(reg) sp, bp = out(reg) rbp, bx = out(reg) rbx,
                options(nomem, nostack, preserves_flags));
        }
        // SAFETY: as above.
        unsafe {
            std::arch::asm!("mov {a}, r12", "mov {b}, r13", "mov {c}, r14", "mov {d}, r15",
                a = out(reg) r12, b = out(reg) r13, c = out(reg) r14, d = out(reg) r15,
                options(nomem, nostack, preserves_flags));
        }
        $crate::sigprof::arch::Registers::of_frame(ip, sp, [rbx, rbp, r12, r13, r14, r15])
    }};
}
pub(crate) use registers_here;

/// Whether `bytes`, which end where a return address points, end in a call instruction. A guess that is right for
/// every call there is and wrong for few other bytes: what keeps a walk by frame pointers from making up callers.
pub fn ends_in_call(bytes: &[u8; 8]) -> bool {
    let direct = bytes[3] == 0xe8;
    // ff /2: call r/m64, 2 to 7 bytes long, with or without a prefix before it.
    let indirect = (2..=7).any(|length| {
        let at = 8 - length;
        bytes[at] == 0xff && (bytes[at + 1] >> 3) & 7 == 2
    });
    direct || indirect
}

/// How many words a linkage stub (psABI, figure 5.2) has pushed above its caller's return address, by the eight bytes before
/// the instruction pointer and the eight from there on; None for other code.
///
/// `[endbr64] [bnd] jmp *slot(%rip)` is all of it where functions are bound early. Where they are bound late the slot
/// leads back to `push $index; jmp first`, and the first stub is `push link(%rip); jmp *resolve(%rip)`.
pub fn pushed_in_stub(before: &[u8; 8], code: &[u8; 8]) -> Option<u64> {
    const ENDBR64: [u8; 4] = [0xf3, 0x0f, 0x1e, 0xfa];
    let is_jump_by_slot = |code: &[u8]| {
        let code = code.strip_prefix(&ENDBR64[..]).unwrap_or(code);
        code.strip_prefix(&[0xf2])
            .unwrap_or(code)
            .starts_with(&[0xff, 0x25])
    };
    match (before, code) {
        ([_, _, 0xff, 0x35, ..], [0xff, 0x25, ..]) => Some(2),
        (_, [0xff, 0x35, _, _, _, _, 0xff, 0x25]) => Some(1),
        ([_, _, _, 0x68, ..], [0xe9, ..]) => Some(1),
        (_, [0x68, _, _, _, _, 0xe9, ..]) => Some(0),
        (_, code) => is_jump_by_slot(code).then_some(0),
    }
}

/// Calls `function(a, b)` on the stack that ends at `top`, and comes back.
///
/// # Safety
/// `top` is 16-byte aligned and is the end of writable memory that nobody else uses meanwhile and that is large
/// enough for the call; `function` does not unwind.
pub unsafe fn call_on_stack(
    top: *mut u8,
    function: unsafe extern "C" fn(usize, usize),
    a: usize,
    b: usize,
) {
    // SAFETY: r12 is callee-saved, so that it holds the old stack pointer when the call is back; at the call rsp is
    // 16-byte aligned as the ABI wants; everything that a C function may change is declared.
    unsafe {
        asm!(
            "xchg rsp, r12",
            "call {function}",
            "mov rsp, r12",
            function = in(reg) function,
            inout("r12") top => _,
            in("rdi") a,
            in("rsi") b,
            clobber_abi("C"),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_is_known_by_its_bytes() {
        // e8 rel32; ff d0 = call *%rax; 41 ff d3 = call *%r11; ff 15 rel32 = call *rel(%rip).
        assert!(ends_in_call(&[0, 0, 0, 0xe8, 1, 2, 3, 4]));
        assert!(ends_in_call(&[0, 0, 0, 0, 0, 0, 0xff, 0xd0]));
        assert!(ends_in_call(&[0, 0, 0, 0, 0, 0x41, 0xff, 0xd3]));
        assert!(ends_in_call(&[0, 0, 0xff, 0x15, 1, 2, 3, 4]));
        assert!(!ends_in_call(&[0x90; 8]));
    }

    #[test]
    fn at_each_instruction_of_a_linkage_stub_it_is_known_what_was_pushed() {
        // As ld.lld writes it: the first stub, and one more.
        let plt = [
            [0xff, 0x35, 0x32, 0xcf, 0x05, 0x00, 0xff, 0x25],
            [0x34, 0xcf, 0x05, 0x00, 0x0f, 0x1f, 0x40, 0x00],
            [0xff, 0x25, 0x32, 0xcf, 0x05, 0x00, 0x68, 0x00],
            [0x00, 0x00, 0x00, 0xe9, 0xe0, 0xff, 0xff, 0xff],
            [0xff, 0x25, 0x2a, 0xcf, 0x05, 0x00, 0x68, 0x01],
        ]
        .concat();
        let pushed = |at: usize| {
            let mut padded = [0xcc; 8].to_vec();
            padded.extend(&plt);
            let [before, code] = [at, at + 8].map(|at| padded[at..at + 8].try_into().unwrap());
            pushed_in_stub(&before, &code)
        };
        let at = [0, 6, 16, 22, 27, 32].map(pushed);
        assert_eq!(at, [Some(1), Some(2), Some(0), Some(0), Some(1), Some(0)]);
        assert_eq!(pushed(12), None, "a nop");
        let other = |code| pushed_in_stub(&[0x90; 8], &code);
        assert_eq!(other([0xf3, 0x0f, 0x1e, 0xfa, 0xff, 0x25, 1, 2]), Some(0));
        assert_eq!(
            other([0xf3, 0x0f, 0x1e, 0xfa, 0xf2, 0xff, 0x25, 1]),
            Some(0)
        );
        assert_eq!(other([0xff, 0x15, 1, 2, 3, 4, 0x90, 0x90]), None, "a call");
        assert_eq!(other([0x68, 1, 2, 3, 4, 0x90, 0x90, 0x90]), None, "a push");
    }

    #[test]
    fn a_function_runs_on_the_stack_it_is_given() {
        unsafe extern "C" fn note(place: usize, marker: usize) {
            let here = &raw const marker as usize;
            // SAFETY: `place` is the address of `seen` below, which outlives the call.
            unsafe { *(place as *mut usize) = here };
        }
        let mut stack = vec![0u128; 1024];
        let range = stack.as_ptr_range();
        let (low, high) = (range.start as usize, range.end as usize);
        let mut seen = 0usize;
        // SAFETY: `high` is the 16-byte aligned end of 16 KiB that are ours alone.
        unsafe { call_on_stack(high as *mut u8, note, &raw mut seen as usize, 7) };
        stack[0] = 1;
        assert!(
            (low..high).contains(&seen),
            "{seen:#x} is outside {low:#x}..{high:#x}"
        );
    }
}
