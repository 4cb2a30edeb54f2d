//! What a merged profile says of its collection.

use super::super::model::{Profile, ValueType};
use super::super::strings::StrId;

/// Durations add up; the time is the earliest and the period the longest; texts are those of the first that has one.
pub(super) fn combine(profiles: &[Profile], merged: &mut Profile) {
    let mut copy = |from: &Profile, id: StrId| merged.strings.intern(from.strings.get(id));
    let Some(first) = profiles.first() else {
        return;
    };
    let mut value_type = |t: ValueType| ValueType {
        kind: copy(first, t.kind),
        unit: copy(first, t.unit),
    };
    merged.sample_types = first.sample_types.iter().map(|&t| value_type(t)).collect();
    merged.period_type = value_type(first.period_type);
    merged.drop_frames = copy(first, first.drop_frames);
    merged.keep_frames = copy(first, first.keep_frames);
    for profile in profiles {
        if merged.time_nanos == 0 || profile.time_nanos < merged.time_nanos {
            merged.time_nanos = profile.time_nanos;
        }
        merged.duration_nanos = merged.duration_nanos.wrapping_add(profile.duration_nanos);
        if merged.period == 0 || merged.period < profile.period {
            merged.period = profile.period;
        }
        for &comment in &profile.comments {
            let comment = copy(profile, comment);
            if !merged.comments.contains(&comment) {
                merged.comments.push(comment);
            }
        }
        if merged.default_sample_type.is_empty() {
            merged.default_sample_type = copy(profile, profile.default_sample_type);
        }
        if merged.doc_url.is_empty() {
            merged.doc_url = copy(profile, profile.doc_url);
        }
    }
}
