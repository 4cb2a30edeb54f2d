//! The words of a variant, and what each changes of how a case is compiled. Nothing is left to the compiler's defaults
//! where it decides what a stack looks like: distributions differ in them.

/// Who runs an artefact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Host {
    /// Whoever opens a library and calls its `run`.
    So,
    /// Nobody: it is an executable, with a `main` in C.
    PlainC,
}

/// What is linked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Link {
    So,
    Pie,
    Nopie,
    Static,
}

/// A variant.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Flags {
    optimisation: &'static str,
    frame_pointer: bool,
    debug: bool,
    stripped: bool,
    link: Link,
}

/// Words of which a variant has at most one.
const GROUPS: &[&[&str]] = &[
    &["o0", "o1", "o2", "o3", "os"],
    &["fp", "nofp"],
    &["so", "pie", "nopie", "static"],
    &["stripped"],
    &["g0"],
];

/// Reads the words. None of a group is, in this order, `o2`, `nofp`, `so`, with symbols and with debug information.
/// The error names the word and those that there are.
pub fn flags(words: &[&str]) -> Result<Flags, String> {
    let mut flags = Flags {
        optimisation: "-O2",
        frame_pointer: false,
        debug: true,
        stripped: false,
        link: Link::So,
    };
    for (at, &word) in words.iter().enumerate() {
        let Some(group) = GROUPS.iter().find(|group| group.contains(&word)) else {
            let known = GROUPS.concat().join(" ");
            return Err(format!("no variant is called {word:?}; there are {known}"));
        };
        if let Some(other) = words[..at].iter().find(|other| group.contains(other)) {
            return Err(format!(
                "{other} and {word} do not go together: leave one out"
            ));
        }
        match word {
            "o0" => flags.optimisation = "-O0",
            "o1" => flags.optimisation = "-O1",
            "o3" => flags.optimisation = "-O3",
            "os" => flags.optimisation = "-Os",
            "fp" => flags.frame_pointer = true,
            "pie" => flags.link = Link::Pie,
            "nopie" => flags.link = Link::Nopie,
            "static" => flags.link = Link::Static,
            "stripped" => flags.stripped = true,
            "g0" => flags.debug = false,
            // What there is without a word: o2, nofp, so.
            _ => {}
        }
    }
    Ok(flags)
}

impl Flags {
    /// Who runs what comes out.
    pub fn host(&self) -> Host {
        match self.link {
            Link::So => Host::So,
            _ => Host::PlainC,
        }
    }

    /// Whether symbols go after linking.
    pub(super) fn stripped(&self) -> bool {
        self.stripped
    }

    /// How C, C++ and assembly are compiled: as build.rs compiles the plain set, where no word says otherwise.
    pub(super) fn compile(&self) -> Vec<&'static str> {
        let mut flags = self.code();
        flags.extend(match self.link {
            Link::So => ["-fPIC"],
            Link::Pie => ["-fPIE"],
            Link::Nopie | Link::Static => ["-fno-pie"],
        });
        flags
    }

    /// The same for the library beside it, which is one in every variant.
    pub(super) fn compile_lib(&self) -> Vec<&'static str> {
        let mut flags = self.code();
        flags.push("-fPIC");
        flags
    }

    fn code(&self) -> Vec<&'static str> {
        let mut flags = vec![self.optimisation, if self.debug { "-g" } else { "-g0" }];
        if self.frame_pointer {
            flags.extend(["-fno-omit-frame-pointer", "-mno-omit-leaf-frame-pointer"]);
        } else {
            flags.push("-fomit-frame-pointer");
        }
        flags.extend([
            "-fasynchronous-unwind-tables",
            "-Wall",
            "-Wextra",
            "-pthread",
        ]);
        flags
    }

    /// How it is linked.
    pub(super) fn link(&self) -> &'static [&'static str] {
        match self.link {
            Link::So => &["-shared"],
            Link::Pie => &["-pie"],
            Link::Nopie => &["-no-pie"],
            Link::Static => &["-static", "-no-pie"],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_word_is_the_plain_set() {
        assert_eq!(flags(&[]), flags(&["o2", "nofp", "so"]));
        assert_eq!(
            flags(&[]).unwrap().compile().join(" "),
            "-O2 -g -fomit-frame-pointer -fasynchronous-unwind-tables -Wall -Wextra -pthread -fPIC"
        );
    }

    #[test]
    fn words_combine_whatever_their_order() {
        let one = flags(&["o0", "fp", "g0", "stripped", "static"]);
        assert_eq!(one, flags(&["static", "stripped", "g0", "fp", "o0"]));
        assert_ne!(one, flags(&["static", "stripped", "g0", "fp"]));
    }

    #[test]
    fn each_word_but_the_plain_ones_makes_a_difference() {
        for word in GROUPS.concat() {
            let plain = ["o2", "nofp", "so"].contains(&word);
            assert_eq!(flags(&[word]) == flags(&[]), plain, "{word}");
        }
    }

    #[test]
    fn two_of_a_group_and_unknown_words_are_refused() {
        for (words, says) in [
            (["o1", "o2"], "o1 and o2"),
            (["fp", "nofp"], "fp and nofp"),
            (["static", "pie"], "static and pie"),
            (["g0", "g0"], "g0 and g0"),
            (["o2", "o4"], "\"o4\""),
        ] {
            let error = flags(&words).unwrap_err();
            assert!(error.contains(says), "{error}");
        }
    }
}
