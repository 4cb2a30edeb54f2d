//! Which unit the numbers of each label key have, over a whole profile.
//!
//! It is asked for before any filter: what a number means does not depend on which samples are shown.

use hashbrown::HashMap;

use super::model::{LabelId, Profile};
use super::strings::StrId;

/// The unit of each numeric key.
#[derive(Debug, Default)]
pub(super) struct LabelUnits(HashMap<StrId, String>);

impl LabelUnits {
    /// The first unit that any sample names; otherwise bytes for the keys that heap profiles use, and for all others
    /// the key itself. `note` is told of a key with several units.
    pub(super) fn new(profile: &Profile, note: &mut dyn FnMut(String)) -> LabelUnits {
        let mut units: HashMap<StrId, Vec<StrId>> = HashMap::new();
        let used = profile
            .samples
            .iter()
            .flat_map(|sample| &profile.labels[sample.labels.range()]);
        for label in used {
            if let LabelId::Num(_, unit) = label.value {
                let known = units.entry(label.key).or_default();
                if !unit.is_empty() && !known.contains(&unit) {
                    known.push(unit);
                }
            }
        }
        let mut several: Vec<String> = Vec::new();
        let mut chosen = HashMap::with_capacity(units.len());
        for (key, known) in units {
            let unit = match (profile.bytes(key), &known[..]) {
                (b"alignment" | b"request", []) => "bytes".to_owned(),
                (_, []) => profile.text(key).into_owned(),
                (_, [first, others @ ..]) => {
                    let first = profile.text(*first).into_owned();
                    if !others.is_empty() {
                        let mut others: Vec<_> =
                            others.iter().map(|&unit| profile.text(unit)).collect();
                        others.sort_unstable();
                        several.push(format!(
                            "For tag {} used unit {first}, also encountered unit(s) {}",
                            profile.text(key),
                            others.join(", ")
                        ));
                    }
                    first
                }
            };
            chosen.insert(key, unit);
        }
        several.sort_unstable();
        several.into_iter().for_each(note);
        LabelUnits(chosen)
    }

    /// The unit of a key; "" if no sample has a number under it.
    pub(super) fn of(&self, key: StrId) -> &str {
        self.0.get(&key).map_or("", String::as_str)
    }
}
