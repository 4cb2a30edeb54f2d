//! From the bytes that a port wrote to what is judged: read in its format, and with names from the files on this machine for
//! what has none.

use crate::judge::stacks;
use crate::judge::{Seen, Unreadable};
use crate::port::Port;
use crate::pprof::{Profile, symbolize};

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
    name(&mut profile);
    stacks::of_profile(&profile, &*port.hosts)
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
