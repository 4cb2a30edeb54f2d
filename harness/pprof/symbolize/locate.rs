//! Files for mappings whose own file is not on this machine: pprof's folders of binaries.
//!
//! It changes the names of mappings' files and opens nothing but what it finds. What is in the files is not its business,
//! except for their build ids.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use super::super::model::{Mapping, Profile};
use super::image::Image;
use super::path;

/// Puts the file that is found below one of the folders, a list like `PATH`, in place of each mapping's file.
///
/// Tried in each folder: `BUILD_ID/NAME`, `BUILD_ID/*`, `FILE/BUILD_ID`, `BU/ILD_ID.debug`, `NAME`, `FILE`, and where gdb
/// looks: `FILE.debug`, `DIR/.debug/NAME.debug`, `usr/lib/debug/DIR/NAME.debug`. A file whose build id is not the
/// mapping's is passed over, and `note` is told.
pub fn locate(profile: &mut Profile, folders: &OsStr, note: &mut dyn FnMut(String)) {
    for index in 0..profile.mappings.len() {
        let mapping = profile.mappings[index];
        let build_id = profile.text(mapping.build_id).into_owned();
        let found = std::env::split_paths(folders)
            .flat_map(|folder| candidates(&folder, profile, &mapping, &build_id))
            .find(|file| is_match(file, &build_id, note));
        if let Some(file) = found {
            let name = file.into_os_string().into_encoded_bytes();
            profile.mappings[index].file = profile.strings.intern(&name);
        }
    }
}

fn candidates(folder: &Path, profile: &Profile, mapping: &Mapping, build_id: &str) -> Vec<PathBuf> {
    let file = path(profile.strings.get(mapping.file));
    // Below the folder, whatever the name says: one that starts with / would replace it, and .. would leave it.
    let inside: PathBuf = file
        .components()
        .filter(|part| matches!(part, std::path::Component::Normal(_)))
        .collect();
    let name = inside.file_name();
    let mut files = Vec::new();
    if is_hexadecimal(build_id) {
        let own = folder.join(build_id);
        files.extend(name.map(|name| own.join(name)));
        files.extend(sorted_entries(&own));
        if name.is_some() {
            files.push(folder.join(&inside).join(build_id));
        }
        if let Some((first, rest)) = build_id
            .split_at_checked(2)
            .filter(|(_, rest)| !rest.is_empty())
        {
            files.push(folder.join(first).join(format!("{rest}.debug")));
        }
    }
    if let Some(name) = name {
        let debug = |name: &OsStr| {
            let mut name = name.to_owned();
            name.push(".debug");
            name
        };
        let own = inside.parent().unwrap_or(Path::new(""));
        files.push(folder.join(name));
        files.push(folder.join(&inside));
        files.push(folder.join(debug(inside.as_os_str())));
        files.push(folder.join(own).join(".debug").join(debug(name)));
        files.push(folder.join("usr/lib/debug").join(own).join(debug(name)));
    }
    files
}

/// Whether it can be part of a path. Profiles come from anywhere.
pub(super) fn is_hexadecimal(build_id: &str) -> bool {
    !build_id.is_empty() && build_id.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn sorted_entries(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
    files.sort_unstable();
    files
}

fn is_match(file: &Path, build_id: &str, note: &mut dyn FnMut(String)) -> bool {
    let Ok(found) = Image::open(file).and_then(|image| image.build_id()) else {
        return false;
    };
    if build_id.is_empty() || found == build_id {
        return true;
    }
    note(format!(
        "Ignoring local file {}: build-id mismatch ({build_id} != {found})",
        file.display()
    ));
    false
}
