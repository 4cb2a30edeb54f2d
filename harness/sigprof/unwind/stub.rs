//! Linkage stubs, where no table covers them: ld.lld writes no unwind tables for its PLT, in which a call of a shared library's
//! function is for an instruction or two. Their code says how much is on the stack above the caller's return address.
//!
//! It knows bytes and nothing of modules. Nothing here is a guess: a jump through a slot of the program's own, without a
//! table, leaves the stack as the call has made it, be it of a stub or a tail call.

use crate::sigprof::arch::{Registers, pushed_in_stub};
use crate::sigprof::memory::Memory;

/// The registers of who called the stub that was interrupted; None where the code is none.
pub fn step(memory: &mut Memory, registers: &Registers) -> Option<Registers> {
    let ip = registers.ip();
    let code = memory.code_at(ip)?;
    let before = memory.code_at(ip.checked_sub(8)?)?;
    let pushed = pushed_in_stub(&before, &code)?;
    let return_at = registers.sp().checked_add(8 * pushed)?;
    let mut caller = *registers;
    caller.go_to(memory.word(return_at)?, return_at.checked_add(8)?);
    Some(caller)
}
