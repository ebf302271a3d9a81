//! Python's unittest: a heading between rules for each failing test, then a traceback.

use std::collections::HashSet;

use super::failure::Failure;
use super::format::{Finding, Findings, Output, message};
use super::roots::Roots;

/// The rules around a heading; each has seventy signs.
const OUTER: &str = "======================================================================";
const INNER: &str = "----------------------------------------------------------------------";

/// As many lines of a docstring may stand below a heading.
const DOCSTRING: usize = 12;

pub(super) fn read(output: &Output<'_>) -> Findings {
    let lines = &output.lines;
    let mut findings = Findings::default();
    // The failures of subtests are one test's, and those of a class are none's.
    let mut failing = HashSet::new();
    let mut at = 0;
    while at < lines.len() {
        if let Some((others, failed)) = counts(&lines[at..]) {
            findings.add_passed(others.saturating_sub(failing.len()));
            findings.add_failed(failed);
            failing.clear();
        }
        let title = lines.get(at + 1).and_then(|line| heading(line)).filter(|_| lines[at] == OUTER);
        let Some((title, is_unexpected)) = title else {
            at += 1;
            continue;
        };
        let (name, build) = name(title);
        if !["setUp", "tearDown"].iter().any(|hook| title.starts_with(hook)) {
            failing.insert(title.split(')').next().unwrap_or(title));
        }
        let rule = lines[at + 2..].iter().take(DOCSTRING).position(|line| *line == INNER).map(|rule| at + 2 + rule);
        let Some(start) = rule.map(|rule| rule + 1).filter(|_| !is_unexpected) else {
            let failure = Failure { name, message: "passed, though it was expected to fail".to_owned(), place: None };
            findings.push(Finding { failure, lines: at..at + 2, build });
            at += 2;
            continue;
        };
        let is_end = |line: &&str| *line == OUTER || *line == INNER;
        let end = lines[start..].iter().position(is_end).map_or(lines.len(), |length| start + length);
        let failure = failure(name, &lines[start..end], &output.roots);
        findings.push(Finding { failure, lines: at..end, build });
        at = end;
    }
    findings
}

/// Reads `FAIL: test_x (module.Class.test_x)`, and whether the test was expected to do so.
fn heading(line: &str) -> Option<(&str, bool)> {
    let failing = ["FAIL: ", "ERROR: "].iter().find_map(|word| line.strip_prefix(word));
    failing.map(|title| (title, false)).or_else(|| Some((line.strip_prefix("UNEXPECTED SUCCESS: ")?, true)))
}

/// The full name of a test, and whether it stands for a file that could not be loaded.
fn name(title: &str) -> (String, bool) {
    let Some((test, rest)) = title.split_once(" (") else { return (title.to_owned(), false) };
    let Some((owner, parameters)) = rest.split_once(')') else { return (title.to_owned(), false) };
    if owner.starts_with("unittest.loader._FailedTest") {
        return (test.to_owned(), true);
    }
    // Before 3.11 the owner does not end in the test's name.
    let owner = owner.strip_suffix(test).unwrap_or(owner).trim_end_matches('.');
    (format!("{owner}.{test}{parameters}"), false)
}

fn failure(name: String, lines: &[&str], roots: &Roots<'_>) -> Failure {
    let end = lines.iter().position(|line| matches!(*line, "Stdout:" | "Stderr:")).unwrap_or(lines.len());
    let lines = &lines[..end];
    let last = lines.iter().rposition(|line| line.starts_with("  File \"")).map_or(0, |at| at + 1);
    let text = lines[last..].iter().position(|line| !line.starts_with(' ')).map_or(last, |at| last + at);
    let places = lines.iter().rev().filter_map(|line| python_frame(line));
    Failure {
        name,
        message: message(lines[text..].iter().copied()),
        place: roots.best(places.filter_map(|place| roots.place(&place))),
    }
}

/// Reads `  File "path", line 12, in name` as `path:12`.
pub(super) fn python_frame(line: &str) -> Option<String> {
    let (file, rest) = line.trim_start().strip_prefix("File \"")?.split_once("\", line ")?;
    let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
    Some(format!("{file}:{digits}"))
}

/// Reads `Ran 14 tests in 0.1s` and the verdict below it: how many ran and were neither skipped nor meant to fail, and how
/// many failed.
fn counts(lines: &[&str]) -> Option<(usize, usize)> {
    let ran = lines.first()?.strip_prefix("Ran ")?;
    let (ran, _) = ran.split_once(" test").filter(|(_, rest)| rest.contains(" in "))?;
    let verdict = lines.iter().skip(1).take(3).find(|line| line.starts_with("FAILED (") || line.starts_with("OK"))?;
    let list = verdict.split_once('(').map_or("", |(_, list)| list.trim_end_matches(')'));
    let count = |name: &str| {
        let found = list.split(", ").find_map(|part| part.strip_prefix(name)?.strip_prefix('=')?.parse().ok());
        found.unwrap_or(0usize)
    };
    let failed = count("failures") + count("errors") + count("unexpected successes");
    let others = count("skipped") + count("expected failures");
    Some((ran.parse::<usize>().ok()?.saturating_sub(others), failed))
}
