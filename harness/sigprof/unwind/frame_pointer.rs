//! The frame pointer, where no table covers an address: only as far as what it leads to proves itself.

use crate::sigprof::arch::{Registers, ends_in_call};
use crate::sigprof::memory::Memory;
use crate::sigprof::modules::Modules;

/// The caller's registers by the frame pointer, if rbp leads upwards on this stack to an address right behind a call
/// instruction in a known module. rbp may hold anything at all in code that does not keep it (gperftools#1444), so
/// that nothing less is believed.
pub fn step(modules: &Modules, memory: &mut Memory, registers: &Registers) -> Option<Registers> {
    let fp = registers.fp();
    if fp < registers.sp() || !fp.is_multiple_of(8) {
        return None;
    }
    let caller_fp = memory.word(fp)?;
    let return_address = memory.word(fp.checked_add(8)?)?;
    modules.at(return_address.checked_sub(1)?)?;
    let before = memory.code_at(return_address.checked_sub(8)?)?;
    ends_in_call(&before).then(|| Registers::new(return_address, fp + 16, caller_fp))
}
