//! The list of formats that are understood, and how what each of them finds becomes one report.

use std::collections::HashSet;
use std::ops::Range;

use super::clean::clean;
use super::failure::{Failure, Report};
use super::roots::{Roots, is_foreign};
use super::{
    cargo_test, eslint, go_test, jest, junit, mocha, nextest, node, pytest, rustc, tail, tap, tsc, unittest, vitest,
};

/// Every format, the ones that quote other tools' output before the ones that are quoted.
const FORMATS: [Format; 14] = [
    Format { runner: "JUnit XML", read: junit::read },
    Format { runner: "nextest", read: nextest::read },
    Format { runner: "cargo test", read: cargo_test::read },
    Format { runner: "pytest", read: pytest::read },
    Format { runner: "unittest", read: unittest::read },
    Format { runner: "vitest", read: vitest::read },
    Format { runner: "jest", read: jest::read },
    Format { runner: "mocha", read: mocha::read },
    Format { runner: "node", read: node::read },
    Format { runner: "TAP", read: tap::read },
    Format { runner: "go test", read: go_test::read },
    Format { runner: "rustc", read: rustc::read },
    Format { runner: "tsc", read: tsc::read },
    Format { runner: "eslint", read: eslint::read },
];

/// As much as is read of an output: its beginning and its end.
const HEAD: usize = 4 << 20;
const TAIL: usize = 8 << 20;

/// As many failures as one format may find, and as are kept in the end.
const FINDINGS: usize = 5000;
const FAILURES: usize = 1000;

/// As much as is read of one line; what is shown of it is far shorter.
const LINE: usize = 4 << 10;

/// As many lines as are kept of one message.
const MESSAGE_LINES: usize = 24;

/// A runner's way to print, and who understands it.
struct Format {
    runner: &'static str,
    read: fn(&Output<'_>) -> Findings,
}

/// A clean output, as the formats get it.
pub(super) struct Output<'a> {
    /// All of it, for what is not told by lines.
    pub(super) text: &'a str,
    /// Its lines, cut where they are endless, no blank one twice.
    pub(super) lines: Vec<&'a str>,
    pub(super) roots: Roots<'a>,
}

/// A failure and the lines that it was read from, which no later format reads again.
pub(super) struct Finding {
    pub(super) failure: Failure,
    pub(super) lines: Range<usize>,
    pub(super) build: bool,
}

/// All that one format found.
#[derive(Default)]
pub(super) struct Findings {
    pub(super) found: Vec<Finding>,
    pub(super) passed: Option<usize>,
    pub(super) failed: Option<usize>,
}

impl Findings {
    /// Adds what was found, unless there is far too much of it already.
    pub(super) fn push(&mut self, finding: Finding) {
        if self.found.len() < FINDINGS {
            self.found.push(finding);
        }
    }

    pub(super) fn extend(&mut self, found: impl IntoIterator<Item = Finding>) {
        found.into_iter().for_each(|finding| self.push(finding));
    }

    pub(super) fn add_passed(&mut self, count: usize) {
        *self.passed.get_or_insert(0) += count;
    }

    pub(super) fn add_failed(&mut self, count: usize) {
        *self.failed.get_or_insert(0) += count;
    }

    fn is_empty(&self) -> bool {
        self.found.is_empty() && self.passed.is_none() && self.failed.is_none()
    }
}

/// Reads what a run of checks printed; `roots` are the absolute folders that places become relative to.
pub fn read(output: &str, roots: &[&str]) -> Report {
    let (head, rest) = ends(output);
    let text = clean(head) + &clean(rest);
    let mut lines: Vec<&str> = text.lines().map(whole_words).collect();
    lines.dedup_by(|line, before| line.is_empty() && before.is_empty());
    let output = Output { text: &text, lines, roots: Roots::new(roots) };
    let tail = output.roots.relative_text(&tail::tail(&output.lines));
    let mut report = Report { tail, ..Report::default() };
    let mut found: Vec<Finding> = Vec::new();
    let mut runner = None;
    let mut owned = vec![false; output.lines.len()];
    for format in &FORMATS {
        let mut findings = (format.read)(&output);
        let before = !findings.found.is_empty();
        findings.found.retain(|finding| !owned.get(finding.lines.start).copied().unwrap_or(false));
        if before && findings.found.is_empty() || findings.is_empty() {
            continue;
        }
        for finding in &findings.found {
            let end = finding.lines.end.min(owned.len());
            owned[finding.lines.start.min(end)..end].fill(true);
        }
        runner = match runner {
            Some((name, true)) => Some((name, true)),
            Some((name, false)) if findings.found.is_empty() => Some((name, false)),
            _ => Some((format.runner, !findings.found.is_empty())),
        };
        report.passed = sum(report.passed, findings.passed);
        report.failed = sum(report.failed, findings.failed);
        found.append(&mut findings.found);
    }
    report.runner = runner.map(|(name, _)| name);
    report.failures = ordered(found, &output.roots);
    report
}

