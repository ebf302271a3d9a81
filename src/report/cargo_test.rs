//! libtest, as `cargo test` prints it: a section for each failing test, then a list of their names. Long because all that recorded outputs must give stands below.

use std::collections::{HashMap, HashSet};

use super::failure::{Failure, Place};
use super::format::{Finding, Findings, Output, message};
use super::roots::Roots;
use super::rustc;

/// What is said of a test that printed nothing.
pub(super) const SILENT: &str = "failed without saying why";

/// As many lines as are looked at around a process that died.
const BEFORE_DEATH: usize = 40;

/// What is known of the test binary whose output is being read.
#[derive(Default)]
struct Binary {
    sections: HashSet<String>,
    /// Where the uncaptured output of a test began, and its first words.
    regions: HashMap<String, (usize, usize)>,
    threads: HashMap<String, usize>,
    failures: usize,
}

pub(super) fn read(output: &Output<'_>) -> Findings {
    let lines = &output.lines;
    let mut findings = Findings::default();
    let mut binary = Binary::default();
    let mut succeeding = false;
    let mut at = 0;
    while at < lines.len() {
        let line = lines[at];
        if line == "successes:" || line == "failures:" {
            succeeding = line == "successes:";
            if !succeeding {
                at = read_names(output, at + 1, &mut binary, &mut findings);
                continue;
            }
        } else if let Some(name) = section_name(line) {
            let end = section_end(lines, at + 1);
            if !succeeding {
                let mut text = binary.region(lines, name);
                text.extend(&lines[at + 1..end]);
                let failure = section(name, &text, &output.roots);
                findings.push(Finding { failure, lines: at..end, build: false });
                binary.sections.insert(name.to_owned());
                binary.failures += 1;
            }
            at = end;
            continue;
        } else if let Some((passed, failed)) = counts(line) {
            findings.add_passed(passed);
            findings.add_failed(failed);
            binary = Binary { failures: binary.failures, ..Binary::default() };
            succeeding = false;
        } else if let Some((name, rest)) = running_test(line) {
            if !matches!(rest, "ok" | "FAILED" | "ignored") {
                binary.regions.insert(name.to_owned(), (at, line.len() - rest.len()));
            }
        } else if let Some((thread, _)) = panic_line(line) {
            binary.threads.entry(thread.to_owned()).or_insert(at);
        } else if line.starts_with("     Running ") {
            binary = Binary::default();
        } else if let Some(target) = line.strip_prefix("error: test failed, to rerun pass ") {
            if let Some(failure) = died(target, lines, at).filter(|_| binary.failures == 0) {
                findings.push(Finding { failure, lines: at..at + 1, build: false });
            }
            binary = Binary::default();
        }
        at += 1;
    }
    findings
}

/// Reads what one failing test printed.
pub(super) fn section(name: &str, lines: &[&str], roots: &Roots<'_>) -> Failure {
    let panics: Vec<usize> = (0..lines.len()).filter(|at| panic_line(lines[*at]).is_some()).take(50).collect();
    let own = panics
        .iter()
        .copied()
        .find(|at| panic_line(lines[*at]).is_some_and(|(thread, _)| thread == name || thread == "main"));
    let chosen = match own {
        Some(at) if lines.get(at + 1).is_some_and(|line| line.contains("Any { .. }")) => panics.first().copied(),
        Some(at) => Some(at),
        None => panics.first().copied(),
    };
    let failure = chosen.map(|at| panic(name, lines, at, roots));
    if let Some(at) = lines.iter().position(|line| line.starts_with("note: panic did not contain expected string")) {
        let text = message(
            std::iter::once("panic did not contain expected string").chain(lines[at + 1..].iter().copied().take(2)),
        );
        return Failure { name: name.to_owned(), message: text, place: failure.and_then(|failure| failure.place) };
    }
    if let Some(failure) = failure {
        return failure;
    }
    without_panic(name, lines, roots)
}

/// Splits a panic's line into the thread and what follows `panicked at`.
pub(super) fn panic_line(line: &str) -> Option<(&str, &str)> {
    let (thread, at) = line.strip_prefix("thread '")?.split_once(" panicked at ")?;
    let thread = match thread.rsplit_once(" (") {
        Some((thread, id)) if id.ends_with(')') => thread,
        _ => thread,
    };
    Some((thread.strip_suffix('\'').unwrap_or(thread), at))
}

