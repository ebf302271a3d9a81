//! cargo nextest: a `FAIL` line for each failing test, what it printed below, and the same lines again in a summary.

use std::collections::HashSet;

use super::cargo_test;
use super::format::{Finding, Findings, Output, indent};

/// Outcomes that nextest calls failures.
const FAILING: [&str; 6] = ["FAIL", "TIMEOUT", "ABORT", "EXECFAIL", "FAIL + LEAK", "LEAK-FAIL"];

pub(super) fn read(output: &Output<'_>) -> Findings {
    let lines = &output.lines;
    let mut findings = Findings::default();
    let mut seen = HashSet::new();
    let mut at = 0;
    while at < lines.len() {
        if let Some((passed, failed)) = summary(lines[at]) {
            findings.add_passed(passed);
            findings.add_failed(failed);
        }
        let Some((status, name)) = failing(lines[at]) else {
            at += 1;
            continue;
        };
        let rest = &lines[at + 1..];
        let end = at
            + 1
            + rest
                .iter()
                .position(|line| status_line(line).is_some() || line.starts_with("────") || summary(line).is_some())
                .unwrap_or(rest.len());
        if seen.insert(name) {
            let inner: Vec<&str> = lines[at + 1..end]
                .iter()
                .map(|line| line.get(4.min(indent(line))..).unwrap_or(line))
                .filter(|line| !is_frame(line))
                .collect();
            let test = name.rsplit(' ').next().unwrap_or(name);
            let said: Vec<&str> = inner.iter().copied().filter(|line| ended(line).is_none()).collect();
            let mut failure = cargo_test::section(test, &said, &output.roots);
            if let Some(end) = inner.iter().find_map(|line| ended(line)) {
                let said = if failure.message == cargo_test::SILENT { "" } else { &failure.message };
                failure.message = format!("{end}\n{said}").trim_end().to_owned();
            } else if status == "TIMEOUT" && failure.message == cargo_test::SILENT {
                failure.message = "test timed out".to_owned();
            }
            findings.push(Finding { failure, lines: at..end, build: false });
        }
        at = end;
    }
    findings
}

/// Splits `FAIL [   0.005s] ( 1/16) crate::binary name` into the status and the name.
fn status_line(line: &str) -> Option<(&str, &str)> {
    let (status, rest) = line.strip_prefix("    ")?.trim_start().split_once(" [")?;
    let (time, rest) = rest.split_once("] ")?;
    if !time.trim_start_matches(['>', ' ']).trim_end().ends_with('s') || status.starts_with(char::is_lowercase) {
        return None;
    }
    let name = rest.strip_prefix('(').and_then(|rest| rest.split_once(") ")).map_or(rest, |(_, name)| name);
    Some((status, name.trim()))
}

fn failing(line: &str) -> Option<(&str, &str)> {
    let (status, name) = status_line(line)?;
    let known = FAILING.contains(&status) || status.starts_with("SIG") || status.ends_with(" FAIL");
    known.then_some((status, name))
}

fn summary(line: &str) -> Option<(usize, usize)> {
    let (_, counts) = line.trim_start().strip_prefix("Summary [")?.split_once(" run: ")?;
    let count = |word: &str| counts.split(", ").find_map(|part| part.split_once(word)?.0.trim().parse().ok());
    let failed: usize =
        ["failed", "timed out", "exec failed"].iter().filter_map(|word| count(&format!(" {word}"))).sum();
    Some((count(" passed").unwrap_or(0), failed))
}

/// Reads how a test ended that did not end by itself, as in `(test timed out)`.
fn ended(line: &str) -> Option<&str> {
    line.strip_prefix("(test ")?.strip_suffix(')')?;
    Some(&line[1..line.len() - 1])
}

/// Tells whether a line is one that nextest or libtest wraps around what the test printed.
fn is_frame(line: &str) -> bool {
    let line = line.trim();
    line.starts_with("running ") && line.ends_with(" test")
        || line == "failures:"
        || line.starts_with("test result: ")
        || line.starts_with("test ") && line.ends_with(" ... FAILED")
        || line.starts_with("stdout ───")
        || line.starts_with("stderr ───")
        || line.starts_with("---- ") && line.ends_with(" stdout ----")
}

#[cfg(test)]
mod tests {
    use super::super::fixtures::{check, recorded};

    #[test]
    fn reads_plain_and_coloured_output() {
        check(
            recorded!("nextest-0.9.143-workspace"),
            r#"
nextest, 2, 14
tests::adds_with_a_reason @ ledger/src/lib.rs:21:9: assertion `left == right` failed: one line of 1.50
tests::adds_two_amounts @ ledger/src/lib.rs:14:9: assertion `left == right` failed
tests::index_out_of_bounds @ ledger/src/lib.rs:76:27: index out of bounds: the len is 0 but the index is 3
tests::long_struct @ ledger/src/lib.rs:69:9: unexpected entry
tests::multiline_values @ ledger/src/lib.rs:62:9: assertion `left == right` failed
tests::panics_in_a_thread @ ledger/src/lib.rs:81:68: worker gave up
tests::panics_with_the_wrong_words @ money/src/lib.rs:9:47: panic did not contain expected string
tests::parses_whole_amounts @ money/src/lib.rs:9:47: an amount has a point
tests::returns_a_parse_error @ -: Error: ParseIntError { kind: InvalidDigit }
tests::refuses_nothing @ ledger/src/lib.rs:26:9: assertion failed: total(&[]) > 0
tests::returns_an_error @ -: Error: "the ledger is closed"
tests::should_have_panicked @ ledger/src/lib.rs:52:8: test did not panic as expected
tests::ünïcode_名前 @ ledger/src/lib.rs:36:9: assertion `left != right` failed
opening::balance_is_zero @ ledger/tests/books.rs:6:9: assertion `left == right` failed: opening balance
"#,
        );
    }

    #[test]
    fn reads_colours() {
        check(
            recorded!("nextest-0.9.143-colour"),
            r#"
nextest, 2, 14
tests::adds_with_a_reason @ ledger/src/lib.rs:21:9: assertion `left == right` failed: one line of 1.50
tests::adds_two_amounts @ ledger/src/lib.rs:14:9: assertion `left == right` failed
tests::index_out_of_bounds @ ledger/src/lib.rs:76:27: index out of bounds: the len is 0 but the index is 3
tests::long_struct @ ledger/src/lib.rs:69:9: unexpected entry
tests::multiline_values @ ledger/src/lib.rs:62:9: assertion `left == right` failed
tests::panics_in_a_thread @ ledger/src/lib.rs:81:68: worker gave up
tests::panics_with_the_wrong_words @ money/src/lib.rs:9:47: panic did not contain expected string
tests::parses_whole_amounts @ money/src/lib.rs:9:47: an amount has a point
tests::refuses_nothing @ ledger/src/lib.rs:26:9: assertion failed: total(&[]) > 0
tests::returns_a_parse_error @ -: Error: ParseIntError { kind: InvalidDigit }
tests::returns_an_error @ -: Error: "the ledger is closed"
tests::should_have_panicked @ ledger/src/lib.rs:52:8: test did not panic as expected
tests::ünïcode_名前 @ ledger/src/lib.rs:36:9: assertion `left != right` failed
opening::balance_is_zero @ ledger/tests/books.rs:6:9: assertion `left == right` failed: opening balance
"#,
        );
    }

    #[test]
    fn reads_timeouts_and_signals() {
        check(
            recorded!("nextest-0.9.143-timeout"),
            r#"
nextest, 1, 2
aborts @ -: test aborted with signal 6: SIGABRT
hangs @ -: test timed out
"#,
        );
    }
}
