//! Tests of the walk, on the stacks of this very process.

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
fn three_registers_and_all_of_them_say_the_same() {
    let modules = Modules::of_this_process();
    let registers = registers_here!();
    let (mut fast, mut slow) = ([0; 256], [0; 256]);
    let mut scratch = Scratch::new();
    let with_three = Walk::new(&modules, &mut scratch, registers).addresses(&mut fast);
    let mut walk = Walk::new(&modules, &mut scratch, registers);
    walk.tables_only = true;
    let with_tables = walk.addresses(&mut slow);
    assert_eq!(with_three, with_tables);
    assert_eq!(fast, slow);
}

/// An unwinder by others, on the same stack.
#[test]
fn framehop_says_the_same() {
    use framehop::Unwinder as _;
    let modules = Modules::of_this_process();
    let registers = registers_here!();
    let mut space = [0; 256];
    let (count, end) = Walk::new(&modules, &mut Scratch::new(), registers).addresses(&mut space);
    let mut unwinder = framehop::x86_64::UnwinderX86_64::<_>::new();
    for module in modules.all() {
        unwinder.add_module(module.for_framehop());
    }
    let mut cache = framehop::x86_64::CacheX86_64::<_>::new();
    let (ip, sp, fp) = (registers.ip(), registers.sp(), registers.fp());
    let three = framehop::x86_64::UnwindRegsX86_64::new(ip, sp, fp);
    let mut memory = Box::new(Memory::new());
    let mut read = |address| memory.word(address).ok_or(());
    let mut frames = unwinder.iter_frames(ip, three, &mut cache, &mut read);
    let mut theirs = Vec::new();
    while let Ok(Some(frame)) = frames.next() {
        theirs.push(frame.address_for_lookup());
    }
    assert_eq!(end, End::Root);
    assert_eq!(&space[..count], theirs);
}

#[test]
fn a_walk_goes_up_to_the_frame_that_it_is_told_and_includes_it() {
    let modules = Modules::of_this_process();
    let registers = registers_here!();
    let mut space = [0; 256];
    let mut scratch = Scratch::new();
    let walk = Walk::new(&modules, &mut scratch, registers).up_to(registers.sp());
    assert_eq!(walk.addresses(&mut space), (1, End::Limit));
    let above = registers.sp() + 4096;
    let (some, end) = Walk::new(&modules, &mut scratch, registers)
        .up_to(above)
        .addresses(&mut space);
    let (all, _) = Walk::new(&modules, &mut scratch, registers).addresses(&mut space);
    assert!(some < all && end == End::Limit, "{some} of {all}, {end:?}");
    let mut passes = |ip, sp| {
        let frame = Registers::new(ip, sp, 0);
        Walk::new(&modules, &mut scratch, registers).passes(frame)
    };
    let (ip, sp) = (registers.ip(), registers.sp());
    assert!(!passes(ip, sp) && !passes(ip - 1, sp));
    // Beyond the root there is no frame either.
    assert!(passes(ip, u64::MAX));
    assert!(passes(ip, sp + 8), "no frame has that one");
    let other = deep as *const () as u64 + 1;
    assert!(
        passes(other, sp),
        "another function's frame is at the same place"
    );
    assert!(
        !passes(&raw const STUB as u64, sp),
        "no table says what that is"
    );
}

#[test]
fn a_full_space_is_said_to_be_full() {
    let mut space = [0; 4];
    assert_eq!(deep(10, &mut space), (4, End::Full));
}

// A stub like ld.lld's: no unwind table covers it.
std::arch::global_asm!(
    ".pushsection .text.framecheck_stub, \"ax\", @progbits",
    ".skip 8, 0xcc",
    "framecheck_test_stub: jmp *framecheck_test_slot(%rip)",
    ".skip 8, 0xcc",
    ".popsection",
    ".pushsection .data.framecheck_stub, \"aw\", @progbits",
    "framecheck_test_slot: .quad 0",
    ".popsection",
    ".globl framecheck_test_stub",
    ".hidden framecheck_test_stub",
    options(att_syntax)
);

unsafe extern "C" {
    #[link_name = "framecheck_test_stub"]
    safe static STUB: u8;
}

/// Here, so many calls down, and what of the stack is above: a window, which a frame with a walk in it would fill.
#[inline(never)]
fn here_and_above(levels: u32, scratch: &mut Scratch) -> (Registers, Vec<u64>) {
    if levels > 0 {
        return std::hint::black_box(here_and_above(levels - 1, scratch));
    }
    let here = registers_here!();
    (here, scratch.stack_from(here.sp()).collect())
}

/// Interrupted in a stub that the function has called, as far as the stack tells.
#[test]
fn a_stub_without_a_table_has_its_caller() {
    let modules = Modules::of_this_process();
    let mut scratch = Scratch::new();
    let (here, above) = here_and_above(3, &mut scratch);
    let mut from_here = |registers, stack: &[u64], space: &mut [u64]| {
        let kind = Kind::Interrupted;
        let from = Resume { registers, kind };
        Walk::later(&modules, &mut scratch, from, stack).addresses(space)
    };
    // As if the stub had been called in the place of the function that is here.
    let mut frames = [0; 3];
    assert_eq!(from_here(here, &above, &mut frames).0, 3);
    let return_address = frames[1] + 1;
    let at = above
        .iter()
        .position(|&word| word == return_address)
        .unwrap();
    let stub = &raw const STUB as u64;
    let mut registers = here;
    registers.go_to(stub, here.sp() + 8 * at as u64);
    let mut found = [0; 3];
    from_here(registers, &above[at..], &mut found);
    assert_eq!(found, [stub, frames[1], frames[2]]);
    // Before the stub there is no call: nobody has called from there.
    let mut wrong = [0; 3];
    from_here(registers, &[&[stub], &above[at + 1..]].concat(), &mut wrong);
    assert_eq!(wrong, [stub, 0, 0]);
}
