//! One file and the call that compiles it. Paths in the call begin at the folder that everything is written to, so
//! that it can be repeated there, and debug information names the case's own folder instead.

use std::ffi::OsString;
use std::path::Path;

use super::compiler::Compiler;
use super::source::Language;

/// A file to compile.
#[derive(Clone, Copy, Debug)]
pub(super) struct Unit<'a> {
    /// Its path in the folder that everything is written to.
    pub(super) name: &'a str,
    pub(super) language: Language,
}

/// What the units of one artefact have in common.
#[derive(Clone, Copy)]
pub(super) struct Common<'a> {
    pub(super) flags: &'a [&'static str],
    /// The folder that everything is written to, while it is made.
    pub(super) scratch: &'a Path,
    /// The folder that debug information has in place of it.
    pub(super) shown: &'a Path,
    /// Headers of the library, and the case's folder: searched in this order.
    pub(super) include: &'a [&'a Path],
    pub(super) salt: &'a [(String, String)],
}

impl<'a> Unit<'a> {
    /// None for what is not compiled.
    pub(super) fn of(name: &'a str) -> Option<Self> {
        let language = Language::of(name)?;
        Some(Unit { name, language })
    }

    /// Where its object file goes.
    pub(super) fn object(&self) -> String {
        format!("./{}.o", self.name)
    }

    /// Where it goes preprocessed.
    pub(super) fn preprocessed(&self) -> String {
        format!("./{}.i", self.name)
    }

    /// Where it goes for a look at what it defines.
    pub(super) fn probe(&self) -> String {
        format!("./{}.probe.o", self.name)
    }

    /// The call that compiles it.
    pub(super) fn compile(&self, compiler: &Compiler, common: &Common<'_>) -> Vec<OsString> {
        let args = self.args(common, &["-c", "-o"], self.object());
        compiler.argv(args)
    }

    /// The call that only preprocesses it. Without -g: with it, gcc writes the current folder there.
    pub(super) fn preprocess(&self, compiler: &Compiler, common: &Common<'_>) -> Vec<OsString> {
        let args = self.args(common, &["-g0", "-E", "-o"], self.preprocessed());
        compiler.argv(args)
    }

    /// The call that compiles it so that every function in it gets a symbol, also those that are inlined whatever
    /// happens.
    pub(super) fn compile_probe(&self, compiler: &Compiler, common: &Common<'_>) -> Vec<OsString> {
        let mut what = vec![
            "-O0",
            "-g0",
            "-w",
            "-Dalways_inline=unused",
            "-D__always_inline__=__unused__",
        ];
        if compiler.gcc {
            what.extend(["-fkeep-static-functions", "-fkeep-inline-functions"]);
        }
        what.extend(["-c", "-o"]);
        let args = self.args(common, &what, self.probe());
        compiler.argv(args)
    }

    fn args(&self, common: &Common<'_>, what: &[&str], to: String) -> Vec<OsString> {
        let mut args: Vec<OsString> = self.standard().into_iter().map(OsString::from).collect();
        args.extend(common.flags.iter().map(OsString::from));
        for (from, to) in [
            (common.scratch, Path::new(".")),
            (Path::new("./"), common.shown),
        ] {
            args.push(prefix_map(from, to));
        }
        args.extend(
            common
                .salt
                .iter()
                .map(|(name, salted)| format!("-D{name}={salted}").into()),
        );
        // Of the same name as a local one, ours is meant.
        for folder in common.include {
            args.extend(["-iquote".into(), folder.into()]);
        }
        if let Some(first) = common.include.first() {
            args.extend(["-I".into(), first.into()]);
        }
        args.extend(what.iter().map(OsString::from));
        // A name that begins with a dash is no option behind this.
        args.extend([to.into(), format!("./{}", self.name).into()]);
        args
    }

    fn standard(&self) -> Option<&'static str> {
        match self.language {
            Language::C => Some("-std=gnu11"),
            Language::Cpp => Some("-std=gnu++17"),
            Language::Assembly | Language::PlainAssembly => None,
        }
    }
}

fn prefix_map(from: &Path, to: &Path) -> OsString {
    let mut flag = OsString::from("-ffile-prefix-map=");
    flag.push(from);
    flag.push("=");
    flag.push(to);
    if from.as_os_str().as_encoded_bytes().ends_with(b"/") {
        flag.push("/");
    }
    flag
}
