//! From arguments to one profile: which are files, reading them, and what is done with them before they are shown.

use std::ffi::{OsStr, OsString};
use std::io::Write;
use std::path::Path;

use super::super::model::Profile;
use super::super::symbolize;
use super::Refusal;
use super::settings::Settings;

/// Reads, merges, subtracts and symbolizes. Notes go to `err`.
pub(super) fn profile(
    settings: &Settings,
    files: &[OsString],
    err: &mut dyn Write,
) -> Result<Profile, Refusal> {
    let (executable, sources) = arguments(files)?;
    let read_all = |sources: &[OsString]| -> Result<Profile, Refusal> {
        let profiles: Result<Vec<Profile>, Refusal> = sources
            .iter()
            .map(|source| read(source, executable, settings))
            .collect();
        combined(profiles?)
    };
    let mut profile = read_all(sources)?;
    if !settings.base.is_empty() {
        let base: Vec<OsString> = settings.base.iter().map(OsString::from).collect();
        let mut base = read_all(&base)?;
        if settings.is_diff {
            base.mark_as_base();
        }
        if settings.normalize {
            profile.normalize(&base)?;
        }
        base.scale(-1.0);
        profile = combined(vec![profile, base])?;
    }
    if settings.all_frames {
        profile.keep_all_frames();
    }
    if settings.symbolize {
        symbolize(&mut profile, settings, err)?;
    }
    profile.remove_uninteresting();
    profile.add_comment(&settings.comment);
    Ok(profile)
}

/// The executable, if the first of several arguments can be opened as one, and the profiles.
fn arguments(files: &[OsString]) -> Result<(Option<&OsStr>, &[OsString]), Refusal> {
    match files {
        [] => Err(Refusal("no profile source specified".to_owned())),
        [first, rest @ ..] if !rest.is_empty() => {
            match symbolize::check_object_file(Path::new(first)) {
                Ok(()) => Ok((Some(first), rest)),
                Err(_) => Ok((None, files)),
            }
        }
        _ => Ok((None, files)),
    }
}

fn read(
    source: &OsStr,
    executable: Option<&OsStr>,
    settings: &Settings,
) -> Result<Profile, Refusal> {
    let name = source.to_string_lossy();
    let bytes = std::fs::read(source).map_err(|cause| Refusal(format!("{name}: {cause}")))?;
    let mut profile =
        Profile::decode(&bytes).map_err(|cause| Refusal(format!("{name}: {cause}")))?;
    profile
        .check_valid()
        .map_err(|cause| Refusal(format!("{name}: malformed profile: {cause}")))?;
    profile.ensure_mapping();
    if let Some(executable) = executable {
        profile.set_main_binary(executable.as_encoded_bytes());
    }
    profile.set_main_build_id(&settings.build_id);
    Ok(profile)
}

/// One profile as it is, several merged.
fn combined(mut profiles: Vec<Profile>) -> Result<Profile, Refusal> {
    Profile::make_compatible(&mut profiles)?;
    if profiles.len() == 1 {
        return Ok(profiles.remove(0));
    }
    Ok(Profile::merge(&profiles)?)
}

fn symbolize(
    profile: &mut Profile,
    settings: &Settings,
    err: &mut dyn Write,
) -> Result<(), Refusal> {
    let lookup = symbolize::Options {
        replace_lines: true,
        ..settings.lookup
    };
    for failure in symbolize::local(profile, &lookup) {
        let file = failure.file.display();
        writeln!(err, "{file}: not symbolized: {}", failure.cause)?;
    }
    symbolize::demangle_names(profile, settings.lookup.demangle);
    Ok(())
}
