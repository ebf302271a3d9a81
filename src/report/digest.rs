//! The few lines that go into a task and onto the terminal: masked first, then chosen, then cut to size.

use std::collections::HashSet;
use std::fmt::Write;

use super::failure::{Failure, Place, Report};
use super::fingerprint::{fingerprint, mark};
use super::quote::{LINE, NAME, code, cut, fence, one_line, shortened};
use super::redact::Secrets;

/// As many failures as are compared with each other.
const CONSIDERED: usize = 400;
/// As many lines of the tail as the terminal gets.
const TERMINAL_TAIL: usize = 10;
/// Room for the line that says how many more there were.
const MORE: usize = 24;

/// How much a digest may show.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    pub failures: usize,
    pub bytes: usize,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits { failures: 10, bytes: 4096 }
    }
}

/// What is said of one run: no secret, no colour, nothing that markdown could take for its own.
#[derive(Clone, Debug)]
pub struct Digest {
    header: String,
    entries: Vec<Entry>,
    total: usize,
    tail: String,
    bytes: usize,
}

/// A failure as it is shown.
#[derive(Clone, Debug)]
struct Entry {
    name: String,
    place: Option<String>,
    message: String,
    fingerprint: String,
    again: bool,
}

/// Makes a digest; failures whose fingerprints are `known` are only mentioned.
pub fn digest(report: &Report, secrets: &Secrets, known: &[String], limits: &Limits) -> Digest {
    let mut seen = HashSet::new();
    let mut causes = HashSet::new();
    let mut entries: Vec<(bool, Entry)> = Vec::new();
    for failure in report.failures.iter().take(CONSIDERED.max(limits.failures)) {
        let failure = masked(failure, secrets);
        let fingerprint = fingerprint(&failure);
        let cause = super::fingerprint::fingerprint(&Failure { name: String::new(), ..failure.clone() });
        if seen.insert(fingerprint.clone()) {
            let again = known.contains(&fingerprint);
            let place = failure.place.map(|place| place.to_string());
            entries.push((
                causes.insert(cause),
                Entry { name: failure.name, place, message: failure.message, fingerprint, again },
            ));
        }
    }
    let equal = report.failures.len().min(CONSIDERED.max(limits.failures)) - entries.len();
    entries.sort_by_key(|(first, entry)| (entry.again, !first));
    let total = report.failures.len() - equal;
    let entries: Vec<Entry> = entries.into_iter().map(|(_, entry)| entry).take(limits.failures).collect();
    let tail = if report.failures.is_empty() { secrets.mask(&report.tail) } else { String::new() };
    Digest { header: header(report), entries, total, tail, bytes: limits.bytes }
}

impl Digest {
    /// Returns the body of a list item: a line for each failure, its message in a fence below.
    pub fn markdown(&self) -> String {
        if self.entries.is_empty() {
            return self.tail_markdown();
        }
        let mut out = String::new();
        push_line(&mut out, &self.header);
        let mut shown = 0;
        for (at, entry) in self.entries.iter().enumerate() {
            let left = self.bytes.saturating_sub(out.len() + MORE);
            let share = left / (self.entries.len() - at);
            let Some(block) = entry.markdown(share, left) else {
                break;
            };
            out.push_str(&block);
            shown += 1;
        }
        if self.total > shown {
            push_line(&mut out, &format!("- and {} more", self.total - shown));
        }
        out.truncate(out.trim_end().len());
        if out.len() <= self.bytes { out } else { String::new() }
    }

    /// Returns a line for each failure, for the terminal.
    pub fn lines(&self) -> Vec<String> {
        if self.entries.is_empty() {
            let lines: Vec<&str> = self.tail.lines().filter(|line| !line.trim().is_empty()).collect();
            return lines[lines.len().saturating_sub(TERMINAL_TAIL)..].iter().map(|line| cut(line, LINE)).collect();
        }
        let mut lines: Vec<String> = self.entries.iter().map(Entry::line).collect();
        if self.total > lines.len() {
            lines.push(format!("and {} more", self.total - lines.len()));
        }
        lines
    }

    /// Returns the fingerprints of the failures that are shown.
    pub fn fingerprints(&self) -> Vec<String> {
        self.entries.iter().map(|entry| entry.fingerprint.clone()).collect()
    }

    /// Tells whether there is nothing at all to say.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty() && self.tail.is_empty()
    }

    fn tail_markdown(&self) -> String {
        if self.tail.is_empty() {
            return String::new();
        }
        let header = "no failing test was recognised; the last lines:\n";
        let lines: Vec<&str> = self.tail.lines().collect();
        let fence = fence(&self.tail);
        let room = self.bytes.saturating_sub(header.len() + 2 * fence.len() + "text".len() + 2);
        let mut kept: Vec<String> = Vec::new();
        let mut used = 0;
        for line in lines.iter().rev().map(|line| cut(line, LINE.min(room.saturating_sub(1)))) {
            used += line.len() + 1;
            if used > room {
                break;
            }
            kept.push(line);
        }
        kept.reverse();
        if kept.iter().all(String::is_empty) {
            return String::new();
        }
        format!("{header}{fence}text\n{}\n{fence}", kept.join("\n"))
    }
}

