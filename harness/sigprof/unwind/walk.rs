//! The walk: one frame after another until the root, the end of what can be known, or the end of the space.
#![allow(unsafe_code)]

use super::cfi;
use super::frame_pointer;
use super::row::{Row, RowCache, Rule};
use super::stub;
use crate::sigprof::arch::Registers;
use crate::sigprof::memory::Memory;
use crate::sigprof::modules::Modules;

/// What an address on the way is: the difference of one byte between the right line and the next function's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The next instruction of interrupted code: looked up as it is.
    Interrupted,
    /// Where a call comes back to: the call itself is before it.
    Return,
}

/// How a walk ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// At a root that says of itself that it is one.
    Root,
    /// Where nothing could be known any more.
    Cut,
    /// At the end of the space for frames: there may be more.
    Full,
    /// At the frame that the walk was to go to: there are more, and they are somebody else's.
    Limit,
    /// At code that is in no known module: a library that was loaded a moment ago, or nothing at all. The scratch knows
    /// from where to go on when more is known.
    Elsewhere,
}

/// A frame from which a walk can go on later.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Resume {
    /// The registers in that frame.
    pub registers: Registers,
    /// What its ip is.
    pub kind: Kind,
}

impl Resume {
    /// The frame's address, as it is to be looked up.
    pub fn address(&self) -> u64 {
        address_of(self.registers.ip(), self.kind)
    }
}

/// What a walk works with, made beforehand: too large for a stack in a handler, and its caches pay off.
pub struct Scratch {
    context: cfi::Context,
    rows: RowCache,
    /// Which modules `rows` is about.
    rows_edition: u64,
    /// Where the last walk stopped, if it stopped elsewhere.
    resume: Option<Resume>,
    memory: Memory,
}

impl Scratch {
    /// An empty one: about 70 KiB, on the heap.
    pub fn new() -> Box<Scratch> {
        Box::new(Scratch {
            context: cfi::Context::new_in(),
            rows: RowCache::new(),
            rows_edition: 0,
            resume: None,
            memory: Memory::new(),
        })
    }

    /// Where the last walk stopped, if it ended [`End::Elsewhere`].
    pub fn resume(&self) -> Option<Resume> {
        self.resume
    }

    /// The stack from `address` on, as it is now.
    pub fn stack_from(&mut self, address: u64) -> impl Iterator<Item = u64> + '_ {
        self.memory.words_from(address)
    }

    /// Forgets what was read: memory has changed since the last sample.
    pub fn forget(&mut self) {
        self.memory.forget();
    }

    /// Says that everything from `from` to before `to` is mapped, until it is told to forget.
    ///
    /// # Safety
    /// It is.
    pub unsafe fn trust(&mut self, from: u64, to: u64) {
        // SAFETY: the caller's promise.
        unsafe { self.memory.trust(from, to) };
    }

    /// Reads one word of the stack, if it is there.
    pub fn word(&mut self, address: u64) -> Option<u64> {
        self.memory.word(address)
    }
}

/// One walk over one stack.
pub struct Walk<'a> {
    modules: &'a Modules,
    scratch: &'a mut Scratch,
    start: Registers,
    start_kind: Kind,
    registers: Registers,
    kind: Kind,
    /// Whether `registers` holds all that a table may ask for: fast steps keep three of them only.
    is_whole: bool,
    /// Set when a row wanted a register that fast steps had dropped: from there on, tables only.
    tables_only: bool,
    steps: usize,
    /// Whether a step went by the frame pointer, which may lead astray.
    is_guessed: bool,
    /// No frame above this stack pointer is gone to.
    last_sp: u64,
    /// What is known of the current frame's row from arriving there.
    ahead: Option<Row>,
}

