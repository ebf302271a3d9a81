//! Recorded outputs for the tests: how one is compared with all that should be read from it.

use super::failure::Report;
use super::format::read;

/// Includes a recorded output by its name.
macro_rules! recorded {
    ($name:literal) => {
        include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/report/", $name, ".txt"))
    };
}
pub(super) use recorded;

/// Reads an output and compares all of it: `runner, passed, failed`, then a line `name @ place: first line` for each failure.
pub(super) fn check(output: &str, expected: &str) {
    let report = read(output, &["/project"]);
    assert_eq!(shown(&report), expected.trim());
}

/// Shows a report the way that `check` expects it.
pub(super) fn shown(report: &Report) -> String {
    let count = |count: Option<usize>| count.map_or("-".to_owned(), |count| count.to_string());
    let runner = report.runner.unwrap_or("-");
    let mut out = format!("{runner}, {}, {}", count(report.passed), count(report.failed));
    for failure in &report.failures {
        let place = failure.place.as_ref().map_or("-".to_owned(), ToString::to_string);
        let first = failure.message.lines().next().unwrap_or("");
        out.push_str(&format!("\n{} @ {place}: {first}", failure.name));
    }
    out
}