/// Builds a message of lines: no blank ones around or doubled, the common indentation gone.
pub(super) fn message<'a>(lines: impl IntoIterator<Item = &'a str>) -> String {
    let mut kept: Vec<&str> = Vec::new();
    for line in lines.into_iter().map(str::trim_end) {
        if line.is_empty() && kept.last().is_none_or(|last| last.is_empty()) {
            continue;
        }
        if kept.len() == MESSAGE_LINES {
            break;
        }
        kept.push(line);
    }
    while kept.last().is_some_and(|line| line.is_empty()) {
        kept.pop();
    }
    let indent = kept.iter().filter(|line| !line.is_empty()).map(|line| indent(line)).min().unwrap_or(0);
    let kept: Vec<&str> = kept.iter().map(|line| line.get(indent..).unwrap_or("")).collect();
    kept.join("\n")
}

/// Cuts an endless line after a word: half a secret would not be recognised.
fn whole_words(line: &str) -> &str {
    let kept = beginning(line, LINE);
    let end = if kept.len() < line.len() { kept.rfind(char::is_whitespace) } else { None };
    end.map_or(kept, |end| &kept[..end])
}

/// Returns at most so many bytes of a text, whole characters only.
pub(super) fn beginning(text: &str, length: usize) -> &str {
    let fits = |end: &usize| text.is_char_boundary(*end);
    let end = (0..=length.min(text.len())).rev().find(fits).unwrap_or(0);
    &text[..end]
}

/// Counts the spaces that a line begins with.
pub(super) fn indent(line: &str) -> usize {
    line.len() - line.trim_start_matches(' ').len()
}

/// Build errors first, own files before foreign ones, each thing once.
fn ordered(mut found: Vec<Finding>, roots: &Roots<'_>) -> Vec<Failure> {
    found.sort_by_key(|finding| {
        let foreign = finding.failure.place.as_ref().is_some_and(|place| is_foreign(&place.file));
        (!finding.build, foreign, finding.lines.start)
    });
    let mut seen = HashSet::new();
    let relative = |failure: Failure| Failure {
        name: roots.relative_text(&failure.name),
        message: roots.relative_text(&failure.message),
        place: failure.place,
    };
    let mut failures: Vec<Failure> = found.into_iter().map(|finding| relative(finding.failure)).collect();
    failures.retain(|failure| seen.insert(failure.clone()));
    failures.truncate(FAILURES);
    failures
}

fn sum(one: Option<usize>, other: Option<usize>) -> Option<usize> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.saturating_add(other)),
        (one, other) => one.or(other),
    }
}

/// Cuts the middle out of an endless output, whole lines only: half a secret would not be recognised.
fn ends(output: &str) -> (&str, &str) {
    if output.len() <= HEAD + TAIL {
        return (output, "");
    }
    let bytes = output.as_bytes();
    let head = bytes[..HEAD].iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
    let from = bytes.len() - TAIL;
    let rest = bytes[from..].iter().position(|byte| *byte == b'\n').map_or(bytes.len(), |at| from + at + 1);
    (&output[..head], &output[rest..])
}

#[cfg(test)]
mod tests {
    use super::super::fixtures::{check, recorded};

    #[test]
    fn reads_one_runner_after_another() {
        check(
            recorded!("cargo-1.95-then-pytest-9.2"),
            r#"
cargo test, 0, 2
adds @ src/lib.rs:3:5: assertion `left == right` failed
tests/test_adds.py::test_adds @ tests/test_adds.py:2: assert (1 + 1) == 3
"#,
        );
    }

    #[test]
    fn has_only_a_tail_for_what_nobody_knows() {
        check(
            recorded!("make-nothing-known"),
            r#"
-, -, -
"#,
        );
    }
}
