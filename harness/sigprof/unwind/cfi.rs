//! One step by the unwind tables, with all registers. No allocation: gimli's storages are arrays.

use gimli::{
    CfaRule, Encoding, Evaluation, EvaluationResult, EvaluationStorage, Expression,
    FrameDescriptionEntry, Location, Piece, RegisterRule, UnwindContext, UnwindContextStorage,
    UnwindExpression, UnwindSection, UnwindTableRow, Value, X86_64,
};

use super::row::Row;
use crate::sigprof::arch::{CALLEE_SAVED, REGISTER_COUNT, Registers};
use crate::sigprof::memory::Memory;
use crate::sigprof::modules::{Module, Modules, Reader};

/// Storage of fixed size, so that gimli allocates nothing.
pub struct Inline;

impl UnwindContextStorage<usize> for Inline {
    type Rules = [(gimli::Register, RegisterRule<usize>); 192];
    type Stack = [UnwindTableRow<usize, Self>; 4];
}

impl<'a> EvaluationStorage<Reader<'a>> for Inline {
    type Stack = [Value; 32];
    type ExpressionStack = [(Reader<'a>, Reader<'a>); 4];
    type Result = [Piece<Reader<'a>>; 1];
}

/// gimli's working space: about 30 KiB, made beforehand.
pub type Context = UnwindContext<usize, Inline>;

/// A bound on what an expression may ask for: one in a table is a dozen operations.
const MAX_REQUESTS: usize = 64;

/// What the table says at `address`, an address to look up (a call's own, not the one behind it).
pub fn row_at(modules: &Modules, context: &mut Context, address: u64) -> Row {
    let Some(module) = modules.at(address) else {
        return Row::Uncovered;
    };
    match find(module, context, address) {
        Some((row, is_signal, _)) => Row::of(row, is_signal),
        None => Row::Uncovered,
    }
}

/// Where the function that `address` is in begins, as the table has it.
pub fn function_at(modules: &Modules, address: u64) -> Option<u64> {
    let module = modules.at(address)?;
    let svma = module.svma(address);
    let fde = fde_at(module, svma)?;
    // Back to where it is mapped.
    Some(address.wrapping_sub(svma.wrapping_sub(fde.initial_address())))
}

/// The registers of the caller of a frame, or of what a signal frame interrupted. None where there is no table, a
/// rule asks for a register that is not known, or memory that it needs is not there.
pub fn step(
    modules: &Modules,
    context: &mut Context,
    memory: &mut Memory,
    registers: &Registers,
    address: u64,
) -> Option<Registers> {
    let module = modules.at(address)?;
    let (_, eh_frame, _) = module.tables();
    let (row, is_signal, encoding) = find(module, context, address)?;
    let mut rules = Rules {
        eh_frame: &eh_frame,
        encoding,
        registers,
        memory,
    };
    let cfa = rules.cfa(row.cfa())?;
    let ip = rules.register(row.register(X86_64::RA).as_ref()?, cfa, X86_64::RA)?;
    let fp = registers.fp();
    let mut caller = Registers::new(ip, cfa, fp);
    // A call keeps the callee-saved registers unless the row says where they went; an interruption keeps them all.
    for number in 0..REGISTER_COUNT as u16 {
        let register = gimli::Register(number);
        let is_special = register == X86_64::RA || register == X86_64::RSP;
        let value = match row.register(register) {
            Some(rule) if is_signal || !is_special => rules.register(&rule, cfa, register),
            None if !is_special && CALLEE_SAVED.contains(&number) => registers.get(register),
            _ => None,
        };
        if let Some(value) = value {
            caller.set(register, value);
        }
    }
    Some(caller)
}

type Found<'c> = (&'c UnwindTableRow<usize, Inline>, bool, Encoding);

fn find<'c>(module: &Module, context: &'c mut Context, address: u64) -> Option<Found<'c>> {
    let (_, eh_frame, bases) = module.tables();
    let svma = module.svma(address);
    let fde = fde_at(module, svma)?;
    let row = fde
        .unwind_info_for_address(&eh_frame, bases, context, svma)
        .ok()?;
    Some((row, fde.is_signal_trampoline(), fde.cie().encoding()))
}

/// The table's entry for the function that is at `svma` in the module's file.
fn fde_at(module: &Module, svma: u64) -> Option<FrameDescriptionEntry<Reader<'_>>> {
    let (hdr, eh_frame, bases) = module.tables();
    let parsed = hdr.parse(bases, 8).ok()?;
    parsed
        .table()?
        .fde_for_address(&eh_frame, bases, svma, gimli::EhFrame::cie_from_offset)
        .ok()
}

/// What the rules of one row are evaluated with.
struct Rules<'a, 'e> {
    eh_frame: &'a gimli::EhFrame<Reader<'e>>,
    encoding: Encoding,
    registers: &'a Registers,
    memory: &'a mut Memory,
}

impl Rules<'_, '_> {
    fn cfa(&mut self, rule: &CfaRule<usize>) -> Option<u64> {
        match rule {
            CfaRule::RegisterAndOffset { register, offset } => {
                Some(self.registers.get(*register)?.wrapping_add(*offset as u64))
            }
            CfaRule::Expression(expression) => self.evaluate(expression, None),
        }
    }

    fn register(
        &mut self,
        rule: &RegisterRule<usize>,
        cfa: u64,
        register: gimli::Register,
    ) -> Option<u64> {
        match rule {
            RegisterRule::SameValue => self.registers.get(register),
            RegisterRule::Offset(offset) => self.memory.word(cfa.wrapping_add(*offset as u64)),
            RegisterRule::ValOffset(offset) => Some(cfa.wrapping_add(*offset as u64)),
            RegisterRule::Register(other) => self.registers.get(*other),
            RegisterRule::Expression(expression) => {
                let address = self.evaluate(expression, Some(cfa))?;
                self.memory.word(address)
            }
            RegisterRule::ValExpression(expression) => self.evaluate(expression, Some(cfa)),
            RegisterRule::Constant(value) => Some(*value),
            _ => None,
        }
    }

    /// The value of an expression; `initial` is what the standard has pushed before it begins (the CFA).
    fn evaluate(
        &mut self,
        expression: &UnwindExpression<usize>,
        initial: Option<u64>,
    ) -> Option<u64> {
        let Expression(code) = expression.get(self.eh_frame).ok()?;
        let mut evaluation = Evaluation::<Reader<'_>, Inline>::new_in(code, self.encoding);
        if let Some(value) = initial {
            evaluation.set_initial_value(value);
        }
        let mut result = evaluation.evaluate().ok()?;
        for _ in 0..MAX_REQUESTS {
            result = match result {
                EvaluationResult::Complete => {
                    return match evaluation.as_result().last()?.location {
                        Location::Address { address } => Some(address),
                        _ => None,
                    };
                }
                EvaluationResult::RequiresRegister { register, .. } => {
                    let value = self.registers.get(register)?;
                    evaluation
                        .resume_with_register(Value::Generic(value))
                        .ok()?
                }
                EvaluationResult::RequiresMemory { address, size, .. } => {
                    let word = self.memory.word(address)?;
                    let mask = if size >= 8 {
                        u64::MAX
                    } else {
                        (1 << (8 * u32::from(size))) - 1
                    };
                    evaluation
                        .resume_with_memory(Value::Generic(word & mask))
                        .ok()?
                }
                _ => return None,
            };
        }
        None
    }
}
