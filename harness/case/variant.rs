//! How a program is compiled: `o0`, `nofp`, `o2+nofp+stripped`. The words are a closed list; what a compiler makes of them is
//! not known here.

use std::fmt::{self, Display, Formatter};
use std::hash::{Hash, Hasher};

/// A word of a variant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    /// No optimisation.
    O0,
    /// A little.
    O1,
    /// What programs are released with.
    O2,
    /// More.
    O3,
    /// For size.
    Os,
    /// With frame pointers.
    Fp,
    /// Without frame pointers.
    Nofp,
    /// A position-independent executable.
    Pie,
    /// An executable at a fixed address.
    Nopie,
    /// A shared library, to dlopen.
    So,
    /// A statically linked executable.
    Static,
    /// Without symbol table and debug information.
    Stripped,
    /// Without debug information.
    G0,
}

/// Words of which a variant has one at most.
const GROUPS: &[&[Part]] = &[
    &[Part::O0, Part::O1, Part::O2, Part::O3, Part::Os],
    &[Part::Fp, Part::Nofp],
    &[Part::So, Part::Pie, Part::Nopie, Part::Static],
];

impl Part {
    /// All of them.
    pub const ALL: [Part; 13] = [
        Part::O0,
        Part::O1,
        Part::O2,
        Part::O3,
        Part::Os,
        Part::Fp,
        Part::Nofp,
        Part::Pie,
        Part::Nopie,
        Part::So,
        Part::Static,
        Part::Stripped,
        Part::G0,
    ];

    /// As it is written.
    pub fn name(self) -> &'static str {
        match self {
            Part::O0 => "o0",
            Part::O1 => "o1",
            Part::O2 => "o2",
            Part::O3 => "o3",
            Part::Os => "os",
            Part::Fp => "fp",
            Part::Nofp => "nofp",
            Part::Pie => "pie",
            Part::Nopie => "nopie",
            Part::So => "so",
            Part::Static => "static",
            Part::Stripped => "stripped",
            Part::G0 => "g0",
        }
    }

    /// The one of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|part| part.name() == name)
    }

    fn excludes(self, other: Part) -> bool {
        let both = |group: &&[Part]| group.contains(&self) && group.contains(&other);
        self == other || GROUPS.iter().any(both)
    }
}

/// A combination of words. Two with the same words are equal, in whatever order they are written. The default has none.
#[derive(Clone, Debug, Default)]
pub struct Variant {
    parts: Vec<Part>,
}

/// Why a text is no variant, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VariantError {
    /// Column of the word that is wrong, from 1.
    pub column: usize,
    /// The word.
    pub word: String,
    /// The word before it that it contradicts; `None` if it is no word of the list at all.
    pub against: Option<Part>,
}

impl Variant {
    /// Reads words joined by `+`.
    pub fn parse(text: &str) -> Result<Self, VariantError> {
        let mut parts: Vec<Part> = Vec::new();
        let mut column = 1;
        for word in text.split('+') {
            let wrong = |against| VariantError {
                column,
                word: word.to_owned(),
                against,
            };
            let part = Part::named(word).ok_or_else(|| wrong(None))?;
            if let Some(&before) = parts.iter().find(|before| before.excludes(part)) {
                return Err(wrong(Some(before)));
            }
            parts.push(part);
            column += word.chars().count() + 1;
        }
        Ok(Variant { parts })
    }

    /// The words, as written.
    pub fn parts(&self) -> &[Part] {
        &self.parts
    }

    /// Whether a word is one of it.
    pub fn has(&self, part: Part) -> bool {
        self.parts.contains(&part)
    }

    fn sorted(&self) -> Vec<Part> {
        let mut parts = self.parts.clone();
        parts.sort();
        parts
    }
}

impl PartialEq for Variant {
    fn eq(&self, other: &Self) -> bool {
        self.sorted() == other.sorted()
    }
}

impl Eq for Variant {}

impl Hash for Variant {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.sorted().hash(state);
    }
}

impl Display for Variant {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        if self.parts.is_empty() {
            return f.write_str("plain");
        }
        let names: Vec<_> = self.parts.iter().map(|part| part.name()).collect();
        f.write_str(&names.join("+"))
    }
}

impl Display for VariantError {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self.against {
            None => write!(f, "unknown variant `{}`", self.word),
            Some(part) if part.name() == self.word => {
                write!(f, "`{}` stands in the variant already", self.word)
            }
            Some(part) => write!(
                f,
                "`{}` contradicts `{}`: a variant has one of them",
                self.word,
                part.name()
            ),
        }
    }
}

impl std::error::Error for VariantError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_variant_shows_as_written_and_the_order_makes_no_difference() {
        let variant = Variant::parse("nofp+o2+stripped").unwrap();
        assert_eq!(variant.to_string(), "nofp+o2+stripped");
        assert_eq!(variant.parts(), [Part::Nofp, Part::O2, Part::Stripped]);
        assert_eq!(variant, Variant::parse("stripped+o2+nofp").unwrap());
        assert_ne!(variant, Variant::parse("nofp+o2").unwrap());
        assert_eq!(Variant::default().to_string(), "plain");
    }

    #[test]
    fn every_word_is_read_back_and_stands_alone() {
        for part in Part::ALL {
            assert_eq!(Variant::parse(part.name()).unwrap().parts(), [part]);
        }
    }

    #[test]
    fn words_of_one_group_exclude_each_other() {
        for (text, column, against) in [
            ("o0+o2", 4, Some(Part::O0)),
            ("o2+fp+nofp", 7, Some(Part::Fp)),
            ("static+so", 8, Some(Part::Static)),
            ("pie+nopie", 5, Some(Part::Pie)),
            ("g0+g0", 4, Some(Part::G0)),
            ("o0+o4", 4, None),
            ("", 1, None),
            ("o0+", 4, None),
        ] {
            let error = Variant::parse(text).expect_err(text);
            assert_eq!((error.column, error.against), (column, against), "{text}");
        }
        assert!(Variant::parse("os+nofp+static+stripped+g0").is_ok());
    }
}
