//! The walk: one frame after another until the root, the end of what can be known, or the end of the space.

use framehop::{FrameAddress, MustNotAllocateDuringUnwind, Unwinder as _};
use std::num::NonZeroU64;

use super::cfi;
use super::frame_pointer;
use super::row::{Row, RowCache};
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

/// What a walk works with, made beforehand: too large for a stack in a handler, and its caches pay off.
pub struct Scratch {
    context: cfi::Context,
    rows: RowCache,
    /// Which modules `rows` is about; framehop keeps a number of its own.
    rows_edition: u64,
    framehop: framehop::x86_64::CacheX86_64<MustNotAllocateDuringUnwind>,
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
            framehop: framehop::x86_64::CacheX86_64::new_in(),
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

    /// Reads one word of the stack, if it is there. What was read of other samples is forgotten first.
    pub fn word(&mut self, address: u64) -> Option<u64> {
        self.memory.forget();
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
    /// Whether `registers` holds all that a table may ask for: framehop's steps keep three of them only.
    is_whole: bool,
    /// Set when a row wanted a register that framehop had dropped: from there on, tables only.
    tables_only: bool,
    steps: usize,
}

impl<'a> Walk<'a> {
    /// A walk from code that was interrupted at `registers`.
    pub fn new(modules: &'a Modules, scratch: &'a mut Scratch, registers: Registers) -> Walk<'a> {
        scratch.memory.forget();
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
        }
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

    /// Whether the stack goes by `sp` without a frame there, or ends at its root before: then whoever had a frame at
    /// `sp` has left it, by a jump, or is on another stack. Where the walk is cut nobody knows, and the answer is no.
    pub fn misses(mut self, sp: u64) -> bool {
        loop {
            if self.registers.sp() >= sp {
                return self.registers.sp() > sp;
            }
            match self.step() {
                Ok(()) => self.steps += 1,
                Err(end) => return end == End::Root,
            }
        }
    }

    /// The current frame's address, as it is to be looked up.
    fn address(&self) -> u64 {
        match self.kind {
            Kind::Interrupted => self.registers.ip(),
            Kind::Return => self.registers.ip().wrapping_sub(1),
        }
    }

    fn row(&mut self, address: u64) -> Row {
        if let Some(row) = self.scratch.rows.get(address) {
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
            Row::Simple if self.kind == Kind::Return && !self.tables_only => {
                return self.step_fast();
            }
            Row::Simple | Row::Rich | Row::SignalFrame => self.step_by_table(address),
            // Neither a module nor other code that was there at the last look.
            Row::Uncovered if !self.modules.is_code(address) => return Err(End::Elsewhere),
            Row::Uncovered => {
                self.is_whole = false;
                let Scratch { memory, .. } = &mut *self.scratch;
                frame_pointer::step(self.modules, memory, &self.registers)
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

    /// framehop's step: the row is one that it follows exactly.
    fn step_fast(&mut self) -> Result<(), End> {
        let ip = self.registers.ip();
        let (sp, fp) = (self.registers.sp(), self.registers.fp());
        let mut three = framehop::x86_64::UnwindRegsX86_64::new(ip, sp, fp);
        let at = NonZeroU64::new(ip)
            .map(FrameAddress::ReturnAddress)
            .ok_or(End::Cut)?;
        let Scratch {
            framehop: cache,
            memory,
            ..
        } = &mut *self.scratch;
        let mut read = |address| memory.word(address).ok_or(());
        match self
            .modules
            .framehop()
            .unwind_frame(at, &mut three, cache, &mut read)
        {
            Ok(Some(return_address)) => {
                self.is_whole = false;
                let caller = Registers::new(return_address, three.sp(), three.bp());
                self.arrive(caller, Kind::Return)
            }
            Ok(None) => Err(End::Root),
            Err(_) => Err(End::Cut),
        }
    }

    /// A step with all registers; where one is wanted that framehop has dropped, the way here is gone again.
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
            let address = match kind {
                Kind::Interrupted => registers.ip(),
                Kind::Return => registers.ip().wrapping_sub(1),
            };
            let row = self.row(address);
            let Scratch {
                context, memory, ..
            } = &mut *self.scratch;
            registers = match row {
                Row::Uncovered => frame_pointer::step(self.modules, memory, &registers)?,
                _ => cfi::step(self.modules, context, memory, &registers, address)?,
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
        if caller.ip() == 0 {
            // The ABI's mark of the outermost frame (System V psABI, 3.4.1).
            return Err(End::Root);
        }
        // A call goes down the stack, so that its caller is up; an interruption may have changed stacks.
        if kind == Kind::Return && caller.sp() <= self.registers.sp() {
            return Err(End::Cut);
        }
        if !self.modules.is_code(caller.ip()) {
            return Err(End::Elsewhere);
        }
        self.registers = caller;
        self.kind = kind;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    #![allow(unsafe_code)]
    use super::*;
    use crate::sigprof::arch::registers_here;

    #[inline(never)]
    fn deep(levels: usize, space: &mut [u64]) -> (usize, End) {
        if levels == 0 {
            let modules = Modules::of_this_process();
            return Walk::new(&modules, &mut Scratch::new(), registers_here!()).addresses(space);
        }
        let answer = deep(levels - 1, space);
        std::hint::black_box(answer)
    }

    #[test]
    fn recursion_is_walked_to_the_root_and_one_deeper_is_one_frame_more() {
        let mut space = [0; 512];
        let (three, end) = deep(3, &mut space);
        assert_eq!(end, End::Root);
        let (twenty, end) = deep(20, &mut space);
        assert_eq!((twenty - three, end), (17, End::Root));
    }

    #[test]
    fn tables_alone_and_framehop_say_the_same() {
        let modules = Modules::of_this_process();
        let registers = registers_here!();
        let (mut fast, mut slow) = ([0; 256], [0; 256]);
        let mut scratch = Scratch::new();
        let with_framehop = Walk::new(&modules, &mut scratch, registers).addresses(&mut fast);
        let mut walk = Walk::new(&modules, &mut scratch, registers);
        walk.tables_only = true;
        let with_tables = walk.addresses(&mut slow);
        assert_eq!(with_framehop, with_tables);
        assert_eq!(fast, slow);
    }

    #[test]
    fn a_full_space_is_said_to_be_full() {
        let mut space = [0; 4];
        assert_eq!(deep(10, &mut space), (4, End::Full));
    }
}
