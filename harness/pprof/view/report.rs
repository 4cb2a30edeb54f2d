//! What a view shows of each sample: which value, in which unit, out of which total.

use super::super::label_units::LabelUnits;
use super::super::model::{LabelId, Profile, Sample};
use super::super::units;
use super::{Error, Options};

/// What follows from a profile before its samples are filtered.
pub(super) struct Basis {
    value: usize,
    /// The value that the other one is divided by, under `-mean`.
    divisor: Option<usize>,
    /// Of the shown values, for example `cpu`.
    kind: Vec<u8>,
    sample_unit: String,
    total: i64,
    pub(super) label_units: LabelUnits,
}

impl Basis {
    pub(super) fn new(
        profile: &Profile,
        options: &Options,
        label_units: LabelUnits,
    ) -> Result<Basis, Error> {
        let value = sample_index(profile, &options.sample_index)?;
        if options.divide_by == 0.0 {
            return Err(Error::ZeroDivisor);
        }
        let value_type = profile.sample_types[value];
        let prefix = if options.mean { "mean_" } else { "" };
        let mut basis = Basis {
            value,
            divisor: options.mean.then_some(0),
            kind: [prefix.as_bytes(), profile.bytes(value_type.kind)].concat(),
            sample_unit: profile.text(value_type.unit).into_owned(),
            total: 0,
            label_units,
        };
        basis.total = basis.sum(profile);
        Ok(basis)
    }

    fn weight(&self, profile: &Profile, sample: &Sample) -> (i64, i64) {
        let values = profile.values(sample);
        (
            values[self.value],
            self.divisor.map_or(0, |divisor| values[divisor]),
        )
    }

    /// Samples of a `-diff_base`, if there are any, are what everything is compared with.
    fn sum(&self, profile: &Profile) -> i64 {
        let (mut all, mut base) = (Sum::default(), Sum::default());
        for sample in &profile.samples {
            let weight = self.weight(profile, sample);
            all.add(weight);
            if is_base(profile, sample) {
                base.add(weight);
            }
        }
        let chosen = if base.value > 0 { base } else { all };
        divided(chosen.value, chosen.divisor)
    }
}

/// A profile, how it is to be shown, and the values that follow from it.
pub(super) struct Report<'p> {
    pub(super) profile: &'p Profile,
    pub(super) options: &'p Options,
    basis: Basis,
    /// Of the shown values, for example `cpu`.
    pub(super) kind: Vec<u8>,
    /// The unit that they have in the profile.
    pub(super) sample_unit: String,
    /// The unit that they are shown in.
    pub(super) output_unit: String,
    /// The sum of the absolute values of all samples.
    pub(super) total: i64,
}

impl<'p> Report<'p> {
    pub(super) fn new(profile: &'p Profile, options: &'p Options, basis: Basis) -> Report<'p> {
        Report {
            profile,
            options,
            kind: basis.kind.clone(),
            sample_unit: basis.sample_unit.clone(),
            output_unit: options.unit.clone(),
            total: basis.total,
            basis,
        }
    }

    pub(super) fn label_units(&self) -> &LabelUnits {
        &self.basis.label_units
    }

    /// The shown value of a sample, and its divisor (0 if there is none).
    #[inline]
    pub(super) fn weight(&self, sample: &Sample) -> (i64, i64) {
        self.basis.weight(self.profile, sample)
    }

    /// A value as it is shown.
    pub(super) fn format(&self, value: i64) -> String {
        units::scaled_label(self.divided_by(value), &self.sample_unit, &self.output_unit)
    }

    fn ratio(&self) -> f64 {
        1.0 / self.options.divide_by
    }

    fn divided_by(&self, value: i64) -> i64 {
        let ratio = self.ratio();
        if ratio > 0.0 && ratio != 1.0 {
            units::truncated(value as f64 * ratio)
        } else {
            value
        }
    }

    /// One unit for all numbers of a table, given the smallest that is shown: the one that suits it, or, if there are
    /// hundredfold larger ones, the one that suits its hundredfold.
    pub(super) fn select_output_unit(&mut self, smallest: Option<i64>) {
        let Some(smallest) = smallest else { return };
        if self.options.unit != "minimum" {
            return;
        }
        let smallest = if smallest == 0 { self.total } else { smallest };
        let (smallest, largest) = (self.divided_by(smallest), self.divided_by(self.total));
        let unit_of = |value: i64| units::scale(value, &self.sample_unit, "minimum").1;
        let mut unit = unit_of(smallest);
        if unit != unit_of(largest) && smallest.wrapping_mul(100) < largest {
            unit = unit_of(smallest.wrapping_mul(100));
        }
        self.output_unit = if unit.is_empty() {
            self.sample_unit.clone()
        } else {
            unit
        };
    }
}

#[derive(Clone, Copy, Default)]
struct Sum {
    /// Of absolute values.
    value: i64,
    /// With their signs.
    divisor: i64,
}

impl Sum {
    fn add(&mut self, (value, divisor): (i64, i64)) {
        self.value = self.value.wrapping_add(value.wrapping_abs());
        self.divisor = self.divisor.wrapping_add(divisor);
    }
}

/// Integer division, if there is something to divide by.
pub(super) fn divided(value: i64, divisor: i64) -> i64 {
    if divisor == 0 {
        value
    } else {
        value.wrapping_div(divisor)
    }
}

fn is_base(profile: &Profile, sample: &Sample) -> bool {
    profile.labels[sample.labels.range()].iter().any(|label| {
        let is_true =
            matches!(label.value, LabelId::Str(text) if profile.strings.get(text) == b"true");
        is_true && profile.strings.get(label.key) == b"pprof::base"
    })
}

/// The index of the sample type that is asked for, by number, by name, or by the name without `inuse_`.
fn sample_index(profile: &Profile, asked: &str) -> Result<usize, Error> {
    let types = &profile.sample_types;
    if types.is_empty() {
        return Err(Error::NoSamples);
    }
    if asked.is_empty() {
        let default = profile.default_sample_type;
        let named = types
            .iter()
            .position(|t| !default.is_empty() && t.kind == default);
        return Ok(named.unwrap_or(types.len() - 1));
    }
    if let Ok(index) = asked.parse::<i64>() {
        let index = usize::try_from(index)
            .ok()
            .filter(|&index| index < types.len());
        return index.ok_or_else(|| Error::SampleTypeRange {
            asked: asked.to_owned(),
            types: types.len(),
        });
    }
    let short = asked.strip_prefix("inuse_").unwrap_or(asked);
    let matches = |name: &[u8]| name == asked.as_bytes() || name == short.as_bytes();
    types
        .iter()
        .position(|t| matches(profile.strings.get(t.kind)))
        .ok_or_else(|| Error::UnknownSampleType {
            asked: asked.to_owned(),
            known: types
                .iter()
                .map(|t| profile.text(t.kind).into_owned())
                .collect(),
        })
}
