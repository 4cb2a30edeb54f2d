//! Single values: words of closed lists, numbers, durations, slugs, ranges. Each is read from where it stands, and what
//! is wrong with it is said there.

use std::time::Duration;

use super::assertion::Range;
use super::error::Problem;
use super::model::Level;
use super::nearest::suggestion;
use super::spot::Spot;

/// The clocks that a case may ask for.
pub const CLOCKS: [&str; 5] = ["thread", "process", "perf", "wall", "best"];

/// A case that asks for more CPU or wall time than a day has a digit too many.
const DURATION_MAX: Duration = Duration::from_secs(24 * 60 * 60);

/// What programs take: beyond ten minutes of CPU time it is a slip of the keyboard.
const CPU_MAX: Duration = Duration::from_secs(10 * 60);

type Read<T> = Result<T, Problem>;

/// `foreign.hook`
pub(super) fn slug(spot: Spot<'_>) -> Read<String> {
    let help = "words of a-z, 0-9 and _, joined by dots: `foreign.hook`";
    let allowed = |c: char| matches!(c, 'a'..='z' | '0'..='9' | '_' | '.');
    if let Some(at) = spot.text.find(|c| !allowed(c)) {
        let wrong = spot.from(at);
        let first = wrong.upto(wrong.text.chars().next().map_or(0, char::len_utf8));
        return Err(first
            .wrong(format!("`{}` cannot be in a case's id", first.text))
            .help(help));
    }
    let words = spot.split('.');
    if let Some(empty) = words.iter().find(|word| word.text.is_empty()) {
        return Err(empty.wrong("a word of the id is missing").help(help));
    }
    if words.len() < 2 {
        return Err(spot
            .wrong("an id has at least two words: what it is about, and what of it")
            .help(help));
    }
    Ok(spot.text.to_owned())
}

/// `must` or `should`
pub(super) fn level(spot: Spot<'_>) -> Read<Level> {
    match word_of(spot, "level", &["must", "should"])? {
        "must" => Ok(Level::Must),
        _ => Ok(Level::Should),
    }
}

/// A word of [`CLOCKS`].
pub(super) fn clock(spot: Spot<'_>) -> Read<String> {
    word_of(spot, "clock", &CLOCKS).map(String::from)
}

