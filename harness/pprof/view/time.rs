//! The time of collection, in the local zone, where Go looks for it.
//!
//! `TZ` unset: `/etc/localtime`; empty: UTC; a name: that file of the system's tables, and UTC if there is none.

use std::path::PathBuf;

use jiff::Timestamp;
use jiff::tz::TimeZone;

/// `2006-01-02 15:04:05 MST`.
pub(super) fn local(time_nanos: i64) -> String {
    let timestamp = Timestamp::from_nanosecond(time_nanos.into())
        .expect("64 bits of nanoseconds are within range");
    let zoned = timestamp.to_zoned(zone());
    zoned.strftime("%Y-%m-%d %H:%M:%S %Z").to_string()
}

/// `2006-01-02 15:04:05.999999999 -0700 MST`: no zeros at the end of the fraction, and none of it if it is zero.
pub(super) fn local_exact(time_nanos: i64) -> String {
    let timestamp = Timestamp::from_nanosecond(time_nanos.into())
        .expect("64 bits of nanoseconds are within range");
    let zoned = timestamp.to_zoned(zone());
    let fraction = format!(".{:09}", time_nanos.rem_euclid(1_000_000_000));
    let fraction = fraction.trim_end_matches('0').trim_end_matches('.');
    let (clock, zone) = (zoned.strftime("%Y-%m-%d %H:%M:%S"), zoned.strftime("%z %Z"));
    format!("{clock}{fraction} {zone}")
}

/// A duration as Go writes it: `1h2m3.5s`, `1.5ms`, `0s`.
pub(super) fn duration(nanos: i64) -> String {
    let sign = if nanos < 0 { "-" } else { "" };
    let size = nanos.unsigned_abs();
    let decimal = |unit_nanos: u64| {
        let fraction = format!("{:09}", size % unit_nanos * (1_000_000_000 / unit_nanos));
        let text = format!("{}.{fraction}", size / unit_nanos);
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    };
    match size {
        0 => "0s".to_owned(),
        1..1_000 => format!("{sign}{size}ns"),
        1_000..1_000_000 => format!("{sign}{}µs", decimal(1_000)),
        1_000_000..1_000_000_000 => format!("{sign}{}ms", decimal(1_000_000)),
        _ => {
            let minutes = size / 60_000_000_000;
            let seconds = format!("{}.{:09}", size / 1_000_000_000 % 60, size % 1_000_000_000);
            let seconds = seconds.trim_end_matches('0').trim_end_matches('.');
            match (minutes / 60, minutes % 60) {
                (0, 0) => format!("{sign}{seconds}s"),
                (0, minutes) => format!("{sign}{minutes}m{seconds}s"),
                (hours, minutes) => format!("{sign}{hours}h{minutes}m{seconds}s"),
            }
        }
    }
}

fn zone() -> TimeZone {
    let variable = std::env::var_os("TZ");
    let candidates = match variable.as_ref().map(|name| name.to_string_lossy()) {
        None => vec![PathBuf::from("/etc/localtime")],
        Some(name) => {
            let name = name.strip_prefix(':').unwrap_or(&name);
            if name.is_empty() {
                Vec::new()
            } else if name.starts_with('/') {
                vec![PathBuf::from(name)]
            } else {
                let tables = [
                    "/usr/share/zoneinfo",
                    "/usr/share/lib/zoneinfo",
                    "/usr/lib/locale/TZ",
                    "/etc/zoneinfo",
                ];
                tables.map(|table| PathBuf::from(table).join(name)).to_vec()
            }
        }
    };
    let table = candidates.iter().find_map(|path| std::fs::read(path).ok());
    table
        .and_then(|data| TimeZone::tzif("Local", &data).ok())
        .unwrap_or(TimeZone::UTC)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_layout_is_gos() {
        let utc = Timestamp::from_nanosecond(1_700_000_000_123_456_789)
            .expect("in range")
            .to_zoned(TimeZone::UTC);
        assert_eq!(
            utc.strftime("%Y-%m-%d %H:%M:%S %Z").to_string(),
            "2023-11-14 22:13:20 UTC"
        );
        assert_eq!(duration(200_000_000), "200ms");
        assert_eq!(duration(1_500), "1.5µs");
        assert_eq!(duration(16_509_000_000_000), "4h35m9s");
        assert_eq!(duration(-60_500_000_000), "-1m0.5s");
        // The ends of the range must not panic, whatever the zone.
        for time_nanos in [i64::MIN, i64::MAX] {
            assert!(!local(time_nanos).is_empty());
        }
    }
}
