//! node's own test runner: the TAP reporter (pipes of node 18 and 20), the spec reporter (terminals, pipes of newer ones), and what both share.

use super::failure::{Failure, Place};
use super::format::{Findings, Output, message};
use super::roots::{Roots, frame_place};
use super::{node_spec, node_tap};

/// The message of a suite whose tests failed: they stand on their own.
const SUM: &str = " failed";

pub(super) fn read(output: &Output<'_>) -> Findings {
    let mut findings = node_tap::read(output);
    let spec = node_spec::read(output);
    findings.extend(spec.found);
    for (start, failing) in [("pass ", false), ("fail ", true), ("cancelled ", true)] {
        for line in &output.lines {
            let count =
                ["# ", "ℹ "].iter().find_map(|mark| line.strip_prefix(mark)).and_then(|rest| rest.strip_prefix(start));
            match count.and_then(|count| count.parse().ok()) {
                Some(count) if failing => findings.add_failed(count),
                Some(count) => findings.add_passed(count),
                None => {}
            }
        }
    }
    findings
}

/// Tells whether a message only counts failing subtests.
pub(super) fn is_sum(message: &str) -> bool {
    message
        .strip_suffix(SUM)
        .and_then(|text| text.split_once(' '))
        .is_some_and(|(count, word)| count.parse::<u32>().is_ok() && word.starts_with("subtest"))
}

/// Builds a failure of a test's name, its error's text and stack, and where the test itself begins.
pub(super) fn failure<'a>(
    name: String,
    text: String,
    stack: impl IntoIterator<Item = &'a str>,
    test: Option<&str>,
    roots: &Roots<'_>,
) -> Failure {
    let frames = stack.into_iter().filter_map(|frame| {
        let frame = frame.trim_start();
        roots.place(frame_place(frame.strip_prefix("at ").unwrap_or(frame)))
    });
    let test = test.and_then(|place| roots.place(place));
    let message = if text.is_empty() { "failed without saying why".to_owned() } else { text };
    Failure { name, message, place: roots.best(frames.chain(test)) }
}

/// Takes away what one reporter adds to an error's text and the other does not.
pub(super) fn plain(text: &str) -> String {
    let text = text.trim();
    let text = text.strip_prefix("AssertionError [ERR_ASSERTION]: ").unwrap_or(text);
    let text = text
        .strip_prefix("Error: ")
        .or_else(|| text.strip_prefix("Error [")?.split_once("]: ").map(|(_, text)| text))
        .unwrap_or(text);
    let (first, rest) = text.split_at(text.find('\n').unwrap_or(text.len()));
    let first = match first.split_once(" [Error]: ") {
        Some((name, words)) if !name.contains(' ') => format!("{name}: {words}"),
        _ => first.to_owned(),
    };
    // A text that was thrown stands in quotes as a whole; an assertion that compares two texts has them within.
    let quoted = first.strip_prefix('\'').and_then(|text| text.strip_suffix('\''));
    let quoted = quoted.filter(|text| rest.is_empty() && !text.contains('\''));
    quoted.map_or_else(|| format!("{first}{rest}"), str::to_owned)
}

/// Finds the uncaught error in what a test file printed before it ended.
pub(super) fn uncaught(lines: &[&str], roots: &Roots<'_>) -> Option<(String, Option<Place>)> {
    let at = lines.iter().position(|line| is_error(line))?;
    let text = message(
        lines[at..]
            .iter()
            .copied()
            .take_while(|line| !is_frame(line) && *line != "}" && !line.starts_with("Node.js v")),
    );
    let source = lines[..at].iter().rposition(|line| !line.starts_with(' ') && roots.place(line).is_some());
    let code = source.map(|from| message(lines[from + 1..at].iter().copied())).filter(|code| !code.is_empty());
    let header = source.and_then(|from| roots.place(lines[from]));
    let frames = lines[at..]
        .iter()
        .filter_map(|line| line.trim_start().strip_prefix("at "))
        .filter_map(|frame| roots.place(frame_place(frame)));
    let own = |place: &Place| !super::roots::is_foreign(&place.file);
    let text = plain(&text);
    match header.clone().filter(own) {
        Some(place) => Some((code.map_or_else(|| text.clone(), |code| format!("{text}\n{code}")), Some(place))),
        None => Some((text, roots.best(frames).filter(own))),
    }
}

pub(super) fn is_frame(line: &str) -> bool {
    line.trim_start().starts_with("at ") && (line.ends_with(')') || line.contains(':'))
}

/// Tells whether a line is the first of an error, as in `TypeError [CODE]: words`.
fn is_error(line: &str) -> bool {
    let Some((name, _)) = line.split_once(": ") else {
        return false;
    };
    let name = name.strip_prefix("Uncaught ").unwrap_or(name);
    let name = name.split_once(" [").map_or(name, |(name, _)| name);
    name.ends_with("Error") && name.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// Tells whether an error says that a file could not even be loaded.
pub(super) fn is_load_error(text: &str) -> bool {
    text.starts_with("SyntaxError") || text.contains("Cannot find module") || text.contains("Cannot find package")
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn quotes_go_only_where_they_are_around_all_of_a_text() {
        assert_eq!(plain("'no such basket'"), "no such basket");
        assert_eq!(plain("'Hello Ada' == 'Hello, Ada'"), "'Hello Ada' == 'Hello, Ada'");
    }
}
