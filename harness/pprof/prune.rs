//! Cutting stacks at functions that nobody wants to see: the profile's own `drop_frames` and `keep_frames`.
//!
//! It changes stacks and lines; how the rest is shown is not its business.

use hashbrown::HashMap;

use super::expression::Expression;
use super::model::{NONE, Profile};
use super::strings::StrId;

/// What pruning does to a location.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Cut {
    /// It stays.
    Nothing,
    /// It stays, without its inner lines, and all that it calls goes.
    Beneath,
    /// It goes, with all that it calls.
    Whole,
}

impl Profile {
    /// Applies `drop_frames`, except to what `keep_frames` names. Expressions that cannot be read are passed over.
    pub fn remove_uninteresting(&mut self) {
        let anchored = |id: StrId| {
            let text = std::str::from_utf8(self.bytes(id)).ok()?;
            Expression::new(&format!("^({text})$")).ok()
        };
        let Some(drop) = anchored(self.drop_frames).filter(|_| !self.drop_frames.is_empty()) else {
            return;
        };
        let keep = anchored(self.keep_frames);
        if keep.is_none() {
            return;
        }
        let keep = keep.filter(|_| !self.keep_frames.is_empty());
        self.prune(|name| {
            drop.is_match(name) && !keep.as_ref().is_some_and(|keep| keep.is_match(name))
        });
    }

    /// Cuts what is leafward of the innermost frame whose function, without its parameters, `is_root`.
    pub(super) fn prune_from(&mut self, is_root: impl Fn(&[u8]) -> bool) {
        let mut known: HashMap<StrId, bool> = HashMap::new();
        let mut cut = Vec::with_capacity(self.locations.len());
        for location in &mut self.locations {
            let lines = &self.lines[location.lines.range()];
            let innermost = lines.iter().position(|line| {
                let Some(function) = self.functions.get(line.function as usize) else {
                    return false;
                };
                let name = function.name;
                let matches = || is_root(simplified(self.strings.get(name)));
                !name.is_empty() && *known.entry(name).or_insert_with(matches)
            });
            let inner = innermost.unwrap_or(0) as u32;
            location.lines.start += inner;
            location.lines.len -= inner;
            cut.push(innermost.is_some());
        }
        for sample in &mut self.samples {
            let stack = &self.stacks[sample.stack.range()];
            let first = stack.iter().position(|&location| cut[location as usize]);
            sample.stack.start += first.unwrap_or(0) as u32;
            sample.stack.len -= first.unwrap_or(0) as u32;
        }
    }

    /// Forgets which frames nobody wants to see.
    pub(super) fn keep_all_frames(&mut self) {
        self.drop_frames = StrId::EMPTY;
        self.keep_frames = StrId::EMPTY;
    }

    /// Cuts each stack at the first function from the root that `is_dropped`, unless nothing but such functions is above it.
    fn prune(&mut self, is_dropped: impl Fn(&[u8]) -> bool) {
        let cuts = self.cut_locations(is_dropped);
        for sample in &mut self.samples {
            let stack = &self.stacks[sample.stack.range()];
            let mut found_user = false;
            for (depth, &location) in stack.iter().enumerate().rev() {
                let removed = match cuts[location as usize] {
                    Cut::Nothing => {
                        found_user = true;
                        continue;
                    }
                    Cut::Beneath => depth,
                    Cut::Whole => depth + 1,
                };
                if found_user {
                    sample.stack.start += removed as u32;
                    sample.stack.len -= removed as u32;
                    break;
                }
            }
        }
    }

