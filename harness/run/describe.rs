//! What an executable says of itself: `EXE describe` prints JSON with the fields protocol, name, version, url and
//! capabilities. Which capabilities there are it does not know.

use std::fmt::{self, Display};
use std::io;
use std::time::Duration;

use serde_json::{Map, Value};

use super::child::End;
use super::endpoint::{Endpoint, Job, Request, said};
use super::scratch::Scratch;

/// The version of the protocol that this is.
pub const PROTOCOL: u64 = 1;

/// Nothing is run for it.
const DEADLINE: Duration = Duration::from_secs(30);

/// What an executable says of itself. Fields that are not known here are left alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Description {
    /// The version of the protocol that it speaks: [`PROTOCOL`].
    pub protocol: u64,
    /// The profiler's name, not empty.
    pub name: String,
    /// The profiler's version.
    pub version: String,
    /// Where to find it; may be empty.
    pub url: String,
    /// What it can do, each once.
    pub capabilities: Vec<String>,
    /// What drives it, where it says so.
    pub clock: Option<String>,
    /// What it writes, where it is not pprof's format.
    pub format: Option<String>,
    /// The name of the function of a program, with `{program}` in it, where it has programs.
    pub function: Option<String>,
    /// How the names of host functions begin.
    pub host: Vec<String>,
}

/// Why there is no description.
#[derive(Debug)]
pub enum DescribeError {
    /// The executable cannot be run.
    Run(io::Error),
    /// It ended otherwise than with 0: how, and the last lines on stderr.
    Ended(String, String),
    /// It is not one JSON object: the parser's message, and what was printed.
    NotJson(String, String),
    /// A field is missing, or is not what it must be.
    Field(&'static str, &'static str, Option<Value>),
    /// It speaks another version of the protocol.
    Protocol(u64),
}

/// Asks an executable what it is.
pub fn describe(endpoint: &Endpoint) -> Result<Description, DescribeError> {
    let request = Request {
        job: Job::Program("describe".into()),
        env: vec![],
        deadline: DEADLINE,
    };
    let ask = || {
        let scratch = Scratch::new()?;
        let outcome = endpoint.ask(&request, &scratch)?;
        scratch.close()?;
        Ok(outcome)
    };
    let outcome = ask().map_err(DescribeError::Run)?;
    let how = match outcome.end {
        End::Exited(0) => return parse(&outcome.stdout),
        End::Exited(code) => format!("exited with {code}"),
        End::Signaled(signal) => format!("was ended by signal {signal}"),
        End::TimedOut => format!("was not done after {:.0} s", outcome.wall.as_secs_f64()),
    };
    Err(DescribeError::Ended(how, said(&outcome.stderr)))
}

fn parse(stdout: &[u8]) -> Result<Description, DescribeError> {
    let object: Map<String, Value> = serde_json::from_slice(stdout).map_err(|error| {
        let printed = String::from_utf8_lossy(&stdout[..stdout.len().min(200)]).into_owned();
        DescribeError::NotJson(error.to_string(), printed)
    })?;
    let field = |key, must, value: Option<&Value>| DescribeError::Field(key, must, value.cloned());
    let protocol = object.get("protocol");
    let protocol = protocol
        .and_then(Value::as_u64)
        .ok_or_else(|| field("protocol", "a whole number", protocol))?;
    if protocol != PROTOCOL {
        return Err(DescribeError::Protocol(protocol));
    }
    let text = |key| {
        let value = object.get(key);
        let text = value.and_then(Value::as_str).map(str::to_owned);
        text.ok_or_else(|| field(key, "a string", value))
    };
    let optional = |key| match object.get(key) {
        None => Ok(None),
        Some(value) => match value.as_str() {
            Some(text) => Ok(Some(text.to_owned())),
            None => Err(field(key, "a string", Some(value))),
        },
    };
    let list = |key, value: Option<&Value>| {
        strings(value).ok_or_else(|| field(key, "an array of strings, each once", value))
    };
    let none = Value::Array(Vec::new());
    let name = text("name")?;
    if name.trim().is_empty() {
        return Err(field(
            "name",
            "a string that is not empty",
            object.get("name"),
        ));
    }
    Ok(Description {
        protocol,
        name,
        version: text("version")?,
        url: text("url")?,
        capabilities: list("capabilities", object.get("capabilities"))?,
        clock: optional("clock")?,
        format: optional("format")?,
        function: optional("function")?,
        host: list("host", Some(object.get("host").unwrap_or(&none)))?,
    })
}

