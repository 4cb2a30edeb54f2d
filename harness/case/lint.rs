//! What a case's code must not have. Phases of fixed length fall into step with a tick, and then a perfect profiler
//! shows wrong shares: a case that claims one may not have them.

use super::assertion::{Claim, Kind};
use super::code::find_word;
use super::error::Problem;

/// The macro of framecheck.h for phases that are not dithered.
const FIXED_PHASE: &str = "FC_PHASE_FIXED";

/// A share claimed of phases of fixed length. `code` is without comments.
pub(super) fn fixed_phases(code: &str, claims: &[Claim]) -> Option<Problem> {
    let share = claims
        .iter()
        .find(|claim| matches!(claim.kind, Kind::Share { .. }))?;
    let fixed = find_word(code, FIXED_PHASE)?;
    Some(
        fixed
            .wrong(format!(
                "phases of fixed length in a case that claims a share, in line {}",
                share.line
            ))
            .help("phases in step with the tick make a perfect profiler look wrong: use FC_PHASE, which dithers them"),
    )
}
