//! One a run: what it has built, and what it builds with.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use super::artefact::Artefact;
use super::compiler::{Calls, Compiler};
use super::error::BuildError;
use super::flags::{Flags, flags};
use super::hash::Hash;
use super::once::OnceEach;
use super::recipe::{Product, Recipe};
use super::runtime::{self, Runtime};
use super::source::{Language, Source};
use super::store::Store;

/// What is kept beside an artefact.
const RECORD: &str = "framecheck_built.json";

/// Builds cases, each once. Threads may share it. What is salted goes with it; the rest stays in the cache for later
/// runs.
pub struct Builder {
    store: Store,
    calls: Calls,
    c: OnceLock<Result<Compiler, BuildError>>,
    cpp: OnceLock<Result<Compiler, BuildError>>,
    include: OnceLock<Result<PathBuf, BuildError>>,
    runtimes: OnceEach<Result<Runtime, BuildError>>,
    artefacts: OnceEach<Result<Artefact, BuildError>>,
}

impl Builder {
    /// One with this cache folder, which is made where it is not there. No compiler is looked for before one is needed.
    pub fn new(cache: &Path) -> io::Result<Builder> {
        Ok(Builder {
            store: Store::open(cache)?,
            calls: Calls::new(),
            c: OnceLock::new(),
            cpp: OnceLock::new(),
            include: OnceLock::new(),
            runtimes: OnceEach::new(),
            artefacts: OnceEach::new(),
        })
    }

    /// Builds a case in the variant of these words, or returns what was built. The artefact is there as long as the
    /// builder is.
    pub fn build(&self, source: &Source, words: &[&str]) -> Result<Artefact, BuildError> {
        let flags = flags(words).map_err(|why| source.refuse(&why))?;
        self.get(source, &flags, Product::Case)
    }

    /// Builds a library of its own from one text, without a runtime and without `run`: it exports what it does not hide. As
    /// the plain set is compiled.
    pub fn library(&self, source: &Source) -> Result<Artefact, BuildError> {
        let flags = flags(&[]).map_err(|why| source.refuse(&why))?;
        self.get(source, &flags, Product::Library)
    }

    fn get(
        &self,
        source: &Source,
        flags: &Flags,
        product: Product,
    ) -> Result<Artefact, BuildError> {
        let name = asked(source, flags, product);
        self.artefacts
            .get(name, || self.make(source, flags, product))
    }

    /// How often a compiler or another tool was called so far.
    pub fn calls(&self) -> usize {
        self.calls.count()
    }

    fn make(
        &self,
        source: &Source,
        flags: &Flags,
        product: Product,
    ) -> Result<Artefact, BuildError> {
        let is_cpp = |name: &&str| Language::of(name) == Some(Language::Cpp);
        let cpp = if source.names()?.iter().any(is_cpp) {
            Some(self.compiler(true)?)
        } else {
            None
        };
        let c = self.compiler(false)?;
        let include = self
            .include
            .get_or_init(|| runtime::headers(&self.store))
            .clone()?;
        let scratch = self
            .store
            .scratch()
            .map_err(BuildError::io(self.store.scratch_root()))?;
        let mut recipe = Recipe {
            source,
            flags,
            product,
            c,
            cpp,
            include: &include,
            folder: scratch.path(),
            calls: &self.calls,
            argv: Vec::new(),
            warnings: String::new(),
        };
        recipe.write()?;
        let key = recipe.key()?;
        if let Some(artefact) = self.found(&key) {
            return Ok(artefact);
        }
        let artefact = match product {
            Product::Case => recipe.make(&self.runtime(c, &include, flags)?)?,
            Product::Library => recipe.make_library()?,
        };
        let record = scratch.path().join(RECORD);
        fs::write(&record, artefact.to_json()).map_err(BuildError::io(&record))?;
        let folder = if source.salt.is_empty() {
            let path = self.store.path(&key);
            // Another process may have been faster, and then it is whole.
            if self.found(&key).is_none() {
                self.store.discard(&key).map_err(BuildError::io(&path))?;
            }
            self.store
                .publish(scratch, &key)
                .map_err(BuildError::io(&path))?
        } else {
            self.store.keep_for_the_run(scratch)
        };
        self.read(&folder)
            .ok_or_else(|| source.refuse("the cache was changed meanwhile"))
    }

    fn compiler(&self, cpp: bool) -> Result<&Compiler, BuildError> {
        let cell = if cpp { &self.cpp } else { &self.c };
        let find = || Compiler::find(cpp, &self.calls, self.store.scratch_root());
        cell.get_or_init(find).as_ref().map_err(Clone::clone)
    }

    fn runtime(
        &self,
        compiler: &Compiler,
        include: &Path,
        flags: &Flags,
    ) -> Result<Runtime, BuildError> {
        self.runtimes.get(flags.compile().join(" "), || {
            runtime::compiled(&self.store, &self.calls, compiler, include, flags)
        })
    }

    fn found(&self, key: &str) -> Option<Artefact> {
        self.read(&self.store.path(key))
    }

    fn read(&self, folder: &Path) -> Option<Artefact> {
        let text = fs::read_to_string(folder.join(RECORD)).ok()?;
        Artefact::from_json(&text, folder)
    }
}

/// What tells requests apart within a run, in which headers do not change.
fn asked(source: &Source, flags: &Flags, product: Product) -> String {
    let mut hash = Hash::new("request");
    hash.part(format!("{source:?}{flags:?}{product:?}"));
    hash.name()
}