fn panic(name: &str, lines: &[&str], at: usize, roots: &Roots<'_>) -> Failure {
    let header = panic_line(lines[at]).map_or("", |(_, header)| header);
    let rest = &lines[at + 1..];
    let length = rest.iter().position(|line| ends_panic(line)).unwrap_or(rest.len());
    let (text, place) = match (header.strip_suffix(':').and_then(|place| roots.place(place)), header.rsplit_once("', "))
    {
        (Some(place), _) => (message(rest[..length].iter().copied()), Some(place)),
        (None, Some((text, place))) => (text.trim_start_matches('\'').to_owned(), roots.place(place)),
        (None, None) => {
            (message(std::iter::once(header.trim_start_matches('\'')).chain(rest[..length].iter().copied())), None)
        }
    };
    let frames = rest[length..].iter().take(400).take_while(|line| panic_line(line).is_none());
    let frames = frames.filter_map(|line| line.trim_start().strip_prefix("at ")).filter_map(|frame| roots.place(frame));
    let message = if text.is_empty() { "panicked without a message".to_owned() } else { text };
    Failure { name: name.to_owned(), message, place: roots.best(place.into_iter().chain(frames)) }
}

fn ends_panic(line: &str) -> bool {
    line == "stack backtrace:"
        || ["note: run with `RUST_BACKTRACE", "note: panic did not", "note: test did not", "note: Some details"]
            .iter()
            .any(|note| line.starts_with(note))
        || panic_line(line).is_some()
}

/// Reads a section in which nothing panicked: an error returned, a doctest, or words of the test's own.
fn without_panic(name: &str, lines: &[&str], roots: &Roots<'_>) -> Failure {
    let name = name.to_owned();
    let place = doctest_place(&name, roots);
    for (at, line) in lines.iter().enumerate() {
        if let Some(note) = line.strip_prefix("note: test did not panic as expected") {
            let place = note.strip_prefix(" at ").and_then(|place| roots.place(place));
            return Failure { name, message: "test did not panic as expected".to_owned(), place };
        }
        if line.starts_with("Error: ") {
            return Failure { name, message: message(lines[at..].iter().copied()), place };
        }
        if let Some((error, _)) = rustc::error(&lines[at..], roots) {
            return Failure { name, message: format!("{}: {}", error.name, error.message), place: error.place };
        }
    }
    let last = lines.len().saturating_sub(12);
    let text = message(lines[last..].iter().copied());
    let message = if text.is_empty() { SILENT.to_owned() } else { text };
    Failure { name, message, place }
}

/// Takes the place from a doctest's name, `src/lib.rs - parse (line 5)`.
fn doctest_place(name: &str, roots: &Roots<'_>) -> Option<Place> {
    let (file, rest) = name.split_once(" - ")?;
    let line = rest.rsplit_once("(line ")?.1.strip_suffix(')')?;
    roots.place(&format!("{file}:{line}"))
}

impl Binary {
    /// Returns what a test printed without being captured.
    fn region<'a>(&self, lines: &[&'a str], name: &str) -> Vec<&'a str> {
        let start = match (self.regions.get(name), self.threads.get(name)) {
            (Some((at, column)), _) => Some((*at, *column)),
            (None, Some(at)) => Some((*at, 0)),
            (None, None) => None,
        };
        let Some((at, column)) = start else {
            return Vec::new();
        };
        let first = lines[at].get(column..).unwrap_or("");
        let rest = lines[at + 1..].iter().take(200).take_while(|line| {
            !matches!(**line, "FAILED" | "ok" | "failures:")
                && running_test(line).is_none()
                && (column > 0 || panic_line(line).is_none())
        });
        std::iter::once(first).chain(rest.copied()).collect()
    }
}

/// Reads the list of failing names; those that had no section are taken from what was not captured.
fn read_names(output: &Output<'_>, from: usize, binary: &mut Binary, findings: &mut Findings) -> usize {
    let mut at = from;
    while let Some(name) = output.lines.get(at).and_then(|line| line.strip_prefix("    ")) {
        if binary.sections.insert(name.to_owned()) {
            let text = binary.region(&output.lines, name);
            let failure = section(name, &text, &output.roots);
            findings.push(Finding { failure, lines: at..at + 1, build: false });
            binary.failures += 1;
        }
        at += 1;
    }
    at
}

fn section_name(line: &str) -> Option<&str> {
    let inner = line.strip_prefix("---- ")?.strip_suffix(" ----")?;
    inner.strip_suffix(" stdout").or_else(|| inner.strip_suffix(" stderr"))
}

fn section_end(lines: &[&str], from: usize) -> usize {
    let rest = &lines[from..];
    from + rest
        .iter()
        .position(|line| section_name(line).is_some() || *line == "failures:" || line.starts_with("test result: "))
        .unwrap_or(rest.len())
}

/// Splits `test name ... rest`.
fn running_test(line: &str) -> Option<(&str, &str)> {
    let (name, rest) = line.strip_prefix("test ")?.split_once(" ... ")?;
    Some((name.strip_suffix(" - should panic").unwrap_or(name), rest))
}

