//! mocha: numbered failures below `9 failing`, each with its suites and its name, its error and its stack.

use super::failure::Failure;
use super::format::{Finding, Findings, Output, indent, message};
use super::node::{is_frame, plain, uncaught};
use super::roots::{Roots, frame_place, is_foreign, number};

/// What stands before the error of a file that could not be loaded.
const LOADING: &str = " Exception during run: ";
/// As many lines as that error may take.
const LINES: usize = 60;
/// As many suites may stand around a test.
const DEPTH: usize = 16;

pub(super) fn read(output: &Output<'_>) -> Findings {
    let lines = &output.lines;
    let mut findings = Findings::default();
    let mut is_inside = false;
    let mut at = 0;
    while at < lines.len() {
        let line = lines[at];
        if let Some(finding) = loading(&lines[at..], at, &output.roots) {
            at = finding.lines.end;
            findings.push(finding);
            continue;
        }
        if let Some(passed) = count(line, " passing") {
            findings.add_passed(passed);
            is_inside = false;
        }
        if let Some(failed) = count(line, " failing") {
            findings.add_failed(failed);
            is_inside = true;
        }
        let Some((name, length)) = heading(&lines[at..]).filter(|_| is_inside) else {
            at += 1;
            continue;
        };
        let start = at + length;
        let ends = |place: &usize| heading(&lines[*place..]).is_some();
        let end = (start..lines.len()).find(ends).unwrap_or(lines.len());
        let end = end.min(start + lines[start..end].iter().position(|line| is_over(line)).unwrap_or(end - start));
        findings.push(Finding {
            failure: failure(name, &lines[start..end], &output.roots),
            lines: at..end,
            build: false,
        });
        at = end.max(at + 1);
    }
    findings
}

/// Reads `  3) outer`, `       inner`, `         test:`: the names until one ends with a colon, and how many lines they take.
fn heading(lines: &[&str]) -> Option<(String, usize)> {
    let first = lines.first()?.strip_prefix("  ")?.trim_start();
    let (digits, first) = first.split_once(") ")?;
    number(digits)?;
    let mut names = vec![first];
    for (at, line) in lines.iter().enumerate().take(DEPTH) {
        let name = if at == 0 { first } else { line.trim_start() };
        if at > 0 {
            if indent(line) < 5 || name.is_empty() {
                return None;
            }
            names.push(name);
        }
        if let Some(last) = name.strip_suffix(':') {
            names.pop();
            names.push(last);
            return Some((names.join(" > "), at + 1));
        }
    }
    None
}

fn failure(name: String, lines: &[&str], roots: &Roots<'_>) -> Failure {
    let length = lines.iter().position(|line| is_frame(line)).unwrap_or(lines.len());
    let told = lines[..length].iter().position(|line| line.trim() == "+ expected - actual");
    let diff = told.map_or(&[][..], |at| &lines[at + 1..length]);
    let text = message(lines[..told.unwrap_or(length)].iter().map(|line| line.trim_start()));
    let text = plain(&text);
    // What the error says in one line needs the difference, what it says in more has told it.
    let text = match text.contains('\n') {
        true => text,
        false => format!("{text}\n{}", message(diff.iter().copied())).trim_end().to_owned(),
    };
    let frames = lines[length..].iter().filter_map(|line| line.trim_start().strip_prefix("at "));
    let place = roots.best(frames.filter_map(|frame| roots.place(frame_place(frame))));
    Failure { name, message: text, place: place.filter(|place| !is_foreign(&place.file)) }
}

/// Tells whether a line stands below all failures.
fn is_over(line: &str) -> bool {
    !line.is_empty()
        && !line.starts_with(' ')
        && ["npm ", "Node.js v", "error Command", "ELIFECYCLE"].iter().any(|start| line.starts_with(start))
}

fn loading(lines: &[&str], at: usize, roots: &Roots<'_>) -> Option<Finding> {
    let first = lines.first()?.strip_prefix(LOADING)?;
    let length = lines.iter().take(LINES).skip(1).take_while(|line| !line.starts_with("Node.js v")).count();
    let mut all = vec![first];
    all.extend(&lines[1..=length]);
    let (message, place) = uncaught(&all, roots)?;
    let name = place.as_ref().map_or_else(|| "loading the tests".to_owned(), |place| place.file.clone());
    Some(Finding { failure: Failure { name, message, place }, lines: at..at + 1 + length, build: true })
}

/// Reads `  9 failing` or `  2 passing (82ms)`.
fn count(line: &str, word: &str) -> Option<usize> {
    let (count, rest) = line.strip_prefix("  ")?.trim_start().split_once(word)?;
    let is_time = rest.is_empty() || rest.starts_with(" (") && rest.ends_with(')');
    count.parse().ok().filter(|_| is_time)
}
