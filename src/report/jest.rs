//! jest: a `●` heading for each failing test, the words of the matcher, a piece of code and the stack. Long because all that recorded outputs must give stands below.

use super::failure::{Failure, Place};
use super::format::{Finding, Findings, Output, message};
use super::roots::{Roots, frame_place, number};

/// The heading of a file that could not even be loaded.
const SUITE: &str = "Test suite failed to run";

pub(super) fn read(output: &Output<'_>) -> Findings {
    let lines = &output.lines;
    let mut findings = Findings::default();
    let mut file = None;
    let mut suites = 0;
    let mut at = 0;
    while at < lines.len() {
        let line = lines[at];
        file = status_file(line).or(file);
        if let Some((passed, failed)) = counts(line) {
            findings.add_passed(passed);
            findings.add_failed(failed + suites);
            suites = 0;
        }
        let Some(heading) = heading(line) else {
            at += 1;
            continue;
        };
        let end = at + 1 + lines[at + 1..].iter().position(|line| ends_section(line)).unwrap_or(lines.len() - at - 1);
        let build = heading == SUITE;
        if let Some(file) = file.filter(|_| heading != "Console") {
            suites += usize::from(build);
            let name = if build { output.roots.relative(file) } else { heading.to_owned() };
            let failure = failure(name, file, &lines[at + 1..end], &output.roots);
            findings.push(Finding { failure, lines: at..end, build });
        }
        at = end;
    }
    findings
}

fn failure(name: String, file: &str, lines: &[&str], roots: &Roots<'_>) -> Failure {
    let details = lines.iter().position(|line| line.trim() == "Details:").map_or(0, |at| at + 1);
    let lines = &lines[details..];
    let length = lines.iter().position(|line| is_code(line) || is_frame(line)).unwrap_or(lines.len());
    let text = message(lines[..length].iter().copied());
    let frames = lines[length..]
        .iter()
        .filter_map(|line| line.trim_start().strip_prefix("at "))
        .filter_map(|frame| roots.place(frame_place(frame)));
    let own = lines[..length].iter().find_map(|line| parse_error(line, roots));
    let marked = lines.iter().find_map(|line| marked_line(line)).unwrap_or(1);
    let fallback = roots.place(&format!("{file}:{marked}"));
    let message = if text.is_empty() { "failed without saying why".to_owned() } else { text };
    Failure {
        name,
        message,
        place: roots.best(own.into_iter().chain(frames).filter(|place| place.file != "<anonymous>").chain(fallback)),
    }
}

/// Reads `SyntaxError: /path/file.js: Unexpected token (2:12)`.
fn parse_error(line: &str, roots: &Roots<'_>) -> Option<Place> {
    let (_, rest) = line.split_once("Error: ")?;
    let (file, rest) = rest.split_once(": ")?;
    let place = rest.strip_suffix(')')?.rsplit_once('(')?.1;
    if file.contains(' ') && !file.contains('/') {
        return None;
    }
    roots.place(&format!("{file}:{place}"))
}

/// Returns the number of the line that a piece of code points at.
fn marked_line(line: &str) -> Option<u32> {
    number(line.trim_start().strip_prefix("> ")?.split_once(" |")?.0.trim())
}

fn is_code(line: &str) -> bool {
    let line = line.trim_start();
    let line = line.strip_prefix("> ").unwrap_or(line);
    line.split_once(" |").is_some_and(|(line, _)| number(line.trim()).is_some())
}

fn is_frame(line: &str) -> bool {
    line.trim_start().starts_with("at ") && (line.ends_with(')') || line.contains(':'))
}

fn heading(line: &str) -> Option<&str> {
    line.strip_prefix("  ● ").map(str::trim)
}

/// Reads `FAIL test/basket.test.js (5.2 s)`.
fn status_file(line: &str) -> Option<&str> {
    let line = line.trim_start();
    let rest = ["FAIL ", "PASS "].iter().find_map(|word| line.strip_prefix(word))?.trim();
    let rest = match rest.rsplit_once(" (") {
        Some((file, time)) if time.ends_with("s)") => file,
        _ => rest,
    };
    rest.split(' ').next_back().filter(|file| file.contains('.') && !file.ends_with(':'))
}

