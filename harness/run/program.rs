//! The protocol of the test programs: `EXE ARGS… PROGRAM`, a path on stdout, exit codes with a meaning. Each run has a
//! temporary folder of its own, which goes with the result.

use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::child::{End, Outcome, Spec};
use super::spawn;

/// An executable that speaks the protocol.
#[derive(Clone, Debug)]
pub struct Endpoint {
    /// The executable.
    pub exe: PathBuf,
    /// Arguments before the program's name.
    pub args: Vec<OsString>,
}

/// How to run a program.
#[derive(Clone, Debug)]
pub struct Request {
    /// The program's name.
    pub program: String,
    /// What it is told in its environment, beside PATH and TMPDIR.
    pub env: Vec<(OsString, OsString)>,
    /// Wall time that it has.
    pub deadline: Duration,
}

/// How a program ended, by the protocol.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ended {
    /// With a profile.
    Profile {
        /// The profile's bytes.
        profile: Vec<u8>,
        /// The truth file's text, where there is one.
        truth: Option<String>,
    },
    /// 1: a check of the program's own failed.
    CheckFailed(String),
    /// 2: it could not be set up.
    SetUpFailed(String),
    /// 127: it is not to be had.
    Unsupported(String),
    /// A signal ended it.
    Crashed(i32),
    /// It did not end in time.
    TimedOut(Duration),
    /// It did what the protocol does not know.
    OffProtocol(String),
}

/// Runs a program in a folder of its own and brings back what it made.
pub fn run(endpoint: &Endpoint, request: &Request) -> io::Result<Ended> {
    let folder = tempfile::Builder::new().prefix("framecheck-").tempdir()?;
    let mut env: Vec<(OsString, OsString)> = vec![("TMPDIR".into(), folder.path().into())];
    env.extend(std::env::var_os("PATH").map(|path| ("PATH".into(), path)));
    env.extend(request.env.iter().cloned());
    let args = endpoint
        .args
        .iter()
        .cloned()
        .chain([request.program.clone().into()])
        .collect();
    let spec = Spec {
        exe: endpoint.exe.clone(),
        args,
        env,
        deadline: request.deadline,
    };
    let outcome = spawn::run(&spec)?;
    let ended = ended(&outcome, folder.path());
    folder.close()?;
    Ok(ended)
}

fn ended(outcome: &Outcome, folder: &Path) -> Ended {
    let says = || String::from_utf8_lossy(&outcome.stderr).trim().to_owned();
    match outcome.end {
        End::Exited(0) => profile(&outcome.stdout, folder).unwrap_or_else(Ended::OffProtocol),
        End::Exited(1) => Ended::CheckFailed(says()),
        End::Exited(2) => Ended::SetUpFailed(says()),
        End::Exited(127) => Ended::Unsupported(says()),
        End::Exited(code) => Ended::OffProtocol(format!("exit code {code}: {}", says())),
        End::Signaled(signal) => Ended::Crashed(signal),
        End::TimedOut => Ended::TimedOut(outcome.wall),
    }
}

/// Reads what the path on stdout, alone there, leads to.
fn profile(stdout: &[u8], folder: &Path) -> Result<Ended, String> {
    let shown = || String::from_utf8_lossy(&stdout[..stdout.len().min(200)]);
    let line = match str::from_utf8(stdout).map(|text| text.strip_suffix('\n').unwrap_or(text)) {
        Ok(line) if !line.is_empty() && !line.contains('\n') => line,
        _ => {
            return Err(format!(
                "stdout has to be one path and nothing else, not {:?}",
                shown()
            ));
        }
    };
    let path = folder.join(line);
    // Outside the folder it would stay behind, or be somebody else's.
    if !path.starts_with(folder) {
        return Err(format!("the profile {} is not in TMPDIR", path.display()));
    }
    let profile = fs::read(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    let mut beside = path.into_os_string();
    beside.push(".truth.json");
    Ok(Ended::Profile {
        profile,
        truth: fs::read_to_string(beside).ok(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A program in shell: `$1` is its name.
    fn run_script(script: &str) -> Ended {
        let args = vec!["-c".into(), script.into(), "sh".into()];
        let endpoint = Endpoint {
            exe: "/bin/sh".into(),
            args,
        };
        let request = Request {
            program: "prog".into(),
            env: vec![],
            deadline: Duration::from_secs(60),
        };
        run(&endpoint, &request).unwrap()
    }

    #[test]
    fn the_profile_and_its_truth_come_back() {
        let script = r#"f=$TMPDIR/$1.pb; printf bytes >$f; printf {} >$f.truth.json; echo $f"#;
        assert_eq!(
            run_script(script),
            Ended::Profile {
                profile: b"bytes".to_vec(),
                truth: Some("{}".into())
            }
        );
    }

    #[test]
    fn exit_codes_have_their_meaning() {
        assert_eq!(
            run_script("echo bad >&2; exit 1"),
            Ended::CheckFailed("bad".into())
        );
        assert_eq!(
            run_script("echo bad >&2; exit 2"),
            Ended::SetUpFailed("bad".into())
        );
        assert_eq!(run_script("exit 127"), Ended::Unsupported(String::new()));
        assert_eq!(run_script("kill -ABRT $$"), Ended::Crashed(6));
        assert!(matches!(run_script("exit 9"), Ended::OffProtocol(_)));
    }

    #[test]
    fn success_without_a_profile_in_the_folder_is_off_protocol() {
        for script in [
            "true",
            "echo",
            "echo a; echo b",
            "echo $TMPDIR/none",
            "echo /etc/hostname",
        ] {
            assert!(
                matches!(run_script(script), Ended::OffProtocol(_)),
                "{script}"
            );
        }
    }

    #[test]
    fn the_folder_goes_with_the_run() {
        let Ended::SetUpFailed(folder) = run_script("touch $TMPDIR/left; echo $TMPDIR >&2; exit 2")
        else {
            panic!("not the end that the script asks for");
        };
        assert!(
            folder.contains("framecheck-") && !Path::new(&folder).exists(),
            "{folder}"
        );
    }
}
