//! From registers to the addresses of a stack, leaf first, through C and Rust alike.
//!
//! Two engines: [`cfi`] applies the unwind tables with all sixteen registers, for the interrupted frame and for rows
//! that need more than rip, rsp and rbp; framehop, which knows only these three but is fast, does the rest. Which
//! one a row needs is decided by [`row`] from the table itself, because framehop answers from the frame pointer,
//! silently, where it cannot follow a row (framehop#48), and a made-up caller is worse than none.

mod cfi;
mod frame_pointer;
mod row;
mod stub;
mod walk;

pub use walk::{End, Kind, Resume, Scratch, Walk};
