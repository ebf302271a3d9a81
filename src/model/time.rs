//! Points in time as they stand in files: UTC, whole seconds.

use std::fmt;
use std::time::Duration;

use chrono::{DateTime, SubsecRound, Utc};
use serde::{Deserialize, Serialize};

/// A moment, written `2026-11-20T09:12:03Z`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(extend("pattern" = r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")))]
pub struct Timestamp(DateTime<Utc>);

/// The last second that is written with a year of four digits.
const END: i64 = 253_402_300_799;

impl Timestamp {
    /// Takes a moment from the clock and cuts it to whole seconds.
    pub fn new(moment: DateTime<Utc>) -> Timestamp {
        Timestamp(moment.trunc_subsecs(0))
    }

    /// Reads RFC 3339, or a date alone as its midnight.
    pub fn parse(text: &str) -> Option<Timestamp> {
        if let Some(moment) = usual(text) {
            return Some(Timestamp(moment));
        }
        if let Ok(moment) = DateTime::parse_from_rfc3339(text) {
            return Some(Timestamp::new(moment.with_timezone(&Utc)));
        }
        let date = chrono::NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()?;
        Some(Timestamp(date.and_hms_opt(0, 0, 0)?.and_utc()))
    }

    /// That much later, but never later than can be written and read again.
    pub fn after(self, duration: Duration) -> Timestamp {
        let delta = chrono::TimeDelta::from_std(duration).unwrap_or(chrono::TimeDelta::MAX);
        let end = DateTime::from_timestamp(END, 0).expect("a year of four digits");
        Timestamp(self.0.checked_add_signed(delta).map_or(end, |later| later.min(end)))
    }

    /// Seconds from `earlier` to this, negative if it is not earlier.
    pub fn seconds_since(self, earlier: Timestamp) -> i64 {
        (self.0 - earlier.0).num_seconds()
    }

    /// Seconds since 1970.
    pub fn unix(self) -> i64 {
        self.0.timestamp()
    }

    /// The day alone, `2026-11-20`.
    pub fn date(self) -> String {
        self.0.format("%Y-%m-%d").to_string()
    }

    /// The week as in ISO 8601, `2026-W47`.
    pub fn week(self) -> String {
        self.0.format("%G-W%V").to_string()
    }

    /// The moment with that many seconds since 1970.
    pub fn from_unix(seconds: i64) -> Timestamp {
        Timestamp(DateTime::from_timestamp(seconds, 0).unwrap_or_default())
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.format("%Y-%m-%dT%H:%M:%SZ"))
    }
}

impl TryFrom<String> for Timestamp {
    type Error = String;

    fn try_from(text: String) -> Result<Timestamp, String> {
        Timestamp::parse(&text).ok_or_else(|| format!("`{text}` is not a time such as 2026-11-20T09:12:03Z"))
    }
}

impl From<Timestamp> for String {
    fn from(time: Timestamp) -> String {
        time.to_string()
    }
}

/// Says a span of time in its largest useful units: `45s`, `12m`, `3h 20m`, `5d`.
pub fn span(seconds: i64) -> String {
    let seconds = seconds.max(0);
    match seconds {
        0..60 => format!("{seconds}s"),
        60..3600 => format!("{}m", seconds / 60),
        3600..86400 if seconds % 3600 < 60 => format!("{}h", seconds / 3600),
        3600..86400 => format!("{}h {}m", seconds / 3600, seconds % 3600 / 60),
        _ => format!("{}d", seconds / 86400),
    }
}

/// Reads a duration such as `90s`, `10m`, `2h` or `3d`; a bare number is seconds.
pub fn parse_duration(text: &str) -> Option<Duration> {
    let text = text.trim();
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let number: u64 = digits.trim().parse().ok()?;
    let factor = match &text[digits.len()..] {
        "" | "s" => 1,
        "m" => 60,
        "h" => 3600,
        "d" => 86400,
        _ => return None,
    };
    number.checked_mul(factor).map(Duration::from_secs)
}

/// Reads a moment as the tool writes it, `2026-11-20T09:12:03Z`: a board has thousands.
fn usual(text: &str) -> Option<DateTime<Utc>> {
    let bytes: &[u8; 20] = text.as_bytes().try_into().ok()?;
    let number = |range: std::ops::Range<usize>| {
        bytes[range]
            .iter()
            .try_fold(0, |number: u32, digit| digit.is_ascii_digit().then(|| number * 10 + u32::from(digit - b'0')))
    };
    let is_apart = [(4, b'-'), (7, b'-'), (10, b'T'), (13, b':'), (16, b':'), (19, b'Z')];
    if is_apart.into_iter().any(|(place, mark)| bytes[place] != mark) {
        return None;
    }
    let date = chrono::NaiveDate::from_ymd_opt(number(0..4)?.try_into().ok()?, number(5..7)?, number(8..10)?)?;
    Some(date.and_hms_opt(number(11..13)?, number(14..16)?, number(17..19)?)?.and_utc())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_moment_is_later_than_can_be_read_again() {
        let last = Timestamp::parse("9999-12-31T23:59:59Z").expect("a moment");
        assert_eq!(last.after(Duration::from_secs(7200)), last);
        assert_eq!(last.after(Duration::MAX), last);
        assert_eq!(Timestamp::parse(&last.after(Duration::from_secs(1)).to_string()), Some(last));
    }

    #[test]
    fn durations_are_read_with_their_units() {
        assert_eq!(parse_duration("10m"), Some(Duration::from_secs(600)));
        assert_eq!(parse_duration("2h"), Some(Duration::from_secs(7200)));
        assert_eq!(parse_duration("45"), Some(Duration::from_secs(45)));
        assert_eq!(parse_duration("ten"), None);
        assert_eq!(parse_duration("1w"), None);
        assert_eq!(parse_duration("99999999999999999999d"), None);
    }

    #[test]
    fn spans_are_said_in_their_largest_units() {
        let said: Vec<_> = [0, 59, 60, 3600, 5400, 86400 * 3].map(span).to_vec();
        assert_eq!(said, ["0s", "59s", "1m", "1h", "1h 30m", "3d"]);
    }

    #[test]
    fn a_moment_as_the_tool_writes_it_is_read_as_any_other() {
        let mut rng = fastrand::Rng::with_seed(5);
        let mut read = 0;
        for round in 0..20_000 {
            let mut two = || rng.u8(0..=62);
            let [month, day, hour, minute, second] = [two() % 14, two() % 33, two() % 26, two(), two()];
            let year = ["2026", "2024", "0000", "9999"][round % 4];
            let mut text = format!("{year}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z");
            if round % 8 == 7 {
                let at = rng.usize(0..text.len());
                text.replace_range(at..=at, ["x", "+", " ", "0", "é"][rng.usize(0..5)]);
            }
            let Some(moment) = usual(&text) else { continue };
            read += 1;
            assert_eq!(DateTime::parse_from_rfc3339(&text).map(|time| time.with_timezone(&Utc)), Ok(moment), "{text}");
        }
        assert!(read > 100, "only {read} were moments");
    }
}
