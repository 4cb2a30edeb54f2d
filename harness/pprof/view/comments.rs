//! `-comments`: the profile's comments, those for programs too.

use std::io::Write;

use super::super::model::Profile;
use super::Error;

pub(super) fn write(profile: &Profile, out: &mut dyn Write) -> Result<(), Error> {
    for &comment in &profile.comments {
        out.write_all(profile.bytes(comment))?;
        out.write_all(b"\n")?;
    }
    Ok(())
}
