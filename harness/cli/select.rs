//! Ids, globs and files to cases, and words to variants. A name that is none is an error: a slip must not look like a run
//! where all is well.

use std::path::Path;

use crate::case::{Variant, glob};
use crate::corpus::{self, Entry};

/// The cases that `wanted` names, each once, in the corpus's order, files after them; all of the corpus for nothing.
pub fn entries(wanted: &[String]) -> Result<Vec<Entry>, String> {
    let all = corpus::all().map_err(|errors| errors.to_string())?;
    let (files, globs): (Vec<&String>, Vec<&String>) =
        wanted.iter().partition(|name| is_file(name));
    if let Some(stranger) = globs
        .iter()
        .find(|glob| !all.iter().any(|entry| glob::matches(glob, &entry.case.id)))
    {
        return Err(format!(
            "no case is called {stranger:?}: `framecheck list` has the names, and a file has a path that is there"
        ));
    }
    let is_chosen = |entry: &Entry| {
        wanted.is_empty() || globs.iter().any(|glob| glob::matches(glob, &entry.case.id))
    };
    let mut chosen: Vec<Entry> = all.into_iter().filter(is_chosen).collect();
    for file in files {
        chosen.push(corpus::of_file(Path::new(file)).map_err(|error| error.to_string())?);
    }
    Ok(chosen)
}

/// No id has a slash, nor such an ending.
fn is_file(name: &str) -> bool {
    let path = Path::new(name);
    let ending = path.extension().and_then(|extension| extension.to_str());
    name.contains('/') || matches!(ending, Some("c" | "cpp" | "cc" | "rs"))
}

/// The variants of a case that `wanted` has; all of its own for nothing.
pub fn variants(entry: &Entry, wanted: &[String]) -> Result<Vec<String>, String> {
    for word in wanted {
        if word != "plain" {
            Variant::parse(word).map_err(|error| format!("--variant {word}: {error}"))?;
        }
    }
    let own = entry.variants();
    Ok(match wanted.is_empty() {
        true => own,
        false => own
            .into_iter()
            .filter(|variant| wanted.contains(variant))
            .collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(wanted: &[&str]) -> Result<Vec<String>, String> {
        let wanted: Vec<String> = wanted.iter().map(|&text| text.into()).collect();
        Ok(entries(&wanted)?
            .into_iter()
            .map(|entry| entry.case.id)
            .collect())
    }

    #[test]
    fn nothing_is_all_and_each_comes_once() {
        assert_eq!(ids(&[]).unwrap().len(), corpus::all().unwrap().len());
        assert_eq!(
            ids(&["foreign.none", "foreign.n*"]).unwrap(),
            ["foreign.none"]
        );
    }

    #[test]
    fn what_matches_nothing_is_an_error() {
        assert!(
            ids(&["foreign.none", "nonsense"])
                .unwrap_err()
                .contains("nonsense")
        );
        assert!(ids(&["x*"]).is_err());
        assert!(ids(&["none/such.c"]).unwrap_err().contains("none/such.c"));
    }

    #[test]
    fn only_a_cases_own_variants_can_be_chosen() {
        let entry = &entries(&["foreign.none".into()]).unwrap()[0];
        assert_eq!(variants(entry, &["plain".into()]).unwrap(), ["plain"]);
        assert_eq!(variants(entry, &["o0".into()]).unwrap(), [""; 0]);
        assert!(variants(entry, &["o9".into()]).is_err());
    }
}
