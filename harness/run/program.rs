//! The protocol of the test programs: `EXE ARGS… PROGRAM`, a path on stdout, exit codes with a meaning. Each run has a
//! temporary folder of its own, which goes with the result.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

pub use super::endpoint::{Endpoint, Job, Request};

use super::child::{End, Outcome};
use super::crash::Crash;
use super::endpoint::{said, truth_path};
use super::hang::Hang;
use super::scratch::Scratch;

/// A profile of more bytes than this is not read: a run lasts seconds.
const PROFILE_BYTES_MAX: u64 = 256 << 20;
/// The same for a truth file.
const TRUTH_BYTES_MAX: u64 = 16 << 20;

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
    Crashed {
        /// Where, as far as it can be told.
        crash: Box<Crash>,
        /// The last lines on stderr.
        said: String,
    },
    /// It did not end in time.
    TimedOut {
        /// How long it was waited for.
        wall: Duration,
        /// What its threads did then.
        hang: Hang,
        /// The last lines on stderr.
        said: String,
    },
    /// It did what the protocol does not know.
    OffProtocol(String),
}

/// Runs a program in a folder of its own and brings back what it made.
pub fn run(endpoint: &Endpoint, request: &Request) -> io::Result<Ended> {
    let scratch = Scratch::new()?;
    let outcome = endpoint.ask(request, &scratch)?;
    let ended = ended(outcome, scratch.path());
    scratch.close()?;
    Ok(ended)
}

pub(super) fn ended(outcome: Outcome, folder: &Path) -> Ended {
    let said = said(&outcome.stderr);
    match outcome.end {
        End::Exited(0) => match profile(&outcome.stdout, folder) {
            Ok(ended) => ended,
            Err(wrong) => Ended::OffProtocol(and_said(wrong, &said)),
        },
        End::Exited(1) => Ended::CheckFailed(said),
        End::Exited(2) => Ended::SetUpFailed(said),
        End::Exited(127) => Ended::Unsupported(said),
        End::Exited(code) => Ended::OffProtocol(and_said(format!("exit code {code}"), &said)),
        End::Signaled(_) => Ended::Crashed {
            crash: Box::new(outcome.crash.unwrap_or_default()),
            said,
        },
        End::TimedOut => Ended::TimedOut {
            wall: outcome.wall,
            hang: outcome.hang.unwrap_or_default(),
            said,
        },
    }
}

fn and_said(wrong: String, said: &str) -> String {
    match said {
        "" => wrong,
        _ => format!("{wrong}: {said}"),
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
    with_truth(folder.join(line), folder)
}

/// The profile in a file, with its truth.
pub(super) fn of_file(path: &Path, folder: &Path) -> Ended {
    let ended = match path.exists() {
        true => with_truth(path.to_owned(), folder),
        false => Err("the profiler wrote no profile".into()),
    };
    ended.unwrap_or_else(Ended::OffProtocol)
}

fn with_truth(path: PathBuf, folder: &Path) -> Result<Ended, String> {
    let profile = read(&path, folder, PROFILE_BYTES_MAX)?
        .ok_or_else(|| format!("{}: there is no such file", path.display()))?;
    let mut beside = path.into_os_string();
    beside.push(".truth.json");
    let truth = match read(&truth_path(folder), folder, TRUTH_BYTES_MAX)? {
        Some(truth) => Some(truth),
        None => read(Path::new(&beside), folder, TRUTH_BYTES_MAX)?,
    };
    let truth = truth.map(String::from_utf8).transpose();
    Ok(Ended::Profile {
        profile,
        truth: truth.map_err(|error| format!("its truth file is not UTF-8: {error}"))?,
    })
}

/// A file that the program made, if it is there.
fn read(path: &Path, folder: &Path, bytes_max: u64) -> Result<Option<Vec<u8>>, String> {
    let wrong = |what: &str| Err(format!("{}: {what}", path.display()));
    // What it really is, behind links and `..`.
    let path = match path.canonicalize() {
        Ok(path) => path,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return wrong(&error.to_string()),
    };
    // Outside the folder it would stay behind, or be somebody else's.
    if !path.starts_with(folder) {
        return wrong("it is not in TMPDIR");
    }
    match fs::metadata(&path) {
        // A pipe would be read for ever.
        Ok(metadata) if !metadata.is_file() => wrong("it is not a regular file"),
        Ok(metadata) if metadata.len() > bytes_max => {
            wrong(&format!("it has more than {} MiB", bytes_max >> 20))
        }
        Ok(_) => match fs::read(&path) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) => wrong(&error.to_string()),
        },
        Err(error) => wrong(&error.to_string()),
    }
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
            job: Job::Program("prog".into()),
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
    fn the_truth_is_taken_from_where_the_program_was_told_to_put_it() {
        let script = r#"f=$TMPDIR/$1.pb; touch $f; echo other >$f.truth.json; printf {} >$FRAMECHECK_TRUTH; echo $f"#;
        let ended = run_script(script);
        assert!(
            matches!(&ended, Ended::Profile { truth: Some(truth), .. } if truth == "{}"),
            "{ended:?}"
        );
        let without = run_script("touch $TMPDIR/a; echo a");
        assert!(
            matches!(without, Ended::Profile { truth: None, .. }),
            "a path may be relative to the folder, and truth may be missing: {without:?}"
        );
    }

    #[test]
    fn the_child_begins_in_its_folder_with_a_clean_environment_and_no_input() {
        let script = "env | cut -d= -f1 | grep -vxE 'PWD|OLDPWD|SHLVL|_' | sort | tr '\\n' ' ' >&2; \\
                      echo $LC_ALL >&2; [ \"$PWD\" = \"$TMPDIR\" ] && [ -z \"$(cat)\" ] && exit 1";
        let Ended::CheckFailed(said) = run_script(script) else {
            panic!("not in its folder, or there was something on stdin");
        };
        assert_eq!(said, "FRAMECHECK_TRUTH LC_ALL PATH TMPDIR C");
    }

    #[test]
    fn an_artefact_is_passed_by_its_absolute_path() {
        let endpoint = Endpoint {
            exe: "/bin/sh".into(),
            args: vec!["-c".into(), "echo \"$@\" >&2; exit 2".into(), "sh".into()],
        };
        let request = Request {
            job: Job::RunSo("a/b.so".into()),
            env: vec![],
            deadline: Duration::from_secs(60),
        };
        let expected = std::env::current_dir().unwrap().join("a/b.so");
        assert_eq!(
            run(&endpoint, &request).unwrap(),
            Ended::SetUpFailed(format!("run-so {}", expected.display()))
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
        let aborted = run_script("echo bad >&2; kill -ABRT $$");
        let Ended::Crashed { crash, said } = &aborted else {
            panic!("not the end that the script asks for: {aborted:?}");
        };
        assert_eq!((crash.signal, crash.name, &**said), (6, "SIGABRT", "bad"));
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
            "echo $TMPDIR/../../../../../../../../etc/hostname",
            "ln -s /etc/hostname $TMPDIR/link; echo $TMPDIR/link",
            "mkfifo $TMPDIR/pipe; echo $TMPDIR/pipe",
            "mkdir $TMPDIR/folder; echo $TMPDIR/folder",
            "touch $TMPDIR/it; mkfifo $FRAMECHECK_TRUTH; echo $TMPDIR/it",
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
