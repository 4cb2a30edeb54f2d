//! A profiler that is put around an executable which knows nothing of it: a command, an environment, and the file that comes
//! out. How the file is read it does not know.

use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};

use super::child::{End, Outcome, Spec};
use super::endpoint::{Request, absolute, environment};
use super::program::{self, Ended};
use super::scratch::Scratch;
use super::spawn;

/// What is put around an executable. In each word `{exe}` is the executable's path, `{profile}` that of the file that the
/// profiler is to write, `{hz}` the samples to take in a second of CPU time, `{port}` the folder of the manifest.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wrapper {
    /// The command, the program to run first. It is looked for in PATH.
    pub command: Vec<String>,
    /// What it has in its environment beside what all runs have.
    pub env: Vec<(String, String)>,
    /// A command whose output is the profile, made from `{profile}` after the run; empty where `{profile}` is it.
    pub convert: Vec<String>,
    /// The manifest's folder.
    pub folder: PathBuf,
}

/// What the words stand for in one run.
struct Words<'a> {
    exe: &'a Path,
    profile: PathBuf,
    hz: u32,
    port: &'a Path,
}

impl Words<'_> {
    fn put(&self, text: &str) -> OsString {
        let text = text
            .replace("{exe}", &self.exe.to_string_lossy())
            .replace("{profile}", &self.profile.to_string_lossy())
            .replace("{hz}", &self.hz.to_string())
            .replace("{port}", &self.port.to_string_lossy());
        text.into()
    }
}

/// Runs `exe` under the profiler in a folder of its own, and brings back what that wrote.
pub fn run(wrapper: &Wrapper, exe: &Path, hz: u32, request: &Request) -> io::Result<Ended> {
    let scratch = Scratch::new()?;
    let words = Words {
        exe: &std::path::absolute(exe)?,
        profile: scratch.path().join("profile"),
        hz,
        port: &std::path::absolute(&wrapper.folder)?,
    };
    let outcome = spawn::run_in(
        &wrapper.spec(&words, &wrapper.command, request, &scratch)?,
        &scratch,
    )?;
    let ended = match outcome.end {
        End::Exited(0) => wrapper.profile(&words, request, &scratch)?,
        _ => program::ended(outcome, scratch.path()),
    };
    scratch.close()?;
    Ok(ended)
}

impl Wrapper {
    /// As a person would type it.
    pub fn line(&self, exe: &Path, hz: u32) -> Vec<String> {
        let words = Words {
            exe,
            profile: "profile".into(),
            hz,
            port: &self.folder,
        };
        let put = |text: &str| words.put(text).to_string_lossy().into_owned();
        let env = self.env.iter();
        env.map(|(key, value)| format!("{key}={}", put(value)))
            .chain(self.command.iter().map(|word| put(word)))
            .collect()
    }

    fn spec(
        &self,
        words: &Words<'_>,
        command: &[String],
        request: &Request,
        scratch: &Scratch,
    ) -> io::Result<Spec> {
        let mut parts = command.iter().map(|word| words.put(word));
        let exe = parts.next().unwrap_or_default();
        let mut env = environment(request, scratch);
        // Before TMPDIR and the truth's path, which cannot be changed.
        let own = self.env.iter();
        env.splice(0..0, own.map(|(key, value)| (key.into(), words.put(value))));
        Ok(Spec {
            exe: absolute(Path::new(&exe))?,
            args: parts.collect(),
            env,
            deadline: request.deadline,
        })
    }

    /// What the profiler wrote.
    fn profile(
        &self,
        words: &Words<'_>,
        request: &Request,
        scratch: &Scratch,
    ) -> io::Result<Ended> {
        if self.convert.is_empty() {
            return Ok(program::of_file(&words.profile, scratch.path()));
        }
        let plain = Wrapper {
            env: Vec::new(),
            ..self.clone()
        };
        let spec = plain.spec(words, &self.convert, request, scratch)?;
        let converted = words.profile.with_extension("converted");
        // Its output may be long, and is read as a file is: by a shell, for the child's own is kept by its beginning.
        let shell = Spec {
            args: [
                "-c".into(),
                r#"out=$1; shift; exec "$@" >"$out""#.into(),
                "sh".into(),
            ]
            .into_iter()
            .chain([
                converted.clone().into_os_string(),
                spec.exe.into_os_string(),
            ])
            .chain(spec.args)
            .collect(),
            exe: "/bin/sh".into(),
            env: spec.env,
            deadline: spec.deadline,
        };
        let outcome: Outcome = spawn::run_in(&shell, scratch)?;
        Ok(match outcome.end {
            End::Exited(0) => program::of_file(&converted, scratch.path()),
            _ => Ended::OffProtocol(format!(
                "what is to convert its profile failed: {}",
                super::endpoint::said(&outcome.stderr)
            )),
        })
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::super::endpoint::Job;
    use super::*;

    fn wrapper(command: &[&str], convert: &[&str]) -> Wrapper {
        let words = |words: &[&str]| words.iter().map(|&word| word.to_owned()).collect();
        Wrapper {
            command: words(command),
            env: vec![("RATE".into(), "{hz}".into())],
            convert: words(convert),
            folder: ".".into(),
        }
    }

    fn run_it(wrapper: &Wrapper) -> Ended {
        let request = Request {
            job: Job::Program(String::new()),
            env: vec![],
            deadline: Duration::from_secs(60),
        };
        run(wrapper, Path::new("/bin/sh"), 250, &request).unwrap()
    }

    #[test]
    fn the_command_has_its_words_and_its_file_comes_back() {
        let script = r#"printf "$RATE $1" >"$2"; printf {} >"$FRAMECHECK_TRUTH""#;
        let plain = wrapper(&["{exe}", "-c", script, "sh", "{hz}", "{profile}"], &[]);
        let profile = |bytes: &[u8]| Ended::Profile {
            profile: bytes.to_vec(),
            truth: Some("{}".into()),
        };
        assert_eq!(run_it(&plain), profile(b"250 250"));
        let converted = Wrapper {
            convert: ["tr", "2", "3"].map(str::to_owned).to_vec(),
            ..plain.clone()
        };
        // Nothing on its stdin.
        assert_eq!(run_it(&converted), profile(b""));
        let converted = Wrapper {
            convert: ["sed", "s/2/3/", "{profile}"].map(str::to_owned).to_vec(),
            ..plain
        };
        assert_eq!(run_it(&converted), profile(b"350 250"));
    }

    #[test]
    fn an_end_without_a_profile_is_off_protocol_and_a_failure_is_told() {
        let nothing = run_it(&wrapper(&["true"], &[]));
        assert!(
            matches!(&nothing, Ended::OffProtocol(says) if says.contains("wrote no profile")),
            "{nothing:?}"
        );
        let failed = run_it(&wrapper(&["sh", "-c", "echo no >&2; exit 2"], &[]));
        assert_eq!(failed, Ended::SetUpFailed("no".into()));
        let script = ": >{profile}";
        let unconverted = run_it(&wrapper(
            &["sh", "-c", script],
            &["sh", "-c", "echo bad >&2; exit 3"],
        ));
        assert!(
            matches!(&unconverted, Ended::OffProtocol(says) if says.ends_with("failed: bad")),
            "{unconverted:?}"
        );
    }
}
