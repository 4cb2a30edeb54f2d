//! Making profiles mergeable: the sample types that all of them have, each in one unit.

use super::super::model::{Profile, Span, ValueType};
use super::super::units;
use super::Error;

impl Profile {
    /// Reduces all profiles to the sample types that every one of them has, in the order of the first, and brings these
    /// and the periods to the finest of their units. A type whose name is there twice goes, also of a single profile.
    ///
    /// # Errors
    /// There is no such type, or two units of one have nothing in common.
    pub fn make_compatible(profiles: &mut [Profile]) -> Result<(), Error> {
        if profiles.is_empty() {
            return Ok(());
        }
        let common = common_types(profiles);
        if common.is_empty() {
            return Err(Error::NoCommonTypes);
        }
        for profile in profiles.iter_mut() {
            reduce(profile, &common);
        }
        if profiles.len() == 1 {
            return Ok(());
        }
        let periods = finest(profiles, "period types", |profile| profile.period_type)?;
        let finest_units: Result<Vec<String>, Error> = (0..common.len())
            .map(|at| finest(profiles, "sample types", |profile| profile.sample_types[at]))
            .collect();
        let finest_units = finest_units?;
        for profile in profiles {
            rescale(profile, &periods, &finest_units);
        }
        Ok(())
    }
}

/// The names of the types that every profile has once. Of a name that one of them has twice, pprof takes neither.
fn common_types(profiles: &[Profile]) -> Vec<Vec<u8>> {
    let count = |profile: &Profile, name: &[u8]| {
        let types = profile.sample_types.iter();
        types.filter(|t| profile.bytes(t.kind) == name).count()
    };
    let first = &profiles[0];
    let names = first.sample_types.iter().map(|t| first.bytes(t.kind));
    names
        .filter(|name| profiles.iter().all(|profile| count(profile, name) == 1))
        .map(<[u8]>::to_vec)
        .collect()
}

/// Keeps the values of these types, in this order.
fn reduce(profile: &mut Profile, names: &[Vec<u8>]) {
    let index = |name: &Vec<u8>| {
        let mut types = profile.sample_types.iter();
        types.position(|t| profile.bytes(t.kind) == &name[..])
    };
    let kept: Vec<usize> = names.iter().filter_map(index).collect();
    if kept.len() == profile.sample_types.len() && kept.is_sorted() {
        return;
    }
    let mut values = Vec::with_capacity(profile.samples.len() * kept.len());
    for sample in &mut profile.samples {
        let start = values.len();
        let own = &profile.values[sample.values.range()];
        values.extend(kept.iter().map(|&at| own[at]));
        sample.values = Span::new(start, values.len());
    }
    profile.values = values;
    profile.sample_types = kept.iter().map(|&at| profile.sample_types[at]).collect();
    let default = profile.default_sample_type;
    if !profile.sample_types.iter().any(|t| t.kind == default) {
        // As pprof does, though elsewhere it takes the last.
        profile.default_sample_type = profile.sample_types[0].kind;
    }
}

/// The smallest unit in which any of the profiles has this type.
fn finest(
    profiles: &[Profile],
    what: &'static str,
    value_type: impl Fn(&Profile) -> ValueType,
) -> Result<String, Error> {
    let names = |profile: &Profile| {
        let t = value_type(profile);
        (
            profile.text(t.kind).into_owned(),
            profile.text(t.unit).into_owned(),
        )
    };
    let (mut kind, mut unit) = names(&profiles[0]);
    for profile in &profiles[1..] {
        let (other_kind, other_unit) = names(profile);
        let singular = |name: &str| name.strip_suffix('s').unwrap_or(name).to_owned();
        let same_family = unit == other_unit || units::are_of_one_family(&unit, &other_unit);
        if singular(&kind) != singular(&other_kind) || !same_family {
            return Err(Error::Incompatible {
                what,
                types: [
                    format!("{kind}/{unit}"),
                    format!("{other_kind}/{other_unit}"),
                ],
            });
        }
        if units::scale(1, &other_unit, &unit).0 < 1.0 {
            (kind, unit) = (other_kind, other_unit);
        }
    }
    Ok(unit)
}

fn rescale(profile: &mut Profile, period_unit: &str, sample_units: &[String]) {
    let own = profile.text(profile.period_type.unit).into_owned();
    profile.period = units::truncated(units::scale(profile.period, &own, period_unit).0);
    profile.period_type.unit = profile.strings.intern(period_unit.as_bytes());
    let mut ratios = Vec::with_capacity(sample_units.len());
    for (at, unit) in sample_units.iter().enumerate() {
        let own = profile.text(profile.sample_types[at].unit).into_owned();
        ratios.push(units::scale(1, &own, unit).0);
        profile.sample_types[at].unit = profile.strings.intern(unit.as_bytes());
    }
    profile.scale_each(&ratios);
}
