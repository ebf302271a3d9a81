//! The Test Anything Protocol, as tape, perl and many others print it: `not ok` lines, with a small YAML block or comments below.

use super::failure::{Failure, Place};
use super::format::{Finding, Findings, Output, indent, message};
use super::node::uncaught;
use super::roots::{Roots, frame_place, number};

/// As many lines as belong to one test.
const LINES: usize = 200;

/// One test's line.
struct Point<'a> {
    is_ok: bool,
    is_excused: bool,
    number: &'a str,
    words: &'a str,
}

pub(super) fn read(output: &Output<'_>) -> Findings {
    let lines = &output.lines;
    // node's own reporter is read with its runner.
    let is_node = |line: &&str| line.trim_start().starts_with("duration_ms");
    if !lines.iter().any(|line| is_plan(line)) || lines.iter().any(is_node) {
        return Findings::default();
    }
    let mut findings = Findings::default();
    let mut group = None;
    // Whether the group ends with the next test, which sums it up.
    let mut is_around = false;
    // Whether a test further in has failed, for which the one around it answers.
    let mut failed_within = false;
    let mut at = 0;
    while at < lines.len() {
        let depth = indent(lines[at]);
        let line = &lines[at][depth..];
        if let Some(words) = line.strip_prefix("# ").filter(|_| depth == 0) {
            let is_name = !is_remark(words);
            is_around = words.starts_with("Subtest: ");
            group = if is_name { Some(words.trim_start_matches("Subtest: ")) } else { group };
        }
        let Some(point) = point(line) else {
            at += 1;
            continue;
        };
        let is_within = depth > 0;
        let below = &lines[at + 1..(at + 1 + LINES).min(lines.len())];
        let length = below.iter().take_while(|line| belongs(line, depth)).count();
        let is_told = !is_within && std::mem::take(&mut failed_within);
        if point.is_ok || point.is_excused {
            if !is_within && point.is_ok && !point.is_excused {
                findings.add_passed(1);
            }
        } else {
            if !is_within {
                findings.add_failed(1);
            }
            failed_within |= is_within;
            if !is_told {
                let failure = failure(&point, group, &below[..length], &output.roots);
                findings.push(Finding { failure, lines: at..at + 1 + length, build: false });
            }
        }
        if !is_within && std::mem::take(&mut is_around) {
            group = None;
        }
        at += 1 + length;
        // What ends the whole run stands below the last test.
        if let Some((end, failure)) = crash(lines, at, &output.roots) {
            findings.push(Finding { failure, lines: at..end, build: false });
            findings.add_failed(1);
            at = end;
        }
    }
    findings
}

/// Reads `not ok 3 - words # TODO`.
fn point(line: &str) -> Option<Point<'_>> {
    let (is_ok, rest) = match line.strip_prefix("not ok") {
        Some(rest) => (false, rest),
        None => (true, line.strip_prefix("ok")?),
    };
    if !(rest.is_empty() || rest.starts_with(' ')) {
        return None;
    }
    let rest = rest.trim_start();
    let (number, rest) = rest.split_at(rest.bytes().take_while(u8::is_ascii_digit).count());
    let rest = rest.trim_start();
    let rest = rest.strip_prefix("- ").unwrap_or(rest);
    let (words, directive) = rest.rsplit_once('#').unwrap_or((rest, ""));
    let directive = directive.trim_start().to_ascii_uppercase();
    let is_excused = directive.starts_with("TODO") || directive.starts_with("SKIP");
    Some(Point { is_ok, is_excused, number, words: if is_excused { words } else { rest }.trim() })
}

/// Tells whether a line is a plan or a version, without which nothing is taken for the protocol.
fn is_plan(line: &str) -> bool {
    let is_range = line.strip_prefix("1..").is_some_and(|count| number(count.trim()).is_some());
    is_range || line.starts_with("TAP version ")
}

