//! From a recipe to an artefact: its files are compiled and linked, what came out is checked, and stripped last.

use std::collections::HashSet;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use object::read::elf::ElfFile64;
use object::{Endianness, Object, ObjectSymbol};

use super::artefact::Artefact;
use super::edges;
use super::error::BuildError;
use super::flags::Host;
use super::image::Image;
use super::recipe::{EXPORTS, NAMES, Recipe};
use super::runtime::Runtime;
use super::unit::Unit;

impl Recipe<'_> {
    /// Compiles, links, checks and strips.
    pub(super) fn make(&mut self, runtime: &Runtime) -> Result<Artefact, BuildError> {
        let path = self.link_case(runtime)?;
        let lib = self.link_lib()?;
        let made: Vec<&Path> = [Some(&path), lib.as_ref()]
            .into_iter()
            .flatten()
            .map(PathBuf::as_path)
            .collect();
        self.check_run(&path)?;
        self.check_edges(&made)?;
        if self.flags.stripped() {
            for path in made {
                self.strip(path)?;
            }
        }
        let in_order = runtime.argv.iter().cloned().chain(self.argv.drain(..));
        Ok(Artefact {
            host: self.flags.host(),
            argv: in_order.collect(),
            compiler: self.c.version.clone(),
            warnings: std::mem::take(&mut self.warnings),
            path,
            lib,
        })
    }

    /// Compiles and links the library that a program opens: the text alone.
    pub(super) fn make_library(&mut self) -> Result<Artefact, BuildError> {
        let name = format!("lib-{}.so", self.source.stem()?);
        for unit in self.case_units()? {
            self.link_library(unit, &name)?;
        }
        Ok(Artefact {
            path: self.folder.join(name),
            host: self.flags.host(),
            lib: None,
            argv: std::mem::take(&mut self.argv),
            compiler: self.c.version.clone(),
            warnings: std::mem::take(&mut self.warnings),
        })
    }

    fn link_case(&mut self, runtime: &Runtime) -> Result<PathBuf, BuildError> {
        let folders = self.include_folders();
        let names = Unit::of(NAMES);
        let units: Vec<Unit<'_>> = self.case_units()?.into_iter().chain(names).collect();
        let (lines, mut objects): (Vec<_>, Vec<OsString>) = units
            .iter()
            .map(|unit| {
                let argv = self.with_common(&folders, &self.flags.compile(), |common| {
                    unit.compile(self.compiler(unit.language), common)
                });
                (argv, OsString::from(unit.object()))
            })
            .unzip();
        objects.extend(
            runtime
                .objects(self.flags.host())
                .into_iter()
                .map(PathBuf::into_os_string),
        );
        let stem = self.source.stem()?;
        let name = match self.flags.host() {
            Host::So => format!("{stem}.so"),
            Host::PlainC => stem.to_owned(),
        };
        let mut link = self.flags.link().to_vec();
        let exports = format!("-Wl,--version-script={EXPORTS}");
        if self.flags.host() == Host::So {
            link.push(&exports);
        }
        let line = self.link(&link, &name, objects);
        for line in lines.into_iter().chain([line]) {
            self.call(line)?;
        }
        Ok(self.folder.join(name))
    }

    fn link_lib(&mut self) -> Result<Option<PathBuf>, BuildError> {
        let (Some(unit), Some(name)) = (self.lib_unit(), self.lib_name()) else {
            return Ok(None);
        };
        self.link_library(unit, &name)?;
        Ok(Some(self.folder.join(name)))
    }

    fn link_library(&mut self, unit: Unit<'_>, name: &str) -> Result<(), BuildError> {
        let compile = self.with_common(
            &self.include_folders(),
            &self.flags.compile_lib(),
            |common| unit.compile(self.compiler(unit.language), common),
        );
        let link = self.link(&["-shared"], name, vec![unit.object().into()]);
        self.call(compile)?;
        self.call(link)
    }

    fn link(&self, kind: &[&str], name: &str, objects: Vec<OsString>) -> Vec<OsString> {
        let mut args: Vec<OsString> = kind.iter().map(OsString::from).collect();
        args.extend([
            "-pthread".into(),
            "-Wl,--build-id=sha1".into(),
            "-o".into(),
            format!("./{name}").into(),
        ]);
        args.extend(objects);
        args.extend(["-Wl,--as-needed", "-lm", "-ldl"].map(OsString::from));
        self.cpp.unwrap_or(self.c).argv(args)
    }

    /// An executable without `run` does not link. A library does.
    fn check_run(&self, path: &Path) -> Result<(), BuildError> {
        if self.flags.host() != Host::So {
            return Ok(());
        }
        let data = fs::read(path).map_err(BuildError::io(path))?;
        let file = ElfFile64::<Endianness>::parse(&*data)
            .map_err(|error| self.source.refuse(&error.to_string()))?;
        let exported = file
            .dynamic_symbols()
            .any(|symbol| symbol.name() == Ok("run") && symbol.is_definition());
        if exported {
            return Ok(());
        }
        Err(self.source.refuse(
            "it does not define `void run(void)`; in C++, framecheck.h declares it extern \"C\"",
        ))
    }

    fn check_edges(&self, made: &[&Path]) -> Result<(), BuildError> {
        let data = made
            .iter()
            .map(|path| fs::read(path).map_err(BuildError::io(path)))
            .collect::<Result<Vec<_>, _>>()?;
        let images = data
            .iter()
            .map(|data| Image::parse(data).map_err(|error| self.source.refuse(&error)))
            .collect::<Result<Vec<_>, _>>()?;
        edges::check(&self.source.edges, &images, || self.defined())
    }

    /// The functions that the source defines: it is compiled once more, without optimisation, for nothing but its
    /// symbols.
    fn defined(&self) -> Result<HashSet<String>, BuildError> {
        let folders = self.include_folders();
        let mut defined = HashSet::new();
        for unit in self.case_units()?.into_iter().chain(self.lib_unit()) {
            let argv = self.with_common(&folders, &self.flags.compile(), |common| {
                unit.compile_probe(self.compiler(unit.language), common)
            });
            self.calls.call(&argv, self.folder)?;
            let path = self.folder.join(unit.probe());
            let data = fs::read(&path).map_err(BuildError::io(&path))?;
            fs::remove_file(&path).map_err(BuildError::io(&path))?;
            let image = Image::parse(&data).map_err(|error| self.source.refuse(&error))?;
            defined.extend(image.names());
        }
        Ok(defined)
    }

    fn strip(&mut self, path: &Path) -> Result<(), BuildError> {
        let ask = self.c.argv(["-print-prog-name=strip"]);
        let (strip, _) = self.calls.call(&ask, self.folder)?;
        let mut name = OsString::from("./");
        name.push(path.file_name().unwrap_or_default());
        self.call(vec![strip.into(), "--strip-all".into(), name])
    }
}
