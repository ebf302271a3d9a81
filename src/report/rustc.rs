//! Errors of rustc, clippy and cargo itself: `error[E0308]: mismatched types` and the place below it.

use super::failure::Failure;
use super::format::{Finding, Findings, Output, message};
use super::roots::Roots;

/// Beginnings of cargo's own errors, which have no place in a source file.
const CARGO: [&str; 12] = [
    "failed to ",
    "could not find `Cargo.toml`",
    "linking with ",
    "no matching package",
    "the lock file ",
    "cannot update the lock file",
    "no test target named",
    "no bin target named",
    "package ID specification",
    "cyclic package dependency",
    "could not execute process",
    "the package ",
];

/// As many lines as one error may take.
const LINES: usize = 60;

pub(super) fn read(output: &Output<'_>) -> Findings {
    let mut findings = Findings::default();
    let mut at = 0;
    while at < output.lines.len() {
        match error(&output.lines[at..], &output.roots) {
            Some((failure, length)) => {
                findings.push(Finding { failure, lines: at..at + length, build: true });
                at += length;
            }
            None => at += 1,
        }
    }
    findings
}

/// Reads the error that begins on the first line, and tells how many lines it takes.
pub(super) fn error(lines: &[&str], roots: &Roots<'_>) -> Option<(Failure, usize)> {
    let (name, text) = lines.first()?.strip_prefix("error").and_then(header)?;
    let rest = lines.iter().take(LINES).skip(1);
    let length = 1 + rest.take_while(|line| !line.trim().is_empty() && !begins_another(line)).count();
    let Some(arrow) = lines[1..length].iter().find_map(|line| line.trim_start().strip_prefix("--> ")) else {
        return CARGO.iter().any(|start| text.starts_with(start)).then(|| cargo_error(lines, text));
    };
    let place = roots.place(arrow);
    let snippet = lines[1..length].iter().filter(|line| !is_noise(line)).copied();
    let body = message(snippet);
    let message = if body.is_empty() { text.to_owned() } else { format!("{text}\n{body}") };
    Some((Failure { name, message, place }, length))
}

/// Splits `[E0308]: mismatched types` into a name and the text.
fn header(rest: &str) -> Option<(String, &str)> {
    if let Some(text) = rest.strip_prefix(": ") {
        return Some(("error".to_owned(), text));
    }
    let (code, text) = rest.strip_prefix('[')?.split_once("]: ")?;
    code.bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b':')
        .then(|| (format!("error[{code}]"), text))
}

fn begins_another(line: &str) -> bool {
    ["error: ", "error[", "warning: ", "warning["].iter().any(|start| line.starts_with(start))
}

/// Tells whether a line of the snippet says nothing that its neighbours do not.
fn is_noise(line: &str) -> bool {
    let line = line.trim();
    line.starts_with("--> ")
        || line == "|"
        || line.starts_with("= note: `-D ")
        || line.starts_with("= help: to override `-D ")
        || line.starts_with("= help: for further information visit ")
        || line.starts_with("= note: `#[")
}

fn cargo_error(lines: &[&str], text: &str) -> (Failure, usize) {
    let mut length = 1;
    while let Some(line) = lines.get(length) {
        let goes_on = line.starts_with("Caused by:") || line.starts_with(' ') || line.starts_with("referenced by");
        let blank = line.is_empty()
            && lines.get(length + 1).is_some_and(|next| next.starts_with("Caused by:") || next.starts_with("  "));
        if !goes_on && !blank || length == LINES {
            break;
        }
        length += 1;
    }
    let body = lines[1..length].iter().filter(|line| !line.is_empty()).copied();
    let message = message(std::iter::once(text).chain(body));
    (Failure { name: "cargo".to_owned(), message, place: None }, length)
}

#[cfg(test)]
mod tests {
    use super::super::fixtures::{check, recorded};

    #[test]
    fn reads_errors_with_and_without_colour() {
        let expected = r#"
rustc, -, -
error[E0106] @ money/src/lib.rs:10:37: missing lifetime specifier
error[E0425] @ money/src/lib.rs:7:13: cannot find value `missing` in this scope
error[E0308] @ money/src/lib.rs:6:22: mismatched types
"#;
        check(recorded!("rustc-1.95-errors"), expected);
        check(recorded!("rustc-1.95-colour"), expected);
    }

    #[test]
    fn reads_syntax_errors() {
        check(
            recorded!("rustc-1.95-syntax"),
            r#"
rustc, -, -
error @ money/src/lib.rs:4:24: this file contains an unclosed delimiter
"#,
        );
    }

    #[test]
    fn reads_a_test_that_does_not_compile() {
        check(
            recorded!("rustc-1.95-test-does-not-compile"),
            r#"
rustc, -, -
error[E0308] @ ledger/tests/books.rs:16:24: mismatched types
error[E0308] @ ledger/tests/books.rs:17:23: mismatched types
"#,
        );
    }

    #[test]
    fn reads_denied_lints() {
        check(
            recorded!("clippy-1.95-denied"),
            r#"
rustc, -, -
error @ money/src/lib.rs:29:15: variable does not need to be mutable
error @ money/src/lib.rs:29:40: unused variable: `y`
error @ money/src/lib.rs:29:47: unneeded `return` statement
"#,
        );
    }

    #[test]
    fn a_warning_is_no_failure() {
        check(
            recorded!("rustc-1.95-only-warnings"),
            r#"
-, -, -
"#,
        );
    }

    #[test]
    fn reads_a_broken_manifest() {
        check(
            recorded!("cargo-1.95-manifest"),
            r#"
rustc, -, -
error @ money/Cargo.toml:5:14: unclosed table, expected `]`
cargo @ -: failed to load manifest for workspace member `ledger`
"#,
        );
    }
}
