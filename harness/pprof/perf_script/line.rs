//! One line of what `perf script` prints: the head of an event, or a frame.
//!
//! `COMM [PID/]TID [CPU] TIME: PERIOD EVENT:`, and without call chains one frame behind it; `ADDRESS SYMBOL+OFFSET (FILE)` or
//! `ADDRESS SYMBOL (inlined)`. It knows lines and not what follows what.

use std::sync::LazyLock;

use regex::Regex;

/// The command name may have spaces and digits in it; the last thing that looks like a thread and a time is them.
static HEAD: LazyLock<Regex> = LazyLock::new(|| {
    let pattern = r"^\s*(?<comm>.*)\s+(?:-?\d+/)?(?<tid>-?\d+)\s+(?:\[\d+\]\s+)?\d+\.\d+:(?:\s+(?<rest>.*))?$";
    Regex::new(pattern).expect("a valid expression")
});

static COUNTED: LazyLock<Regex> = LazyLock::new(|| {
    let pattern = r"^(?<period>\d+)(?:\s+(?<event>\S+):)?(?:\s+(?<frame>.*))?$";
    Regex::new(pattern).expect("a valid expression")
});

static LOST: LazyLock<Regex> = LazyLock::new(|| {
    let pattern = r"^PERF_RECORD_LOST(?:_SAMPLES)?\s+lost\s+(\d+)";
    Regex::new(pattern).expect("a valid expression")
});

/// The head of an event.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Head<'a> {
    Sample(Sample<'a>),
    /// Events that the kernel had no room for.
    Lost(i64),
    /// Something of which no sample comes: a new mapping, say.
    Other,
}

#[derive(Debug, PartialEq, Eq)]
pub(super) struct Sample<'a> {
    pub(super) comm: &'a str,
    pub(super) tid: &'a str,
    pub(super) period_ns: i64,
    /// Leaf first. Without call chains the only one stands on the same line.
    pub(super) frames: Vec<Frame<'a>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Frame<'a> {
    /// As perf prints it.
    pub(super) address: u64,
    /// Without the offset; "" where perf knows none.
    pub(super) symbol: &'a str,
    /// "" where perf knows none, and for an inlined frame.
    pub(super) file: &'a str,
    pub(super) is_inlined: bool,
}

impl<'a> Head<'a> {
    /// `None` if it is no head; what is wrong with one.
    pub(super) fn parse(line: &'a str) -> Option<Result<Head<'a>, &'static str>> {
        let head = HEAD.captures(line)?;
        let text = |name: &str| head.name(name).map_or("", |part| part.as_str());
        let rest = text("rest").trim_end();
        if rest.starts_with("PERF_RECORD_") {
            let lost = LOST.captures(rest).map(|lost| lost[1].parse());
            return Some(match lost {
                Some(Ok(lost)) => Ok(Head::Lost(lost)),
                Some(Err(_)) => Err("more lost than there can be"),
                None => Ok(Head::Other),
            });
        }
        let sample = Sample::parse(text("comm").trim_end(), text("tid"), rest);
        Some(sample.map(Head::Sample))
    }
}

impl<'a> Sample<'a> {
    fn parse(comm: &'a str, tid: &'a str, rest: &'a str) -> Result<Sample<'a>, &'static str> {
        let counted = COUNTED
            .captures(rest)
            .ok_or("no period behind the time (perf script -F +period)")?;
        let text = |name: &str| counted.name(name).map(|part| part.as_str());
        if let Some(event) = text("event")
            && !["cpu-clock", "task-clock"].contains(&base(event))
        {
            return Err(
                "an event that does not count nanoseconds: neither cpu-clock nor task-clock",
            );
        }
        let period_ns = counted["period"]
            .parse()
            .map_err(|_| "a period above 2^63 ns")?;
        let frames = match text("frame").unwrap_or("").trim_end() {
            "" => Vec::new(),
            frame => vec![Frame::parse(frame).ok_or("no frame behind the period")?],
        };
        Ok(Sample {
            comm,
            tid,
            period_ns,
            frames,
        })
    }
}

/// The name of an event without its modifiers: `cpu-clock` of `cpu-clock:u`.
fn base(event: &str) -> &str {
    event.split([':', '/']).next().unwrap_or("")
}

