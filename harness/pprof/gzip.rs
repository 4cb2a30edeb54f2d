//! Inflating, within a bound.
//!
//! It knows nothing of profiles.

use std::io::Read;

use flate2::read::MultiGzDecoder;

use super::error::DecodeError;

/// What may come out of any stream, bytes.
const FLOOR_BYTES: u64 = 64 << 20;
/// What may come out for each byte that goes in. Real profiles inflate two- to tenfold, a bomb a thousandfold.
const RATIO: u64 = 64;
/// Offsets into a profile have 32 bits.
const CEILING_BYTES: u64 = u32::MAX as u64;

/// The bytes of a profile, inflated if they are gzip: at most 64 MiB + 64 times the input, and less than 4 GiB.
pub(super) fn inflate(bytes: &[u8]) -> Result<Vec<u8>, DecodeError> {
    inflate_within(
        bytes,
        FLOOR_BYTES
            .saturating_add((bytes.len() as u64).saturating_mul(RATIO))
            .min(CEILING_BYTES),
    )
}

/// Whether the bytes start as gzip does.
pub(super) fn is_gzip(bytes: &[u8]) -> bool {
    bytes.starts_with(&[0x1f, 0x8b])
}

fn inflate_within(bytes: &[u8], limit: u64) -> Result<Vec<u8>, DecodeError> {
    let mut inflated = Vec::new();
    let mut stream = MultiGzDecoder::new(bytes).take(limit + 1);
    stream
        .read_to_end(&mut inflated)
        .map_err(|error| DecodeError::Gzip(cause(&error)))?;
    if inflated.len() as u64 > limit {
        return Err(DecodeError::TooLarge { limit });
    }
    Ok(inflated)
}

/// Go's words for what went wrong.
fn cause(error: &std::io::Error) -> String {
    if error.kind() == std::io::ErrorKind::UnexpectedEof {
        return "unexpected EOF".to_owned();
    }
    let text = error.to_string();
    match text.as_str() {
        "invalid gzip header" => "gzip: invalid header".to_owned(),
        "corrupt gzip stream does not have a matching checksum" => {
            "gzip: invalid checksum".to_owned()
        }
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::{Compression, write::GzEncoder};

    use super::*;

    fn gzip(data: &[u8]) -> Vec<u8> {
        let mut stream = GzEncoder::new(Vec::new(), Compression::default());
        stream.write_all(data).expect("to memory");
        stream.finish().expect("to memory")
    }

    #[test]
    fn members_follow_one_another_and_nothing_else_may() {
        let two = [gzip(b"one "), gzip(b"two")].concat();
        assert_eq!(inflate(&two).expect("two members"), b"one two");
        let mut garbage = gzip(b"one");
        garbage.extend_from_slice(b"garbage after the end");
        assert!(matches!(inflate(&garbage), Err(DecodeError::Gzip(_))));
        let mut short = gzip(b"one");
        short.truncate(short.len() - 3);
        assert_eq!(
            inflate(&short),
            Err(DecodeError::Gzip("unexpected EOF".to_owned()))
        );
        let mut flipped = gzip(b"one");
        let crc = flipped.len() - 8;
        flipped[crc] ^= 1;
        assert_eq!(
            inflate(&flipped),
            Err(DecodeError::Gzip("gzip: invalid checksum".to_owned()))
        );
    }

    #[test]
    fn a_bomb_is_refused_at_the_bound() {
        let zeros = gzip(&[0; 4096]);
        assert_eq!(
            inflate_within(&zeros, 4096).expect("at the bound").len(),
            4096
        );
        assert_eq!(
            inflate_within(&zeros, 4095),
            Err(DecodeError::TooLarge { limit: 4095 })
        );
    }
}
