//! Mappings, functions and locations: each table after those that it refers to.

use super::super::ids::IdMap;
use super::super::model::{Function, Line, Location, Mapping, NONE, Span};
use super::super::unknown::Owner;
use super::super::wire::{Field, Reader, Value};
use super::{Decoder, Fault, at};

impl<'a> Decoder<'a> {
    pub(super) fn read_mappings(&mut self) -> Result<IdMap, Fault> {
        self.each(3, "mapping", |decoder, body, _| {
            let mapping = decoder.mapping(body)?;
            let at = decoder.profile.mappings.len();
            decoder.keep_unknown(Owner::Mapping, at, body, 10)?;
            decoder.profile.mappings.push(mapping);
            Ok(())
        })?;
        Ok(IdMap::new(self.profile.mappings.iter().map(|m| m.id)))
    }

    fn mapping(&self, body: &[u8]) -> Result<Mapping, Fault> {
        let (mut id, mut start, mut limit, mut file_offset) = (0, 0, 0, 0);
        let (mut file, mut build_id) = (0, 0);
        let mut has = [false; 4];
        let mut reader = Reader::new(body);
        while let Some(Field { number, value }) = reader.next()? {
            match number {
                1 => id = value.u64()?,
                2 => start = value.u64()?,
                3 => limit = value.u64()?,
                4 => file_offset = value.u64()?,
                5 => file = value.i64()?,
                6 => build_id = value.i64()?,
                7..=10 => has[number as usize - 7] = value.bool()?,
                _ => {}
            }
        }
        let [
            has_functions,
            has_filenames,
            has_line_numbers,
            has_inline_frames,
        ] = has;
        Ok(Mapping {
            id,
            start,
            limit,
            file_offset,
            file: at(self.string(file), || "filename".to_owned())?,
            build_id: at(self.string(build_id), || "build_id".to_owned())?,
            has_functions,
            has_filenames,
            has_line_numbers,
            has_inline_frames,
        })
    }

    pub(super) fn read_functions(&mut self) -> Result<IdMap, Fault> {
        self.each(5, "function", |decoder, body, _| {
            let function = decoder.function(body)?;
            let at = decoder.profile.functions.len();
            decoder.keep_unknown(Owner::Function, at, body, 5)?;
            decoder.profile.functions.push(function);
            Ok(())
        })?;
        Ok(IdMap::new(self.profile.functions.iter().map(|f| f.id)))
    }

    fn function(&self, body: &[u8]) -> Result<Function, Fault> {
        let (mut id, mut start_line) = (0, 0);
        let mut texts = [0; 3];
        let mut reader = Reader::new(body);
        while let Some(Field { number, value }) = reader.next()? {
            match number {
                1 => id = value.u64()?,
                2..=4 => texts[number as usize - 2] = value.i64()?,
                5 => start_line = value.i64()?,
                _ => {}
            }
        }
        Ok(Function {
            id,
            name: at(self.string(texts[0]), || "name".to_owned())?,
            system_name: at(self.string(texts[1]), || "system_name".to_owned())?,
            filename: at(self.string(texts[2]), || "filename".to_owned())?,
            start_line,
        })
    }

    pub(super) fn read_locations(
        &mut self,
        mappings: &IdMap,
        functions: &IdMap,
    ) -> Result<IdMap, Fault> {
        self.each(4, "location", |decoder, body, _| {
            decoder.location(body, mappings, functions)
        })?;
        Ok(IdMap::new(self.profile.locations.iter().map(|l| l.id)))
    }

    fn location(&mut self, body: &[u8], mappings: &IdMap, functions: &IdMap) -> Result<(), Fault> {
        let (mut id, mut mapping_id, mut address, mut is_folded) = (0, 0, 0, false);
        let mut has_unknown = false;
        let first_line = self.profile.lines.len();
        let mut reader = Reader::new(body);
        while let Some(Field { number, value }) = reader.next()? {
            match number {
                1 => id = value.u64()?,
                2 => mapping_id = value.u64()?,
                3 => address = value.u64()?,
                4 => {
                    let index = self.profile.lines.len() - first_line;
                    at(self.line(&value, functions), || format!("line[{index}]"))?;
                }
                5 => is_folded = value.bool()?,
                _ => has_unknown = true,
            }
        }
        if has_unknown {
            let at = self.profile.locations.len();
            self.keep_unknown(Owner::Location, at, body, 5)?;
        }
        let lines = Span::new(first_line, self.profile.lines.len());
        let mapping = mappings.get(mapping_id);
        self.profile.locations.push(Location {
            id,
            mapping,
            address,
            lines,
            is_folded,
        });
        Ok(())
    }

    fn line(&mut self, value: &Value<'_>, functions: &IdMap) -> Result<(), Fault> {
        let body = value.bytes()?;
        let mut line = Line {
            function: NONE,
            line: 0,
            column: 0,
        };
        let mut has_unknown = false;
        let mut reader = Reader::new(body);
        while let Some(Field { number, value }) = reader.next()? {
            match number {
                1 => line.function = functions.get(value.u64()?),
                2 => line.line = value.i64()?,
                3 => line.column = value.i64()?,
                _ => has_unknown = true,
            }
        }
        if has_unknown {
            self.keep_unknown(Owner::Line, self.profile.lines.len(), body, 3)?;
        }
        self.profile.lines.push(line);
        Ok(())
    }
}
