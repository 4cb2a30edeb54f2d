//! Values as people read them: units, scaling, percentages, in pprof's rules and rounding.
//!
//! It knows numbers and unit names, no profile.

struct Unit {
    name: &'static str,
    /// In lower case, singular.
    aliases: &'static [&'static str],
    factor: f64,
}

struct Family {
    units: &'static [Unit],
    /// Index of the unit that is used where none fits.
    default: usize,
}

const fn unit(name: &'static str, aliases: &'static [&'static str], factor: f64) -> Unit {
    Unit {
        name,
        aliases,
        factor,
    }
}

const KIB: f64 = 1024.0;

const FAMILIES: [Family; 3] = [
    Family {
        units: &[
            unit("B", &["b", "byte"], 1.0),
            unit("kB", &["kb", "kbyte", "kilobyte"], KIB),
            unit("MB", &["mb", "mbyte", "megabyte"], KIB * KIB),
            unit("GB", &["gb", "gbyte", "gigabyte"], KIB * KIB * KIB),
            unit("TB", &["tb", "tbyte", "terabyte"], KIB * KIB * KIB * KIB),
            unit(
                "PB",
                &["pb", "pbyte", "petabyte"],
                KIB * KIB * KIB * KIB * KIB,
            ),
        ],
        default: 0,
    },
    Family {
        units: &[
            unit("ns", &["ns", "nanosecond"], 1.0),
            unit("us", &["μs", "us", "microsecond"], 1e3),
            unit("ms", &["ms", "millisecond"], 1e6),
            unit("s", &["s", "sec", "second"], 1e9),
            unit("hrs", &["hour", "hr"], 3600e9),
        ],
        default: 3,
    },
    Family {
        units: &[
            unit("n*GCU", &["nanogcu"], 1e-9),
            unit("u*GCU", &["microgcu"], 1e-6),
            unit("m*GCU", &["milligcu"], 1e-3),
            unit("GCU", &["gcu"], 1.0),
            unit("k*GCU", &["kilogcu"], 1e3),
            unit("M*GCU", &["megagcu"], 1e6),
            unit("G*GCU", &["gigagcu"], 1e9),
            unit("T*GCU", &["teragcu"], 1e12),
            unit("P*GCU", &["petagcu"], 1e15),
        ],
        default: 3,
    },
];

impl Family {
    fn find(&self, name: &str) -> Option<&'static Unit> {
        let lower = name.to_lowercase();
        let singular = if lower.len() > 2 {
            lower.strip_suffix('s').unwrap_or(&lower)
        } else {
            &lower
        };
        self.units
            .iter()
            .find(|unit| unit.aliases.contains(&singular))
    }

    /// The largest unit of which there is at least one.
    fn fitting(&self, value: f64) -> Option<&'static Unit> {
        let fits = self.units.iter().filter(|unit| value / unit.factor >= 1.0);
        fits.max_by(|a, b| a.factor.total_cmp(&b.factor))
    }
}

/// Whether one can be converted to the other.
pub(super) fn are_of_one_family(a: &str, b: &str) -> bool {
    FAMILIES
        .iter()
        .any(|family| family.find(a).is_some() && family.find(b).is_some())
}

/// `value` in the unit `to`, and that unit's name. `minimum` and `auto` stand for the largest unit of which there is one.
pub(super) fn scale(value: i64, from: &str, to: &str) -> (f64, String) {
    if value < 0 && value != i64::MIN {
        let (scaled, unit) = scale(-value, from, to);
        return (-scaled, unit);
    }
    for family in &FAMILIES {
        let Some(source) = family.find(from) else {
            continue;
        };
        let base = value as f64 * source.factor;
        let target = match to {
            "minimum" | "auto" => family.fitting(base),
            _ => family.find(to),
        };
        let target = target.unwrap_or(&family.units[family.default]);
        return (base / target.factor, target.name.to_owned());
    }
    match to {
        "count" | "sample" | "unit" | "minimum" | "auto" => (value as f64, String::new()),
        _ => (value as f64, to.to_owned()),
    }
}

/// A value with its unit: `1.50s`, `2MB`, `0`.
pub(super) fn scaled_label(value: i64, from: &str, to: &str) -> String {
    let (scaled, unit) = scale(value, from, to);
    let number = format!("{scaled:.2}");
    match number.strip_suffix(".00").unwrap_or(&number) {
        "0" | "-0" => "0".to_owned(),
        number => format!("{number}{unit}"),
    }
}