fn counts(line: &str) -> Option<(usize, usize)> {
    let (_, rest) = line.strip_prefix("test result: ")?.split_once(". ")?;
    let mut parts = rest.split("; ");
    let passed = parts.next()?.strip_suffix(" passed")?.parse().ok()?;
    let failed = parts.next()?.strip_suffix(" failed")?.parse().ok()?;
    Some((passed, failed))
}

/// Reads why a test binary ended before it could say what failed.
fn died(target: &str, lines: &[&str], at: usize) -> Option<Failure> {
    let cause = lines[at..]
        .iter()
        .take(4)
        .find_map(|line| line.trim_start().strip_prefix("process didn't exit successfully: "))?;
    let reason = cause.rsplit_once("` (").map_or(cause, |(_, reason)| reason.trim_end_matches(')'));
    let before = &lines[at.saturating_sub(BEFORE_DEATH)..at];
    let last_words = before.iter().filter(|line| {
        line.starts_with("thread '") || line.starts_with("fatal runtime error") || line.contains("memory allocation of")
    });
    let first = format!("the test process ended: {reason}");
    let overflown =
        before.iter().find(|line| line.ends_with(" has overflowed its stack")).and_then(|line| line.split('\'').nth(1));
    let name = overflown.map_or_else(|| format!("cargo test {}", target.trim_matches('`')), str::to_owned);
    Some(Failure { name, message: message(std::iter::once(first.as_str()).chain(last_words.copied())), place: None })
}

#[cfg(test)]
mod tests {
    use super::super::fixtures::{check, recorded};

    #[test]
    fn reads_a_workspace_with_doctests() {
        check(
            recorded!("cargo-1.95-workspace"),
            r#"
cargo test, 2, 17
tests::adds_with_a_reason @ ledger/src/lib.rs:21:9: assertion `left == right` failed: one line of 1.50
tests::adds_two_amounts @ ledger/src/lib.rs:14:9: assertion `left == right` failed
tests::index_out_of_bounds @ ledger/src/lib.rs:76:27: index out of bounds: the len is 0 but the index is 3
tests::long_struct @ ledger/src/lib.rs:69:9: unexpected entry
tests::multiline_values @ ledger/src/lib.rs:62:9: assertion `left == right` failed
tests::panics_with_the_wrong_words @ money/src/lib.rs:9:47: panic did not contain expected string
tests::parses_whole_amounts @ money/src/lib.rs:9:47: an amount has a point
tests::panics_in_a_thread @ ledger/src/lib.rs:81:68: worker gave up
tests::refuses_nothing @ ledger/src/lib.rs:26:9: assertion failed: total(&[]) > 0
tests::returns_a_parse_error @ -: Error: ParseIntError { kind: InvalidDigit }
tests::returns_an_error @ -: Error: "the ledger is closed"
tests::should_have_panicked @ ledger/src/lib.rs:52:8: test did not panic as expected
tests::ünïcode_名前 @ ledger/src/lib.rs:36:9: assertion `left != right` failed
opening::balance_is_zero @ ledger/tests/books.rs:6:9: assertion `left == right` failed: opening balance
money/src/lib.rs - format (line 15) @ money/src/lib.rs:17:14: error[E0308]: mismatched types
money/src/lib.rs - never (line 24) @ money/src/lib.rs:24: Test executable succeeded, but it's marked `should_panic`.
money/src/lib.rs - parse (line 5) @ money/src/lib.rs:5:1: assertion `left == right` failed
"#,
        );
    }

