//! Go's counted stacks in text: `threadcreate profile: total 7`, then `COUNT @ 0xADDRESS …` a line.

use super::super::model::{Profile, Sample, Span, ValueType};
use super::{Addresses, lines, maps};

const TITLE: &[u8] = b" profile: total ";

/// `None` if the bytes are something else, an error if they are this and broken.
pub(super) fn read(data: &[u8]) -> Option<Result<Profile, ()>> {
    let mut lines = lines(data);
    let first = lines.by_ref().find(|line| !is_blank(line))?;
    let (kind, total) = cut(first, TITLE)?;
    let is_title = !kind.is_empty() && !kind.iter().any(|byte| b"\t\n\x0c\r ".contains(byte));
    if !is_title || total.is_empty() || !total.iter().all(u8::is_ascii_digit) {
        return None;
    }
    Some(stacks(kind, lines))
}

/// What is before and behind the first such text.
fn cut<'a>(line: &'a [u8], text: &[u8]) -> Option<(&'a [u8], &'a [u8])> {
    let at = line.windows(text.len()).position(|part| part == text)?;
    Some((&line[..at], &line[at + text.len()..]))
}

/// White space or a comment.
fn is_blank(line: &[u8]) -> bool {
    let line = String::from_utf8_lossy(line);
    let line = line.trim();
    line.is_empty() || line.starts_with('#')
}

fn stacks<'a>(kind: &[u8], mut lines: impl Iterator<Item = &'a [u8]>) -> Result<Profile, ()> {
    let mut profile = Profile::empty();
    let value_type = ValueType {
        kind: profile.strings.intern(kind),
        unit: profile.strings.intern(b"count"),
    };
    profile.period_type = value_type;
    profile.period = 1;
    profile.sample_types = vec![value_type];
    let mut addresses = Addresses::default();
    let mut after = None;
    for line in lines.by_ref() {
        if is_blank(line) {
            continue;
        }
        if line.starts_with(b"---") {
            after = Some(line);
            break;
        }
        let (count, stack) = cut(line, b" @ ").ok_or(())?;
        let stack = std::str::from_utf8(stack).map_err(|_| ())?;
        let count = decimal(count).ok_or(())?;
        let start = profile.stacks.len();
        for address in stack.split(' ') {
            let digits = address.strip_prefix("0x").ok_or(())?;
            let is_hex = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
            if !digits.bytes().all(is_hex) {
                return Err(());
            }
            // All of them are return addresses: moved into the call.
            let address = u64::from_str_radix(digits, 16)
                .map_err(|_| ())?
                .wrapping_sub(1);
            let location = addresses.location(&mut profile, address);
            profile.stacks.push(location);
        }
        let values = profile.values.len();
        profile.values.push(count);
        profile.samples.push(Sample {
            stack: Span::new(start, profile.stacks.len()),
            values: Span::new(values, values + 1),
            labels: Span::default(),
        });
    }
    let mut rest = after.into_iter().chain(lines);
    // What precedes the map is of no interest.
    let _ = rest.by_ref().find(|line| maps::is_title(line));
    maps::attach(&mut profile, rest);
    Ok(profile)
}

/// Digits alone; a leading zero makes them octal, as Go reads numbers.
fn decimal(digits: &[u8]) -> Option<i64> {
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let digits = std::str::from_utf8(digits).ok()?;
    match digits.strip_prefix('0') {
        Some(octal) if !octal.is_empty() => i64::from_str_radix(octal, 8).ok(),
        _ => digits.parse().ok(),
    }
}
