//! GNU build ids, from the notes of a loaded module: elf(5), "Notes".

/// NT_GNU_BUILD_ID.
const TYPE: u32 = 3;

/// The build id in a note segment, as hexadecimal digits; None where there is none.
pub fn of_notes(notes: &[u8]) -> Option<String> {
    let mut rest = notes;
    loop {
        let name_size = word(rest, 0)?;
        let text_size = word(rest, 4)?;
        let kind = word(rest, 8)?;
        let name_end = 12 + padded(name_size);
        let name = rest.get(12..12 + name_size)?;
        let text = rest.get(name_end..name_end + text_size)?;
        if kind == TYPE as usize && name == b"GNU\0" {
            return Some(text.iter().map(|byte| format!("{byte:02x}")).collect());
        }
        rest = rest.get(name_end + padded(text_size)..)?;
    }
}

fn word(bytes: &[u8], at: usize) -> Option<usize> {
    let word = bytes.get(at..at + 4)?.try_into().ok()?;
    Some(u32::from_le_bytes(word) as usize)
}

/// Names and texts are padded to four bytes.
fn padded(size: usize) -> usize {
    size.next_multiple_of(4)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn note(kind: u32, name: &[u8], text: &[u8]) -> Vec<u8> {
        let mut bytes = Vec::new();
        for word in [name.len() as u32, text.len() as u32, kind] {
            bytes.extend(word.to_le_bytes());
        }
        for part in [name, text] {
            bytes.extend(part);
            bytes.resize(bytes.len().next_multiple_of(4), 0);
        }
        bytes
    }

    #[test]
    fn the_build_id_is_found_behind_other_notes() {
        let mut notes = note(1, b"GNU\0", &[0; 16]);
        notes.extend(note(3, b"stapsdt\0", &[9; 5]));
        notes.extend(note(3, b"GNU\0", &[0xde, 0xad, 0x01]));
        assert_eq!(of_notes(&notes).as_deref(), Some("dead01"));
    }

    #[test]
    fn no_build_id_and_cut_notes_are_none() {
        assert_eq!(of_notes(&note(1, b"GNU\0", &[0; 16])), None);
        let whole = note(3, b"GNU\0", &[1; 20]);
        for length in 0..whole.len() {
            assert_eq!(of_notes(&whole[..length]), None, "{length} bytes");
        }
    }
}
