//! `ports/NAME/port.toml`: a profiler that somebody else wrote, as it is run here. It reads manifests and runs nothing.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::expect::BadList;
use super::names::Names;
use crate::case::Capability;
use crate::pprof::Format;
use crate::sigprof::Clock;

/// What the file says.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    name: String,
    version: String,
    #[serde(default)]
    url: String,
    /// How it is installed, a command a line, from the folder of the call.
    install: Vec<String>,
    /// A command that ends with 0 where it is installed; an executable that is there is enough where nothing is said.
    #[serde(default)]
    installed: Vec<String>,
    // Of `How`: serde cannot refuse strangers where a struct is flattened into another.
    capabilities: Option<Vec<String>>,
    clock: Option<String>,
    format: Option<String>,
    names: Option<Names>,
    programs: Option<String>,
    executable: Option<Vec<String>>,
    wrapper: Option<Vec<String>>,
    env: Option<BTreeMap<String, String>>,
    convert: Option<Vec<String>>,
    /// The same profiler in other ways, by name.
    #[serde(default)]
    flavour: BTreeMap<String, How>,
}

/// How it is run; a flavour says what is otherwise with it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct How {
    capabilities: Option<Vec<String>>,
    clock: Option<String>,
    format: Option<String>,
    names: Option<Names>,
    programs: Option<String>,
    executable: Option<Vec<String>>,
    wrapper: Option<Vec<String>>,
    env: Option<BTreeMap<String, String>>,
    convert: Option<Vec<String>>,
}

/// One profiler in one way.
#[derive(Clone, Debug)]
pub struct Manifest {
    /// NAME, or NAME:FLAVOUR.
    pub name: String,
    /// FLAVOUR.
    pub flavour: Option<String>,
    /// The version that the manifest is for.
    pub version: String,
    /// Where to find it.
    pub url: String,
    /// The file.
    pub file: PathBuf,
    /// How it is installed, a command a line.
    pub install: Vec<String>,
    /// A command that ends with 0 where it is; may be empty.
    pub installed: Vec<String>,
    /// What it has.
    pub capabilities: Vec<Capability>,
    /// What drives it.
    pub clock: Clock,
    /// What it writes.
    pub format: Format,
    /// What it calls things.
    pub names: Option<Names>,
    /// The files of its own programs, `{program}.go` beside the manifest: their cases are in the place of those of the suite.
    pub programs: Option<String>,
    /// The command.
    pub command: Command,
}

/// The two kinds.
#[derive(Clone, Debug)]
pub enum Command {
    /// It speaks the protocol.
    Executable(Vec<String>),
    /// It is put around an executable.
    Wrapper {
        /// The command.
        command: Vec<String>,
        /// Its environment.
        env: Vec<(String, String)>,
        /// What makes the profile of what it wrote; may be empty.
        convert: Vec<String>,
    },
}

impl Manifest {
    /// The folder of the file.
    pub fn folder(&self) -> &Path {
        self.file.parent().unwrap_or(Path::new(""))
    }

    /// All that a file has: each flavour, or the one that there is without any.
    ///
    /// # Errors
    /// It cannot be read or is not well-formed: one line with the file, and the line where there is one.
    pub fn read(path: &Path) -> Result<Vec<Manifest>, BadList> {
        let text = fs::read_to_string(path)
            .map_err(|error| BadList::new(format!("{}: {error}", path.display())))?;
        Self::parse(path, &text)
    }

    /// The same of its text.
    pub fn parse(path: &Path, text: &str) -> Result<Vec<Manifest>, BadList> {
        let file: File = toml::from_str(text).map_err(|error| {
            let at = error.span().map_or(0, |span| span.start);
            let line = 1 + text.get(..at).unwrap_or("").matches('\n').count();
            BadList::new(format!("{}:{line}: {}", path.display(), error.message()))
        })?;
        let wrong = |problem: String| BadList::new(format!("{}: {problem}", path.display()));
        if file.install.is_empty() {
            return Err(wrong(
                "`install` has no line: say how it is installed".into(),
            ));
        }
        let one = |flavour: Option<(&String, &How)>| file.one(path, flavour).map_err(wrong);
        match file.flavour.is_empty() {
            true => Ok(vec![one(None)?]),
            false => file
                .flavour
                .iter()
                .map(|flavour| one(Some(flavour)))
                .collect(),
        }
    }
}

