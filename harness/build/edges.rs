//! Whether the calls that a case claims are calls in the code. A pattern `level1 > level2` can only match where
//! level1 calls level2 and comes back: a compiler that made a jump of it, or one function of both, would get a
//! profiler the blame.

use std::collections::HashSet;

use super::error::BuildError;
use super::image::{Exit, Image};

/// Checks the edges in the images that belong together. `defined` says, and is asked only where it matters, which
/// functions the source defines, whether or not anything is left of them.
pub(super) fn check(
    edges: &[(String, String)],
    images: &[Image<'_>],
    defined: impl FnOnce() -> Result<HashSet<String>, BuildError>,
) -> Result<(), BuildError> {
    let found = |name: &str| images.iter().any(|image| image.has(name));
    let mut unknown = Vec::new();
    for (from, to) in edges {
        let images = images.iter().filter(|image| image.has(from));
        let exits: Vec<Exit> = images.flat_map(|image| image.exits(from)).collect();
        let why = match look(&exits, to) {
            Look::Call => continue,
            Look::Jump => "it jumps there (a tail call): put FC_KEEP() behind the call",
            // The claim may be about a function of libc or of the host: then it stands.
            _ if !found(from) || !found(to) => {
                unknown.push((from, to));
                continue;
            }
            Look::Undecided => continue,
            Look::None => "it does not call it, and calls nothing through a pointer",
        };
        return Err(edge(from, to, why.to_owned()));
    }
    if unknown.is_empty() {
        return Ok(());
    }
    let defined = defined()?;
    for (from, to) in unknown {
        for name in [from, to] {
            if !found(name) && defined.contains(name) {
                let why = format!("{name} is inlined, or nothing is left of it: make it FC_FN");
                return Err(edge(from, to, why));
            }
        }
    }
    Ok(())
}

fn edge(from: &str, to: &str, why: String) -> BuildError {
    BuildError::Edge {
        from: from.to_owned(),
        to: to.to_owned(),
        why,
    }
}

enum Look {
    Call,
    Jump,
    /// It calls what nobody can tell from the code.
    Undecided,
    None,
}

fn look(exits: &[Exit], to: &str) -> Look {
    let leads_there = |names: &[String]| names.iter().any(|name| name == to);
    if exits
        .iter()
        .any(|exit| matches!(exit, Exit::Call(names) if leads_there(names)))
    {
        Look::Call
    } else if exits
        .iter()
        .any(|exit| matches!(exit, Exit::Jump(names) if leads_there(names)))
    {
        Look::Jump
    } else if exits.contains(&Exit::IndirectCall) {
        Look::Undecided
    } else {
        Look::None
    }
}
