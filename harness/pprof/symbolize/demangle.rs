//! Linker names as people read them: C++ (Itanium) and Rust (legacy and v0), in pprof's styles.

use std::fmt::Write;

/// How much of a demangled name is kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Demangle {
    /// No parameters and no template arguments: what pprof does by itself.
    #[default]
    Simple,
    /// Template arguments, but no parameters.
    Templates,
    /// Everything.
    Full,
    /// The linker's name.
    None,
}

/// The readable form of a linker name; `None` if it is one already.
pub fn demangle(name: &str, style: Demangle) -> Option<String> {
    if style == Demangle::None {
        return None;
    }
    if let Ok(rust) = rustc_demangle::try_demangle(name) {
        // Without the hash.
        return Some(format!("{rust:#}"));
    }
    if !name.starts_with("_Z") && !name.starts_with("___Z") {
        return (style == Demangle::Simple)
            .then(|| simplified(name))
            .flatten();
    }
    let symbol = cpp_demangle::Symbol::new(name).ok()?;
    let mut options = cpp_demangle::DemangleOptions::new();
    if style != Demangle::Full {
        options = options.no_params().no_return_type();
    }
    let mut readable = String::new();
    write!(readable, "{}", symbol.demangle_with_options(&options).ok()?).ok()?;
    if style == Demangle::Simple {
        readable = without(&readable, '<', '>');
    }
    Some(readable)
}

/// For names that are demangled already, the same cut: no parameters, no template arguments.
fn simplified(name: &str) -> Option<String> {
    let looks_demangled = name.contains(['<', '>', '[', ']']) || name.contains("::");
    let looks_like_go_or_rust = name.contains(".<") || name.contains("]).");
    if !looks_demangled || looks_like_go_or_rust {
        return None;
    }
    let cut = without(&without(name, '(', ')'), '<', '>');
    (cut != name).then_some(cut)
}

/// The text without what stands between the brackets; unbalanced ones stay. `operator<`, `operator->` and the like stay whole.
fn without(text: &str, open: char, close: char) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut depth = 0usize;
    let mut rest = text;
    while let Some(next) = rest.chars().next() {
        if depth == 0
            && let Some(operator) = operator_at(rest)
        {
            kept.push_str(operator);
            rest = &rest[operator.len()..];
            continue;
        }
        if next == open {
            depth += 1;
        } else if next == close && depth > 0 {
            depth -= 1;
        } else if depth == 0 {
            kept.push(next);
        }
        rest = &rest[next.len_utf8()..];
    }
    if depth > 0 { text.to_owned() } else { kept }
}

/// The operator name that the text starts with, if its characters could be taken for brackets.
fn operator_at(text: &str) -> Option<&str> {
    const OPERATORS: [&str; 10] = [
        "operator<=>",
        "operator<<=",
        "operator>>=",
        "operator<<",
        "operator>>",
        "operator<=",
        "operator>=",
        "operator->",
        "operator<",
        "operator>",
    ];
    let found = OPERATORS
        .iter()
        .find(|operator| text.starts_with(**operator));
    let found = found
        .copied()
        .or_else(|| text.starts_with("operator()").then_some("operator()"));
    found.map(|operator| &text[..operator.len()])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_cut_as_asked() {
        let simple = |name| demangle(name, Demangle::Simple);
        // framecheck::programs::foreign_hook::run, legacy and v0.
        let legacy = "_ZN10framecheck8programs12foreign_hook3run17h0123456789abcdefE";
        assert_eq!(
            simple(legacy).as_deref(),
            Some("framecheck::programs::foreign_hook::run")
        );
        let v0 = "_RNvNtNtCs1234_10framecheck8programs12foreign_hook3run";
        assert_eq!(
            simple(v0).as_deref(),
            Some("framecheck::programs::foreign_hook::run")
        );
        // std::vector<int, std::allocator<int> >::push_back(int const&)
        let push_back = "_ZNSt6vectorIiSaIiEE9push_backERKi";
        assert_eq!(simple(push_back).as_deref(), Some("std::vector::push_back"));
        assert_eq!(
            demangle(push_back, Demangle::Templates).as_deref(),
            Some("std::vector<int, std::allocator<int> >::push_back")
        );
        assert_eq!(simple("cpuHog"), None);
        assert_eq!(demangle(push_back, Demangle::None), None);
        assert_eq!(
            simple("std::vector<int>::push_back(int const&)").as_deref(),
            Some("std::vector::push_back")
        );
        assert_eq!(
            simple("(anonymous namespace)::f(int)").as_deref(),
            Some("::f")
        );
    }

    #[test]
    fn operators_are_not_brackets() {
        assert_eq!(without("a::operator< <int>", '<', '>'), "a::operator< ");
        assert_eq!(without("a<b>::operator->", '<', '>'), "a::operator->");
    }
}
