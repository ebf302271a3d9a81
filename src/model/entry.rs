//! The lines that are appended to a task: log, review, evidence; each starts with time and actor.

use std::fmt;

use serde::Serialize;

use super::actor::Actor;
use super::time::Timestamp;

/// One appended entry: when, who, and what in words (the first line, without the bullet).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Entry {
    /// When it happened.
    pub at: Timestamp,
    /// Who did it.
    pub actor: Actor,
    /// The rest of the first line.
    pub text: String,
    /// The lines below the first, without their indent.
    pub details: String,
}

impl Entry {
    /// Reads an entry as `TIME ACTOR text`, the bullet already taken off; `None` when a person wrote something else there.
    pub fn parse(item: &str) -> Option<Entry> {
        let (first, details) = item.split_once('\n').unwrap_or((item, ""));
        let first = first.trim().trim_start_matches("[ ] ").trim_start_matches("[x] ");
        let (time, rest) = first.split_once(' ')?;
        let (actor, text) = rest.split_once(' ').unwrap_or((rest, ""));
        Some(Entry {
            at: Timestamp::parse(time)?,
            actor: Actor::named(actor)?,
            text: text.trim().to_owned(),
            details: unindented(details),
        })
    }
}

impl fmt::Display for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "- {} {} {}", self.at, self.actor, one_line(&self.text))?;
        for line in self.details.trim_end().lines() {
            match line.trim_end() {
                "" => writeln!(f)?,
                line => write!(f, "\n  {line}")?,
            }
        }
        Ok(())
    }
}

/// Text on one line: line breaks and other white space become single blanks, control characters vanish.
pub fn one_line(text: &str) -> String {
    let spaced: String = text.chars().map(|c| if c.is_whitespace() { ' ' } else { c }).collect();
    let words: Vec<String> =
        spaced.split_ascii_whitespace().map(|word| word.chars().filter(|c| !c.is_control()).collect()).collect();
    words.join(" ")
}

/// Splits free text into the first line of an entry and the details below it.
pub fn first_line(text: &str) -> (String, String) {
    let text = text.trim();
    match text.split_once('\n') {
        Some((first, rest)) => (one_line(first), rest.trim_end().to_owned()),
        None => (one_line(text), String::new()),
    }
}

fn unindented(text: &str) -> String {
    let lines: Vec<_> = text.lines().map(|line| line.strip_prefix("  ").unwrap_or(line)).collect();
    lines.join("\n").trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_back() {
        let entry = Entry {
            at: Timestamp::parse("2026-11-20T09:12:03Z").expect("a time"),
            actor: Actor::named("cursor").expect("a name"),
            text: "note: two\nlines".to_owned(),
            details: "below\nand below".to_owned(),
        };
        let written = entry.to_string();
        assert_eq!(written, "- 2026-11-20T09:12:03Z cursor note: two lines\n  below\n  and below");
        let read = Entry::parse(&written[2..]).expect("an entry");
        assert_eq!(read.text, "note: two lines");
        assert_eq!(read.details, entry.details);
    }

    #[test]
    fn what_a_person_wrote_there_is_no_entry() {
        assert_eq!(Entry::parse("remember to ask"), None);
    }
}
