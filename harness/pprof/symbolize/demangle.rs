//! Linker names as people read them, in pprof's styles: which language a name is of, and what is cut from it.
//!
//! `cplusplus` and `rust` read the names of their languages, `cut` takes from a text what stands in brackets.

mod cplusplus;
mod cut;
mod rust;

use cut::{without, without_generics};

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
    let bytes = demangle_bytes(name.as_bytes(), style)?;
    // Only whole ASCII characters are cut from a text.
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

/// The same for any bytes.
pub(super) fn demangle_bytes(name: &[u8], style: Demangle) -> Option<Vec<u8>> {
    if style == Demangle::None {
        return None;
    }
    if let Ok(text) = std::str::from_utf8(name) {
        let readable = match rust::demangle(text) {
            Some(rust::Name::V0(readable)) if style == Demangle::Simple => {
                Some(without_generics(&readable))
            }
            Some(rust::Name::V0(readable) | rust::Name::Legacy(readable)) => Some(readable),
            None => cplusplus::demangle(text, style),
        };
        if let Some(readable) = readable {
            return Some(readable.into_bytes());
        }
    }
    simplified(name, style)
}

/// For names that are demangled already, the same cut: no parameters, no template arguments.
fn simplified(name: &[u8], style: Demangle) -> Option<Vec<u8>> {
    if style == Demangle::Full || name.starts_with(b"_Z") || name.starts_with(b"_R") {
        return None;
    }
    let has = |text: &[u8]| name.windows(text.len()).any(|part| part == text);
    let looks_demangled = name.iter().any(|byte| b"<>[]".contains(byte)) || has(b"::");
    let looks_like_go_or_rust = has(b".<") || has(b"]).");
    if !looks_demangled || looks_like_go_or_rust {
        return None;
    }
    let mut cut = without(name, b'(', b')');
    if style == Demangle::Simple {
        cut = without(&cut, b'<', b'>');
    }
    (cut != name).then_some(cut)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(name: &str, simple: &str, templates: &str, full: &str) {
        let found = [Demangle::Simple, Demangle::Templates, Demangle::Full]
            .map(|style| demangle(name, style).unwrap_or_else(|| name.to_owned()));
        assert_eq!(found, [simple, templates, full]);
        assert_eq!(demangle(name, Demangle::None), None);
    }

    /// What go tool pprof 1.27 prints for each, with -symbolize=demangle=….
    #[test]
    fn names_are_cut_as_pprof_cuts_them() {
        check("cpuHog", "cpuHog", "cpuHog", "cpuHog");
        check(
            "_ZNSt6vectorIiSaIiEE9push_backERKi",
            "std::vector::push_back",
            "std::vector<int, std::allocator<int> >::push_back",
            "std::vector<int, std::allocator<int> >::push_back(int const&)",
        );
        check("_ZNKR1A1fEv", "A::f", "A::f", "A::f() const &");
        check(
            "_ZN1AltIiEEbT_",
            "A::operator<",
            "A::operator< <int>",
            "bool A::operator< <int>(int)",
        );
        check(
            "_ZThn8_N1A3fooEv",
            "non-virtual thunk to A::foo()",
            "non-virtual thunk to A::foo()",
            "non-virtual thunk to A::foo()",
        );
        check("_ZTV1A", "vtable for A", "vtable for A", "vtable for A");
        check(
            "_ZZN1A3fooEvENKUliE0_clEi",
            "A::foo()::{lambda(int)#2}::operator()",
            "A::foo()::{lambda(int)#2}::operator()",
            "A::foo()::{lambda(int)#2}::operator()(int) const",
        );
        check("_Z3fooi.part.0", "foo", "foo", "foo(int)");
        check("__ZN3foo3barEv", "foo::bar", "foo::bar", "foo::bar()");
        check(
            "_ZNSolsEi",
            "std::ostream::operator<<",
            "std::ostream::operator<<",
            "std::ostream::operator<<(int)",
        );
    }

    #[test]
    fn rust_names_keep_their_paths() {
        let legacy = "_ZN3app3_go3run17h0123456789abcdefE";
        check(legacy, "app::go::run", "app::go::run", "app::go::run");
        let generic = "_RINvC1a3fooRSjE";
        check(
            generic,
            "a::foo::<>",
            "a::foo::<&[usize]>",
            "a::foo::<&[usize]>",
        );
        let inherent = "_RNvMC1aINtB2_3VecjE3len";
        check(
            inherent,
            "<a::Vec<>>::len",
            "<a::Vec<usize>>::len",
            "<a::Vec<usize>>::len",
        );
        let closure = "_RNCNvC1a4main0";
        check(
            closure,
            "a::main::{closure#0}",
            "a::main::{closure#0}",
            "a::main::{closure#0}",
        );
    }

    #[test]
    fn readable_names_are_cut_the_same() {
        let function = "std::function<void (int)>::operator()(int) const";
        check(
            function,
            "std::function::operator const",
            "std::function<void >::operator const",
            function,
        );
        check(
            "(anonymous namespace)::f(int)",
            "::f",
            "::f",
            "(anonymous namespace)::f(int)",
        );
        check("a::b(c", "a::b(c", "a::b(c", "a::b(c");
        check(
            "main.(*T[...]).f",
            "main.(*T[...]).f",
            "main.(*T[...]).f",
            "main.(*T[...]).f",
        );
        let odd = demangle_bytes(b"a::b\xff<int>(c)", Demangle::Simple);
        assert_eq!(odd.as_deref(), Some(&b"a::b\xff"[..]));
    }
}
