//! The samples, the bulk of a profile: straight from the bytes into the flat tables.

use super::super::ids::IdMap;
use super::super::model::{Label, LabelId, Sample, Span};
use super::super::strings::StrId;
use super::super::unknown::Owner;
use super::super::wire::{Field, Reader};
use super::{Decoder, Fault, at};

impl<'a> Decoder<'a> {
    pub(super) fn read_samples(&mut self, locations: &IdMap) -> Result<(), Fault> {
        self.each(2, "sample", |decoder, body, _| {
            decoder.sample(body, locations)
        })
    }

    fn sample(&mut self, body: &[u8], locations: &IdMap) -> Result<(), Fault> {
        let (stack, values, labels) = (
            self.profile.stacks.len(),
            self.profile.values.len(),
            self.profile.labels.len(),
        );
        let mut reader = Reader::new(body);
        let (mut label_index, mut has_unknown) = (0, false);
        while let Some(Field { number, value }) = reader.next()? {
            match number {
                1 => {
                    let stacks = &mut self.profile.stacks;
                    at(value.each(|id| stacks.push(locations.get(id))), || {
                        "location_id".to_owned()
                    })?;
                }
                2 => {
                    let values = &mut self.profile.values;
                    at(value.each(|v| values.push(v as i64)), || "value".to_owned())?;
                }
                3 => {
                    let body = at(value.bytes(), || "label".to_owned())?;
                    at(self.label(body), || format!("label[{label_index}]"))?;
                    label_index += 1;
                }
                _ => has_unknown = true,
            }
        }
        if has_unknown {
            self.keep_unknown(Owner::Sample, values, body, 3)?;
        }
        self.profile.samples.push(Sample {
            stack: Span::new(stack, self.profile.stacks.len()),
            values: Span::new(values, self.profile.values.len()),
            labels: Span::new(labels, self.profile.labels.len()),
        });
        Ok(())
    }

    /// A string wins over a number; a label that has neither a string, nor a number, nor a unit is no label.
    fn label(&mut self, body: &[u8]) -> Result<(), Fault> {
        let (mut fields, mut has_unknown) = ([0i64; 4], false);
        let mut reader = Reader::new(body);
        while let Some(Field { number, value }) = reader.next()? {
            match number {
                1..=4 => fields[number as usize - 1] = value.i64()?,
                _ => has_unknown = true,
            }
        }
        let [key, text, number, unit] = fields;
        let key = at(self.string(key), || "key".to_owned())?;
        let value = if text != 0 {
            LabelId::Str(at(self.string(text), || "str".to_owned())?)
        } else if unit != 0 {
            LabelId::Num(number, at(self.string(unit), || "num_unit".to_owned())?)
        } else if number != 0 {
            LabelId::Num(number, StrId::EMPTY)
        } else {
            return Ok(());
        };
        if has_unknown {
            self.keep_unknown(Owner::Label, self.profile.labels.len(), body, 4)?;
        }
        self.profile.labels.push(Label { key, value });
        Ok(())
    }
}
