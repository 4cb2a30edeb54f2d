//! Filters by labels: which samples, and which of their labels.

use super::super::expression::Expression;
use super::super::label_units::LabelUnits;
use super::super::model::{Label, LabelId, Profile, Sample};
use super::super::units;
use super::warn;

/// What a label must be like.
pub(super) struct Selector {
    /// Only labels with this key.
    key: Option<String>,
    test: Test,
}

enum Test {
    /// Without a key all of them must match some label, with a key any of them.
    Texts(Vec<Expression>),
    Range(Range),
}

/// Numbers from `low` to `high`, in `unit`.
struct Range {
    low: Option<f64>,
    high: Option<f64>,
    unit: String,
}

impl Selector {
    /// `RE,RE`, `KEY=RE,RE`, or for numbers `32kb`, `:64kb`, `4mb:`, `1kb:2mb`, with or without a key.
    pub(super) fn new(
        name: &str,
        text: &str,
        note: &mut dyn FnMut(String),
    ) -> Result<Option<Selector>, String> {
        if text.is_empty() {
            return Ok(None);
        }
        let (key, value) = match text.split_once('=') {
            Some((key, value)) => (Some(key).filter(|key| !key.is_empty()), value),
            None => (None, text),
        };
        let test = if let Some(range) = Range::parse(value)? {
            note(format!("{name}:Interpreted '{value}' as range, not regexp"));
            Test::Range(range)
        } else {
            let expressions: Result<Vec<_>, _> = value.split(',').map(Expression::new).collect();
            Test::Texts(expressions.map_err(|cause| format!("parsing {name} regexp: {cause}"))?)
        };
        let key = key.map(str::to_owned);
        Ok(Some(Selector { key, test }))
    }

    fn selects(&self, profile: &Profile, units: &LabelUnits, sample: &Sample) -> bool {
        let has_key = |label: &&Label| match &self.key {
            Some(key) => profile.bytes(label.key) == key.as_bytes(),
            None => true,
        };
        let labels = || profile.labels[sample.labels.range()].iter().filter(has_key);
        match &self.test {
            Test::Range(range) => labels().any(|label| match label.value {
                LabelId::Num(number, _) => range.contains(number, units.of(label.key)),
                LabelId::Str(_) => false,
            }),
            Test::Texts(expressions) => {
                let matches = |expression: &Expression| {
                    labels().any(|label| match label.value {
                        LabelId::Str(text) if self.key.is_some() => {
                            expression.is_match(profile.bytes(text))
                        }
                        LabelId::Str(text) => expression.is_match(
                            &[profile.bytes(label.key), b":", profile.bytes(text)].concat(),
                        ),
                        LabelId::Num(..) => false,
                    })
                };
                if self.key.is_some() {
                    expressions.iter().any(matches)
                } else {
                    expressions.iter().all(matches)
                }
            }
        }
    }
}

impl Range {
    fn parse(text: &str) -> Result<Option<Range>, String> {
        let (low, high) = match text.split_once(':') {
            Some(("", high)) => (None, Some(high)),
            Some((low, "")) => (Some(low), None),
            Some((low, high)) => (Some(low), Some(high)),
            None => (Some(text), Some(text)),
        };
        let (Some(low), Some(high)) = (quantities(low), quantities(high)) else {
            return Ok(None);
        };
        let first = low.or(high).expect("one side of a colon is not empty");
        let (_, unit) = scaled(first, first.1)?;
        let end = |quantity: Option<(&str, &str)>| quantity.map(|q| scaled(q, &unit)).transpose();
        let (low, high) = (end(low)?, end(high)?);
        let agree = [&low, &high]
            .iter()
            .all(|end| end.as_ref().is_none_or(|(_, of)| *of == unit));
        Ok(agree.then(|| Range {
            low: low.map(|(value, _)| value),
            high: high.map(|(value, _)| value),
            unit: unit.clone(),
        }))
    }

    fn contains(&self, number: i64, unit: &str) -> bool {
        let (value, unit) = units::scale(number, unit, &self.unit);
        unit == self.unit
            && self.low.is_none_or(|low| value >= low)
            && self.high.is_none_or(|high| value <= high)
    }
}

fn scaled((digits, unit): (&str, &str), to: &str) -> Result<(f64, String), String> {
    let number = digits
        .parse()
        .map_err(|_| format!("{digits} is outside the range of numbers"))?;
    Ok(units::scale(number, unit, to))
}

/// A signed number and the letters after it, split; the outer `None` if it is something else.
#[allow(
    clippy::option_option,
    reason = "an end that is open, and an end that is no number"
)]
fn quantities(text: Option<&str>) -> Option<Option<(&str, &str)>> {
    let Some(text) = text else { return Some(None) };
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let letters = unsigned.trim_start_matches(|c: char| c.is_ascii_digit());
    let has_digits = letters.len() < unsigned.len();
    let is_quantity = has_digits && letters.bytes().all(|b| b.is_ascii_alphabetic());
    is_quantity.then(|| Some(text.split_at(text.len() - letters.len())))
}

/// Keeps the samples that the first selector selects and the second does not.
pub(super) fn filter(
    profile: &mut Profile,
    units: &LabelUnits,
    [focus, ignore]: [&Option<Selector>; 2],
    note: &mut dyn FnMut(String),
) {
    if focus.is_none() && ignore.is_none() {
        return;
    }
    let (mut any_focus, mut any_ignore) = (false, false);
    let mut samples = std::mem::take(&mut profile.samples);
    samples.retain(|sample| {
        let selects = |selector: &Selector| selector.selects(profile, units, sample);
        let focused = focus.as_ref().is_none_or(selects);
        let ignored = ignore.as_ref().is_some_and(selects);
        any_focus |= focused;
        any_ignore |= ignored;
        focused && !ignored
    });
    profile.samples = samples;
    warn(note, "TagFocus", focus.is_none() || any_focus);
    warn(note, "TagIgnore", ignore.is_none() || any_ignore);
}

/// Keeps the labels whose key the first expression matches and the second does not.
pub(super) fn filter_keys(
    profile: &mut Profile,
    [show, hide]: [&Option<Expression>; 2],
    note: &mut dyn FnMut(String),
) {
    if show.is_none() && hide.is_none() {
        return;
    }
    let (mut any_show, mut any_hide) = (false, false);
    for at in 0..profile.samples.len() {
        let span = profile.samples[at].labels;
        let mut kept = 0;
        for from in span.range() {
            let label = profile.labels[from];
            let key = profile.strings.get(label.key);
            let shown = show.as_ref().is_none_or(|show| show.is_match(key));
            let hidden = hide.as_ref().is_some_and(|hide| hide.is_match(key));
            any_show |= shown;
            any_hide |= hidden;
            if shown && !hidden {
                profile.labels[span.start as usize + kept] = label;
                kept += 1;
            }
        }
        profile.samples[at].labels.len = kept as u32;
    }
    warn(note, "TagShow", show.is_none() || any_show);
    warn(note, "TagHide", hide.is_none() || any_hide);
}
