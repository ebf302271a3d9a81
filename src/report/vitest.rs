//! vitest: a `FAIL` heading for each failing test with its file and full name, the words of the matcher, then frames and code.

use super::failure::{Failure, Place};
use super::format::{Finding, Findings, Output, message};
use super::roots::{Roots, number};

/// What a frame begins with.
const FRAME: &str = " ❯ ";
/// What a rule between failures is made of.
const RULE: char = '⎯';

/// A heading: the file, the names from outside in, and whether it is about the whole file.
struct Heading<'a> {
    file: &'a str,
    names: Option<&'a str>,
}

pub(super) fn read(output: &Output<'_>) -> Findings {
    let lines = &output.lines;
    let mut findings = Findings::default();
    let mut suites = 0;
    let mut at = 0;
    while at < lines.len() {
        if let Some((passed, failed)) = counts(lines[at]) {
            findings.add_passed(passed);
            findings.add_failed(failed + suites);
            suites = 0;
        }
        let headings: Vec<Heading<'_>> = lines[at..].iter().map_while(|line| heading(line)).collect();
        if headings.is_empty() {
            at += 1;
            continue;
        }
        // The same error of several tests is told once, below all their headings.
        let start = at + headings.len();
        let ends = |line: &&str| line.starts_with(RULE) || heading(line).is_some();
        let end = lines[start..].iter().position(ends).map_or(lines.len(), |length| start + length);
        for heading in headings {
            let build = heading.names.is_none();
            suites += usize::from(build);
            let failure = failure(&heading, &lines[start..end], &output.roots);
            findings.push(Finding { failure, lines: at..end, build });
        }
        at = end;
    }
    findings
}

/// Reads ` FAIL  |project| test/basket.test.js > outer > inner`, or ` FAIL  test/empty.test.js [ test/empty.test.js ]`.
fn heading(line: &str) -> Option<Heading<'_>> {
    let rest = line.strip_prefix(" FAIL ")?.trim();
    let rest = match rest.strip_prefix('|').and_then(|rest| rest.split_once("| ")) {
        Some((_, rest)) => rest.trim_start(),
        None => rest,
    };
    match rest.split_once(" > ") {
        Some((file, names)) => Some(Heading { file, names: Some(names) }),
        None => Some(Heading { file: rest.split_once(" [ ")?.0, names: None }),
    }
}

fn failure(heading: &Heading<'_>, lines: &[&str], roots: &Roots<'_>) -> Failure {
    let is_over = |line: &&str| line.starts_with(FRAME) || line.starts_with("  File: ") || is_code(line);
    let length = lines.iter().position(is_over).unwrap_or(lines.len());
    let text = message(lines[..length].iter().copied());
    let text = text.strip_prefix("AssertionError: ").or_else(|| text.strip_prefix("Error: ")).unwrap_or(&text);
    let file = roots.relative(heading.file);
    // Paths in errors of the transformer begin at the project's top.
    let told = lines.iter().find_map(|line| line.strip_prefix("  File: "));
    let told = told.and_then(|place| roots.place(place)).map(|mut place| {
        place.file = place.file.trim_start_matches('/').to_owned();
        place
    });
    let frames = lines.iter().filter_map(|line| line.strip_prefix(FRAME));
    let frames = frames.filter_map(|frame| roots.place(frame.rsplit(' ').next().unwrap_or(frame)));
    let place = told.or_else(|| roots.best(frames));
    let message = if text.is_empty() { "failed without saying why".to_owned() } else { text.to_owned() };
    match (heading.names, place) {
        (Some(names), Some(place)) => Failure { name: names.to_owned(), message, place: Some(place) },
        // Without a place the name tells the file.
        (Some(names), None) => Failure { name: format!("{file} > {names}"), message, place: None },
        (None, place) => {
            let first = Place { file: file.clone(), line: 1, column: None };
            Failure { name: file, message, place: place.or(Some(first)) }
        }
    }
}

/// Tells whether a line shows code, as `     12|   expect(…`.
fn is_code(line: &str) -> bool {
    line.split_once('|').is_some_and(|(before, _)| before.starts_with("   ") && number(before.trim()).is_some())
}

/// Reads `      Tests  9 failed | 2 passed | 1 skipped (12)`.
fn counts(line: &str) -> Option<(usize, usize)> {
    let rest = line.trim_start().strip_prefix("Tests  ")?;
    let (list, _) = rest.rsplit_once(" (")?;
    let count = |word: &str| list.split(" | ").find_map(|part| part.trim().strip_suffix(word)?.trim().parse().ok());
    Some((count(" passed").unwrap_or(0), count(" failed").unwrap_or(0)))
}