fn strings(value: Option<&Value>) -> Option<Vec<String>> {
    let mut names: Vec<String> = Vec::new();
    for name in value?.as_array()? {
        let name = name.as_str()?;
        if names.iter().any(|other| other == name) {
            return None;
        }
        names.push(name.to_owned());
    }
    Some(names)
}

impl Display for DescribeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("describe: ")?;
        match self {
            DescribeError::Run(error) => write!(f, "{error}"),
            DescribeError::Ended(how, said) if said.is_empty() => write!(f, "it {how}"),
            DescribeError::Ended(how, said) => write!(f, "it {how}: {said}"),
            DescribeError::NotJson(error, printed) => {
                write!(
                    f,
                    "stdout has to be one JSON object, not {printed:?} ({error})"
                )
            }
            DescribeError::Field(key, must, None) => {
                write!(f, "the field {key:?} is missing; it must be {must}")
            }
            DescribeError::Field(key, must, Some(value)) => {
                write!(f, "the field {key:?} must be {must}, not {value}")
            }
            DescribeError::Protocol(other) => {
                write!(
                    f,
                    "it speaks version {other} of the protocol; this framecheck speaks {PROTOCOL}"
                )
            }
        }
    }
}

impl std::error::Error for DescribeError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            DescribeError::Run(error) => Some(error),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn describe_script(script: &str) -> Result<Description, String> {
        let args = vec!["-c".into(), script.into(), "sh".into()];
        let endpoint = Endpoint {
            exe: "/bin/sh".into(),
            args,
        };
        describe(&endpoint).map_err(|error| error.to_string())
    }

    #[test]
    fn a_description_is_read() {
        let script = r#"[ "$1" = describe ] && echo '{"protocol": 1, "name": "p", "version": "2", "url": "",
                        "capabilities": ["threads", "hook"], "clock": "perf", "host": ["main."], "more": 3}'"#;
        let expected = Description {
            protocol: 1,
            name: "p".into(),
            version: "2".into(),
            url: String::new(),
            capabilities: vec!["threads".into(), "hook".into()],
            clock: Some("perf".into()),
            format: None,
            function: None,
            host: vec!["main.".into()],
        };
        assert_eq!(describe_script(script), Ok(expected));
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (script, message) in [
            ("exit 127", "it exited with 127"),
            ("echo no >&2; kill -KILL $$", "it was ended by signal 9: no"),
            ("echo hello", "one JSON object, not \"hello\\n\""),
            ("echo '[]'", "one JSON object"),
            (
                "echo '{}'",
                "\"protocol\" is missing; it must be a whole number",
            ),
            (
                "echo '{\"protocol\": \"1\"}'",
                "\"protocol\" must be a whole number, not \"1\"",
            ),
            (
                "echo '{\"protocol\": 2}'",
                "version 2 of the protocol; this framecheck speaks 1",
            ),
            (
                "echo '{\"protocol\": 1, \"name\": \"\"}'",
                "\"name\" must be a string that is not empty",
            ),
            (
                "echo '{\"protocol\": 1, \"name\": \"p\", \"version\": \"2\", \"url\": \"\", \"capabilities\": [], \"clock\": 1}'",
                "\"clock\" must be a string, not 1",
            ),
            (
                "echo '{\"protocol\": 1, \"name\": \"p\", \"version\": 2}'",
                "\"version\" must be a string, not 2",
            ),
            (
                "echo '{\"protocol\": 1, \"name\": \"p\", \"version\": \"2\", \"url\": \"\", \"capabilities\": [\"a\", \"a\"]}'",
                "\"capabilities\" must be an array of strings, each once, not [\"a\",\"a\"]",
            ),
        ] {
            let error = describe_script(script).unwrap_err();
            assert!(error.contains(message), "{error}");
        }
        let none = Endpoint {
            exe: "/nonexistent/port".into(),
            args: vec![],
        };
        let error = describe(&none).unwrap_err().to_string();
        assert!(error.contains("/nonexistent/port: "), "{error}");
    }
}
