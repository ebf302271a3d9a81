//! TypeScript's compiler: `file(line,column): error TS2322: words`, or with `--pretty` `file:line:column - error TS2322: words` and the code.

use super::failure::{Failure, Place};
use super::format::{Finding, Findings, Output, indent, message};
use super::roots::{Roots, number};

/// As many lines as explain one error.
const LINES: usize = 12;

pub(super) fn read(output: &Output<'_>) -> Findings {
    let lines = &output.lines;
    let mut findings = Findings::default();
    let mut at = 0;
    while at < lines.len() {
        let Some((place, code, text)) = error(lines[at], &output.roots) else {
            at += 1;
            continue;
        };
        // A chain of reasons is indented; code and other places come after an empty line.
        let more = lines[at + 1..].iter().take(LINES).take_while(|line| indent(line) >= 2).count();
        let reasons = lines[at + 1..=at + more].iter().map(|line| line.trim_start());
        let text = message([text].into_iter().chain(reasons));
        let failure = Failure { name: code.to_owned(), message: text, place: Some(place) };
        findings.push(Finding { failure, lines: at..at + 1 + more, build: true });
        at += 1 + more;
    }
    findings
}

/// Splits an error's first line into place, code and words.
fn error<'a>(line: &'a str, roots: &Roots<'_>) -> Option<(Place, &'a str, &'a str)> {
    let (place, rest) = line.split_once(": error TS").or_else(|| line.split_once(" - error TS"))?;
    let (digits, text) = rest.split_once(": ")?;
    number(digits)?;
    let code = &line[line.len() - rest.len() - 2..line.len() - text.len() - 2];
    let place = match place.strip_suffix(')').and_then(|place| place.rsplit_once('(')) {
        Some((file, numbers)) => roots.place(&format!("{file}:{}", numbers.replace(',', ":")))?,
        None => roots.place(place)?,
    };
    (!place.file.starts_with(' ')).then_some((place, code, text))
}
