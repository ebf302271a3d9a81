//! The labels of a plan's fields, `Status: done` or `**Status**: done`, and what they mean.

use std::sync::LazyLock;

use regex::Regex;

use crate::model::{CRITERIA, DONE, VALIDATION};

use super::words;

/// A label whose meaning is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Known {
    /// One of our sections.
    Section(&'static str),
    /// One of our keys.
    Key(&'static str),
    Title,
    Status,
    DependsOn,
}

impl Known {
    /// Whether only tasks have such a field: a heading with it is one.
    pub fn is_of_tasks(self) -> bool {
        matches!(self, Known::Status | Known::DependsOn | Known::Section(CRITERIA | DONE) | Known::Key("priority"))
    }
}

/// A line that begins a field.
#[derive(Clone, Debug)]
pub struct Field<'a> {
    pub label: &'a str,
    pub known: Option<Known>,
    /// The rest of the line.
    pub value: &'a str,
}

static BOLD: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"^(?:[-*+]\s+)?(?:\*\*|__)([^*_:][^*:]{0,70}?)\s*(?::\s*(?:\*\*|__)|(?:\*\*|__)(?:\s*\([^)]*\))?\s*:)\s*(.*)$",
    )
    .expect("a pattern")
});
static PLAIN: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^(?:[-*+]\s+)?([A-Za-z][A-Za-z '’/-]{1,50})(?:\s*\([^)]*\))?:(?:\s+(.*))?$").expect("a pattern")
});

/// What a label means.
fn known(label: &str) -> Option<Known> {
    let label = words::plain(label);
    Some(match label.as_str() {
        "status" | "state" => Known::Status,
        "title" | "task title" | "task title and number" | "task" | "name" => Known::Title,
        "depends on" | "dependencies" | "dependency" | "blocked by" | "requires" | "after" => Known::DependsOn,
        "priority" => Known::Key("priority"),
        "owner" | "assignee" | "assigned to" | "agent" | "who" => Known::Key("assignee"),
        "labels" | "label" | "tags" | "tag" => Known::Key("labels"),
        "needs" | "capabilities" => Known::Key("needs"),
        "due" | "deadline" | "due date" => Known::Key("due"),
        "milestone" => Known::Key("milestone"),
        "created" => Known::Key("created"),
        "risk" => Known::Key("risk"),
        "kind" | "type" => Known::Key("kind"),
        "branch" => Known::Key("branch"),
        "size" | "estimate" | "effort" | "estimated effort" => Known::Key("size"),
        _ if label.starts_with("approximate size") => Known::Key("size"),
        _ if label.contains("validate") => Known::Section(VALIDATION),
        _ => Known::Section(words::section(&label)?),
    })
}

/// The field that a line begins, if it begins one: any label in bold does, a plain one only if it is known.
pub fn label_of(line: &str) -> Option<Field<'_>> {
    let line = line.trim_end();
    if let Some(found) = BOLD.captures(line) {
        let label = found.get(1)?.as_str();
        let known = known(label);
        let is_bullet = line.starts_with(['-', '+']) || line.starts_with("* ");
        // A bullet with a bold beginning is usual prose.
        return (known.is_some() || !is_bullet).then_some(Field {
            label,
            known,
            value: found.get(2).map_or("", |value| value.as_str()),
        });
    }
    let found = PLAIN.captures(line)?;
    let label = found.get(1)?.as_str();
    let known = Some(known(label)?);
    Some(Field { label, known, value: found.get(2).map_or("", |value| value.as_str()) })
}