    #[test]
    fn reads_quiet_output() {
        check(
            recorded!("cargo-1.95-quiet"),
            r#"
cargo test, 2, 14
tests::adds_two_amounts @ ledger/src/lib.rs:14:9: assertion `left == right` failed
tests::adds_with_a_reason @ ledger/src/lib.rs:21:9: assertion `left == right` failed: one line of 1.50
tests::index_out_of_bounds @ ledger/src/lib.rs:76:27: index out of bounds: the len is 0 but the index is 3
tests::long_struct @ ledger/src/lib.rs:69:9: unexpected entry
tests::multiline_values @ ledger/src/lib.rs:62:9: assertion `left == right` failed
tests::panics_with_the_wrong_words @ money/src/lib.rs:9:47: panic did not contain expected string
tests::panics_in_a_thread @ ledger/src/lib.rs:81:68: worker gave up
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
    fn reads_backtraces() {
        check(
            recorded!("cargo-1.95-backtrace"),
            r#"
cargo test, 0, 3
tests::adds_two_amounts @ ledger/src/lib.rs:14:9: assertion `left == right` failed
tests::parses_whole_amounts @ money/src/lib.rs:9:47: an amount has a point
tests::panics_in_a_thread @ ledger/src/lib.rs:81:68: worker gave up
"#,
        );
    }

    #[test]
    fn reads_colours_of_cargo_and_of_the_harness() {
        let expected = r#"
cargo test, 1, 1
opening::balance_is_zero @ ledger/tests/books.rs:6:9: assertion `left == right` failed: opening balance
"#;
        check(recorded!("cargo-1.95-integration-colour"), expected);
        check(recorded!("cargo-1.95-harness-colour"), expected);
    }

    #[test]
    fn reads_uncaptured_output() {
        check(
            recorded!("cargo-1.95-nocapture"),
            r#"
cargo test, 1, 13
tests::panics_with_the_wrong_words @ money/src/lib.rs:9:47: panic did not contain expected string
tests::should_have_panicked @ ledger/src/lib.rs:52:8: test did not panic as expected
tests::adds_two_amounts @ ledger/src/lib.rs:14:9: assertion `left == right` failed
tests::adds_with_a_reason @ ledger/src/lib.rs:21:9: assertion `left == right` failed: one line of 1.50
tests::index_out_of_bounds @ ledger/src/lib.rs:76:27: index out of bounds: the len is 0 but the index is 3
tests::long_struct @ ledger/src/lib.rs:69:9: unexpected entry
tests::multiline_values @ ledger/src/lib.rs:62:9: assertion `left == right` failed
tests::panics_in_a_thread @ ledger/src/lib.rs:81:68: worker gave up
tests::parses_whole_amounts @ money/src/lib.rs:9:47: an amount has a point
tests::refuses_nothing @ ledger/src/lib.rs:26:9: assertion failed: total(&[]) > 0
tests::returns_a_parse_error @ -: Error: ParseIntError { kind: InvalidDigit }
tests::returns_an_error @ -: Error: "the ledger is closed"
tests::ünïcode_名前 @ ledger/src/lib.rs:36:9: assertion `left != right` failed
"#,
        );
        check(
            recorded!("cargo-1.95-nocapture-threads"),
            r#"
cargo test, 0, 5
tests::adds_two_amounts @ ledger/src/lib.rs:14:9: assertion `left == right` failed
tests::adds_with_a_reason @ ledger/src/lib.rs:21:9: assertion `left == right` failed: one line of 1.50
tests::panics_in_a_thread @ ledger/src/lib.rs:81:110: called `Result::unwrap()` on an `Err` value: Any { .. }
tests::returns_a_parse_error @ -: failed without saying why
tests::returns_an_error @ -: failed without saying why
"#,
        );
    }

    #[test]
    fn ignores_what_passing_tests_print() {
        check(
            recorded!("cargo-1.95-show-output"),
            r#"
cargo test, 1, 1
tests::adds_with_a_reason @ ledger/src/lib.rs:21:9: assertion `left == right` failed: one line of 1.50
"#,
        );
    }

    #[test]
    fn reads_only_the_first_binary_when_cargo_stops_there() {
        check(
            recorded!("cargo-1.95-first-binary"),
            r#"
cargo test, 1, 13
tests::adds_with_a_reason @ ledger/src/lib.rs:21:9: assertion `left == right` failed: one line of 1.50
tests::adds_two_amounts @ ledger/src/lib.rs:14:9: assertion `left == right` failed
tests::index_out_of_bounds @ ledger/src/lib.rs:76:27: index out of bounds: the len is 0 but the index is 3
tests::long_struct @ ledger/src/lib.rs:69:9: unexpected entry
tests::multiline_values @ ledger/src/lib.rs:62:9: assertion `left == right` failed
tests::panics_with_the_wrong_words @ money/src/lib.rs:9:47: panic did not contain expected string
tests::parses_whole_amounts @ money/src/lib.rs:9:47: an amount has a point
tests::panics_in_a_thread @ ledger/src/lib.rs:81:68: worker gave up
tests::refuses_nothing @ ledger/src/lib.rs:26:9: assertion failed: total(&[]) > 0
tests::returns_a_parse_error @ -: Error: ParseIntError { kind: InvalidDigit }
tests::returns_an_error @ -: Error: "the ledger is closed"
tests::should_have_panicked @ ledger/src/lib.rs:52:8: test did not panic as expected
tests::ünïcode_名前 @ ledger/src/lib.rs:36:9: assertion `left != right` failed
"#,
        );
    }

    #[test]
    fn tells_of_a_process_that_died() {
        check(
            recorded!("cargo-1.95-overflow"),
            r#"
cargo test, -, -
overflows @ -: the test process ended: signal: 6, SIGABRT: process abort signal
"#,
        );
        check(
            recorded!("cargo-1.95-abort"),
            r#"
cargo test, -, -
cargo test --lib @ -: the test process ended: signal: 6, SIGABRT: process abort signal
"#,
        );
        check(
            recorded!("cargo-1.95-exit"),
            r#"
cargo test, -, -
cargo test --lib @ -: the test process ended: exit status: 7
"#,
        );
    }
}
