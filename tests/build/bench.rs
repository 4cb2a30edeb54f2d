//! A builder with a cache of its own, and cases for it.

use std::fs;
use std::path::Path;

use framecheck::build::{Artefact, BuildError, Builder, Source, embedded};
use tempfile::TempDir;

/// A builder, and the cache that goes with it.
pub(super) struct Bench {
    pub(super) cache: TempDir,
    pub(super) builder: Builder,
}

pub(super) fn bench() -> Bench {
    let cache = tempfile::tempdir().unwrap();
    let builder = Builder::new(cache.path()).unwrap();
    Bench { cache, builder }
}

/// A case that is in no folder.
pub(super) fn source(text: &str) -> Source {
    Source {
        file: "csrc/cases/made_up.c".into(),
        text: text.into(),
        ..Source::default()
    }
}

/// One of the corpus.
pub(super) fn corpus(name: &str) -> Source {
    let found = embedded::below("csrc/cases").find(|(path, _)| *path == name);
    Source {
        file: format!("csrc/cases/{name}").into(),
        text: found.unwrap().1.into(),
        ..Source::default()
    }
}

pub(super) fn edge(from: &str, to: &str) -> (String, String) {
    (from.into(), to.into())
}

impl Bench {
    #[track_caller]
    pub(super) fn build(&self, source: &Source, words: &[&str]) -> Artefact {
        match self.builder.build(source, words) {
            Ok(artefact) => artefact,
            Err(error) => panic!("{words:?}: {error}"),
        }
    }

    #[track_caller]
    pub(super) fn refused(&self, source: &Source, words: &[&str]) -> BuildError {
        self.builder.build(source, words).expect_err("it was built")
    }

    /// What is in the cache and could be litter: everything but what has its final name.
    pub(super) fn scratch(&self) -> Vec<String> {
        let names = |folder: &Path| -> Vec<String> {
            let entries = fs::read_dir(folder).unwrap();
            entries
                .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
                .collect()
        };
        let top = names(self.cache.path());
        let scratch = top
            .iter()
            .find(|name| name.starts_with("scratch-"))
            .unwrap();
        names(&self.cache.path().join(scratch))
    }
}

const CHAIN: &str = r#"
#include "framecheck.h"
static FC_FN void cpuHog(void) { FC_WORK(); }
static FC_FN void level2(void) { cpuHog(); FC_KEEP(); }
FC_FN void level1(void) { level2(); FC_KEEP(); }
void run(void) { FC_RUN(cpuHog) level1(); }
"#;

pub(super) fn chain(edges: &[(&str, &str)]) -> Source {
    Source {
        edges: edges.iter().map(|(from, to)| edge(from, to)).collect(),
        ..source(CHAIN)
    }
}