impl Entry {
    /// Returns the failure in at most `share` bytes; its first line alone may take all that is `left`.
    fn markdown(&self, share: usize, left: usize) -> Option<String> {
        let mut out = format!("- {}", code(&self.name));
        if let Some(place) = &self.place {
            let _ = write!(out, " at {}", code(place));
        }
        out.push_str(if self.again { ": again " } else { " " });
        out.push_str(&mark(&self.fingerprint));
        out.push('\n');
        if out.len() > left {
            return None;
        }
        if self.again {
            return Some(out);
        }
        let fence = fence(&self.message);
        let room = share.saturating_sub(out.len() + 2 * (fence.len() + 3) + "text".len());
        let text = shortened(&self.message, room);
        if text.is_empty() {
            return Some(out);
        }
        let _ = writeln!(out, "  {fence}text");
        for line in text.lines() {
            let _ = writeln!(out, "  {line}");
        }
        let _ = writeln!(out, "  {fence}");
        Some(out)
    }

    fn line(&self) -> String {
        let place = self.place.as_ref().map_or(String::new(), |place| format!(" at {}", one_line(place, NAME)));
        let again = if self.again { " (again)" } else { "" };
        let message = self.message.lines().find(|line| !line.trim().is_empty()).unwrap_or("");
        format!("{}{place}{again}: {}", one_line(&self.name, NAME), cut(message.trim(), LINE / 2))
    }
}

fn masked(failure: &Failure, secrets: &Secrets) -> Failure {
    let place = failure.place.as_ref().map(|place| Place { file: secrets.mask(&place.file), ..place.clone() });
    Failure { name: secrets.mask(&failure.name), message: secrets.mask(&failure.message), place }
}

fn header(report: &Report) -> String {
    let runner = report.runner.unwrap_or("checks");
    let mut header = format!("{runner}: {} failed", report.failed.unwrap_or(0).max(report.failures.len()));
    if let Some(passed) = report.passed {
        let _ = write!(header, ", {passed} passed");
    }
    header
}

fn push_line(out: &mut String, line: &str) {
    out.push_str(line);
    out.push('\n');
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failure(name: &str, message: &str) -> Failure {
        let place = Some(Place { file: format!("src/{name}.rs"), line: 3, column: Some(5) });
        Failure { name: name.to_owned(), message: message.to_owned(), place }
    }

    fn report(failures: Vec<Failure>) -> Report {
        let failed = Some(failures.len());
        Report { runner: Some("pytest"), failures, passed: Some(2), failed, tail: "end".to_owned() }
    }

    #[test]
    fn says_a_known_failure_in_one_line_after_the_new_ones() {
        let report = report(vec![failure("a", "took 12 ms"), failure("b", "left\nright")]);
        let limits = Limits::default();
        let known = digest(&report, &Secrets::default(), &[], &limits).fingerprints();
        let later = digest(&report, &Secrets::default(), &known[..1], &limits);
        let expected = [
            "pytest: 2 failed, 2 passed",
            "- `b` at `src/b.rs:3:5` <!-- failure 0f4c386c -->",
            "  ```text",
            "  left",
            "  right",
            "  ```",
            "- `a` at `src/a.rs:3:5`: again <!-- failure bfcd662c -->",
        ];
        assert_eq!(later.markdown(), expected.join("\n"));
        assert_eq!(later.lines(), ["b at src/b.rs:3:5: left", "a at src/a.rs:3:5 (again): took 12 ms"]);
    }

    #[test]
    fn says_the_first_of_several_equal_failures_first() {
        let mut same = vec![failure("a", "no database"), failure("b", "no database")];
        same[1].place = same[0].place.clone();
        same.push(failure("c", "typo"));
        let digest = digest(&report(same), &Secrets::default(), &[], &Limits::default());
        let names: Vec<&str> = digest.entries.iter().map(|entry| entry.name.as_str()).collect();
        assert_eq!(names, ["a", "c", "b"]);
    }

    #[test]
    fn shares_the_bytes_among_the_failures_and_cuts_between_characters() {
        let long = "größe ".repeat(90);
        let many = (0..20).map(|at| failure(&format!("t{at}"), &format!("{at}\n{long}\n{long}"))).collect();
        for bytes in (0..6000).step_by(41) {
            let limits = Limits { failures: 10, bytes };
            let digest = digest(&report(Vec::clone(&many)), &Secrets::default(), &[], &limits);
            let markdown = digest.markdown();
            assert!(markdown.len() <= bytes, "{} > {bytes}", markdown.len());
            assert_eq!(markdown.matches("```").count() % 2, 0, "{markdown}");
        }
    }

    #[test]
    fn masks_before_it_cuts() {
        let secrets = Secrets::new([("API_TOKEN", "abcdefghijklmnopqrstuvwxyz")]);
        for before in 300..420 {
            let message = format!("{}abcdefghijklmnopqrstuvwxyz", "x ".repeat(before / 2));
            let limits = Limits { failures: 1, bytes: before };
            let digest = digest(&report(vec![failure("a", &message)]), &secrets, &[], &limits);
            assert!(!digest.markdown().contains("abc"));
        }
    }

    #[test]
    fn says_nothing_of_nothing() {
        let digest = digest(&Report::default(), &Secrets::default(), &[], &Limits::default());
        assert!(digest.is_empty());
        assert_eq!(digest.markdown(), "");
        assert_eq!(digest.lines(), Vec::<String>::new());
    }
}
