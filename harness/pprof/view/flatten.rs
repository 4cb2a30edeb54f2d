//! What the flags take from a profile that is written out whole: `-raw` and `-proto`.

use std::borrow::Cow;

use super::super::model::Profile;
use super::super::units;
use super::Options;

/// With `no_inlines`, the innermost lines of each location, and all columns unless they are asked for.
pub(super) fn flattened<'p>(mut profile: Cow<'p, Profile>, options: &Options) -> Cow<'p, Profile> {
    if !options.no_inlines {
        return profile;
    }
    let whole = profile.to_mut();
    for location in &mut whole.locations {
        let inlined = location.lines.len.saturating_sub(1);
        location.lines.start += inlined;
        location.lines.len -= inlined;
    }
    if !options.show_columns {
        for line in &mut whole.lines {
            line.column = 0;
        }
    }
    for mapping in &mut whole.mappings {
        mapping.has_inline_frames = false;
    }
    profile
}

/// All values divided. It is for the profile that is written alone: of what is printed raw pprof divides nothing.
pub(super) fn divided(mut profile: Cow<'_, Profile>, divisor: f64) -> Cow<'_, Profile> {
    let ratio = 1.0 / divisor;
    if ratio > 0.0 && ratio != 1.0 {
        for value in &mut profile.to_mut().values {
            *value = units::truncated(*value as f64 * ratio);
        }
    }
    profile
}
