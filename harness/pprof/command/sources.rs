//! From arguments to one profile: which are files, reading them, and what is done with them before they are shown.

use std::ffi::{OsStr, OsString};
use std::io::Write;
use std::path::Path;

use super::super::model::Profile;
use super::super::symbolize;
use super::Refusal;
use super::settings::Settings;

/// Sources that pprof merges at once.
const AT_ONCE: usize = 128;

/// Reads, merges, subtracts and symbolizes. Notes go to `err`.
pub(super) fn profile(
    settings: &Settings,
    files: &[OsString],
    err: &mut dyn Write,
) -> Result<Profile, Refusal> {
    let (executable, sources) = arguments(files)?;
    let mut read_one = |source: &OsStr| read(source, executable, settings, err);
    let mut profile = merged(sources, &mut read_one)?;
    if let Some(base) = &settings.base {
        let mut base = merged(&[OsString::from(base)], &mut read_one)?;
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
    profile.forget_urls();
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
    err: &mut dyn Write,
) -> Result<Profile, Refusal> {
    let name = source.to_string_lossy();
    let bytes = std::fs::read(source).map_err(|cause| Refusal(format!("{name}: {cause}")))?;
    let mut profile =
        Profile::decode_owned(bytes).map_err(|cause| Refusal(format!("{name}: {cause}")))?;
    profile
        .check_valid()
        .map_err(|cause| Refusal(format!("{name}: malformed profile: {cause}")))?;
    profile.ensure_mapping();
    symbolize::locate(&mut profile, &binary_folders(), &mut |note| {
        // A closed stderr is no reason not to show the report.
        let _ = writeln!(err, "{note}");
    });
    if let Some(executable) = executable {
        profile.set_main_binary(executable.as_encoded_bytes());
    }
    profile.set_main_build_id(&settings.build_id);
    Ok(profile)
}

/// In portions: samples that cancel out within one are gone before the next.
fn merged(
    sources: &[OsString],
    read: &mut dyn FnMut(&OsStr) -> Result<Profile, Refusal>,
) -> Result<Profile, Refusal> {
    let mut whole: Option<Profile> = None;
    for portion in sources.chunks(AT_ONCE) {
        let profiles: Result<Vec<Profile>, Refusal> =
            portion.iter().map(|source| read(source)).collect();
        let portion = combined(profiles?)?;
        whole = Some(match whole {
            Some(whole) => combined(vec![whole, portion])?,
            None => portion,
        });
    }
    whole.ok_or_else(|| Refusal("no profile source specified".to_owned()))
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
    for note in &settings.symbolize_notes {
        writeln!(err, "{note}")?;
    }
    let lookup = symbolize::Options {
        as_pprof: true,
        ..settings.lookup
    };
    let failures = symbolize::local(profile, &lookup);
    let mut is_incomplete = false;
    for failure in &failures {
        let file = failure.file.as_os_str();
        let name = failure.file.file_name().unwrap_or(file).display();
        let build_id = profile.text(profile.mappings()[failure.mapping].build_id);
        match (failure.file.as_os_str().is_empty(), failure.mapping) {
            (true, 0) => {
                writeln!(err, "Main binary filename not available.")?;
                continue;
            }
            (true, _) => {}
            _ if build_id.is_empty() => {
                writeln!(
                    err,
                    "Local symbolization failed for {name}: {}",
                    failure.cause
                )?;
            }
            _ => writeln!(
                err,
                "Local symbolization failed for {name} (build ID {build_id}): {}",
                failure.cause
            )?,
        }
        is_incomplete = true;
    }
    if is_incomplete {
        writeln!(
            err,
            "Some binary filenames not available. Symbolization may be incomplete.\n\
             Try setting PPROF_BINARY_PATH to the search path for local binaries."
        )?;
    }
    symbolize::demangle_names(profile, settings.lookup.demangle, settings.lookup.force);
    Ok(())
}

/// The folders in which pprof looks for binaries.
fn binary_folders() -> OsString {
    std::env::var_os("PPROF_BINARY_PATH")
        .filter(|folders| !folders.is_empty())
        .unwrap_or_else(|| {
            let home = std::env::var_os("HOME").unwrap_or_default();
            Path::new(&home).join("pprof/binaries").into_os_string()
        })
}
