//! From `--port NAME|PATH` to ports: a folder below `ports/`, one flavour of it, a manifest anywhere, or an executable that says
//! itself what it is. A port that is not installed says how it is.

use std::path::{Path, PathBuf};

use super::expect::Expectations;
use super::manifest::{Command, Manifest};
use super::names::Names;
use super::under_test::{How, Port};
use crate::case::Capability;
use crate::pprof::Format;
use crate::run::child::{End, Spec};
use crate::run::describe::{self, Description};
use crate::run::program::Endpoint;
use crate::run::spawn;
use crate::sigprof::Clock;

/// How long the question whether a port is installed may take.
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(30);

/// The ports that a name or path stands for: all flavours of one, if none is named.
///
/// # Errors
/// There is none, it is not installed, or what it says is not well-formed; with the remedy.
pub fn find(wanted: &str) -> Result<Vec<Port>, String> {
    let path = Path::new(wanted);
    if path
        .extension()
        .is_some_and(|extension| extension == "toml")
    {
        return of_file(path, None);
    }
    if path.is_dir() {
        return of_file(&path.join("port.toml"), None);
    }
    if path.is_file() {
        return Ok(vec![executable(path)?]);
    }
    let (name, flavour) = match wanted.split_once(':') {
        Some((name, flavour)) => (name, Some(flavour)),
        None => (wanted, None),
    };
    let file = PathBuf::from("ports").join(name).join("port.toml");
    match file.is_file() {
        true => of_file(&file, flavour),
        false => Err(format!(
            "no port is called {wanted:?}: there is no {} here; name a manifest or an executable by its path",
            file.display()
        )),
    }
}

fn of_file(file: &Path, flavour: Option<&str>) -> Result<Vec<Port>, String> {
    let manifests = Manifest::read(file).map_err(|error| error.to_string())?;
    let known: Vec<String> = manifests.iter().map(|one| one.name.clone()).collect();
    let chosen: Vec<Manifest> = manifests
        .into_iter()
        .filter(|one| flavour.is_none() || one.flavour.as_deref() == flavour)
        .collect();
    if chosen.is_empty() {
        let flavour = flavour.unwrap_or_default();
        return Err(format!(
            "{}: it has no flavour {flavour:?}; there are {}",
            file.display(),
            known.join(", ")
        ));
    }
    let port = |manifest: &Manifest| {
        installed(manifest)?;
        Port::of_manifest(manifest).map_err(|error| error.to_string())
    };
    chosen.iter().map(port).collect()
}

/// Whether what the manifest calls is there.
fn installed(manifest: &Manifest) -> Result<(), String> {
    let is_there = match (&manifest.installed[..], &manifest.command) {
        ([exe, args @ ..], _) => succeeds(exe, args),
        ([], Command::Executable(words)) => {
            let exe = words.first().map(String::as_str).unwrap_or_default();
            let exe = exe.replace("{port}", &manifest.folder().to_string_lossy());
            !exe.contains('/') || Path::new(&exe).is_file()
        }
        ([], Command::Wrapper { .. }) => true,
    };
    match is_there {
        true => Ok(()),
        false => Err(format!(
            "the port {} is not installed; install it with\n    {}",
            manifest.name,
            manifest.install.join("\n    ")
        )),
    }
}

fn succeeds(exe: &str, args: &[String]) -> bool {
    let path = std::env::var_os("PATH").map(|path| ("PATH".into(), path));
    let spec = Spec {
        exe: exe.into(),
        args: args.iter().map(Into::into).collect(),
        env: path.into_iter().collect(),
        deadline: PATIENCE,
    };
    spawn::run(&spec).is_ok_and(|outcome| outcome.end == End::Exited(0))
}

/// An executable that speaks the protocol, by what it says of itself.
fn executable(path: &Path) -> Result<Port, String> {
    let endpoint = Endpoint {
        exe: std::path::absolute(path).map_err(|error| format!("{}: {error}", path.display()))?,
        args: Vec::new(),
    };
    let wrong = |what: String| format!("{}: {what}", path.display());
    let described = describe::describe(&endpoint).map_err(|error| wrong(error.to_string()))?;
    port(endpoint, described).map_err(wrong)
}

fn port(endpoint: Endpoint, described: Description) -> Result<Port, String> {
    let capabilities = described.capabilities.iter().map(|word| {
        let known = Capability::ALL.map(Capability::name).join(", ");
        Capability::named(word)
            .ok_or_else(|| format!("describe: {word:?} is no capability; there are {known}"))
    });
    let clock: Clock = match described.clock.as_deref() {
        None => Clock::Process,
        Some(name) => name
            .parse()
            .map_err(|error| format!("describe: clock {name:?}: {error}"))?,
    };
    let format: Format = match described.format.as_deref() {
        None => Format::Pprof,
        Some(name) => name.parse().map_err(|error| format!("describe: {error}"))?,
    };
    Ok(Port {
        capabilities: capabilities.collect::<Result<_, String>>()?,
        name: described.name,
        how: How::Endpoint(endpoint),
        hosts: Box::new(Names {
            function: described.function.unwrap_or_default(),
            host: described.host,
        }),
        clock: Some(clock.name()),
        format,
        is_reference: false,
        expectations: Expectations::default(),
        programs: None,
        folder: None,
    })
}
