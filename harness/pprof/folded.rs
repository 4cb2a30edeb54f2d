//! Folded stacks: `root;caller;leaf COUNT`, one stack a line, as Brendan Gregg's stackcollapse scripts, inferno and py-spy
//! (`-f raw`) write them.
//!
//! A frame is a name and nothing else, whatever is in it: `hog (hog.py:8)`, `thread (7): MainThread`. The format has no
//! way to write a `;` that is part of a name; it knows no period either.

use super::builder::{Builder, NewLine};
use super::format::{Format, ReadError};
use super::legacy::lines;
use super::model::Profile;

/// Reads a whole file; `period_ns` is what one sample stands for. A sample a line, in their order.
pub(super) fn read(data: &[u8], period_ns: i64) -> Result<Profile, ReadError> {
    let types = [("samples", "count"), ("cpu", "nanoseconds")];
    let mut builder = Builder::new(&types, ("cpu", "nanoseconds"), period_ns);
    for (at, line) in lines(data).enumerate() {
        let line = String::from_utf8_lossy(line);
        let line = line.trim_end();
        if line.is_empty() {
            continue;
        }
        let fail = |cause: &str| ReadError::line(Format::Folded, at + 1, cause, line);
        let (stack, count) = line
            .rsplit_once(' ')
            .ok_or_else(|| fail("no count behind the stack"))?;
        let count = whole(count).ok_or_else(|| fail("no whole number at the end"))?;
        let cpu_ns = count
            .checked_mul(period_ns)
            .ok_or_else(|| fail("a count that makes more than 2^63 ns"))?;
        let stack = stack.trim_end();
        if stack.is_empty() {
            return Err(fail("no stack before the count"));
        }
        let locations: Vec<_> = stack
            .rsplit(';')
            .map(|function| {
                let line = NewLine {
                    function,
                    ..NewLine::default()
                };
                builder.named_location(None, 0, &[line])
            })
            .collect();
        builder.sample(&locations, &[count, cpu_ns], &[]);
    }
    Ok(builder.finish())
}

/// Digits alone: `parse` would also take a sign.
fn whole(digits: &str) -> Option<i64> {
    let is_digits = digits.bytes().all(|byte| byte.is_ascii_digit());
    digits.parse().ok().filter(|_| is_digits)
}