/// Tells whether a comment is no name of a group: sums, remarks of perl, and what is excused.
fn is_remark(words: &str) -> bool {
    ["tests ", "pass ", "fail ", "ok", "SKIP ", "TODO ", "Looks like", " "].iter().any(|start| words.starts_with(start))
}

/// Tells whether a line below a test is about it: its block, or comments with more than a name.
fn belongs(line: &str, depth: usize) -> bool {
    let inner = indent(line);
    let is_comment = line[inner..].strip_prefix('#').is_some_and(|words| words.starts_with("  "));
    inner == depth && is_comment
        || inner > depth && point(&line[inner..]).is_none() && !line[inner..].starts_with("# Subtest")
}

fn failure(point: &Point<'_>, group: Option<&str>, lines: &[&str], roots: &Roots<'_>) -> Failure {
    let name = match (group, point.words) {
        (Some(group), "") => format!("{group} > {}", point.number),
        (Some(group), words) if group != words => format!("{group} > {words}"),
        (None, "") => format!("test {}", point.number).trim_end().to_owned(),
        (_, words) => words.to_owned(),
    };
    let value =
        |key: &str| lines.iter().find_map(|line| line.trim_start().strip_prefix(key)?.strip_prefix(':')).map(str::trim);
    let comments: Vec<&str> = lines.iter().filter_map(|line| line.trim_start().strip_prefix("#   ")).collect();
    let is_place = |line: &&&str| !line.starts_with("at ") && !line.starts_with("Failed ");
    let said = message(comments.iter().filter(is_place).copied());
    let message = match said.is_empty() {
        false => said,
        true => block_message(lines, &value),
    };
    let told = value("at").and_then(|frame| roots.place(frame_place(frame)));
    let frames = lines.iter().filter_map(|line| line.trim_start().strip_prefix("at "));
    let frames = frames.filter_map(|frame| roots.place(frame_place(frame)));
    let perl = comments.iter().find_map(|line| perl_place(line, roots));
    Failure { name, message, place: perl.or_else(|| roots.best(told.into_iter().chain(frames))) }
}

/// What a block says: what was expected and found, else its message, else what was asked.
fn block_message<'a>(lines: &[&'a str], value: &dyn Fn(&str) -> Option<&'a str>) -> String {
    let whole = |key: &str| -> Option<String> {
        let at = lines.iter().position(|line| line.trim_start().starts_with(&format!("{key}:")))?;
        let first = value(key)?;
        if !matches!(first, "|-" | "|" | ">-" | ">") {
            return Some(format!("{key}: {first}"));
        }
        let inner = lines[at + 1..].iter().take_while(|line| indent(line) > indent(lines[at]));
        Some(format!("{key}: {}", message(inner.copied())))
    };
    let told = ["message", "error", "expected", "actual"].iter().filter_map(|key| whole(key)).collect::<Vec<_>>();
    match told.is_empty() {
        false => told.join("\n"),
        true => value("operator")
            .map_or_else(|| "failed without saying why".to_owned(), |asked| format!("{asked} was asked for")),
    }
}

/// Reads `at t/basket.t line 5.`
fn perl_place(line: &str, roots: &Roots<'_>) -> Option<Place> {
    let line = line.strip_prefix("Failed test ").unwrap_or(line);
    let (file, rest) = line.strip_prefix("at ")?.rsplit_once(" line ")?;
    roots.place(&format!("{file}:{}", rest.trim_end_matches('.')))
}

/// An error that nobody caught, told where the next test would be, with the group that it broke.
fn crash(lines: &[&str], at: usize, roots: &Roots<'_>) -> Option<(usize, Failure)> {
    let group = lines.get(at)?.strip_prefix("# ").filter(|words| !is_remark(words))?;
    let rest = &lines[at + 1..];
    let length = rest.iter().take(LINES).take_while(|line| point(line).is_none() && !line.starts_with("# ")).count();
    let (message, place) = uncaught(&rest[..length], roots)?;
    Some((at + 1 + length, Failure { name: group.to_owned(), message, place }))
}