    /// Takes the dropped lines of each location, and what is inlined into them.
    fn cut_locations(&mut self, is_dropped: impl Fn(&[u8]) -> bool) -> Vec<Cut> {
        let mut known: HashMap<StrId, bool> = HashMap::new();
        let mut cuts = Vec::with_capacity(self.locations.len());
        for location in &mut self.locations {
            let lines = &self.lines[location.lines.range()];
            let dropped = lines.iter().rposition(|line| {
                if line.function == NONE {
                    return false;
                }
                let name = self.functions[line.function as usize].name;
                let matches = || is_dropped(simplified(self.strings.get(name)));
                !name.is_empty() && *known.entry(name).or_insert_with(matches)
            });
            cuts.push(match dropped {
                None => Cut::Nothing,
                Some(at) if at + 1 == lines.len() => Cut::Whole,
                Some(at) => {
                    location.lines.start += at as u32 + 1;
                    location.lines.len -= at as u32 + 1;
                    Cut::Beneath
                }
            });
        }
        cuts
    }
}

/// A name without a leading dot (PowerPC) and without its parameters.
fn simplified(name: &[u8]) -> &[u8] {
    const RESERVED: [&[u8]; 2] = [b"(anonymous namespace)", b"operator()"];
    let name = name.strip_prefix(b".").unwrap_or(name);
    let is_reserved = |at: usize| {
        let covers = |reserved: &[u8]| {
            let bracket = reserved.iter().position(|&byte| byte == b'(').unwrap_or(0);
            at.checked_sub(bracket)
                .is_some_and(|start| name[start..].starts_with(reserved))
        };
        RESERVED.iter().any(|reserved| covers(reserved))
    };
    let cut = (0..name.len()).find(|&at| name[at] == b'(' && !is_reserved(at));
    &name[..cut.unwrap_or(name.len())]
}

#[cfg(test)]
mod tests {
    use super::super::{Builder, NewLine};
    use super::*;

    #[test]
    fn parameters_are_no_part_of_a_name() {
        for (name, expected) in [
            (".f", "f"),
            ("f(int)", "f"),
            ("(anonymous namespace)::f(int)", "(anonymous namespace)::f"),
            ("a::operator()(int)", "a::operator()"),
        ] {
            assert_eq!(simplified(name.as_bytes()), expected.as_bytes());
        }
    }

    /// Names leaf first, inlined ones joined with `+`; what is left, in the same notation.
    fn pruned(drop: &str, keep: &str, stack: &str) -> String {
        let mut builder = Builder::new(&[("samples", "count")], ("", ""), 0);
        let locations: Vec<_> = stack
            .split(' ')
            .enumerate()
            .map(|(at, names)| {
                let lines: Vec<_> = names
                    .split('+')
                    .map(|function| NewLine {
                        function,
                        ..NewLine::default()
                    })
                    .collect();
                builder.named_location(None, at as u64, &lines)
            })
            .collect();
        builder.sample(&locations, &[1], &[]);
        let mut profile = builder.finish();
        profile.drop_frames = profile.strings.intern(drop.as_bytes());
        profile.keep_frames = profile.strings.intern(keep.as_bytes());
        profile.remove_uninteresting();
        let frames = profile.stack(&profile.samples()[0]);
        let joined = frames
            .iter()
            .map(|f| format!("{}{}", f.function, if f.inlined { "+" } else { " " }));
        joined.collect::<String>().trim_end().to_owned()
    }

    #[test]
    fn a_dropped_function_goes_with_all_that_it_calls() {
        assert_eq!(pruned("malloc", "", "brk malloc f main"), "f main");
        assert_eq!(
            pruned("malloc|brk", "malloc", "brk malloc f main"),
            "malloc f main"
        );
        assert_eq!(
            pruned("mall", "", "brk malloc f main"),
            "brk malloc f main",
            "the whole name must match"
        );
        assert_eq!(
            pruned("new", "", "malloc inner+new+f main"),
            "f main",
            "inlined into f, which stays"
        );
        assert_eq!(
            pruned("main", "", "f main"),
            "f main",
            "nothing above it is of interest"
        );
        assert_eq!(
            pruned("([", "", "f main"),
            "f main",
            "an expression that cannot be read"
        );
    }
}
