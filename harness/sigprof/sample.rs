//! How one sample is put together: foreign frames, then host frames, never one at the cost of the other, and never
//! nothing. Runs in the handler: no allocation, no lock, no panic.
//!
//! This is the heart of the seed (`sigprof` in Go's runtime/proc.go), and where its bug was (golang/go#29034).

use super::defect::{Defect, Defects};
use super::pseudo::Pseudo;
use super::unwind::End;

/// The most frames that a hook may answer: `cgoCallers` is `[32]uintptr`.
pub const MAX_FOREIGN: usize = 32;
/// The most frames that are walked beside them.
pub const MAX_HOST: usize = 2048;
/// The space that a sample is put together in.
pub const MAX_FRAMES: usize = MAX_FOREIGN + MAX_HOST;

/// How many frames of each kind stand in the space, leaf first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Composed {
    /// Frames that the hook answered, at the leaf's end.
    pub foreign: usize,
    /// All frames; at least one.
    pub total: usize,
}

/// Puts a sample together in `space`: `foreign`, and behind it what `walk` writes and counts.
///
/// `pc` is the interrupted instruction and `root` the pseudo root for it: the sample where nothing else is known.
pub fn compose(
    space: &mut [u64],
    foreign: &[usize],
    walk: impl FnOnce(&mut [u64]) -> (usize, End),
    (pc, root): (u64, Pseudo),
    defects: Defects,
) -> Composed {
    let mut taken = 0;
    for (place, address) in space.iter_mut().zip(foreign) {
        *place = *address as u64;
        taken += 1;
    }
    let (host, end) = match space.get_mut(taken..) {
        Some(rest) => walk(rest),
        None => (0, End::Full),
    };
    if taken == 0 && (host == 0 || (host == 1 && end == End::Cut)) {
        return lone(space, pc, root);
    }
    let total = if defects.has(Defect::DropRootPerForeign) {
        host
    } else {
        taken + host
    };
    Composed {
        foreign: taken.min(total),
        total,
    }
}

/// The sample of a pc that nothing could be found above.
fn lone(space: &mut [u64], pc: u64, root: Pseudo) -> Composed {
    for (place, address) in space.iter_mut().zip([pc, root.address()]) {
        *place = address;
    }
    Composed {
        foreign: 0,
        total: space.len().min(2),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PC: (u64, Pseudo) = (0x1000, Pseudo::ExternalCode);

    /// A walk over `frames`, as far as they fit.
    fn walked(frames: &[u64], end: End) -> impl FnOnce(&mut [u64]) -> (usize, End) {
        move |space| {
            let fit = frames.len().min(space.len());
            space[..fit].copy_from_slice(&frames[..fit]);
            (fit, if fit < frames.len() { End::Full } else { end })
        }
    }

    fn check(foreign: &[usize], host: &[u64], end: End, want: &[u64]) {
        let mut space = [0; MAX_FRAMES];
        let composed = compose(&mut space, foreign, walked(host, end), PC, Defects::NONE);
        assert_eq!(&space[..composed.total], want);
        assert_eq!(composed.foreign, foreign.len());
    }

    #[test]
    fn foreign_frames_stand_below_the_whole_host_stack() {
        check(&[1, 2], &[10, 11, 12], End::Root, &[1, 2, 10, 11, 12]);
        check(&[], &[10, 11], End::Root, &[10, 11]);
        check(&[1], &[], End::Cut, &[1]);
    }

    #[test]
    fn every_count_of_foreign_frames_leaves_the_longest_host_stack_whole() {
        let host: Vec<u64> = (1..=MAX_HOST as u64).map(|n| n << 8).collect();
        for count in [0, 1, 2, 31, MAX_FOREIGN] {
            let foreign: Vec<usize> = (1..=count).collect();
            let want: Vec<u64> = foreign
                .iter()
                .map(|f| *f as u64)
                .chain(host.iter().copied())
                .collect();
            check(&foreign, &host, End::Root, &want);
        }
    }

    #[test]
    fn a_pc_that_cannot_be_unwound_has_a_pseudo_root_and_no_stack_is_empty() {
        let alone = [0x1000, Pseudo::ExternalCode.address()];
        check(&[], &[], End::Cut, &alone);
        check(&[], &[0x1000], End::Cut, &alone);
        // One frame that says of itself that it is the root is a whole stack.
        check(&[], &[0x1000], End::Root, &[0x1000]);
    }

    #[test]
    fn the_seeds_bug_loses_a_root_frame_for_each_foreign_one() {
        let mut space = [0; MAX_FRAMES];
        let defects = Defects::NONE.with(Defect::DropRootPerForeign);
        let composed = compose(
            &mut space,
            &[1, 2],
            walked(&[10, 11, 12], End::Root),
            PC,
            defects,
        );
        assert_eq!(&space[..composed.total], [1, 2, 10]);
    }
}