impl<'a> Frame<'a> {
    pub(super) fn parse(line: &'a str) -> Option<Frame<'a>> {
        let line = line.trim();
        let (address, rest) = line.split_once([' ', '\t']).unwrap_or((line, ""));
        let (symbol, file) = split_file(rest.trim_start());
        let is_inlined = file == "inlined";
        let known = |name: &'a str| if name == "[unknown]" { "" } else { name };
        Some(Frame {
            address: hexadecimal(address)?,
            symbol: known(without_offset(symbol)),
            file: if is_inlined { "" } else { known(file) },
            is_inlined,
        })
    }
}

/// Digits alone: `from_str_radix` would also take a sign.
fn hexadecimal(digits: &str) -> Option<u64> {
    let is_digits = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    u64::from_str_radix(digits, 16).ok().filter(|_| is_digits)
}

/// `cpuHog` of `cpuHog+0xe`.
fn without_offset(symbol: &str) -> &str {
    match symbol.rsplit_once("+0x") {
        Some((name, offset)) if hexadecimal(offset).is_some() => name,
        _ => symbol,
    }
}

/// What is before and in the parentheses at the end; either may have some of its own: `f(int) (/tmp/app (deleted))`.
fn split_file(text: &str) -> (&str, &str) {
    if !text.ends_with(')') {
        return (text, "");
    }
    let mut depth = 0usize;
    for (at, byte) in text.bytes().enumerate().rev() {
        match byte {
            b')' => depth += 1,
            b'(' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            // This is the partner of the last byte.
            let is_file = at == 0 || text.as_bytes()[at - 1] == b' ';
            return match is_file {
                true => (text[..at].trim_end(), &text[at + 1..text.len() - 1]),
                false => (text, ""),
            };
        }
    }
    (text, "")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(line: &str) -> (&str, &str, i64, Vec<Frame<'_>>) {
        match Head::parse(line) {
            Some(Ok(Head::Sample(sample))) => {
                (sample.comm, sample.tid, sample.period_ns, sample.frames)
            }
            other => panic!("{line}: {other:?}"),
        }
    }

    fn frame(line: &str) -> (u64, &str, &str, bool) {
        let frame = Frame::parse(line).expect("a frame");
        (frame.address, frame.symbol, frame.file, frame.is_inlined)
    }

    #[test]
    fn heads_have_a_thread_and_a_period() {
        let brief = "hog 10122   665.671404:   10101010 ";
        assert_eq!(sample(brief), ("hog", "10122", 10_101_010, vec![]));
        let usual = "worker one 7/8 [001]   665.671404:   10101010 cpu-clock:u: ";
        assert_eq!(sample(usual), ("worker one", "8", 10_101_010, vec![]));
        let odd = "a 1 2.3: b 9   665.671404123:   5 task-clock:";
        assert_eq!(sample(odd), ("a 1 2.3: b", "9", 5, vec![]));
        let flat = "             add 13264   903.635590:   7 task-clock:      5627c3f0522e cpuHog+0xe (/tmp/hog)";
        let (comm, tid, period_ns, only) = sample(flat);
        assert_eq!((comm, tid, period_ns), ("add", "13264", 7));
        assert_eq!(
            only,
            [Frame::parse("5627c3f0522e cpuHog (/tmp/hog)").unwrap()]
        );
        assert_eq!(Head::parse("\t            122e cpuHog (/tmp/hog)"), None);
    }

    #[test]
    fn what_is_no_sample_is_lost_or_passed_over() {
        let lost = Head::parse("hog 1   902.189869: PERF_RECORD_LOST lost 5");
        assert_eq!(lost, Some(Ok(Head::Lost(5))));
        let lost = Head::parse("hog 1   902.189869: PERF_RECORD_LOST_SAMPLES lost 6");
        assert_eq!(lost, Some(Ok(Head::Lost(6))));
        let comm = Head::parse("hog 1   902.189869: PERF_RECORD_COMM exec: hog:1/1");
        assert_eq!(comm, Some(Ok(Head::Other)));
        let wrong = |line| Head::parse(line).unwrap().unwrap_err();
        assert!(wrong("hog 1   1.5: cpu-clock: ").starts_with("no period"));
        assert!(wrong("hog 1   1.5:").starts_with("no period"));
        assert!(wrong("hog 1   1.5: 77 cycles:u: ").starts_with("an event that does not"));
        assert!(wrong("hog 1   1.5: 99999999999999999999 ").starts_with("a period above"));
        assert!(wrong("hog 1   1.5: 77 cpu-clock: what").starts_with("no frame"));
    }

    #[test]
    fn frames_have_an_address_a_symbol_and_a_file() {
        assert_eq!(
            frame("\t 122e cpuHog+0xe (/tmp/a)"),
            (0x122e, "cpuHog", "/tmp/a", false)
        );
        assert_eq!(frame("\t 124e burn (inlined)"), (0x124e, "burn", "", true));
        assert_eq!(
            frame("\t ffffffffffffffff [unknown] ([unknown])"),
            (u64::MAX, "", "", false)
        );
        assert_eq!(
            frame("\t 9 [unknown] (/tmp/a (deleted))"),
            (9, "", "/tmp/a (deleted)", false)
        );
        assert_eq!(
            frame("\t 9 f(int (*)(int)) const+0x1f (/tmp/a b)"),
            (9, "f(int (*)(int)) const", "/tmp/a b", false)
        );
        assert_eq!(frame("\t 9 f(int)"), (9, "f(int)", "", false));
        assert_eq!(frame("\t 9"), (9, "", "", false));
        assert_eq!(frame("\t 9 (/tmp/a)"), (9, "", "/tmp/a", false));
        assert_eq!(frame("\t 9 f (/tmp/a)b)"), (9, "f (/tmp/a)b)", "", false));
        assert_eq!(Frame::parse("\t cpuHog (/tmp/a)"), None);
        assert_eq!(Frame::parse("\t 11223344556677889 f (/tmp/a)"), None);
        assert_eq!(Frame::parse("\t +9 f (/tmp/a)"), None);
        assert_eq!(Frame::parse(""), None);
    }
}
