//! What one artefact is made of, in a folder of its own: its files, what they depend on, and the calls so far.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use super::compiler::{Calls, Compiler};
use super::error::BuildError;
use super::flags::Flags;
use super::hash::Hash;
use super::runtime::write;
use super::source::{Language, Source};
use super::unit::{Common, Unit};

/// The name and library of a case, which the runtime asks for.
pub(super) const NAMES: &str = "framecheck_names.c";
/// What a library exports, and nothing beside it: whatever else is in a case may be in the host or in the next case
/// too.
pub(super) const EXPORTS: &str = "framecheck_exports.map";

/// What is made of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Product {
    /// A case, with the runtime that each is linked with.
    Case,
    /// A library for a program that a port has.
    Library,
}

/// What an artefact is made of and with.
pub(super) struct Recipe<'a> {
    pub(super) source: &'a Source,
    pub(super) flags: &'a Flags,
    pub(super) product: Product,
    pub(super) c: &'a Compiler,
    /// Where there is C++.
    pub(super) cpp: Option<&'a Compiler>,
    /// Our headers.
    pub(super) include: &'a Path,
    /// Where everything is written.
    pub(super) folder: &'a Path,
    pub(super) calls: &'a Calls,
    /// What was called, and what it said although it succeeded.
    pub(super) argv: Vec<Vec<OsString>>,
    pub(super) warnings: String,
}

impl<'a> Recipe<'a> {
    /// Writes the case's files.
    pub(super) fn write(&self) -> Result<(), BuildError> {
        let source = self.source;
        source.check()?;
        write(&self.folder.join(source.name()?), &source.text)?;
        for (name, text) in source.also.iter().chain(&source.lib) {
            write(&self.folder.join(name), text)?;
        }
        write(&self.folder.join(NAMES), &self.names()?)?;
        write(&self.folder.join(EXPORTS), "{ global: run; local: *; };\n")
    }

    fn names(&self) -> Result<String, BuildError> {
        let lib = self.lib_name().unwrap_or_default();
        Ok(format!(
            "#define HIDDEN __attribute__((visibility(\"hidden\")))\n\
             extern HIDDEN const char fc_program[], fc_lib_name[];\n\
             const char fc_program[] = \"{}\";\n\
             const char fc_lib_name[] = \"{}\";\n",
            octal(self.source.stem()?),
            octal(&lib)
        ))
    }

    /// The library's file name: it is no suffix of the artefact's, which may have the same stem.
    pub(super) fn lib_name(&self) -> Option<String> {
        let (name, _) = self.source.lib.as_ref()?;
        let name = Path::new(name).file_stem()?.to_string_lossy();
        Some(format!("lib-{name}.so"))
    }

