//! Rust's linker names, legacy and v0.

/// A name and its scheme: what may be cut from it is known only of v0.
pub(super) enum Name {
    Legacy(String),
    V0(String),
}

/// `None` if it is no Rust name.
pub(super) fn demangle(name: &str) -> Option<Name> {
    if name.starts_with("_R") {
        let readable = rustc_demangle::try_demangle(name).ok()?;
        return Some(Name::V0(without_suffix(format!("{readable:#}"), name)));
    }
    let respelled = respelled(name)?;
    let readable = rustc_demangle::try_demangle(&respelled).ok()?;
    Some(Name::Legacy(format!("{readable:#}")))
}

/// A compiler may have put `.llvm.123` behind the name.
fn without_suffix(mut readable: String, name: &str) -> String {
    if let Some(at) = name.find('.')
        && readable.ends_with(&name[at..])
    {
        readable.truncate(readable.len() - (name.len() - at));
    }
    readable
}

/// A legacy name, `_ZN` and parts with their lengths and `E`, as pprof reads it: without what follows, and without an
/// underscore that a part starts with, which rustc writes before `$` alone.
fn respelled(name: &str) -> Option<String> {
    let mut rest = name.strip_prefix("_ZN")?;
    let mut out = "_ZN".to_owned();
    let mut last = "";
    while !rest.starts_with('E') {
        let digits = rest.find(|c: char| !c.is_ascii_digit())?;
        let length: usize = rest[..digits].parse().ok()?;
        let part = rest.get(digits..digits.checked_add(length)?)?;
        rest = &rest[digits + length..];
        last = part;
        let part = match part.strip_prefix('_') {
            Some(cut) if !cut.is_empty() && !cut.starts_with('$') => cut,
            _ => part,
        };
        out += &format!("{}{part}", part.len());
    }
    out.push('E');
    is_hash(last).then_some(out)
}

/// The part by which a legacy name differs from a C++ one.
fn is_hash(part: &str) -> bool {
    let digits = part.strip_prefix('h').unwrap_or_default();
    digits.len() == 16 && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
}
