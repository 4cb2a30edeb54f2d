//! Values that are lists: what separates items, and that none stands twice.

use super::capability::Capability;
use super::error::Problem;
use super::nearest::suggestion;
use super::spot::Spot;
use super::values;
use super::variant::{Part, Variant};

/// What was read, in order, and what was wrong with the rest.
pub(super) type List<T> = (Vec<T>, Vec<Problem>);

pub(super) fn needs(spot: Spot<'_>) -> List<Capability> {
    let capability = |word: Spot<'_>| {
        Capability::named(word.text).ok_or_else(|| {
            let known = Capability::ALL.iter().map(|one| one.name());
            word.wrong(format!("unknown capability `{}`", word.text))
                .help(suggestion(word.text, known))
        })
    };
    list(words(spot), capability)
}

pub(super) fn variants(spot: Spot<'_>) -> List<Variant> {
    list(words(spot), variant)
}

pub(super) fn mutants(spot: Spot<'_>) -> List<String> {
    list(words(spot), values::mutant)
}

pub(super) fn files(spot: Spot<'_>) -> List<String> {
    list(words(spot), values::file_name)
}

pub(super) fn identifiers(spot: Spot<'_>) -> List<String> {
    list(words(spot), values::identifier)
}

/// What is separated by commas alone: an origin may have spaces.
pub(super) fn origins(spot: Spot<'_>) -> List<String> {
    list(spot.split(','), |item| Ok(item.text.to_owned()))
}

fn variant(word: Spot<'_>) -> Result<Variant, Problem> {
    Variant::parse(word.text).map_err(|error| {
        let part = word.at_column(error.column);
        let part = part.upto(error.word.len());
        let problem = part.wrong(error.to_string());
        match error.against {
            Some(_) => problem,
            None => problem.help(suggestion(
                &error.word,
                Part::ALL.iter().map(|part| part.name()),
            )),
        }
    })
}

/// Words separated by commas, white space or both. Between two commas there has to be one.
pub(super) fn words(spot: Spot<'_>) -> Vec<Spot<'_>> {
    spot.split(',')
        .into_iter()
        .flat_map(|part| match part.text {
            "" => vec![part],
            _ => part.words(),
        })
        .collect()
}

fn list<T: PartialEq>(
    items: Vec<Spot<'_>>,
    read: impl Fn(Spot<'_>) -> Result<T, Problem>,
) -> List<T> {
    let (mut values, mut problems) = (Vec::new(), Vec::new());
    for item in items {
        if item.text.is_empty() {
            problems.push(item.wrong("an item is missing beside the comma"));
            continue;
        }
        match read(item) {
            Ok(value) if values.contains(&value) => {
                problems.push(item.wrong(format!("`{}` is in the list already", item.text)));
            }
            Ok(value) => values.push(value),
            Err(problem) => problems.push(problem),
        }
    }
    (values, problems)
}