impl File {
    fn how(&self) -> How {
        let file = self.clone();
        How {
            capabilities: file.capabilities,
            clock: file.clock,
            format: file.format,
            names: file.names,
            programs: file.programs,
            executable: file.executable,
            wrapper: file.wrapper,
            env: file.env,
            convert: file.convert,
        }
    }

    fn one(&self, path: &Path, flavour: Option<(&String, &How)>) -> Result<Manifest, String> {
        let how = match flavour {
            None => self.how(),
            Some((_, over)) => self.how().with(over),
        };
        let capabilities = how.capabilities.clone().unwrap_or_default();
        let capabilities = capabilities.iter().map(|word| {
            let known = Capability::ALL.map(Capability::name).join(", ");
            Capability::named(word)
                .ok_or_else(|| format!("{word:?} is no capability; there are {known}"))
        });
        let clock = how.clock.as_deref().unwrap_or("process");
        let format = how.format.as_deref().unwrap_or("pprof");
        Ok(Manifest {
            name: match flavour {
                None => self.name.clone(),
                Some((flavour, _)) => format!("{}:{flavour}", self.name),
            },
            flavour: flavour.map(|(name, _)| name.clone()),
            version: self.version.clone(),
            url: self.url.clone(),
            file: path.to_owned(),
            install: self.install.clone(),
            installed: self.installed.clone(),
            capabilities: capabilities.collect::<Result<_, String>>()?,
            clock: clock
                .parse()
                .map_err(|error| format!("clock {clock:?}: {error}"))?,
            format: format
                .parse()
                .map_err(|error| format!("format {format:?}: {error}"))?,
            names: how.names.clone(),
            programs: how.programs.clone(),
            command: how.command()?,
        })
    }
}

impl How {
    /// What it is with what a flavour says otherwise; its environment is added.
    fn with(&self, over: &How) -> How {
        let env = [&self.env, &over.env].into_iter().flatten().flatten();
        let env: BTreeMap<String, String> = env.map(|(k, v)| (k.clone(), v.clone())).collect();
        let over = over.clone();
        let is_other_kind = over.executable.is_some() || over.wrapper.is_some();
        let kind = |own: &Option<Vec<String>>, over: Option<Vec<String>>| match is_other_kind {
            true => over,
            false => own.clone(),
        };
        How {
            capabilities: over.capabilities.or_else(|| self.capabilities.clone()),
            clock: over.clock.or_else(|| self.clock.clone()),
            format: over.format.or_else(|| self.format.clone()),
            names: over.names.or_else(|| self.names.clone()),
            programs: over.programs.or_else(|| self.programs.clone()),
            executable: kind(&self.executable, over.executable),
            wrapper: kind(&self.wrapper, over.wrapper),
            env: Some(env),
            convert: over.convert.or_else(|| self.convert.clone()),
        }
    }

    fn command(&self) -> Result<Command, String> {
        match (&self.executable, &self.wrapper) {
            (Some(command), None) if !command.is_empty() => {
                Ok(Command::Executable(command.clone()))
            }
            (None, Some(command)) if !command.is_empty() => Ok(Command::Wrapper {
                command: command.clone(),
                env: self.env.clone().into_iter().flatten().collect(),
                convert: self.convert.clone().unwrap_or_default(),
            }),
            _ => Err(
                "it needs either `executable`, a command that speaks the protocol, or `wrapper`, a command with {exe} in it"
                    .into(),
            ),
        }
    }
}

#[cfg(test)]
#[path = "manifest_tests.rs"]
mod tests;
