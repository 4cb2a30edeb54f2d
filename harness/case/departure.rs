//! Where a stack first departs from a pattern that it misses: what a person looks at first.

use std::fmt;

use super::hosts::Hosts;
use super::pattern::{Element, Pattern};

/// The first departure, from the root, of the cheapest way to make the stack match.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Departure {
    /// The index of the frame, from the root; the stack's length where it ends too early.
    pub frame: usize,
    /// What the pattern has there; None where it has nothing more.
    pub expected: Option<String>,
    /// What the stack has there; None where it ends, or where the expected frame is missing between two others.
    pub found: Option<String>,
}

impl fmt::Display for Departure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.expected, &self.found) {
            (Some(expected), Some(found)) => write!(f, "{found} where {expected} is expected"),
            (Some(expected), None) => write!(f, "{expected} is missing"),
            (None, Some(found)) => write!(f, "{found} is too much"),
            (None, None) => f.write_str("nothing"),
        }
    }
}

/// None for a stack that matches.
pub fn first(pattern: &Pattern, stack: &[String], hosts: &dyn Hosts) -> Option<Departure> {
    let table = table(pattern, stack, hosts);
    let (mut row, mut column) = (pattern.elements.len(), stack.len());
    let mut departure = None;
    // From the leaf to the root: what departs last is what departs first.
    while row > 0 || column > 0 {
        let step = step(pattern, stack, hosts, &table, row, column);
        departure = step.departure.or(departure);
        (row, column) = (row - step.elements, column - step.frames);
    }
    departure
}

/// `[i][j]`: the distance of the first i elements to the first j frames, as [`Pattern::distance`] counts it.
fn table(pattern: &Pattern, stack: &[String], hosts: &dyn Hosts) -> Vec<Vec<usize>> {
    let mut table = vec![(0..=stack.len()).collect::<Vec<usize>>()];
    for element in &pattern.elements {
        let above = &table[table.len() - 1];
        let mut row: Vec<usize> = Vec::with_capacity(above.len());
        for column in 0..above.len() {
            let skipped = above[column] + skip_cost(element);
            let extra = match column {
                0 => usize::MAX,
                _ => row[column - 1] + extra_cost(element),
            };
            let taken = match column {
                0 => usize::MAX,
                _ => above[column - 1] + take_cost(element, &stack[column - 1], hosts),
            };
            row.push(skipped.min(extra).min(taken));
        }
        table.push(row);
    }
    table
}

fn skip_cost(element: &Element) -> usize {
    match element {
        Element::Gap | Element::Frame { optional: true, .. } => 0,
        Element::Frame { .. } => 1,
    }
}

/// Of a frame that the element leaves to stand behind itself.
fn extra_cost(element: &Element) -> usize {
    usize::from(!matches!(element, Element::Gap))
}

fn take_cost(element: &Element, frame: &str, hosts: &dyn Hosts) -> usize {
    match element {
        Element::Gap => 0,
        Element::Frame { names, .. } => usize::from(!names.is(frame, hosts)),
    }
}

fn written(element: &Element) -> String {
    match element {
        Element::Gap => "...".to_owned(),
        Element::Frame { names, .. } => names.to_string(),
    }
}

/// How one came to a place of the table.
struct Step {
    elements: usize,
    frames: usize,
    departure: Option<Departure>,
}

fn step(
    pattern: &Pattern,
    stack: &[String],
    hosts: &dyn Hosts,
    table: &[Vec<usize>],
    row: usize,
    column: usize,
) -> Step {
    let here = table[row][column];
    let found = || stack[column - 1].clone();
    let expected = || written(&pattern.elements[row - 1]);
    let depart = |is: bool, frame, expected, found| {
        is.then_some(Departure {
            frame,
            expected,
            found,
        })
    };
    let take = |cost: usize| Step {
        elements: 1,
        frames: 1,
        departure: depart(cost > 0, column - 1, Some(expected()), Some(found())),
    };
    let element = row.checked_sub(1).map(|index| &pattern.elements[index]);
    if let (Some(element), true) = (element, column > 0) {
        let cost = take_cost(element, &stack[column - 1], hosts);
        if cost == 0 && here == table[row - 1][column - 1] {
            return take(cost);
        }
    }
    // A frame that is too much or missing explains more than one that is called otherwise: what profilers do is skip.
    let cost = element.map_or(1, extra_cost);
    if column > 0 && here == table[row][column - 1] + cost {
        return Step {
            elements: 0,
            frames: 1,
            departure: depart(cost > 0, column - 1, None, Some(found())),
        };
    }
    if let Some(element) = element {
        let cost = skip_cost(element);
        if here == table[row - 1][column] + cost {
            return Step {
                elements: 1,
                frames: 0,
                departure: depart(cost > 0, column, Some(expected()), None),
            };
        }
    }
    take(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    struct NoHosts;

    impl Hosts for NoHosts {
        fn function(&self, _: &str) -> Option<String> {
            None
        }
        fn is_host(&self, _: &str) -> bool {
            false
        }
    }

    fn stack(text: &str) -> Vec<String> {
        text.split(" > ")
            .filter(|name| !name.is_empty())
            .map(String::from)
            .collect()
    }

    #[track_caller]
    fn check(pattern: &str, text: &str, says: &str) {
        let pattern = Pattern::parse(pattern).unwrap();
        let shown = first(&pattern, &stack(text), &NoHosts).map(|found| found.to_string());
        assert_eq!(shown.as_deref(), Some(says).filter(|says| !says.is_empty()));
    }

    #[test]
    fn the_first_frame_that_departs_is_named() {
        let pattern = "main > ... > run > level1 > level2 > cpuHog";
        check(pattern, "main > x > run > level1 > level2 > cpuHog", "");
        check(pattern, "main > run > level1 > cpuHog", "level2 is missing");
        check(
            pattern,
            "main > run > level1 > other > cpuHog",
            "other where level2 is expected",
        );
        check(
            pattern,
            "main > run > level1 > level1 > level2 > cpuHog",
            "level1 is too much",
        );
        check(
            pattern,
            "x > run > level1 > level2 > cpuHog",
            "main is missing",
        );
        check(pattern, "main > run > level1 > level2", "cpuHog is missing");
        check("a|b > c?", "d", "d where a|b is expected");
        check("main > hog", "", "main is missing");
    }

    #[test]
    fn of_several_departures_the_one_nearest_to_the_root_is_named() {
        check(
            "main > a > b > c",
            "main > x > b > y",
            "x where a is expected",
        );
    }

    #[test]
    fn the_table_ends_in_the_distance() {
        for (pattern, text) in [
            ("main > ... > a > b", "main > x > a"),
            ("... > a? > b", "x > y"),
            ("a > b > c", "c > b > a"),
        ] {
            let (pattern, stack) = (Pattern::parse(pattern).unwrap(), stack(text));
            let table = table(&pattern, &stack, &NoHosts);
            let last = table.last().and_then(|row| row.last());
            assert_eq!(last, Some(&pattern.distance(&stack, &NoHosts)));
        }
    }
}
