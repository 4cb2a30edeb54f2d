//! A gperftools CPU profile as pprof shows it: call addresses, and without frames that it takes for the signal handler's.

use hashbrown::HashMap;

use super::super::model::{Profile, Sample, Span, ValueType};
use super::records::Header;
use super::{Addresses, lines, maps};

/// Of so many samples one may have another caller, and the caller of all others still counts as the profiler's.
const SIMILAR_SAMPLES: usize = 32;
/// Frames that are taken away at most.
const HANDLER_FRAMES: usize = 2;

/// `None` if a record cannot be one.
pub(super) fn read(header: &Header, data: &[u8]) -> Option<Profile> {
    let mut profile = Profile::empty();
    let mut name = |kind: &str, unit: &str| ValueType {
        kind: profile.strings.intern(kind.as_bytes()),
        unit: profile.strings.intern(unit.as_bytes()),
    };
    let (samples, cpu) = (name("samples", "count"), name("cpu", "nanoseconds"));
    profile.sample_types = vec![samples, cpu];
    profile.period_type = cpu;
    profile.period = (header.period_us as i64).wrapping_mul(1000);

    let mut addresses = Addresses::default();
    let mut records = header.records(data);
    for record in records.by_ref() {
        let record = record.ok()?;
        let (stack, values) = (profile.stacks.len(), profile.values.len());
        for at in 0..record.depth as usize {
            // pprof takes what the file ends before for zeros.
            let address = record.addresses.get(at).copied().unwrap_or(0);
            // A return address is moved into the call.
            let address = address.wrapping_sub(u64::from(at > 0));
            let location = addresses.location(&mut profile, address);
            profile.stacks.push(location);
        }
        let count = record.count as i64;
        let value = count.wrapping_mul(profile.period);
        profile.values.extend([count, value]);
        profile.samples.push(Sample {
            stack: Span::new(stack, profile.stacks.len()),
            values: Span::new(values, profile.values.len()),
            labels: Span::default(),
        });
    }
    remove_handler_frames(&mut profile);
    maps::attach(&mut profile, lines(&data[records.offset()..]));
    remove_duplicate_leaves(&mut profile);
    Some(profile)
}

/// Where nearly all samples have the same second frame, takes it away.
fn remove_handler_frames(profile: &mut Profile) {
    let needed = profile.samples.len() - profile.samples.len() / SIMILAR_SAMPLES;
    for _ in 0..HANDLER_FRAMES {
        let mut counts: HashMap<u32, usize> = HashMap::new();
        for sample in &profile.samples {
            if let Some(&caller) = profile.stacks[sample.stack.range()].get(1) {
                *counts.entry(caller).or_default() += 1;
            }
        }
        let common = counts.iter().find(|&(_, &count)| count >= needed);
        let Some((&common, _)) = common else { return };
        for at in 0..profile.samples.len() {
            if profile.stacks[profile.samples[at].stack.range()].get(1) == Some(&common) {
                remove_second(profile, at);
            }
        }
    }
}

/// The interrupted address may be there twice, the second time moved by one as if it were a call.
fn remove_duplicate_leaves(profile: &mut Profile) {
    for at in 0..profile.samples.len() {
        let stack = &profile.stacks[profile.samples[at].stack.range()];
        let address = |location: u32| profile.locations[location as usize].address;
        if let [leaf, caller, ..] = *stack
            && address(leaf) == address(caller).wrapping_add(1)
        {
            remove_second(profile, at);
        }
    }
}

fn remove_second(profile: &mut Profile, at: usize) {
    let stack = &mut profile.samples[at].stack;
    let start = stack.start as usize;
    profile.stacks[start + 1] = profile.stacks[start];
    stack.start += 1;
    stack.len -= 1;
}
