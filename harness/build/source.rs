//! What is compiled: the case's text and what goes with it.

use std::path::{Component, Path, PathBuf};

use super::error::BuildError;

/// A case, as far as the compiler is concerned.
#[derive(Clone, Debug, Default)]
pub struct Source {
    /// The case's file: what messages and debug information name, and whose folder local headers are looked for in.
    /// It need not exist.
    pub file: PathBuf,
    /// Its text.
    pub text: String,
    /// Files beside it, by name: C, C++ and assembly are compiled with it, anything else can be included.
    pub also: Vec<(String, String)>,
    /// Names and what they are renamed to, in all of these texts.
    pub salt: Vec<(String, String)>,
    /// Calls that the case claims, caller and callee, as they are spelled after salting.
    pub edges: Vec<(String, String)>,
    /// The name and text of a library to build beside it.
    pub lib: Option<(String, String)>,
}

/// What a file's name says it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Language {
    C,
    Cpp,
    /// Preprocessed.
    Assembly,
    /// Not preprocessed.
    PlainAssembly,
}

impl Language {
    /// None for what is not compiled.
    pub(super) fn of(name: &str) -> Option<Self> {
        match Path::new(name).extension()?.to_str()? {
            "c" => Some(Language::C),
            "cpp" | "cc" | "cxx" => Some(Language::Cpp),
            "S" => Some(Language::Assembly),
            "s" => Some(Language::PlainAssembly),
            _ => None,
        }
    }
}

impl Source {
    /// The file's name without its folder.
    pub(super) fn name(&self) -> Result<&str, BuildError> {
        let name = self.file.file_name().and_then(|name| name.to_str());
        name.filter(|name| matches!(Language::of(name), Some(Language::C | Language::Cpp)))
            .ok_or_else(|| self.refuse("its name has to end in .c or .cpp, and to be UTF-8"))
    }

    /// The file's name without its suffix: what artefact and program are called.
    pub(super) fn stem(&self) -> Result<&str, BuildError> {
        let name = self.name()?;
        Ok(name.rsplit_once('.').map_or(name, |(stem, _)| stem))
    }

    /// Everything that is compiled, by name.
    pub(super) fn names(&self) -> Result<Vec<&str>, BuildError> {
        let also = self.also.iter().chain(&self.lib);
        Ok([self.name()?]
            .into_iter()
            .chain(also.map(|(name, _)| name.as_str()))
            .collect())
    }

    /// Refuses names that would leave the folder that all of it is written to, and those that are there twice.
    pub(super) fn check(&self) -> Result<(), BuildError> {
        let names = self.names()?;
        for (at, name) in names.iter().enumerate() {
            let inside = Path::new(name)
                .components()
                .all(|part| matches!(part, Component::Normal(_)));
            if name.is_empty() || !inside {
                return Err(self.refuse(&format!(
                    "{name:?} has to be a path below the case's folder, without . and .."
                )));
            }
            if names[..at].contains(name) {
                return Err(self.refuse(&format!("{name:?} is named twice")));
            }
        }
        match &self.lib {
            Some((name, _)) if Language::of(name).is_none() => Err(self.refuse(&format!(
                "{name:?} is no C, C++ or assembly to make a library of"
            ))),
            _ => Ok(()),
        }
    }

    /// The folder of the case's file, from the root, where there is one.
    pub(super) fn folder(&self) -> Option<PathBuf> {
        let parent = self.file.parent()?;
        let parent = if parent.as_os_str().is_empty() {
            Path::new(".")
        } else {
            parent
        };
        self.file.is_file().then(|| parent.canonicalize().ok())?
    }

    pub(super) fn refuse(&self, why: &str) -> BuildError {
        BuildError::Refused(format!("{}: {why}", self.file.display()))
    }
}
