//! Multiplying the values of a profile.

use super::super::model::{Label, LabelId, Profile, Span};
use super::Error;

impl Profile {
    /// Multiplies all values.
    pub fn scale(&mut self, ratio: f64) {
        self.scale_each(&vec![ratio; self.sample_types.len()]);
    }

    /// Multiplies the values of each sample type by its own ratio, rounded to the nearest integer, half away from zero.
    /// Samples go of which nothing that was multiplied is left.
    pub(super) fn scale_each(&mut self, ratios: &[f64]) {
        if ratios.iter().all(|&ratio| ratio == 1.0) {
            return;
        }
        let values = &mut self.values;
        self.samples.retain(|sample| {
            let mut keep = false;
            for (value, &ratio) in values[sample.values.range()].iter_mut().zip(ratios) {
                if ratio != 1.0 {
                    *value = super::super::units::truncated((*value as f64 * ratio).round());
                    keep |= *value != 0;
                }
            }
            keep
        });
    }

    /// Scales each sample type so that its sum is that of `base`.
    ///
    /// # Errors
    /// The sample types are not the same.
    pub fn normalize(&mut self, base: &Profile) -> Result<(), Error> {
        super::check_compatible(self, base)?;
        let ratios: Vec<f64> = sums(self)
            .iter()
            .zip(sums(base))
            .map(|(&own, base)| {
                if own == 0 {
                    0.0
                } else {
                    base as f64 / own as f64
                }
            })
            .collect();
        self.scale_each(&ratios);
        Ok(())
    }

    /// Labels all samples as what others are compared with: percentages are of them.
    pub fn mark_as_base(&mut self) {
        let label = Label {
            key: self.strings.intern(b"pprof::base"),
            value: LabelId::Str(self.strings.intern(b"true")),
        };
        let mut labels = Vec::with_capacity(self.labels.len() + self.samples.len());
        for sample in &mut self.samples {
            let start = labels.len();
            let own = self.labels[sample.labels.range()].iter().copied();
            let is_same =
                |other: &Label| other.key == label.key && matches!(other.value, LabelId::Str(_));
            labels.extend(own.filter(|other| !is_same(other)));
            labels.push(label);
            sample.labels = Span::new(start, labels.len());
        }
        self.labels = labels;
    }
}

fn sums(profile: &Profile) -> Vec<i64> {
    let mut sums = vec![0i64; profile.sample_types.len()];
    for sample in &profile.samples {
        for (sum, value) in sums.iter_mut().zip(profile.values(sample)) {
            *sum = sum.wrapping_add(*value);
        }
    }
    sums
}
