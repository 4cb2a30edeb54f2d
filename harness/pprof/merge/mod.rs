//! Several profiles as one, and one less another.
//!
//! - [`Profile::merge`]: samples with equal stacks and labels are summed.
//! - [`Profile::make_compatible`]: first the sample types that all have, in the finest unit of each.
//! - [`Profile::scale`], [`Profile::normalize`], [`Profile::mark_as_base`]: what `-base` and `-diff_base` are made of.
//!
//! It knows nothing of where profiles come from.

mod compatible;
mod headers;
mod scale;
mod tables;

use std::fmt;

use super::model::{Profile, ValueType};
use tables::Merger;

/// Why profiles cannot be merged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Error {
    /// There is no profile.
    None,
    /// No sample type is in all of them.
    NoCommonTypes,
    /// Two of them measure different things: what, and how each calls it.
    Incompatible {
        /// `period types` or `sample types`.
        what: &'static str,
        /// As `type unit`.
        types: [String; 2],
    },
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::None => f.write_str("no profiles to merge"),
            Error::NoCommonTypes => f.write_str("profiles have empty common sample type list"),
            Error::Incompatible {
                what,
                types: [a, b],
            } => write!(f, "incompatible {what} {a} and {b}"),
        }
    }
}

impl std::error::Error for Error {}

impl Profile {
    /// The sum of several profiles that have the same sample types: samples with equal stacks and labels become one,
    /// those with nothing but zeros go, and ids count from 1 in the order of use.
    ///
    /// Mappings that are the same file in the same size are one, wherever they were loaded.
    ///
    /// # Errors
    /// See [`Error`]; [`Profile::make_compatible`] avoids what can be avoided.
    pub fn merge(profiles: &[Profile]) -> Result<Profile, Error> {
        let first = profiles.first().ok_or(Error::None)?;
        for other in &profiles[1..] {
            check_compatible(first, other)?;
        }
        let mut merger = Merger::new();
        headers::combine(profiles, &mut merger.merged);
        for profile in profiles {
            merger.add(profile);
        }
        let merged = merger.merged;
        let is_zero = |values: &[i64]| values.iter().all(|&value| value == 0);
        if merged
            .samples
            .iter()
            .any(|sample| is_zero(merged.values(sample)))
        {
            // What only they used goes too.
            return Profile::merge(&[merged]);
        }
        Ok(merged)
    }
}

fn check_compatible(a: &Profile, b: &Profile) -> Result<(), Error> {
    let incompatible = |what, x: &[ValueType], y: &[ValueType]| Error::Incompatible {
        what,
        types: [named(a, x), named(b, y)],
    };
    if !same_type(a, a.period_type, b, b.period_type) {
        return Err(incompatible(
            "period types",
            &[a.period_type],
            &[b.period_type],
        ));
    }
    let same = a.sample_types.len() == b.sample_types.len()
        && a.sample_types
            .iter()
            .zip(&b.sample_types)
            .all(|(&x, &y)| same_type(a, x, b, y));
    if !same {
        return Err(incompatible(
            "sample types",
            &a.sample_types,
            &b.sample_types,
        ));
    }
    Ok(())
}

fn same_type(a: &Profile, x: ValueType, b: &Profile, y: ValueType) -> bool {
    a.bytes(x.kind) == b.bytes(y.kind) && a.bytes(x.unit) == b.bytes(y.unit)
}

fn named(profile: &Profile, types: &[ValueType]) -> String {
    let names: Vec<String> = types
        .iter()
        .map(|t| format!("{}/{}", profile.text(t.kind), profile.text(t.unit)))
        .collect();
    names.join(" ")
}
