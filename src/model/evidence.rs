//! Evidence: which check had which outcome on which code tree, as one line that anybody can check again.

use std::fmt;

use serde::Serialize;

use super::actor::Actor;
use super::entry::{Entry, one_line};
use super::time::Timestamp;

/// How a check ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub enum Outcome {
    /// It passed.
    Passed,
    /// It failed.
    Failed,
}

/// One line of evidence.
#[derive(Clone, Debug, PartialEq)]
pub struct Evidence {
    /// When the check ended.
    pub at: Timestamp,
    /// In whose name it ran.
    pub actor: Actor,
    /// The configured check's name.
    pub check: String,
    /// How it ended.
    pub outcome: Outcome,
    /// How long it ran.
    pub seconds: f64,
    /// The tree without the board, in full.
    pub tree: String,
    /// What was run, on one line.
    pub command: String,
    /// Taken over from an ancestor, since nothing that the check looks at has changed.
    pub is_inherited: bool,
    /// A link led into the working tree while it ran.
    pub is_linked: bool,
    /// The failure was wished for: a test written before its code.
    pub is_red: bool,
}

impl Evidence {
    /// Reads a line back, the bullet already taken off.
    pub fn parse(item: &str) -> Option<Evidence> {
        let entry = Entry::parse(item)?;
        let (facts, command) = entry.text.split_once('`').unwrap_or((&entry.text, ""));
        let mut words = facts.split_ascii_whitespace();
        let check = words.next()?.to_owned();
        let outcome = match words.next()? {
            "passed" => Outcome::Passed,
            "failed" => Outcome::Failed,
            _ => return None,
        };
        let seconds = words.next()?.strip_suffix('s')?.parse().ok()?;
        let tree = words.next()?.strip_prefix("tree:")?.to_owned();
        let marks: Vec<_> = words.collect();
        Some(Evidence {
            at: entry.at,
            actor: entry.actor,
            check,
            outcome,
            seconds,
            tree,
            command: command.trim_matches('`').trim().to_owned(),
            is_inherited: marks.contains(&"inherited"),
            is_linked: marks.contains(&"linked"),
            is_red: marks.contains(&"red"),
        })
    }

    /// Whether it shows that this check is content with this tree.
    pub fn vouches_for(&self, check: &str, command: &str, tree: &str) -> bool {
        let is_content = self.outcome == Outcome::Passed || self.is_red;
        is_content && self.check == check && self.tree == tree && self.command == flat_command(command)
    }
}

impl fmt::Display for Evidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let outcome = match self.outcome {
            Outcome::Passed => "passed",
            Outcome::Failed => "failed",
        };
        write!(f, "- {} {} {} {outcome} {:.1}s tree:{}", self.at, self.actor, self.check, self.seconds, self.tree)?;
        for (is_so, mark) in [(self.is_inherited, "inherited"), (self.is_linked, "linked"), (self.is_red, "red")] {
            if is_so {
                write!(f, " {mark}")?;
            }
        }
        write!(f, " {}", code_span(&flat_command(&self.command)))
    }
}

/// A command on one line, as it stands in evidence.
pub fn flat_command(command: &str) -> String {
    one_line(command).trim_matches('`').trim().to_owned()
}

/// Text between as many backticks as it needs to stay whole.
pub fn code_span(text: &str) -> String {
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    if longest == 0 { format!("{fence}{text}{fence}") } else { format!("{fence} {text} {fence}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn evidence(command: &str) -> Evidence {
        Evidence {
            at: Timestamp::parse("2026-11-20T09:12:03Z").expect("a time"),
            actor: Actor::named("cursor").expect("a name"),
            check: "tests".to_owned(),
            outcome: Outcome::Passed,
            seconds: 3.25,
            tree: "9f1c2ab4".repeat(5),
            command: command.to_owned(),
            is_inherited: false,
            is_linked: true,
            is_red: false,
        }
    }

    #[test]
    fn is_read_back_as_it_was_written() {
        for command in ["cargo test --locked", "echo `date`\ncargo test", ""] {
            let written = evidence(command).to_string();
            let read = Evidence::parse(&written[2..]).expect("a line of evidence");
            assert_eq!(read.command, flat_command(command), "{written}");
            assert_eq!((read.tree.as_str(), read.is_linked), (evidence(command).tree.as_str(), true));
        }
    }

    #[test]
    fn vouches_only_for_its_own_tree_check_and_command() {
        let line = evidence("cargo test");
        assert!(line.vouches_for("tests", "cargo test", &line.tree));
        assert!(!line.vouches_for("tests", "cargo test", "other"));
        assert!(!line.vouches_for("lint", "cargo test", &line.tree));
        assert!(!line.vouches_for("tests", "true", &line.tree));
    }
}
