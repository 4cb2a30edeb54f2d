//! What comes out: one file that a host opens or the kernel starts, and how it was made.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::flags::Host;

/// A case, compiled in one variant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Artefact {
    /// The library or executable.
    pub path: PathBuf,
    /// Who can run it.
    pub host: Host,
    /// The library that was built beside it, in the same folder, where `fc_lib()` finds it.
    pub lib: Option<PathBuf>,
    /// Every call of the compiler and of what came after it, in order. Paths that are not from the root begin at the
    /// artefact's folder; those of the runtime, which comes first, at the folder that its objects are linked from.
    pub argv: Vec<Vec<OsString>>,
    /// The compiler's line about its version.
    pub compiler: String,
    /// What the compiler said although it compiled.
    pub warnings: String,
}

impl Artefact {
    /// What is kept beside it.
    pub(super) fn to_json(&self) -> String {
        let name = |path: &Path| {
            path.file_name()
                .map(|name| name.to_string_lossy().into_owned())
        };
        let line = |argv: &Vec<OsString>| -> Vec<String> {
            argv.iter()
                .map(|part| part.to_string_lossy().into_owned())
                .collect()
        };
        let record = json!({
            "artefact": name(&self.path),
            "host": match self.host { Host::So => "so", Host::PlainC => "plain-c" },
            "lib": self.lib.as_deref().and_then(name),
            "argv": self.argv.iter().map(line).collect::<Vec<_>>(),
            "compiler": self.compiler,
            "warnings": self.warnings,
        });
        format!("{record:#}\n")
    }

    /// Reads it again, in the folder that it is in now. None where it is not whole: it is built again then.
    pub(super) fn from_json(text: &str, folder: &Path) -> Option<Self> {
        let record: Value = serde_json::from_str(text).ok()?;
        let line = |argv: &Value| -> Option<Vec<OsString>> {
            argv.as_array()?
                .iter()
                .map(|part| Some(part.as_str()?.into()))
                .collect()
        };
        let artefact = Artefact {
            path: folder.join(record["artefact"].as_str()?),
            host: match record["host"].as_str()? {
                "so" => Host::So,
                "plain-c" => Host::PlainC,
                _ => return None,
            },
            lib: record["lib"].as_str().map(|name| folder.join(name)),
            argv: record["argv"]
                .as_array()?
                .iter()
                .map(line)
                .collect::<Option<_>>()?,
            compiler: record["compiler"].as_str()?.to_owned(),
            warnings: record["warnings"].as_str()?.to_owned(),
        };
        let files = [Some(&artefact.path), artefact.lib.as_ref()];
        let whole = files.into_iter().flatten().all(|path| path.is_file());
        whole.then_some(artefact)
    }
}
