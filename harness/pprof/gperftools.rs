//! A gperftools CPU profile with every frame that the profiler recorded, as `framecheck` judges it.
//!
//! Reading it as pprof does (`legacy`) takes frames away that all stacks share, and sets others aside by name: it would
//! hide what a profiler does wrong. It knows nothing of names: they come from [`symbolize`](super::symbolize).

use hashbrown::HashMap;

use super::builder::{Builder, LocationId, MappingId, NewMapping};
use super::format::{Format, Place, ReadError};
use super::legacy::entry::{Entry, entries};
use super::legacy::lines;
use super::legacy::records::{Broken, Header, Record};
use super::model::Profile;

/// Reads a whole file: the records in their order, none merged or left out, and the executable mappings of its memory map.
pub(super) fn read(data: &[u8]) -> Result<Profile, ReadError> {
    let no_header = || error(Place::File, "no header of a gperftools CPU profile");
    let header = Header::read(data).ok_or_else(no_header)?;
    if header.is_java() {
        return Err(error(Place::File, "a CPU profile in Java's variant"));
    }
    let period_ns = i64::try_from(header.period_us)
        .ok()
        .and_then(|period_us| period_us.checked_mul(1000))
        .ok_or_else(|| error(Place::File, "a period above 2^63 ns"))?;
    let mut stacks = Vec::new();
    let mut records = header.records(data);
    loop {
        let place = Place::Byte(records.offset());
        match records.next() {
            Some(Ok(record)) if record.addresses.len() as u64 == record.depth => {
                stacks.push((record, place));
            }
            Some(Ok(_) | Err(Broken { .. })) => {
                return Err(error(place, "a record that the file ends before"));
            }
            None if records.is_complete() => break,
            None => return Err(error(place, "no trailer: the profile was not finished")),
        }
    }
    let map = entries(lines(&data[records.offset()..]));
    let mut maker = Maker::new(&map, period_ns);
    for (record, place) in &stacks {
        maker.sample(record, *place)?;
    }
    let mut profile = maker.builder.finish();
    profile.main_mapping_first();
    Ok(profile)
}

fn error(place: Place, cause: &str) -> ReadError {
    ReadError::new(Format::Gperftools, place, cause)
}

struct Maker<'a> {
    builder: Builder,
    period_ns: i64,
    map: &'a [Entry],
    mappings: Vec<MappingId>,
    locations: HashMap<u64, LocationId>,
}

impl Maker<'_> {
    fn new(map: &[Entry], period_ns: i64) -> Maker<'_> {
        let types = [("samples", "count"), ("cpu", "nanoseconds")];
        let mut builder = Builder::new(&types, ("cpu", "nanoseconds"), period_ns);
        let mappings = map.iter().map(|entry| {
            builder.mapping(NewMapping {
                start: entry.start,
                limit: entry.limit,
                file_offset: entry.offset,
                file: &String::from_utf8_lossy(&entry.file),
                build_id: &String::from_utf8_lossy(&entry.build_id),
            })
        });
        Maker {
            mappings: mappings.collect(),
            builder,
            period_ns,
            map,
            locations: HashMap::new(),
        }
    }

    fn sample(&mut self, record: &Record, place: Place) -> Result<(), ReadError> {
        let count = i64::try_from(record.count).ok();
        let cpu_ns = count.and_then(|count| count.checked_mul(self.period_ns));
        let (Some(count), Some(cpu_ns)) = (count, cpu_ns) else {
            return Err(error(place, "a count that makes more than 2^63 ns"));
        };
        let addresses = record.addresses.iter().enumerate();
        let locations: Vec<_> = addresses
            .map(|(at, &address)| self.location(if at == 0 { address } else { call(address) }))
            .collect();
        self.builder.sample(&locations, &[count, cpu_ns], &[]);
        Ok(())
    }

    /// In the mapping that has the address, if there is one.
    fn location(&mut self, address: u64) -> LocationId {
        *self.locations.entry(address).or_insert_with(|| {
            let inside = |entry: &Entry| (entry.start..entry.limit).contains(&address);
            let at = self.map.iter().position(inside);
            self.builder
                .location(at.map(|at| self.mappings[at]), address)
        })
    }
}

/// From where a callee returns to into the call. What is no address stays what it is.
fn call(return_address: u64) -> u64 {
    return_address.saturating_sub(1)
}