fn ends_section(line: &str) -> bool {
    heading(line).is_some()
        || status_file(line).is_some()
        || ["Test Suites: ", " › ", "Snapshot Summary", "Summary of all failing tests", "-----"]
            .iter()
            .any(|start| line.starts_with(start))
}

/// Reads `Tests:       15 failed, 1 skipped, 4 passed, 20 total`.
fn counts(line: &str) -> Option<(usize, usize)> {
    let counts = line.strip_prefix("Tests:")?.trim_start();
    let count = |word: &str| counts.split(", ").find_map(|part| part.strip_suffix(word)?.trim().parse().ok());
    counts.ends_with(" total").then(|| (count(" passed").unwrap_or(0), count(" failed").unwrap_or(0)))
}

#[cfg(test)]
mod tests {
    use super::super::fixtures::{check, recorded};

    #[test]
    fn reads_two_versions() {
        check(
            recorded!("jest-29-all"),
            r#"
jest, 4, 19
test/missing.test.js @ test/missing.test.js:1:19: Cannot find module '../src/nowhere.js' from 'test/missing.test.js'
test/syntax.test.js @ test/syntax.test.js:2:12: SyntaxError: test/syntax.test.js: Unexpected token (2:12)
test/throws.test.js @ test/throws.test.js:1:27: at load
test/empty.test.js @ test/empty.test.js:1: Your test suite must contain at least one test.
adds up @ test/basket.test.js:4:34: expect(received).toBe(expected) // Object.is equality
outer › inner größe 名 › fails deep @ test/basket.test.js:10:38: expect(received).toEqual(expected) // deep equality
milk costs 2 @ test/basket.test.js:17:25: expect(received).toBe(expected) // Object.is equality
throws in the library @ src/basket.js:4:32: RangeError: no price for gold
throws no error @ test/basket.test.js:24:1: thrown: "just words"
rejects @ test/basket.test.js:29:24: no network
prints @ test/basket.test.js:34:26: expect(received).toBeLessThan(expected)
hangs @ test/basket.test.js:37:1: thrown: "Exceeded timeout of 50 ms for a test.
snapshot @ test/basket.test.js:42:26: expect(received).toMatchInlineSnapshot(snapshot)
not thrown @ test/basket.test.js:46:32: expect(received).toThrow(expected)
not called @ test/basket.test.js:51:18: expect(jest.fn()).toHaveBeenCalledWith(...expected)
json @ test/basket.test.js:55:8: SyntaxError: Expected property name or '}' in JSON at position 1
node assert @ test/basket.test.js:59:21: assert.strictEqual(received, expected)
text @ test/basket.test.js:63:29: expect(received).toBe(expected) // Object.is equality
with a broken hook › never runs @ test/hook.test.js:2:27: no database
"#,
        );
        check(
            recorded!("jest-30-all"),
            r#"
jest, 4, 19
test/missing.test.js @ test/missing.test.js:1:19: Cannot find module '../src/nowhere.js' from 'test/missing.test.js'
test/syntax.test.js @ test/syntax.test.js:2:12: SyntaxError: test/syntax.test.js: Unexpected token (2:12)
test/throws.test.js @ test/throws.test.js:1:7: at load
test/empty.test.js @ test/empty.test.js:1: Your test suite must contain at least one test.
adds up @ test/basket.test.js:4:34: expect(received).toBe(expected) // Object.is equality
outer › inner größe 名 › fails deep @ test/basket.test.js:10:38: expect(received).toEqual(expected) // deep equality
milk costs 2 @ test/basket.test.js:17:25: expect(received).toBe(expected) // Object.is equality
throws in the library @ src/basket.js:4:32: RangeError: no price for gold
throws no error @ test/basket.test.js:24:1: thrown: "just words"
rejects @ test/basket.test.js:29:24: no network
prints @ test/basket.test.js:34:26: expect(received).toBeLessThan(expected)
hangs @ test/basket.test.js:37:1: thrown: "Exceeded timeout of 50 ms for a test.
snapshot @ test/basket.test.js:42:26: expect(received).toMatchInlineSnapshot(snapshot)
not thrown @ test/basket.test.js:46:32: expect(received).toThrow(expected)
not called @ test/basket.test.js:51:18: expect(jest.fn()).toHaveBeenCalledWith(...expected)
json @ test/basket.test.js:55:8: SyntaxError: Expected property name or '}' in JSON at position 1
node assert @ test/basket.test.js:59:21: assert.strictEqual(received, expected)
text @ test/basket.test.js:63:29: expect(received).toBe(expected) // Object.is equality
with a broken hook › never runs @ test/hook.test.js:2:27: no database
"#,
        );
    }