/// A word of a closed list.
pub(super) fn word_of<'a>(spot: Spot<'a>, what: &str, known: &[&'static str]) -> Read<&'a str> {
    if known.contains(&spot.text) {
        return Ok(spot.text);
    }
    Err(spot
        .wrong(format!("unknown {what} `{}`", spot.text))
        .help(suggestion(spot.text, known.iter().copied())))
}

/// Where there is only one word that may stand.
pub(super) fn only(spot: Spot<'_>, key: &str, word: &str) -> Read<()> {
    if spot.text == word {
        return Ok(());
    }
    Err(spot
        .wrong(format!("`{key}` can only be `{word}`"))
        .help(format!("write `//@ {key}: {word}`, or leave the line out")))
}

/// Samples a second of CPU time.
pub(super) fn hz(spot: Spot<'_>) -> Read<u32> {
    let hz = digits(spot.text).filter(|hz| (1..=10_000).contains(hz));
    hz.and_then(|hz| u32::try_from(hz).ok()).ok_or_else(|| {
        spot.wrong(format!("`{}` is no rate", spot.text))
            .help("a whole number of samples a second, from 1 to 10000")
    })
}

/// `500ms`, `10s`, `2min`
pub(super) fn duration(spot: Spot<'_>) -> Read<Duration> {
    let wrong = || {
        spot.wrong(format!("`{}` is no duration", spot.text))
            .help("a whole number and its unit, `ms`, `s` or `min`: `500ms`")
    };
    let unit = spot.text.find(|c: char| !c.is_ascii_digit());
    let (number, unit) = spot.text.split_at(unit.ok_or_else(wrong)?);
    let unit_ms = match unit {
        "ms" => 1,
        "s" => 1000,
        "min" => 60_000,
        _ => return Err(wrong()),
    };
    if number.is_empty() {
        return Err(wrong());
    }
    match number
        .parse::<u64>()
        .ok()
        .and_then(|n| n.checked_mul(unit_ms))
    {
        Some(0) => Err(spot.wrong("nothing takes no time").help("1ms at least")),
        Some(ms) if Duration::from_millis(ms) <= DURATION_MAX => Ok(Duration::from_millis(ms)),
        _ => Err(spot.wrong("longer than a day").help("1440min at most")),
    }
}

/// CPU time, in milliseconds.
pub(super) fn cpu_ms(spot: Spot<'_>) -> Read<u64> {
    let cpu = duration(spot)?;
    if cpu > CPU_MAX {
        return Err(spot
            .wrong("more than ten minutes of CPU time")
            .help("10min at most; seconds will do for most cases"));
    }
    Ok(cpu.as_millis() as u64)
}

/// `0.80..0.86` or `truth`
pub(super) fn range(spot: Spot<'_>) -> Read<Range> {
    if spot.text == "truth" {
        return Ok(Range::Truth);
    }
    let Some(dots) = spot.text.find("..") else {
        return Err(spot
            .wrong(format!("`{}` is no range", spot.text))
            .help("write `0.80..0.86`, or `truth` for what the program measures of itself"));
    };
    let low = share(spot.upto(dots).trim())?;
    let high = share(spot.from(dots + 2).trim())?;
    if low >= high {
        let message = match low > high {
            true => "the range is reversed",
            false => "the range is a point, which no sample count need ever meet",
        };
        return Err(spot
            .wrong(message)
            .help("the lower end stands first: `0.80..0.86`"));
    }
    if (low, high) == (0.0, 1.0) {
        return Err(spot.wrong("every share is between 0 and 1: this says nothing"));
    }
    Ok(Range::Within { low, high })
}

/// Digits, and a point and more digits if need be: no sign, no exponent, no percent.
fn share(spot: Spot<'_>) -> Read<f64> {
    let (whole, part) = spot.text.split_once('.').unwrap_or((spot.text, "0"));
    let all_digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let number = spot
        .text
        .parse()
        .ok()
        .filter(|_| all_digits(whole) && all_digits(part));
    let help = "a part of the whole, from 0 to 1: `0.80`";
    match number {
        None => Err(spot
            .wrong(format!("`{}` is no number", spot.text))
            .help(help)),
        Some(share) if share > 1.0 => Err(spot
            .wrong(format!("{} is more than the whole", spot.text))
            .help(help)),
        Some(share) => Ok(share),
    }
}

/// A C identifier.
pub(super) fn identifier(spot: Spot<'_>) -> Read<String> {
    let part = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let digit = spot.text.starts_with(|c: char| c.is_ascii_digit());
    if digit || spot.text.is_empty() || !spot.text.chars().all(part) {
        return Err(spot
            .wrong(format!("`{}` is no C identifier", spot.text))
            .help("letters, digits and _, with no digit first"));
    }
    if matches!(spot.text, "main" | "run") {
        return Err(spot
            .wrong(format!(
                "`{}` keeps its name: it is what the program is entered by",
                spot.text
            ))
            .help("name functions of the case's own"));
    }
    Ok(spot.text.to_owned())
}

/// `skip-leaf`
pub(super) fn mutant(spot: Spot<'_>) -> Read<String> {
    word(
        spot,
        // Capitals too: one is called after a function, `always-says-cpuHog`.
        |c| c == '-' || c.is_ascii_alphanumeric(),
        "is no mutant's name",
        "letters, digits and -: `skip-leaf`",
    )
}

/// `errno`
pub(super) fn check_name(spot: Spot<'_>) -> Read<String> {
    word(
        spot,
        |c| matches!(c, '_' | '-' | 'a'..='z' | '0'..='9'),
        "is no check's name",
        "a-z, 0-9, _ and -: `errno`",
    )
}

fn word(spot: Spot<'_>, part: impl Fn(char) -> bool, message: &str, help: &str) -> Read<String> {
    if spot.text.is_empty() || !spot.text.chars().all(part) {
        return Err(spot.wrong(format!("`{}` {message}", spot.text)).help(help));
    }
    Ok(spot.text.to_owned())
}

/// A file beside the case's, or below its folder.
pub(super) fn file_name(spot: Spot<'_>) -> Read<String> {
    if spot.text.contains(char::is_whitespace) {
        return Err(spot.wrong("one file is wanted here, without spaces in its name"));
    }
    if spot.text.starts_with('/') {
        return Err(spot
            .wrong("a case has to work wherever it is: this path is absolute")
            .help("write the path from the case's own folder"));
    }
    Ok(spot.text.to_owned())
}

fn digits(text: &str) -> Option<u64> {
    text.bytes()
        .all(|b| b.is_ascii_digit())
        .then(|| text.parse().ok())?
}

#[cfg(test)]
#[path = "values_tests.rs"]
mod tests;
