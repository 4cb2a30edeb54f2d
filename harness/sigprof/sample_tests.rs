//! What a sample is made of, without a signal: parts go in, and one stack comes out.

use super::*;

const PC: (u64, Pseudo) = (0x1000, Pseudo::ExternalCode);

/// One part of a stack.
enum Part<'a> {
    Answer(&'a [usize]),
    Walk(&'a [u64], End),
}
use Part::{Answer, Walk};

fn draft_of<'a>(space: &'a mut [u64], parts: &[Part<'_>]) -> Draft<'a> {
    let mut draft = Draft::new(space);
    for part in parts {
        match *part {
            Answer(frames) => draft.add_answer(frames),
            Walk(frames, end) => draft.add_walk(|space| {
                let fit = frames.len().min(space.len());
                space[..fit].copy_from_slice(&frames[..fit]);
                (fit, if fit < frames.len() { End::Full } else { end })
            }),
        }
    }
    draft
}

/// The stack, and where what hooks answered stands in it.
fn finished(parts: &[Part<'_>], defects: Defects) -> (Vec<u64>, Vec<(u32, u32)>) {
    let mut space = vec![0; MAX_FRAMES];
    let sample = draft_of(&mut space, parts).finish(PC, defects);
    let spans = sample.spans().iter().map(|span| (span.start, span.length));
    let spans = spans.collect();
    space.truncate(sample.total);
    (space, spans)
}

#[track_caller]
fn check(parts: &[Part<'_>], stack: &[u64], spans: &[(u32, u32)]) {
    assert_eq!(
        finished(parts, Defects::NONE),
        (stack.to_vec(), spans.to_vec())
    );
}

#[test]
fn foreign_frames_stand_below_the_whole_host_stack() {
    let host = Walk(&[10, 11, 12], End::Root);
    check(&[Answer(&[1, 2]), host], &[1, 2, 10, 11, 12], &[(0, 2)]);
    check(&[Walk(&[10, 11], End::Root)], &[10, 11], &[]);
    check(&[Answer(&[]), Walk(&[10, 11], End::Root)], &[10, 11], &[]);
    check(&[Answer(&[1])], &[1], &[(0, 1)]);
}

#[test]
fn parts_keep_their_order() {
    let parts = [
        Walk(&[10], End::Limit),
        Answer(&[1, 2]),
        Walk(&[11, 12], End::Limit),
        Answer(&[3]),
        Walk(&[13], End::Root),
    ];
    check(&parts, &[10, 1, 2, 11, 12, 3, 13], &[(1, 2), (5, 1)]);
}

#[test]
fn as_many_answers_as_there_can_be_leave_the_longest_host_stack_whole() {
    let host: Vec<u64> = (1..=MAX_HOST as u64).map(|n| n << 8).collect();
    let most: Vec<usize> = (1..=MAX_ANSWER).collect();
    for length in [0, 1, 2, 31, MAX_ANSWER] {
        for answers in [1, MAX_SPANS] {
            let mut parts: Vec<Part<'_>> = (0..answers).map(|_| Answer(&most[..length])).collect();
            parts.push(Walk(&host, End::Root));
            let (stack, spans) = finished(&parts, Defects::NONE);
            assert_eq!(stack[answers * length..], host);
            assert_eq!(spans.len(), if length == 0 { 0 } else { answers });
        }
    }
}

#[test]
fn a_pc_that_cannot_be_unwound_has_a_pseudo_root_and_no_stack_is_empty() {
    let alone = [0x1000, Pseudo::ExternalCode.address()];
    check(&[], &alone, &[]);
    check(&[Walk(&[], End::Cut)], &alone, &[]);
    check(&[Walk(&[0x1000], End::Cut)], &alone, &[]);
    // One frame that says of itself that it is the root is a whole stack, and so is one that a hook answered.
    check(&[Walk(&[0x1000], End::Root)], &[0x1000], &[]);
    check(&[Answer(&[0x1000])], &[0x1000], &[(0, 1)]);
}

#[test]
fn the_seeds_bug_loses_a_root_frame_for_each_foreign_one() {
    let defects = Defects::NONE.with(Defect::DropRootPerForeign);
    let parts = [Answer(&[1, 2]), Walk(&[10, 11, 12], End::Root)];
    assert_eq!(finished(&parts, defects).0, [1, 2, 10]);
}

#[test]
fn flattened_the_frames_are_the_same_and_their_order_is_not() {
    let defects = Defects::NONE.with(Defect::FlattenContexts);
    let parts = [
        Walk(&[10], End::Limit),
        Answer(&[1, 2]),
        Walk(&[11], End::Limit),
        Answer(&[3]),
        Walk(&[12], End::Root),
    ];
    let (stack, spans) = finished(&parts, defects);
    assert_eq!(stack, [1, 2, 3, 10, 11, 12]);
    assert_eq!(spans, [(0, 2), (2, 1)]);
}