    #[test]
    fn reads_colours_verbose_output_and_npm() {
        let expected = r#"
jest, 3, 14
adds up @ test/basket.test.js:4:34: expect(received).toBe(expected) // Object.is equality
outer › inner größe 名 › fails deep @ test/basket.test.js:10:38: expect(received).toEqual(expected) // deep equality
milk costs 2 @ test/basket.test.js:17:25: expect(received).toBe(expected) // Object.is equality
throws in the library @ src/basket.js:4:32: RangeError: no price for gold
throws no error @ test/basket.test.js:24:1: thrown: "just words"
rejects @ test/basket.test.js:29:24: no network
prints @ test/basket.test.js:34:26: expect(received).toBeLessThan(expected)
hangs @ test/basket.test.js:37:1: thrown: "Exceeded timeout of 50 ms for a test.
snapshot @ test/basket.test.js:42:26: expect(received).toMatchInlineSnapshot(snapshot)
not thrown @ test/basket.test.js:46:32: expect(received).toThrow(expected)
not called @ test/basket.test.js:51:18: expect(jest.fn()).toHaveBeenCalledWith(...expected)
json @ test/basket.test.js:55:8: SyntaxError: Expected property name or '}' in JSON at position 1
node assert @ test/basket.test.js:59:21: assert.strictEqual(received, expected)
text @ test/basket.test.js:63:29: expect(received).toBe(expected) // Object.is equality
"#;
        check(recorded!("jest-29-colour"), expected);
        check(recorded!("jest-30-colour"), expected);
        check(recorded!("npm-jest-30"), expected);
    }

    #[test]
    fn reads_verbose_output() {
        let expected = r#"
jest, 4, 14
adds up @ test/basket.test.js:4:34: expect(received).toBe(expected) // Object.is equality
outer › inner größe 名 › fails deep @ test/basket.test.js:10:38: expect(received).toEqual(expected) // deep equality
milk costs 2 @ test/basket.test.js:17:25: expect(received).toBe(expected) // Object.is equality
throws in the library @ src/basket.js:4:32: RangeError: no price for gold
throws no error @ test/basket.test.js:24:1: thrown: "just words"
rejects @ test/basket.test.js:29:24: no network
prints @ test/basket.test.js:34:26: expect(received).toBeLessThan(expected)
hangs @ test/basket.test.js:37:1: thrown: "Exceeded timeout of 50 ms for a test.
snapshot @ test/basket.test.js:42:26: expect(received).toMatchInlineSnapshot(snapshot)
not thrown @ test/basket.test.js:46:32: expect(received).toThrow(expected)
not called @ test/basket.test.js:51:18: expect(jest.fn()).toHaveBeenCalledWith(...expected)
json @ test/basket.test.js:55:8: SyntaxError: Expected property name or '}' in JSON at position 1
node assert @ test/basket.test.js:59:21: assert.strictEqual(received, expected)
text @ test/basket.test.js:63:29: expect(received).toBe(expected) // Object.is equality
"#;
        check(recorded!("jest-29-verbose"), expected);
        check(recorded!("jest-30-verbose"), expected);
    }
}
