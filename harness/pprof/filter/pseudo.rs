//! Frames made of labels: `-tagroot` and `-tagleaf`.

use hashbrown::HashMap;

use super::super::model::{Function, LabelId, Line, Location, NONE, Profile, Sample, Span};
use super::super::strings::StrId;
use super::super::units;

/// Puts a frame for each key at the root and the leaf of each sample. Whether any sample had a value at either end.
pub(super) fn add(profile: &mut Profile, root: &str, leaf: &str, unit: &str) -> (bool, bool) {
    let keys = |list: &str| -> Vec<String> {
        let keys = list.split(',').filter(|key| !key.is_empty());
        // Written outermost first, and stacks are kept leaf first.
        keys.rev().map(str::to_owned).collect()
    };
    let (root, leaf) = (keys(root), keys(leaf));
    if root.is_empty() && leaf.is_empty() {
        return (false, false);
    }
    let mut frames = Frames {
        next_location: profile.locations.iter().map(|l| l.id).max().unwrap_or(0),
        next_function: profile.functions.iter().map(|f| f.id).max().unwrap_or(0),
        known: HashMap::new(),
        unit,
    };
    let (mut any_root, mut any_leaf) = (false, false);
    let mut stacks = Vec::with_capacity(profile.stacks.len());
    let mut outermost = Vec::new();
    for at in 0..profile.samples.len() {
        let sample = profile.samples[at];
        let start = stacks.len();
        // First the roots: ids count in this order.
        any_root |= frames.push(profile, &sample, &root, &mut outermost);
        any_leaf |= frames.push(profile, &sample, &leaf, &mut stacks);
        stacks.extend_from_slice(&profile.stacks[sample.stack.range()]);
        stacks.append(&mut outermost);
        profile.samples[at].stack = Span::new(start, stacks.len());
    }
    profile.stacks = stacks;
    (any_root, any_leaf)
}

struct Frames<'a> {
    next_location: u64,
    next_function: u64,
    /// The location of each name and key.
    known: HashMap<(StrId, StrId), u32>,
    unit: &'a str,
}

impl Frames<'_> {
    /// Pushes a frame for each key, also where the sample has no such label. Whether it has any.
    fn push(
        &mut self,
        profile: &mut Profile,
        sample: &Sample,
        keys: &[String],
        stack: &mut Vec<u32>,
    ) -> bool {
        let mut found = false;
        for key in keys {
            let values = values(profile, sample, key, self.unit);
            found |= !values.is_empty();
            let name = profile.strings.intern(&values.join(&b','));
            let file = profile.strings.intern(key.as_bytes());
            stack.push(self.location(profile, name, file));
        }
        found
    }

    fn location(&mut self, profile: &mut Profile, name: StrId, file: StrId) -> u32 {
        if let Some(&known) = self.known.get(&(name, file)) {
            return known;
        }
        self.next_location = self.next_location.wrapping_add(1);
        self.next_function = self.next_function.wrapping_add(1);
        profile.functions.push(Function {
            id: self.next_function,
            name,
            system_name: StrId::EMPTY,
            filename: file,
            start_line: 0,
        });
        let line = profile.lines.len();
        profile.lines.push(Line {
            function: profile.functions.len() as u32 - 1,
            line: 0,
            column: 0,
        });
        profile.locations.push(Location {
            id: self.next_location,
            mapping: NONE,
            address: 0,
            lines: Span::new(line, line + 1),
            is_folded: false,
        });
        let location = profile.locations.len() as u32 - 1;
        self.known.insert((name, file), location);
        location
    }
}

/// The texts of a key, then its numbers: in the unit that is asked for if one of them has a unit, and else as they are.
fn values(profile: &Profile, sample: &Sample, key: &str, unit: &str) -> Vec<Vec<u8>> {
    let labels = profile.labels[sample.labels.range()].iter();
    let (mut texts, mut numbers) = (Vec::new(), Vec::new());
    for label in labels.filter(|label| profile.bytes(label.key) == key.as_bytes()) {
        match label.value {
            LabelId::Str(text) => texts.push(profile.bytes(text).to_vec()),
            LabelId::Num(number, of) => numbers.push((number, of)),
        }
    }
    let has_units = numbers.iter().any(|(_, of)| !of.is_empty());
    let unit = if has_units { unit } else { "" };
    let shown = |(number, of)| units::scaled_label(number, &profile.text(of), unit).into_bytes();
    texts.extend(numbers.into_iter().map(shown));
    texts
}