impl<'a> Walk<'a> {
    /// A walk from code that was interrupted at `registers`.
    pub fn new(modules: &'a Modules, scratch: &'a mut Scratch, registers: Registers) -> Walk<'a> {
        Walk::at(
            modules,
            scratch,
            Resume {
                registers,
                kind: Kind::Interrupted,
            },
        )
    }

    /// A walk that goes on where another stopped, on a stack that was copied then: `words` from the stack pointer on.
    pub fn later(
        modules: &'a Modules,
        scratch: &'a mut Scratch,
        from: Resume,
        words: &[u64],
    ) -> Walk<'a> {
        scratch.memory.freeze(from.registers.sp() & !7, words);
        Walk::at(modules, scratch, from)
    }

    fn at(modules: &'a Modules, scratch: &'a mut Scratch, from: Resume) -> Walk<'a> {
        let Resume { registers, kind } = from;
        scratch.resume = None;
        if scratch.rows_edition != modules.edition() {
            scratch.rows = RowCache::new();
            scratch.rows_edition = modules.edition();
        }
        Walk {
            modules,
            scratch,
            start: registers,
            start_kind: kind,
            registers,
            kind,
            is_whole: true,
            tables_only: false,
            steps: 0,
            is_guessed: false,
            last_sp: u64::MAX,
            ahead: None,
        }
    }

    /// The same, but no further than the frame whose stack pointer is `sp`.
    pub fn up_to(mut self, sp: u64) -> Walk<'a> {
        self.last_sp = sp;
        self
    }

    /// Whether unwinding by the tables goes past the stack pointer of `frame` without meeting a frame of its function that has
    /// it, or ends at its root before: then there is no such frame, whatever memory looks like; whoever had one has left it by
    /// a jump, or is on another stack. False too where the walk is cut: nobody knows then.
    pub fn passes(mut self, frame: Registers) -> bool {
        /// Deeper than that is not looked: the answer is no proof then.
        const STEPS: usize = 256;
        for _ in 0..STEPS {
            if self.registers.sp() >= frame.sp() {
                return !self.is_guessed && !self.is_in(frame);
            }
            match self.step() {
                Ok(()) => self.steps += 1,
                Err(end) => return end == End::Root && !self.is_guessed,
            }
        }
        false
    }

    /// Whether the current frame is that one, further on. The stack pointer alone does not tell: frames are multiples of
    /// sixteen, and that of another function may begin at the same place. Where no table says which functions the two are
    /// in, it is believed.
    fn is_in(&self, frame: Registers) -> bool {
        let function = |address| cfi::function_at(self.modules, address);
        let is_other = || {
            let (here, there) = (function(self.address()), function(frame.ip()));
            here.is_some() && there.is_some() && here != there
        };
        self.registers.sp() == frame.sp() && !is_other()
    }

    /// Writes the addresses of the stack, leaf first, as they are to be looked up; how many, and why no more.
    pub fn addresses(mut self, space: &mut [u64]) -> (usize, End) {
        let mut count = 0;
        for place in space.iter_mut() {
            *place = self.address();
            count += 1;
            match self.step() {
                Ok(()) => self.steps += 1,
                Err(end) => {
                    if end == End::Elsewhere {
                        let Walk {
                            registers, kind, ..
                        } = self;
                        self.scratch.resume = Some(Resume { registers, kind });
                    }
                    return (count, end);
                }
            }
        }
        (count, End::Full)
    }

    /// The current frame's address, as it is to be looked up.
    fn address(&self) -> u64 {
        address_of(self.registers.ip(), self.kind)
    }

    #[inline]
    fn row(&mut self, address: u64) -> Row {
        let ahead = self.ahead.take();
        if let Some(row) = ahead.or_else(|| self.scratch.rows.get(address)) {
            return row;
        }
        let row = cfi::row_at(self.modules, &mut self.scratch.context, address);
        self.scratch.rows.put(address, row);
        row
    }

    /// Goes to the caller.
    fn step(&mut self) -> Result<(), End> {
        let address = self.address();
        let row = self.row(address);
        let caller = match row {
            Row::Root => return Err(End::Root),
            Row::Simple(rule) if self.kind == Kind::Return && !self.tables_only => {
                return self.step_fast(rule);
            }
            Row::Simple(_) | Row::Rich | Row::SignalFrame => self.step_by_table(address),
            // Neither a module nor other code that was there at the last look.
            Row::Uncovered if !self.modules.is_code(address) => return Err(End::Elsewhere),
            Row::Uncovered => {
                let registers = self.registers;
                self.step_without_table(registers, self.kind)
            }
        };
        let caller = caller.ok_or(End::Cut)?;
        let kind = if row == Row::SignalFrame {
            Kind::Interrupted
        } else {
            Kind::Return
        };
        self.arrive(caller, kind)
    }

    /// A step from code that no table covers: a stub, or else by the frame pointer.
    fn step_without_table(&mut self, registers: Registers, kind: Kind) -> Option<Registers> {
        let Scratch { memory, .. } = &mut *self.scratch;
        if kind == Kind::Interrupted
            && let Some(caller) = stub::step(memory, &registers)
        {
            return Some(caller);
        }
        self.is_whole = false;
        self.is_guessed = true;
        frame_pointer::step(self.modules, memory, &registers)
    }

    /// A step with three registers, for a row that takes no more.
    fn step_fast(&mut self, rule: Rule) -> Result<(), End> {
        let (sp, fp) = (self.registers.sp(), self.registers.fp());
        let base = if rule.is_from_fp { fp } else { sp };
        let cfa = base.wrapping_add_signed(rule.cfa_offset.into());
        let memory = &mut self.scratch.memory;
        let return_address = memory.word(cfa.wrapping_sub(8)).ok_or(End::Cut)?;
        let fp = match rule.fp_offset {
            Some(offset) => memory.word(cfa.wrapping_add_signed(offset.into())),
            None => Some(fp),
        };
        let fp = fp.ok_or(End::Cut)?;
        self.is_whole = false;
        self.check(return_address, cfa, Kind::Return)?;
        self.registers.keep_three(return_address, cfa, fp);
        self.kind = Kind::Return;
        Ok(())
    }

    /// A step with all registers; where one is wanted that a fast step has dropped, the way here is gone again.
    fn step_by_table(&mut self, address: u64) -> Option<Registers> {
        let Scratch {
            context, memory, ..
        } = &mut *self.scratch;
        let caller = cfi::step(self.modules, context, memory, &self.registers, address);
        if caller.is_some() || self.is_whole {
            return caller;
        }
        self.recover_registers()?;
        let Scratch {
            context, memory, ..
        } = &mut *self.scratch;
        cfi::step(self.modules, context, memory, &self.registers, address)
    }

    /// Walks from the start again, by the tables alone, to where the walk stands, for the registers' sake.
    fn recover_registers(&mut self) -> Option<()> {
        let mut registers = self.start;
        let mut kind = self.start_kind;
        for _ in 0..self.steps {
            let address = address_of(registers.ip(), kind);
            let row = self.row(address);
            registers = match row {
                Row::Uncovered => self.step_without_table(registers, kind)?,
                _ => {
                    let Scratch {
                        context, memory, ..
                    } = &mut *self.scratch;
                    cfi::step(self.modules, context, memory, &registers, address)?
                }
            };
            kind = if row == Row::SignalFrame {
                Kind::Interrupted
            } else {
                Kind::Return
            };
        }
        self.registers = registers;
        self.is_whole = true;
        self.tables_only = true;
        Some(())
    }

    /// Takes `caller` for the current frame, if it can be one.
    fn arrive(&mut self, caller: Registers, kind: Kind) -> Result<(), End> {
        self.check(caller.ip(), caller.sp(), kind)?;
        self.registers = caller;
        self.kind = kind;
        Ok(())
    }

    /// Whether the current frame can have a caller there.
    #[inline]
    fn check(&mut self, ip: u64, sp: u64, kind: Kind) -> Result<(), End> {
        if ip == 0 {
            // The ABI's mark of the outermost frame (System V psABI, 3.4.1).
            return Err(End::Root);
        }
        if sp > self.last_sp {
            return Err(End::Limit);
        }
        // A call goes down the stack, so that its caller is up; an interruption may have changed stacks.
        if kind == Kind::Return && sp <= self.registers.sp() {
            return Err(End::Cut);
        }
        self.ahead = self.scratch.rows.get(address_of(ip, kind));
        // What a table covers is code; for the rest the mappings are asked.
        if !matches!(self.ahead, Some(row) if row != Row::Uncovered) && !self.modules.is_code(ip) {
            return Err(End::Elsewhere);
        }
        Ok(())
    }
}

/// The address by which a frame whose ip is `ip` is looked up.
#[inline]
fn address_of(ip: u64, kind: Kind) -> u64 {
    match kind {
        Kind::Interrupted => ip,
        Kind::Return => ip.wrapping_sub(1),
    }
}

#[cfg(test)]
#[path = "walk_tests.rs"]
mod tests;
