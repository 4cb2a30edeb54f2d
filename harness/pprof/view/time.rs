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
        // The ends of the range must not panic, whatever the zone.
        for time_nanos in [i64::MIN, i64::MAX] {
            assert!(!local(time_nanos).is_empty());
        }
    }
}
