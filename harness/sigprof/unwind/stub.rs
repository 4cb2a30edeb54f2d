//! Linkage stubs, where no table covers them: ld.lld writes no unwind tables for its PLT, in which a call of a shared library's
//! function is for an instruction or two. Their code says how much is on the stack above the caller's return address.
//!
//! It knows bytes and nothing of modules. A jump through a slot of the program's own leaves the stack as the call has made it, be
//! it of a stub or a tail call; other code that looks like it and has pushed something is told by what is there instead: a
//! caller is believed only behind a call.

use crate::sigprof::arch::{Registers, ends_in_call, pushed_in_stub};
use crate::sigprof::memory::Memory;

/// The registers of who called the stub that was interrupted; None where the code is none.
pub fn step(memory: &mut Memory, registers: &Registers) -> Option<Registers> {
    let ip = registers.ip();
    let code = memory.code_at(ip)?;
    let before = memory.code_at(ip.checked_sub(8)?)?;
    let pushed = pushed_in_stub(&before, &code)?;
    let return_at = registers.sp().checked_add(8 * pushed)?;
    let return_address = memory.word(return_at)?;
    let before = memory.code_at(return_address.checked_sub(8)?)?;
    let mut caller = *registers;
    caller.go_to(return_address, return_at.checked_add(8)?);
    ends_in_call(&before).then_some(caller)
}
