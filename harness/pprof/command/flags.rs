//! Arguments in the syntax of Go's flag package: `-x=v`, `--x=v`, `-x v`, `-bool`, `-bool=false`; flags before files.
//!
//! It knows no flag by name.

use std::ffi::{OsStr, OsString};

/// What a flag wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// `-x` or `-x=false`.
    Bool,
    /// `-x=v` or `-x v`.
    Value,
}

/// A flag and its value; a bool without one has `true`.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Flag {
    pub(super) name: String,
    pub(super) value: String,
}

/// The flags, in order, and the arguments after them. `kind` knows the flags there are.
pub(super) fn split(
    args: &[OsString],
    kind: impl Fn(&str) -> Result<Kind, String>,
) -> Result<(Vec<Flag>, &[OsString]), String> {
    let mut flags = Vec::new();
    let mut rest = args;
    while let [first, others @ ..] = rest {
        let Some(text) = dashed(first) else { break };
        rest = others;
        if text.is_empty() {
            // "--" ends the flags.
            break;
        }
        let (name, value) = match text.split_once('=') {
            Some((name, value)) => (name, Some(value.to_owned())),
            None => (text.as_str(), None),
        };
        if name.is_empty() || name.starts_with('-') {
            return Err(format!("bad flag syntax: {}", first.to_string_lossy()));
        }
        let value = match (kind(name)?, value) {
            (_, Some(value)) => value,
            (Kind::Bool, None) => "true".to_owned(),
            (Kind::Value, None) => {
                let [next, others @ ..] = rest else {
                    return Err(format!("flag needs an argument: -{name}"));
                };
                rest = others;
                next.to_string_lossy().into_owned()
            }
        };
        flags.push(Flag {
            name: name.to_owned(),
            value,
        });
    }
    Ok((flags, rest))
}

/// What follows the one or two dashes of a flag; a single dash is an argument.
fn dashed(argument: &OsStr) -> Option<String> {
    let text = argument.to_string_lossy();
    let text = text.strip_prefix('-')?;
    if text.is_empty() {
        return None;
    }
    Some(text.strip_prefix('-').unwrap_or(text).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The flags as `name=value`, a bar, the rest.
    fn check(args: &[&str]) -> Result<String, String> {
        let args: Vec<OsString> = args.iter().map(OsString::from).collect();
        let kind = |name: &str| match name {
            "top" => Ok(Kind::Bool),
            "unit" => Ok(Kind::Value),
            _ => Err(format!("no -{name}")),
        };
        let (flags, rest) = split(&args, kind)?;
        let flags = flags
            .iter()
            .map(|flag| format!("{}={} ", flag.name, flag.value));
        let rest = rest
            .iter()
            .map(|argument| format!(" {}", argument.to_string_lossy()));
        Ok(flags.collect::<String>() + "|" + &rest.collect::<String>())
    }

    #[test]
    fn flags_are_spelled_as_in_go() {
        let ok = |text: &str| Ok(text.to_owned());
        assert_eq!(check(&["-top", "p"]), ok("top=true | p"));
        assert_eq!(
            check(&["--top=false", "-unit=ms"]),
            ok("top=false unit=ms |")
        );
        assert_eq!(check(&["-unit", "-top", "p"]), ok("unit=-top | p"));
        // The first argument that is no flag ends them, and so does "--".
        assert_eq!(check(&["p", "-top"]), ok("| p -top"));
        assert_eq!(check(&["--", "-top"]), ok("| -top"));
        assert_eq!(check(&["-", "-top"]), ok("| - -top"));
    }

    #[test]
    fn wrong_flags_are_named() {
        assert_eq!(check(&["-dot"]), Err("no -dot".to_owned()));
        assert_eq!(
            check(&["-unit"]),
            Err("flag needs an argument: -unit".to_owned())
        );
        assert_eq!(
            check(&["---top"]),
            Err("bad flag syntax: ---top".to_owned())
        );
        assert_eq!(check(&["-=x"]), Err("bad flag syntax: -=x".to_owned()));
    }
}