/// A value in the largest unit that fits.
pub(super) fn label(value: i64, unit: &str) -> String {
    scaled_label(value, unit, "auto")
}

/// How much of `total` the value is, in five columns and a percent sign; without its sign.
pub(super) fn percentage(value: i64, total: i64) -> String {
    let percent = if total == 0 {
        0.0
    } else {
        (value as f64 / total as f64).abs() * 100.0
    };
    if (99.95..=100.05).contains(&percent) {
        "  100%".to_owned()
    } else if percent >= 1.0 {
        format!("{percent:5.2}%")
    } else {
        format!("{:>5}%", two_digits(percent))
    }
}

/// C's `%.2g`: two significant digits, an exponent below 1e-4, no trailing zeros.
fn two_digits(value: f64) -> String {
    if value == 0.0 {
        return "0".to_owned();
    }
    let scientific = format!("{value:.1e}");
    let (digits, exponent) = scientific.split_once('e').expect("an exponent");
    let exponent: i32 = exponent.parse().expect("a number");
    let trimmed = |digits: &str| {
        digits
            .trim_end_matches('0')
            .trim_end_matches('.')
            .to_owned()
    };
    if !(-4..2).contains(&exponent) {
        let sign = if exponent < 0 { '-' } else { '+' };
        return format!("{}e{sign}{:02}", trimmed(digits), exponent.abs());
    }
    let decimals = (1 - exponent).max(0) as usize;
    let fixed = format!("{value:.decimals$}");
    if decimals == 0 {
        fixed
    } else {
        trimmed(&fixed)
    }
}

/// What Go makes of a float on amd64: everything that does not fit is the smallest integer.
pub(super) fn truncated(value: f64) -> i64 {
    // 2^63 is exactly representable; the largest i64 is not.
    if (-9_223_372_036_854_775_808.0..9_223_372_036_854_775_808.0).contains(&value) {
        value as i64
    } else {
        i64::MIN
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_take_the_largest_unit_that_fits() {
        assert_eq!(label(0, "nanoseconds"), "0");
        assert_eq!(label(1_500_000_000, "nanoseconds"), "1.50s");
        assert_eq!(label(-10_000_000, "ns"), "-10ms");
        assert_eq!(label(5_400, "seconds"), "1.50hrs");
        assert_eq!(label(2 << 20, "bytes"), "2MB");
        assert_eq!(label(7, "cycles"), "7");
        // The length of μs is three bytes, so its s is taken for a plural, and nothing is called μ.
        assert_eq!(label(7, "μs"), "7");
        assert_eq!(label(i64::MIN, "nanoseconds"), "-9223372036.85s");
    }

    #[test]
    fn a_unit_may_be_asked_for() {
        assert_eq!(scaled_label(1_500_000, "nanoseconds", "ms"), "1.50ms");
        assert_eq!(scaled_label(1_000, "nanoseconds", "s"), "0");
        assert_eq!(scaled_label(1_000, "ms", "fortnights"), "1s");
        assert_eq!(scaled_label(7, "cycles", "cycles"), "7cycles");
        assert_eq!(scaled_label(7, "cycles", "count"), "7");
    }

    #[test]
    fn percentages_have_five_columns() {
        let cases = [
            (0, 1, "    0%"),
            (1, 200, "  0.5%"),
            (89, 1_000_000, "0.0089%"),
            (1, 1_000_000_000, "1e-07%"),
        ];
        for (value, total, expected) in cases {
            assert_eq!(percentage(value, total), expected);
        }
        assert_eq!(
            percentage(995, 100_000),
            "    1%",
            "0.995 rounds to two digits: 0.99 or 1"
        );
        assert_eq!(percentage(9996, 10_000), "  100%");
        assert_eq!(percentage(-2, 1), "200.00%");
        assert_eq!(percentage(5, 0), "    0%");
        assert_eq!(percentage(502, 10_000), " 5.02%");
    }

    #[test]
    fn floats_that_do_not_fit_become_the_smallest_integer() {
        assert_eq!(truncated(-1.9), -1);
        assert_eq!(truncated(1e30), i64::MIN);
        assert_eq!(truncated(f64::NAN), i64::MIN);
    }
}
