//! The output of a child, read to its end by a thread of its own, so that no child blocks on a full pipe. It keeps a bounded
//! part: the beginning of what is an answer, the end of what is a complaint.

use std::io::{self, Read};
use std::os::fd::AsRawFd;
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::Duration;

/// More output than this of one stream is not kept: a program prints a line.
pub const OUTPUT_BYTES_MAX: usize = 1 << 20;

/// How long the pipes may stay open once the whole family is dead. Only a process that could not be found still has them.
const GRACE: Duration = Duration::from_secs(5);

/// Which part is kept of more output than is kept.
#[derive(Clone, Copy, Debug)]
pub enum Keep {
    /// The first bytes.
    Head,
    /// The last bytes.
    Tail,
}

/// A stream that is being read.
#[derive(Debug)]
pub struct Output {
    receive: Receiver<io::Result<Vec<u8>>>,
}

/// What /proc/PID/fd calls a pipe, at both its ends, where there is a /proc.
pub fn name(pipe: &impl AsRawFd) -> Option<String> {
    let link = std::fs::read_link(format!("/proc/self/fd/{}", pipe.as_raw_fd())).ok()?;
    Some(link.to_str()?.to_owned())
}

impl Output {
    /// Begins to read.
    pub fn collect(pipe: Option<impl Read + Send + 'static>, keep: Keep) -> Self {
        let (send, receive) = mpsc::channel();
        thread::spawn(move || {
            let kept = pipe.map_or(Ok(Vec::new()), |pipe| read(pipe, keep));
            // Nobody waits any more where the grace is over.
            let _ = send.send(kept);
        });
        Output { receive }
    }

    /// What was read, once the pipe is closed.
    pub fn received(self) -> io::Result<Vec<u8>> {
        self.receive.recv_timeout(GRACE).unwrap_or_else(|_| {
            Err(io::Error::other(
                "a process that the child started has left its group and holds its output open",
            ))
        })
    }
}

fn read(mut pipe: impl Read, keep: Keep) -> io::Result<Vec<u8>> {
    let mut kept = Vec::new();
    let mut buffer = vec![0; 1 << 16];
    loop {
        let read = match pipe.read(&mut buffer) {
            Ok(0) => break,
            Ok(read) => &buffer[..read],
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        match keep {
            Keep::Head => {
                let room = OUTPUT_BYTES_MAX - kept.len();
                kept.extend_from_slice(&read[..read.len().min(room)]);
            }
            Keep::Tail => {
                kept.extend_from_slice(read);
                // Twice as much, so that each byte is moved once at most.
                if kept.len() > 2 * OUTPUT_BYTES_MAX {
                    kept.drain(..kept.len() - OUTPUT_BYTES_MAX);
                }
            }
        }
    }
    kept.drain(..kept.len().saturating_sub(OUTPUT_BYTES_MAX));
    Ok(kept)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_beginning_or_the_end_is_kept() {
        let long: Vec<u8> = (0..5 * OUTPUT_BYTES_MAX / 2)
            .map(|i| (i % 251) as u8)
            .collect();
        assert_eq!(
            read(&long[..], Keep::Head).unwrap(),
            long[..OUTPUT_BYTES_MAX]
        );
        assert_eq!(
            read(&long[..], Keep::Tail).unwrap(),
            long[long.len() - OUTPUT_BYTES_MAX..]
        );
        assert_eq!(read(&b"short"[..], Keep::Tail).unwrap(), b"short");
    }
}
