//! C++'s linker names (Itanium), read by cpp_demangle and spelled as the GNU tools and pprof spell them.

use std::fmt::Write;

use cpp_demangle::{DemangleOptions, Symbol};

use super::Demangle;
use super::cut::without_template_arguments;

/// `None` if it is no C++ name, or one that cannot be read.
pub(super) fn demangle(name: &str, style: Demangle) -> Option<String> {
    // Other systems put another underscore before each name.
    let name = name
        .strip_prefix('_')
        .filter(|rest| rest.starts_with("_Z"))
        .unwrap_or(name);
    if !name.starts_with("_Z") {
        return None;
    }
    let name = without_suffix(name);
    let symbol = Symbol::new(name).ok()?;
    let whole = respelled(&text(&symbol, DemangleOptions::new())?);
    let mut readable = if style == Demangle::Full || is_thunk(&whole) {
        whole
    } else {
        let options = DemangleOptions::new().no_params().no_return_type();
        without_qualifiers(respelled(&text(&symbol, options)?))
    };
    readable = with_abbreviation(name, readable);
    if style == Demangle::Simple {
        readable = without_template_arguments(&readable);
    }
    Some(readable)
}

fn text(symbol: &Symbol<&str>, options: DemangleOptions) -> Option<String> {
    let mut text = String::new();
    write!(text, "{}", symbol.demangle_with_options(&options).ok()?).ok()?;
    Some(text)
}

/// `_Z1fv.cold` is a part of `f`.
fn without_suffix(name: &str) -> &str {
    &name[..name.find('.').unwrap_or(name.len())]
}

/// What follows the parameters of a member function.
fn without_qualifiers(mut name: String) -> String {
    while let Some(cut) = [" const", " volatile", " &", " &&"]
        .iter()
        .find_map(|qualifier| name.strip_suffix(qualifier))
        .map(str::len)
    {
        name.truncate(cut);
    }
    name
}

/// What pprof leaves the parameters of.
fn is_thunk(name: &str) -> bool {
    name.contains("thunk to ") || name.starts_with("transaction clone for ")
}

/// cpp_demangle's words for what a compiler makes by itself, in the GNU tools' words.
fn respelled(name: &str) -> String {
    let words = [
        ("{vtable(", ")}", "vtable for "),
        ("{vtt(", ")}", "VTT for "),
        (
            "{virtual override thunk({virtual offset(",
            ")}",
            "virtual thunk to ",
        ),
        (
            "{virtual override thunk({offset(",
            ")}",
            "non-virtual thunk to ",
        ),
    ];
    for (start, end, replacement) in words {
        let inner = name
            .strip_prefix(start)
            .and_then(|rest| rest.strip_suffix(end));
        if let Some(inner) = inner {
            // Thunks have their offsets in brackets first.
            let target = match inner.split_once(")}, ") {
                Some((_, target)) if start.contains("thunk") => target,
                _ => inner,
            };
            return format!("{replacement}{target}");
        }
    }
    name.to_owned()
}

/// A name that starts with one of the standard's abbreviations (`Si` for `std::istream`). cpp_demangle spells out all
/// but the constructors' and destructors', and it is those alone that have to be: they are called as their class is.
fn with_abbreviation(name: &str, readable: String) -> String {
    const CLASSES: [(&str, &str, &str); 4] = [
        ("Si", "istream", "<char, std::char_traits<char> >"),
        ("So", "ostream", "<char, std::char_traits<char> >"),
        ("Sd", "iostream", "<char, std::char_traits<char> >"),
        (
            "Ss",
            "string",
            "<char, std::char_traits<char>, std::allocator<char> >",
        ),
    ];
    let nested = name
        .trim_start_matches("_ZN")
        .trim_start_matches(['r', 'V', 'K', 'R', 'O']);
    let known = |(abbreviation, _, _): &&(&str, &str, &str)| nested.starts_with(abbreviation);
    let Some((_, class, arguments)) = CLASSES
        .iter()
        .find(known)
        .filter(|_| name.starts_with("_ZN"))
    else {
        return readable;
    };
    let (short, long) = (
        format!("std::{class}::"),
        format!("std::basic_{class}{arguments}::"),
    );
    match nested.as_bytes().get(2) {
        Some(b'C' | b'D') => match readable.split_once(&short) {
            Some((before, after)) => {
                let own_name = after.replacen(class, &format!("basic_{class}"), 1);
                format!("{before}{long}{own_name}")
            }
            None => readable,
        },
        _ => readable.replacen(&long, &short, 1),
    }
}
