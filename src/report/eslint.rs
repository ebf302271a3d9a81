//! eslint's usual form: a line with the file, then `line:column  error  words  rule` for each problem.

use super::failure::Failure;
use super::format::{Finding, Findings, Output};

pub(super) fn read(output: &Output<'_>) -> Findings {
    let mut findings = Findings::default();
    let mut file = None;
    let mut problems = Vec::new();
    let mut is_eslint = false;
    for (at, line) in output.lines.iter().enumerate() {
        is_eslint |= is_sum(line);
        let Some((place, kind, text, rule)) = problem(line) else {
            let is_file = !line.starts_with(' ') && line.contains(['/', '\\', '.']) && !line.contains(": ");
            file = if is_file { Some(*line) } else { file.filter(|_| line.is_empty()) };
            continue;
        };
        let Some(file) = file.filter(|_| kind == "error") else { continue };
        let name = if rule.is_empty() { "eslint" } else { rule };
        let place = output.roots.place(&format!("{file}:{place}"));
        let failure = Failure { name: name.to_owned(), message: text.to_owned(), place };
        problems.push(Finding { failure, lines: at..at + 1, build: false });
    }
    // Others print columns, too; only eslint sums them up like this.
    if is_eslint {
        findings.extend(problems);
    }
    findings
}

/// Splits `  3:14  error  Expected '===' and instead saw '=='  eqeqeq` into place, kind, words and rule.
fn problem(line: &str) -> Option<(&str, &str, &str, &str)> {
    let (place, rest) = line.strip_prefix("  ")?.trim_start().split_once(' ')?;
    let (row, column) = place.split_once(':')?;
    if !row.bytes().chain(column.bytes()).all(|byte| byte.is_ascii_digit()) || row.is_empty() || column.is_empty() {
        return None;
    }
    let rest = rest.trim();
    let (kind, rest) = rest.split_once(' ').filter(|(kind, _)| matches!(*kind, "error" | "warning"))?;
    let rest = rest.trim();
    let (text, rule) = rest.rsplit_once("  ").filter(|(_, rule)| !rule.contains(' ')).unwrap_or((rest, ""));
    Some((place, kind, text.trim_end(), rule))
}

/// Tells whether a line is `✖ 8 problems (7 errors, 1 warning)`.
fn is_sum(line: &str) -> bool {
    line.starts_with('✖') && line.contains(" problem") && line.contains(" error")
}
