//! Debug information that was split off its file: where it is, and whether it is the right one.
//!
//! It knows names and checksums of files, and no debug information.

use std::path::{Path, PathBuf};

use object::{Object, ReadRef};

use super::image::Image;

/// Where systems keep what they split off.
const SYSTEM_FOLDER: &str = "/usr/lib/debug";

/// The debug file of `file`, which is at `path`: by its build id, or by the name and checksum in `.gnu_debuglink`.
pub(super) fn find<'a, R: ReadRef<'a>>(path: &Path, file: &object::File<'a, R>) -> Option<Image> {
    let build_id = file.build_id().ok().flatten().unwrap_or_default();
    by_build_id(build_id).or_else(|| by_link(path, file, build_id))
}

/// The file that several debug files have in common (`dwz` makes it), if `file` names one.
pub(super) fn find_supplement<'a, R: ReadRef<'a>>(
    path: &Path,
    file: &object::File<'a, R>,
) -> Option<Image> {
    let (name, build_id) = file.gnu_debugaltlink().ok().flatten()?;
    let named = path.parent()?.join(super::path(name));
    matching(&named, build_id).or_else(|| by_build_id(build_id))
}

fn by_build_id(build_id: &[u8]) -> Option<Image> {
    let text = hexadecimal(build_id);
    let (first, rest) = text
        .split_at_checked(2)
        .filter(|(_, rest)| !rest.is_empty())?;
    let folder = Path::new(SYSTEM_FOLDER).join(".build-id").join(first);
    matching(&folder.join(format!("{rest}.debug")), build_id)
}

fn by_link<'a, R: ReadRef<'a>>(
    path: &Path,
    file: &object::File<'a, R>,
    build_id: &[u8],
) -> Option<Image> {
    let (name, checksum) = file.gnu_debuglink().ok().flatten()?;
    let path = path.canonicalize().ok()?;
    let folder = path.parent()?;
    let name = PathBuf::from(super::path(name).file_name()?);
    let below_system = Path::new(SYSTEM_FOLDER).join(folder.strip_prefix("/").ok()?);
    let folders = [folder.to_owned(), folder.join(".debug"), below_system];
    folders.into_iter().find_map(|folder| {
        let candidate = folder.join(&name);
        if candidate == path {
            return None;
        }
        // Two build ids say more than a checksum of all bytes, and at once.
        matching(&candidate, build_id).or_else(|| {
            let image = Image::open(&candidate).ok()?;
            let has_none = build_id.is_empty() || image.build_id().ok()?.is_empty();
            (has_none && image.checksum().ok()? == checksum).then_some(image)
        })
    })
}

fn matching(candidate: &Path, build_id: &[u8]) -> Option<Image> {
    let image = Image::open(candidate).ok()?;
    let found = image.build_id().ok()?;
    (!build_id.is_empty() && found == hexadecimal(build_id)).then_some(image)
}

/// As profiles have build ids.
pub(super) fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
