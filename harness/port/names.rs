//! What a port calls things, as its manifest or its `describe` says: `host::NAME` and `host::*` of patterns are spelled by it.

use serde::Deserialize;

use crate::case::hosts::Hosts;

/// A port's names for host functions.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct Names {
    /// The function of the program `{program}`: `main.{Program}` where `foreign_hook` is `main.ForeignHook`, `{pROGRAM}` for
    /// `foreignHook`, `{program}` for the name as it is. Empty where the port has no programs.
    #[serde(default)]
    pub function: String,
    /// How the names of host functions begin.
    #[serde(default)]
    pub host: Vec<String>,
}

impl Names {
    /// Those of the programs in this crate, whoever profiles them.
    pub fn of_this_crate() -> Self {
        Names {
            function: "framecheck::programs::{program}::run".into(),
            host: Vec::new(),
        }
    }
}

impl Hosts for Names {
    fn function(&self, program: &str) -> Option<String> {
        let camel = camel(program);
        let lower = camel.chars().next().map(|first| first.to_lowercase());
        let lower: String = lower
            .into_iter()
            .flatten()
            .chain(camel.chars().skip(1))
            .collect();
        let spelled = self
            .function
            .replace("{program}", program)
            .replace("{Program}", &camel)
            .replace("{pROGRAM}", &lower);
        (!spelled.is_empty()).then_some(spelled)
    }

    /// Where nothing is said, as in Rust: its functions have a path, and those of C have none.
    fn is_host(&self, frame: &str) -> bool {
        match self.host.is_empty() {
            true => frame == "main" || frame.contains("::"),
            false => frame == "main" || self.host.iter().any(|begin| frame.starts_with(begin)),
        }
    }
}

fn camel(snake: &str) -> String {
    let words = snake.split('_');
    let upper = words.map(|word| {
        let mut letters = word.chars();
        let first = letters.next().into_iter().flat_map(char::to_uppercase);
        first.collect::<String>() + letters.as_str()
    });
    upper.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(function: &str, host: &[&str]) -> Names {
        Names {
            function: function.into(),
            host: host.iter().map(|&begin| begin.to_owned()).collect(),
        }
    }

    #[test]
    fn a_program_is_spelled_as_its_language_spells_it() {
        let spelled = |function| names(function, &[]).function("foreign_hook_api");
        let is = |name: &str| Some(name.to_owned());
        assert_eq!(spelled("main.{Program}"), is("main.ForeignHookApi"));
        assert_eq!(spelled("main.{pROGRAM}"), is("main.foreignHookApi"));
        assert_eq!(spelled("a::{program}::run"), is("a::foreign_hook_api::run"));
        assert_eq!(spelled(""), None);
    }

    #[test]
    fn host_frames_are_known_by_how_their_names_begin() {
        let go = names("", &["main.", "runtime."]);
        assert!(go.is_host("runtime.cgocall") && go.is_host("main"));
        assert!(!go.is_host("mainly") && !go.is_host("a::b"));
        assert!(names("", &[]).is_host("a::b") && !names("", &[]).is_host("cpuHog"));
    }
}