    pub(super) fn case_units(&self) -> Result<Vec<Unit<'a>>, BuildError> {
        let source = self.source;
        let also = source.also.iter().map(|(name, _)| name.as_str());
        Ok([source.name()?]
            .into_iter()
            .chain(also)
            .filter_map(Unit::of)
            .collect())
    }

    pub(super) fn lib_unit(&self) -> Option<Unit<'a>> {
        self.source
            .lib
            .as_ref()
            .and_then(|(name, _)| Unit::of(name))
    }

    pub(super) fn compiler(&self, language: Language) -> &Compiler {
        match (language, self.cpp) {
            (Language::Cpp, Some(cpp)) => cpp,
            _ => self.c,
        }
    }

    /// Calls a tool, and keeps what was called.
    pub(super) fn call(&mut self, argv: Vec<OsString>) -> Result<(), BuildError> {
        let result = self.calls.call(&argv, self.folder);
        let (_, says) = result.map_err(|error| self.in_its_own_words(error))?;
        if !says.is_empty() {
            let says = self.with_paths(&says);
            self.warnings.push_str(&says);
            self.warnings.push('\n');
        }
        self.argv.push(argv);
        Ok(())
    }

    fn in_its_own_words(&self, error: BuildError) -> BuildError {
        match error {
            BuildError::Compiler { argv, says } => BuildError::Compiler {
                argv,
                says: self.with_paths(&says),
            },
            other => other,
        }
    }

    /// The compiler's message about `./case.c`, with the path that the user knows.
    fn with_paths(&self, says: &str) -> String {
        let mut says = format!("\n{says}");
        for name in self.source.names().unwrap_or_default() {
            let shown = self.source.file.with_file_name(name).display().to_string();
            for before in ["\n", " "] {
                let ours = format!("{before}./{name}:");
                says = says.replace(&ours, &format!("{before}{shown}:"));
            }
        }
        says.split_off(1)
    }

    /// What the artefact depends on: the texts as they are and as the preprocessor leaves them, with every header in
    /// them.
    pub(super) fn key(&mut self) -> Result<String, BuildError> {
        let source = self.source;
        let mut hash = Hash::new("artefact");
        hash.part(source.file.as_os_str().as_encoded_bytes());
        hash.part(&source.text);
        hash.list(
            source
                .also
                .iter()
                .chain(&source.lib)
                .flat_map(|(name, text)| [name, text]),
        );
        hash.part(if source.lib.is_some() { "lib" } else { "" });
        hash.list(source.salt.iter().flat_map(|(name, salted)| [name, salted]));
        hash.list(source.edges.iter().flat_map(|(from, to)| [from, to]));
        hash.part(format!("{:?}{:?}", self.flags, self.product));
        hash.list(
            super::embedded::FILES
                .iter()
                .filter(|(path, _)| !path.starts_with("csrc/cases"))
                .flat_map(|(path, text)| [path, text]),
        );
        self.c.hash(&mut hash);
        if let Some(cpp) = self.cpp {
            cpp.hash(&mut hash);
        }
        for (argv, to) in self.preprocessing()? {
            self.call(argv)?;
            let path = self.folder.join(to);
            hash.part(fs::read(&path).map_err(BuildError::io(&path))?);
            fs::remove_file(&path).map_err(BuildError::io(&path))?;
        }
        Ok(hash.name())
    }

    fn preprocessing(&self) -> Result<Vec<(Vec<OsString>, String)>, BuildError> {
        let folders = self.include_folders();
        let (flags, lib_flags) = (self.flags.compile(), self.flags.compile_lib());
        let case = self.case_units()?.into_iter().map(|unit| (unit, &flags));
        let lib = self.lib_unit().into_iter().map(|unit| (unit, &lib_flags));
        Ok(case
            .chain(lib)
            .filter(|(unit, _)| unit.language != Language::PlainAssembly)
            .map(|(unit, flags)| {
                let argv = self.with_common(&folders, flags, |common| {
                    unit.preprocess(self.compiler(unit.language), common)
                });
                (argv, unit.preprocessed())
            })
            .collect())
    }

    pub(super) fn include_folders(&self) -> Vec<PathBuf> {
        let mut folders = vec![self.include.to_path_buf()];
        if let Some(own) = self.source.folder() {
            for name in self.source.names().unwrap_or_default() {
                let folder = own.join(name).with_file_name("");
                if !folders.contains(&folder) {
                    folders.push(folder);
                }
            }
        }
        folders
    }

    pub(super) fn with_common<T>(
        &self,
        folders: &[PathBuf],
        flags: &[&'static str],
        f: impl FnOnce(&Common<'_>) -> T,
    ) -> T {
        let include: Vec<&Path> = folders.iter().map(PathBuf::as_path).collect();
        let own = self.source.folder();
        let parent = self
            .source
            .file
            .parent()
            .filter(|parent| !parent.as_os_str().is_empty());
        f(&Common {
            flags,
            scratch: self.folder,
            shown: own.as_deref().or(parent).unwrap_or(Path::new(".")),
            include: &include,
            salt: &self.source.salt,
        })
    }
}

/// Text in a C string literal, whatever is in it.
fn octal(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' => char::from(byte).to_string(),
            _ => format!("\\{byte:03o}"),
        })
        .collect()
}
