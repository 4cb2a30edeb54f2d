//! The code of an executable, library or object file: its functions by name, and what a call or jump in them leads
//! to. x86-64 ELF.

use std::collections::HashMap;

use cpp_demangle::{DemangleOptions, Symbol};
use iced_x86::{Decoder, DecoderOptions, Instruction, Mnemonic, OpKind, Register};
use object::read::elf::ElfFile64;
use object::{
    Object, ObjectSection, ObjectSymbol, ObjectSymbolTable, RelocationTarget, SectionKind,
    SymbolKind,
};

use crate::case::normalize::bare;

/// An image that was read.
pub(super) struct Image<'d> {
    functions: Vec<Function>,
    /// Code, by address.
    sections: Vec<(u64, &'d [u8])>,
    /// Imported functions, by the place in memory that the loader writes their address to.
    slots: HashMap<u64, String>,
}

/// A function symbol: several of one name where the compiler took a function to pieces.
#[derive(Debug)]
struct Function {
    /// As patterns spell it.
    name: String,
    begin: u64,
    end: u64,
}

/// What leaves a function.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Exit {
    /// A call of an address, or through the place that the loader wrote it to.
    Call(Vec<String>),
    /// A jump of the same kind, whether or not on a condition, to where a function begins.
    Jump(Vec<String>),
    /// A call of what a register or memory has, or of what has no name.
    IndirectCall,
}

impl<'d> Image<'d> {
    /// Reads an ELF file. The error says what is wrong with it.
    pub(super) fn parse(data: &'d [u8]) -> Result<Self, String> {
        let file: ElfFile64<'d> = ElfFile64::parse(data).map_err(|error| error.to_string())?;
        let mut sections = Vec::new();
        for section in file
            .sections()
            .filter(|section| section.kind() == SectionKind::Text)
        {
            let code = section.data().map_err(|error| error.to_string())?;
            sections.push((section.address(), code));
        }
        let mut image = Image {
            functions: Vec::new(),
            sections,
            slots: slots(&file),
        };
        image.functions = functions(&file, &image);
        Ok(image)
    }

    /// Whether there is a function of this name.
    pub(super) fn has(&self, name: &str) -> bool {
        self.functions.iter().any(|function| function.name == name)
    }

    /// The functions' names.
    pub(super) fn names(&self) -> impl Iterator<Item = String> {
        self.functions.iter().map(|function| function.name.clone())
    }

    /// What leaves the functions of this name, in the order of the code.
    pub(super) fn exits(&self, name: &str) -> Vec<Exit> {
        let functions = self
            .functions
            .iter()
            .filter(|function| function.name == name);
        functions
            .flat_map(|function| self.exits_of(function))
            .collect()
    }

    fn exits_of(&self, function: &Function) -> Vec<Exit> {
        let code = self.code(function.begin, function.end);
        let decoder = Decoder::with_ip(64, code, function.begin, DecoderOptions::NONE);
        decoder
            .into_iter()
            .filter_map(|at| self.exit(&at))
            .collect()
    }

    fn exit(&self, at: &Instruction) -> Option<Exit> {
        if at.is_call_near() {
            let names = self.names_at(at.near_branch_target());
            // To no function's beginning: a stub through which libc picks one of several as the process starts.
            let unnamed = names.is_empty();
            return Some(if unnamed {
                Exit::IndirectCall
            } else {
                Exit::Call(names)
            });
        }
        if at.is_jmp_short_or_near() || at.is_jcc_short_or_near() {
            let names = self.names_at(at.near_branch_target());
            return (!names.is_empty()).then_some(Exit::Jump(names));
        }
        let imported = || self.slot(at).cloned().map(|name| vec![name]);
        if at.is_call_near_indirect() {
            return Some(imported().map_or(Exit::IndirectCall, Exit::Call));
        }
        if at.is_jmp_near_indirect() {
            return imported().map(Exit::Jump);
        }
        None
    }

    /// The functions that begin at an address, or the one that the stub there leads to.
    fn names_at(&self, address: u64) -> Vec<String> {
        let begin = self
            .functions
            .iter()
            .filter(|function| function.begin == address);
        let names: Vec<String> = begin.map(|function| function.name.clone()).collect();
        if names.is_empty() {
            return self.stub(address).into_iter().collect();
        }
        names
    }

    /// The function that an entry of the procedure linkage table jumps to: a jump through memory, with nothing before
    /// it but endbr64.
    fn stub(&self, address: u64) -> Option<String> {
        let code = self.code(address, address + 16);
        Decoder::with_ip(64, code, address, DecoderOptions::NONE)
            .into_iter()
            .take(2)
            .find(|at| at.mnemonic() != Mnemonic::Endbr64)
            .filter(Instruction::is_jmp_near_indirect)
            .and_then(|at| self.slot(&at).cloned())
    }

    fn slot(&self, at: &Instruction) -> Option<&String> {
        let fixed = at.op0_kind() == OpKind::Memory && at.memory_base() == Register::RIP;
        // With this base, the displacement is the address already.
        fixed.then(|| self.slots.get(&at.memory_displacement64()))?
    }

    /// The code from `begin` to `end`, or to where its section ends.
    fn code(&self, begin: u64, end: u64) -> &'d [u8] {
        self.sections
            .iter()
            .find_map(|&(address, code)| {
                let from = usize::try_from(begin.checked_sub(address)?).ok()?;
                let len = usize::try_from(end.saturating_sub(begin)).ok()?;
                let code = code.get(from..).filter(|code| !code.is_empty())?;
                Some(&code[..len.min(code.len())])
            })
            .unwrap_or_default()
    }
}

fn functions(file: &ElfFile64<'_>, image: &Image<'_>) -> Vec<Function> {
    let mut functions: Vec<Function> = file
        .symbols()
        .filter(|symbol| symbol.kind() == SymbolKind::Text && symbol.is_definition())
        .filter_map(|symbol| {
            Some(Function {
                name: spelled(symbol.name().ok()?),
                begin: symbol.address(),
                end: symbol.address() + symbol.size(),
            })
        })
        .collect();
    functions.sort_by_key(|function| function.begin);
    let begins: Vec<u64> = functions.iter().map(|function| function.begin).collect();
    for function in &mut functions {
        // Written in assembly, without a size: it goes to the next one.
        if function.end == function.begin {
            let next = begins.iter().find(|&&begin| begin > function.begin);
            let section = image.code(function.begin, u64::MAX).len() as u64;
            function.end = next.copied().unwrap_or(function.begin + section);
        }
    }
    functions
}

fn slots(file: &ElfFile64<'_>) -> HashMap<u64, String> {
    let (Some(relocations), Some(symbols)) =
        (file.dynamic_relocations(), file.dynamic_symbol_table())
    else {
        return HashMap::new();
    };
    relocations
        .filter_map(|(address, relocation)| {
            let RelocationTarget::Symbol(index) = relocation.target() else {
                return None;
            };
            let symbol = symbols.symbol_by_index(index).ok()?;
            Some((address, spelled(symbol.name().ok()?)))
        })
        .collect()
}

/// A symbol's name as patterns have it: demangled, without parameters and without what compilers hang on it.
fn spelled(symbol: &str) -> String {
    let plain = bare(symbol);
    let options = DemangleOptions::new().no_params().no_return_type();
    let demangled = || {
        Symbol::new(&plain)
            .ok()?
            .demangle_with_options(&options)
            .ok()
    };
    match plain.starts_with("_Z").then(demangled).flatten() {
        Some(name) => name,
        None => plain,
    }
}
