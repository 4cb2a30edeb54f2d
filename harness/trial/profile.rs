//! From the bytes that a port wrote to what is judged: read in its format, and with names from the files on this machine for
//! what has none.

use crate::case::normalize::is_around;
use crate::judge::stacks;
use crate::judge::{Seen, Unreadable};
use crate::port::{How, Port};
use crate::pprof::{Format, Profile, symbolize};

/// What a port's profile shows.
///
/// # Errors
/// It is not in the port's format (L0), or contradicts itself (L1).
pub fn seen(port: &Port, bytes: &[u8], hz: u32) -> Result<Seen, Unreadable> {
    // The reference names everything itself: what it left without a name is for the judge to see.
    if port.is_reference {
        return stacks::decode(bytes, &*port.hosts);
    }
    let period_ns = 1_000_000_000 / u64::from(hz.max(1));
    let mut profile = Profile::read_as(port.format, bytes, Some(period_ns))
        .map_err(|error| Unreadable::Undecodable(error.to_string()))?;
    // Before what is done here: of the other formats, and of what is added, lint would find fault with the reading.
    let lint = match port.format {
        Format::Pprof => Some(profile.lint().iter().map(ToString::to_string).collect()),
        _ => None,
    };
    name(&mut profile);
    let mut seen = Seen {
        lint,
        ..stacks::of_profile(&profile, &*port.hosts)?
    };
    if let How::Wrapper(_) = port.how {
        seen.stacks.retain(|stack| !is_around(&stack.frames));
    }
    Ok(seen)
}

/// Gives names to what has none. A profile that contradicts itself is left alone.
pub fn name(profile: &mut Profile) {
    if profile.check_valid().is_ok() {
        let options = symbolize::Options {
            demangle: symbolize::Demangle::Own,
            ..symbolize::Options::default()
        };
        symbolize::local(profile, &options);
    }
}
