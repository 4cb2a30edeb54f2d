//! pprof's CheckValid: what makes a decoded profile a valid one, in pprof's order.
//!
//! Stricter rules are a matter of lint; here is exactly what pprof refuses.

use hashbrown::HashSet;

use super::error::{Invalid, Table};
use super::model::{NONE, Profile};

impl Profile {
    /// What pprof's CheckValid checks, in its order; the first defect.
    ///
    /// A location's reference to a mapping that does not exist is none: pprof takes it for no mapping.
    pub fn check_valid(&self) -> Result<(), Invalid> {
        if self.sample_types.is_empty() && !self.samples.is_empty() {
            return Err(Invalid::NoSampleTypes);
        }
        self.check_samples()?;
        check_ids(Table::Mapping, self.mappings.iter().map(|m| m.id))?;
        check_ids(Table::Function, self.functions.iter().map(|f| f.id))?;
        self.check_locations()
    }

    fn check_samples(&self) -> Result<(), Invalid> {
        let types = self.sample_types.len();
        for (at, sample) in self.samples.iter().enumerate() {
            let values = sample.values.len as usize;
            if values != types {
                return Err(Invalid::ValueCount {
                    sample: at,
                    values,
                    types,
                });
            }
            if self.stacks[sample.stack.range()].contains(&NONE) {
                return Err(Invalid::NilLocation { sample: at });
            }
        }
        Ok(())
    }

    fn check_locations(&self) -> Result<(), Invalid> {
        let mut seen = HashSet::with_capacity(self.locations.len());
        for location in &self.locations {
            check_id(Table::Location, location.id, &mut seen)?;
            if self.lines[location.lines.range()]
                .iter()
                .any(|line| line.function == NONE)
            {
                return Err(Invalid::NilFunction {
                    location: location.id,
                });
            }
        }
        Ok(())
    }
}

fn check_ids(table: Table, ids: impl Iterator<Item = u64>) -> Result<(), Invalid> {
    let mut seen = HashSet::new();
    for id in ids {
        check_id(table, id, &mut seen)?;
    }
    Ok(())
}

fn check_id(table: Table, id: u64, seen: &mut HashSet<u64>) -> Result<(), Invalid> {
    if id == 0 {
        return Err(Invalid::ReservedId(table));
    }
    if !seen.insert(id) {
        return Err(Invalid::DuplicateId(table, id));
    }
    Ok(())
}
