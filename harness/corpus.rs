//! The cases there are: those that come with the suite, programs and C files, and files from outside. It reads cases and
//! runs nothing.

use std::fs;
use std::path::{Path, PathBuf};

use crate::build::embedded;
use crate::case::{self, Case, Errors, Names};
use crate::programs::PROGRAMS;

/// A case and where it comes from.
#[derive(Clone, Debug)]
pub struct Entry {
    /// What its file says.
    pub case: Case,
    /// How messages call the file.
    pub file: PathBuf,
    /// How it is run.
    pub source: Source,
    /// The library that it opens, by its name from the case's folder, and its text.
    pub lib: Option<(String, String)>,
}

/// How a case is run.
#[derive(Clone, Debug)]
pub enum Source {
    /// A program that the port has, by its name.
    Program(String),
    /// A C file, compiled for the run.
    C {
        /// Its text.
        text: String,
        /// The files that are compiled with it, each with its text.
        also: Vec<(String, String)>,
    },
}

impl Source {
    /// The function that the work runs in, as patterns spell it.
    pub fn run(&self) -> Names {
        let name = match self {
            Source::Program(name) => format!("host::{name}"),
            Source::C { .. } => "run".to_owned(),
        };
        // The names of programs are names of files.
        Names::parse(&name).expect("a name without syntax in it")
    }
}

impl Entry {
    /// The variants that it runs in, if nobody asks for others. A program is what the port was built as.
    pub fn variants(&self) -> Vec<String> {
        match &self.source {
            Source::Program(_) => vec!["plain".into()],
            Source::C { .. } if self.case.variants.is_empty() => vec!["o2".into()],
            Source::C { .. } => self.case.variants.iter().map(ToString::to_string).collect(),
        }
    }
}

/// Why there is no case.
#[derive(Debug)]
pub enum Unusable {
    /// The file cannot be read.
    Io(PathBuf, std::io::Error),
    /// What it says is wrong.
    Case(Errors),
}

impl std::fmt::Display for Unusable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Unusable::Io(path, error) => write!(
                f,
                "{}: {error}; name a case (`framecheck list`), a glob, or a file that is there",
                path.display()
            ),
            Unusable::Case(errors) => errors.fmt(f),
        }
    }
}

impl std::error::Error for Unusable {}

/// The suite's own cases, in the order of the catalogue: the programs, then the C files.
pub fn all() -> Result<Vec<Entry>, Errors> {
    let programs = PROGRAMS.iter().map(|program| {
        let (case, file) = (program.case()?, PathBuf::from(program.file()));
        Ok(Entry {
            source: Source::Program(program.name.to_owned()),
            lib: embedded_lib(&case, &file),
            file,
            case,
        })
    });
    let files = embedded::cases().map(|(file, text)| {
        let case = case::parse(file, text)?;
        let folder = Path::new(file).parent().unwrap_or(Path::new(""));
        let also = case.also.iter().map(|name| {
            let path = folder.join(name);
            let text = embedded::text(&path.to_string_lossy()).unwrap_or_default();
            (name.clone(), text.to_owned())
        });
        Ok(Entry {
            file: file.into(),
            source: Source::C {
                text: text.to_owned(),
                also: also.collect(),
            },
            lib: embedded_lib(&case, Path::new(file)),
            case,
        })
    });
    programs.chain(files).collect()
}

/// The library of a case that comes with the suite. A test holds that all of them are there.
fn embedded_lib(case: &Case, file: &Path) -> Option<(String, String)> {
    let name = case.lib.clone()?;
    let path = file.with_file_name(&name);
    let text = embedded::text(&path.to_string_lossy()).unwrap_or_default();
    Some((name, text.to_owned()))
}

/// The case of a file anywhere: a C file that can be compiled, or the file of a program that a port has, in its own language.
pub fn of_file(path: &Path) -> Result<Entry, Unusable> {
    let read = |path: &Path| fs::read_to_string(path).map_err(|e| Unusable::Io(path.into(), e));
    let text = read(path)?;
    let case = case::parse(&path.to_string_lossy(), &text).map_err(Unusable::Case)?;
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let lib = case.lib.clone();
    let lib = lib.map(|name| Ok((name.clone(), read(&path.with_file_name(name))?)));
    let lib = lib.transpose()?;
    let is_c =
        |extension: &std::ffi::OsStr| ["c", "cpp", "cc", "cxx"].iter().any(|c| extension == *c);
    let source = match path.extension().is_some_and(is_c) {
        false => Source::Program(stem.into_owned()),
        true => {
            let folder = path.parent().unwrap_or(Path::new(""));
            let also = case.also.iter();
            let also = also.map(|name| Ok((name.clone(), read(&folder.join(name))?)));
            Source::C {
                text,
                also: also.collect::<Result<_, Unusable>>()?,
            }
        }
    };
    Ok(Entry {
        case,
        file: path.into(),
        source,
        lib,
    })
}

/// The same cases for a port with programs of its own: where it has the file of a program, that file's case counts. `files`
/// is their path, with `{program}` for the name. What a program opens is the suite's, and so are the names in it.
pub fn of_port(entries: &[Entry], files: &Path) -> Result<Vec<Entry>, Unusable> {
    let own = |entry: &Entry| {
        let Source::Program(program) = &entry.source else {
            return Ok(entry.clone());
        };
        let file = PathBuf::from(files.to_string_lossy().replace("{program}", program));
        if !file.is_file() {
            return Ok(entry.clone());
        }
        let text = fs::read_to_string(&file).map_err(|e| Unusable::Io(file.clone(), e))?;
        let case = case::parse(&file.to_string_lossy(), &text).map_err(Unusable::Case)?;
        Ok(Entry {
            case,
            file,
            ..entry.clone()
        })
    };
    entries.iter().map(own).collect()
}

/// The committed snapshot of a case in a variant, without its header; None where there is none for this platform.
pub fn snapshot(case: &str, variant: &str) -> Option<&'static str> {
    let arch = std::env::consts::ARCH;
    let text = embedded::text(&format!("snapshots/{arch}/{variant}/{case}.snap"))?;
    // As insta writes it: a header between two lines of `---`, then the body.
    let body = text.strip_prefix("---\n")?.split_once("\n---\n")?.1;
    Some(body.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_case_is_compiled_with_comes_with_the_suite() {
        let entries = all().unwrap();
        let libs = entries.iter().filter_map(|entry| entry.lib.as_ref());
        assert!(libs.clone().count() > 0);
        assert!(libs.clone().all(|(_, text)| !text.is_empty()), "{libs:?}");
    }
}
