//! Whether a mapping's name is a URL, by the rules of Go's `net/url.Parse`: pprof takes names of servers for no files.
//!
//! It knows nothing of profiles, and fetches nothing.

use std::net::Ipv6Addr;

/// The scheme of an absolute URL, as it is spelled; `None` of what is a path, or of what Go cannot parse.
pub(super) fn scheme(text: &[u8]) -> Option<&[u8]> {
    let (url, fragment) = cut(text, b'#');
    if url.iter().any(u8::is_ascii_control) || !is_escaped(fragment) {
        return None;
    }
    let colon = url.iter().position(|&byte| !is_of_scheme(byte))?;
    if url[colon] != b':' || !url[0].is_ascii_alphabetic() {
        return None;
    }
    let (rest, _query) = cut(&url[colon + 1..], b'?');
    let is_valid = match rest.strip_prefix(b"//") {
        Some(rest) => {
            let path = rest.iter().position(|&byte| byte == b'/');
            let (authority, path) = rest.split_at(path.unwrap_or(rest.len()));
            is_authority(&url[..colon], authority) && is_escaped(path)
        }
        None => !rest.starts_with(b"/") || is_escaped(rest),
    };
    is_valid.then_some(&url[..colon])
}

fn is_of_scheme(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"+-.".contains(&byte)
}

/// What is before and behind the first such byte.
fn cut(text: &[u8], at: u8) -> (&[u8], &[u8]) {
    match text.iter().position(|&byte| byte == at) {
        Some(index) => (&text[..index], &text[index + 1..]),
        None => (text, b""),
    }
}

/// Whether every `%` is followed by two hexadecimal digits.
fn is_escaped(text: &[u8]) -> bool {
    escapes(text).all(|escape| escape.is_some())
}

/// The byte behind each `%`; `None` where there is none.
fn escapes(text: &[u8]) -> impl Iterator<Item = Option<u8>> {
    let digit = |byte: u8| char::from(byte).to_digit(16);
    let starts = (0..text.len()).filter(|&at| text[at] == b'%');
    starts.map(move |at| {
        let (high, low) = (digit(*text.get(at + 1)?)?, digit(*text.get(at + 2)?)?);
        Some((high * 16 + low) as u8)
    })
}

/// `[user[:password]@]host[:port]`.
fn is_authority(scheme: &[u8], authority: &[u8]) -> bool {
    match authority.iter().rposition(|&byte| byte == b'@') {
        Some(at) => {
            let user = &authority[..at];
            let is_of_user =
                |byte: &u8| byte.is_ascii_alphanumeric() || b"-._:~!$&'()*+,;=%@".contains(byte);
            user.iter().all(is_of_user) && is_escaped(user) && is_host(scheme, &authority[at + 1..])
        }
        None => is_host(scheme, authority),
    }
}

fn is_host(scheme: &[u8], host: &[u8]) -> bool {
    let colons = || (0..host.len()).filter(|&at| host[at] == b':');
    match host.iter().rposition(|&byte| byte == b'[') {
        Some(0) => {
            let Some(end) = host.iter().rposition(|&byte| byte == b']') else {
                return false;
            };
            is_port(&host[end + 1..]) && is_address(&host[1..end])
        }
        Some(_) => false,
        None => {
            // Go is strict with http alone: golang/go#78077.
            let is_http =
                scheme.eq_ignore_ascii_case(b"http") || scheme.eq_ignore_ascii_case(b"https");
            let colon = if is_http {
                colons().next()
            } else {
                colons().next_back()
            };
            colon.is_none_or(|at| is_port(&host[at..])) && is_name(host)
        }
    }
}

/// Nothing, or a colon and digits.
fn is_port(text: &[u8]) -> bool {
    match text.split_first() {
        None => true,
        Some((b':', digits)) => digits.iter().all(u8::is_ascii_digit),
        Some(_) => false,
    }
}

/// Of ASCII, only what a host may have; escapes only of what is not ASCII.
fn is_name(host: &[u8]) -> bool {
    let may_be = |&byte: &u8| {
        !byte.is_ascii()
            || byte.is_ascii_alphanumeric()
            || b"-_.~!$&'()*+,;=:[]<>\"%".contains(&byte)
    };
    let may_be_escaped =
        |byte: Option<u8>| byte.is_some_and(|byte| !byte.is_ascii() || byte == b'%');
    host.iter().all(may_be) && escapes(host).all(may_be_escaped)
}

/// An IPv6 address, with or without a zone behind `%25`.
fn is_address(text: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(text) else {
        return false;
    };
    let (address, zone) = match text.split_once("%25") {
        Some((address, zone)) => (address, Some(zone)),
        None => (text, None),
    };
    let is_zone = |zone: &str| !zone.is_empty() && is_escaped(zone.as_bytes());
    address.parse::<Ipv6Addr>().is_ok() && zone.is_none_or(is_zone)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What url.Parse of Go 1.27 and URL.IsAbs say.
    #[test]
    fn urls_are_what_go_takes_for_absolute_ones() {
        let urls = [
            "http://host/x",
            "foo:bar",
            "C:\\x",
            "a+b-c.d:",
            "http:///x",
            "http://a:80/",
            "http://u:p@h:80/x?%zz#f",
            "ftp://a:b:80/",
            "http://[::1]:80/",
            "http://[fe80::1%25en0]/",
            "x:%zz",
            "http://h%25x/",
        ];
        for url in urls {
            assert!(scheme(url.as_bytes()).is_some(), "{url}");
        }
        let others = [
            "",
            "/bin/app",
            "/a:b",
            "//anon",
            "[vdso]",
            ":x",
            "1:x",
            "a/b:c",
            "a b:c",
            "http://a b/",
            "http://a:b/",
            "http://a:1:80/",
            "http://h/%zz",
            "x:y#%z",
            "x:y\n",
            "http://[1.2.3.4]/",
            "http://[::1",
            "http://x[::1]/",
            "http://h%41/",
            "x:/%",
        ];
        for other in others {
            assert_eq!(scheme(other.as_bytes()), None, "{other}");
        }
    }
}
