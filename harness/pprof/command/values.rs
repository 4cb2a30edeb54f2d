//! The values of flags as Go's `strconv` spells them: bools, integers, numbers.
//!
//! It knows no flag by name.

use super::flags::Flag;

/// `1`, `t`, `true` and their opposites.
pub(super) fn parse_bool(flag: &Flag) -> Result<bool, String> {
    match flag.value.as_str() {
        "1" | "t" | "T" | "true" | "TRUE" | "True" => Ok(true),
        "0" | "f" | "F" | "false" | "FALSE" | "False" => Ok(false),
        other => Err(format!(
            "invalid boolean value {other:?} for -{}: parse error",
            flag.name
        )),
    }
}

/// `0x1f`, `0o17`, `017`, `0b1`, `1_000`.
pub(super) fn parse_integer(flag: &Flag) -> Result<i64, String> {
    integer(&flag.value).ok_or_else(|| refusal(flag))
}

/// `2`, `.5`, `1e3`, `1_000`, `0x1p-4`, `inf`, `nan`.
pub(super) fn parse_number(flag: &Flag) -> Result<f64, String> {
    number(&flag.value).ok_or_else(|| refusal(flag))
}

fn refusal(flag: &Flag) -> String {
    format!(
        "invalid value {:?} for flag -{}: parse error",
        flag.value, flag.name
    )
}

/// Whether it is negative, and what follows the sign.
fn sign(text: &str) -> (bool, &str) {
    match text.strip_prefix('-') {
        Some(size) => (true, size),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    }
}

fn integer(text: &str) -> Option<i64> {
    let (is_negative, size) = sign(text);
    let lower = size.to_ascii_lowercase();
    let based = [("0x", 16), ("0b", 2), ("0o", 8), ("0", 8)]
        .into_iter()
        .find_map(|(prefix, radix)| Some((lower.strip_prefix(prefix)?, radix)));
    let (digits, radix) = based
        .filter(|(digits, _)| !digits.is_empty())
        .unwrap_or((&lower, 10));
    if digits.starts_with(['+', '-']) || !has_good_underscores(&lower) {
        return None;
    }
    let sign = if is_negative { "-" } else { "" };
    i64::from_str_radix(&format!("{sign}{}", digits.replace('_', "")), radix).ok()
}

fn number(text: &str) -> Option<f64> {
    let (is_negative, size) = sign(text);
    let lower = size.to_ascii_lowercase();
    let has_sign = size.len() != text.len();
    let value = match lower.as_str() {
        "inf" | "infinity" => f64::INFINITY,
        "nan" if !has_sign => f64::NAN,
        // What Rust reads beyond Go's digits is only these words, and a second sign.
        _ if lower.starts_with(['+', '-', 'i', 'n']) || !has_good_underscores(&lower) => {
            return None;
        }
        _ => {
            let digits = lower.replace('_', "");
            let value = match digits.strip_prefix("0x") {
                Some(digits) => hexadecimal(digits)?,
                None => digits.parse().ok()?,
            };
            Some(value).filter(|value: &f64| value.is_finite())?
        }
    };
    Some(if is_negative { -value } else { value })
}

/// `1.8p-4`: hexadecimal digits, and an exponent of 2, which must be there.
fn hexadecimal(text: &str) -> Option<f64> {
    let (digits, exponent) = text.split_once('p')?;
    let mut exponent: i32 = exponent.parse().ok()?;
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let mut mantissa = 0u128;
    for digit in whole.chars().chain(fraction.chars()) {
        let digit = digit.to_digit(16)?;
        if mantissa >> 120 == 0 {
            mantissa = mantissa << 4 | u128::from(digit);
        } else {
            // Beyond what a f64 can tell apart, except from a tie.
            mantissa |= u128::from(digit != 0);
            exponent = exponent.checked_add(4)?;
        }
    }
    let shift = i32::try_from(fraction.len()).ok()?.checked_mul(4)?;
    exponent = exponent.checked_sub(shift)?;
    // In two steps: a power of its own may be out of reach where the product is not.
    let half = exponent / 2;
    let value = mantissa as f64 * 2f64.powi(half) * 2f64.powi(exponent - half);
    (!whole.is_empty() || !fraction.is_empty()).then_some(value)
}

/// Underscores stand between digits, or behind the prefix of a base.
fn has_good_underscores(lower: &str) -> bool {
    let is_hexadecimal = lower.starts_with("0x");
    let has_base = is_hexadecimal || lower.starts_with("0b") || lower.starts_with("0o");
    let digits = if has_base { &lower[2..] } else { lower };
    let is_digit = |c: char| c.is_ascii_digit() || (is_hexadecimal && c.is_ascii_hexdigit());
    let mut before = if has_base { '0' } else { '^' };
    for c in digits.chars().chain(['^']) {
        let follows_digit = is_digit(before);
        if (c == '_' && !follows_digit) || (before == '_' && !is_digit(c)) {
            return false;
        }
        before = c;
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Which are read, and as what: strconv.ParseInt(text, 0, 64) of Go 1.27.
    #[test]
    fn integers_are_spelled_as_in_go() {
        let good = [
            ("0", 0),
            ("-7", -7),
            ("+7", 7),
            ("0x1F", 31),
            ("017", 15),
            ("0o17", 15),
            ("0b11", 3),
            ("1_000", 1000),
            ("0x_1f", 31),
            ("0_7", 7),
            ("-9223372036854775808", i64::MIN),
        ];
        for (text, value) in good {
            assert_eq!(integer(text), Some(value), "{text}");
        }
        let bad = [
            "",
            "-",
            "x",
            "08",
            "1__0",
            "_1",
            "1_",
            "0x",
            "--1",
            "0x-1",
            "1.0",
            "9223372036854775808",
        ];
        for text in bad {
            assert_eq!(integer(text), None, "{text}");
        }
    }

    /// The same of strconv.ParseFloat.
    #[test]
    fn numbers_are_spelled_as_in_go() {
        let good = [
            ("2", 2.0),
            (".5", 0.5),
            ("5.", 5.0),
            ("-1e3", -1000.0),
            ("1_0.5", 10.5),
            ("0x1p4", 16.0),
            ("0x1.8P-1", 0.75),
            ("0x_1p+0", 1.0),
            ("0x.8p0", 0.5),
            ("0x1p-1074", 5e-324),
            ("-Inf", f64::NEG_INFINITY),
            ("infinity", f64::INFINITY),
            ("1e-999", 0.0),
        ];
        for (text, value) in good {
            assert_eq!(number(text), Some(value), "{text}");
        }
        assert!(number("NaN").is_some_and(f64::is_nan));
        let bad = [
            "", "-", ".", "e1", "1e", "+nan", "in", "1e999", "0x1", "0x1p9999", "0xp1", "1__0",
            "1_.5", "--1", "+-inf",
        ];
        for text in bad {
            assert_eq!(number(text), None, "{text}");
        }
    }
}
