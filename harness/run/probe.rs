//! Whether an executable refuses what it cannot know. One that "succeeds" at a program with a random name would succeed at
//! anything, and nothing that it says is worth anything.

use std::fmt::{self, Display};
use std::hash::{BuildHasher, RandomState};
use std::io;
use std::time::Duration;

use super::program::{self, Ended, Endpoint, Job, Request};

/// Refusing a name takes no time, but for a machine that is busy.
const DEADLINE: Duration = Duration::from_secs(30);

/// What came of a program that nobody has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Probe {
    /// The name that was made up.
    pub program: String,
    /// What the executable did with it.
    pub ended: Ended,
}

/// Asks for a program with a random name.
pub fn probe(endpoint: &Endpoint) -> io::Result<Probe> {
    // Seeded by the system, for each anew.
    let random = RandomState::new().hash_one(0);
    let name = format!("probe_{random:016x}");
    let request = Request {
        job: Job::Program(name.clone()),
        env: vec![],
        deadline: DEADLINE,
    };
    Ok(Probe {
        program: name,
        ended: program::run(endpoint, &request)?,
    })
}

impl Probe {
    /// Whether it did what the protocol demands: exit with 127.
    pub fn is_refused(&self) -> bool {
        matches!(self.ended, Ended::Unsupported(_))
    }
}

/// What it did, as the end of "asked for the program NAME, which does not exist, it …".
impl Display for Probe {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "asked for the program {}, which does not exist, it ",
            self.program
        )?;
        let (code, said) = match &self.ended {
            Ended::Unsupported(_) => return f.write_str("exited with 127, as it must"),
            Ended::Profile { profile, .. } => {
                write!(f, "succeeded, with a profile of {} bytes", profile.len())?;
                return f.write_str("; it must exit with 127");
            }
            Ended::CheckFailed(said) => (1, said),
            Ended::SetUpFailed(said) => (2, said),
            Ended::Crashed { crash, .. } => {
                return write!(f, "was ended by {}; it must exit with 127", crash.name);
            }
            Ended::TimedOut { wall, .. } => {
                let wall = wall.as_secs_f64();
                return write!(f, "did not end within {wall:.1} s; it must exit with 127");
            }
            Ended::OffProtocol(what) => {
                return write!(f, "was off the protocol ({what}); it must exit with 127");
            }
        };
        write!(f, "exited with {code}; it must exit with 127")?;
        match said.as_str() {
            "" => Ok(()),
            _ => write!(f, ". It said: {said}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn probe_script(script: &str) -> Probe {
        let args = vec!["-c".into(), script.into(), "sh".into()];
        probe(&Endpoint {
            exe: "/bin/sh".into(),
            args,
        })
        .unwrap()
    }

    #[test]
    fn only_127_is_a_refusal_and_the_rest_is_told() {
        let honest = probe_script("exit 127");
        assert!(honest.is_refused());
        for (script, told) in [
            (
                "echo profile >p; echo p",
                "succeeded, with a profile of 8 bytes",
            ),
            ("true", "off the protocol (stdout has to be one path"),
            (
                "echo no such program >&2; exit 2",
                "exited with 2; it must exit with 127. It said: no such program",
            ),
            ("exit 1", "exited with 1"),
            ("kill -KILL $$", "ended by SIGKILL"),
        ] {
            let probe = probe_script(script);
            assert!(!probe.is_refused(), "{script}");
            assert!(probe.to_string().contains(told), "{probe}");
        }
    }

    #[test]
    fn the_name_is_new_each_time_and_arrives() {
        let script = r#"echo "$1" >&2; exit 127"#;
        let (one, two) = (probe_script(script), probe_script(script));
        assert_eq!(one.ended, Ended::Unsupported(one.program.clone()));
        assert_eq!(one.program.len(), "probe_".len() + 16);
        assert_ne!(one.program, two.program);
    }
}
