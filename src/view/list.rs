//! Tasks as the rows of a table: which columns there are, and what stands in them.

use std::str::FromStr;

use crate::model::{Actor, Task, Timestamp, span};

use super::table::{Align, Column, Fit, table};
use super::tone::{Cell, Tone};

/// A task with what its own file does not tell.
#[derive(Clone, Debug)]
pub struct Row<'a> {
    /// Which.
    pub task: &'a Task,
    /// The tasks that must be done first and are not.
    pub waits_for: Vec<String>,
    /// Where its file can be opened, for terminals that can.
    pub address: Option<String>,
}

/// What a column tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    Id,
    State,
    Priority,
    Kind,
    Assignee,
    Labels,
    Age,
    Attempts,
    Due,
    Milestone,
    Size,
    Risk,
    Phase,
    Needs,
    Parent,
    Branch,
    Blocked,
    Title,
    Path,
}

type Shape = (Field, &'static str, Column);

const fn shape(field: Field, name: &'static str, head: &'static str) -> Shape {
    (field, name, Column { head, align: Align::Left, shortest: None, dispensable: None })
}

const fn number(field: Field, name: &'static str, head: &'static str, rank: u8) -> Shape {
    (field, name, Column { head, align: Align::Right, shortest: None, dispensable: Some(rank) })
}

const fn soft(field: Field, name: &'static str, head: &'static str, shortest: usize, rank: u8) -> Shape {
    (field, name, Column { head, align: Align::Left, shortest: Some(shortest), dispensable: Some(rank) })
}

/// All columns, as they are typed and as they are headed; the numbers say what goes first in a narrow terminal.
const SHAPES: &[Shape] = &[
    shape(Field::Id, "id", "ID"),
    shape(Field::State, "state", "STATE"),
    shape(Field::Priority, "p", "P"),
    soft(Field::Kind, "kind", "KIND", 4, 2),
    soft(Field::Assignee, "assignee", "ASSIGNEE", 6, 8),
    soft(Field::Labels, "labels", "LABELS", 6, 3),
    number(Field::Age, "age", "AGE", 7),
    number(Field::Attempts, "attempts", "ATTEMPTS", 5),
    soft(Field::Due, "due", "DUE", 10, 9),
    soft(Field::Milestone, "milestone", "MILESTONE", 6, 4),
    soft(Field::Size, "size", "SIZE", 2, 1),
    soft(Field::Risk, "risk", "RISK", 2, 1),
    soft(Field::Phase, "phase", "PHASE", 5, 1),
    soft(Field::Needs, "needs", "NEEDS", 6, 4),
    soft(Field::Parent, "parent", "PARENT", 8, 4),
    soft(Field::Branch, "branch", "BRANCH", 8, 2),
    soft(Field::Blocked, "blocked", "BLOCKED BY", 10, 6),
    (Field::Title, "title", Column { head: "TITLE", align: Align::Left, shortest: Some(28), dispensable: None }),
    soft(Field::Path, "path", "PATH", 12, 1),
];

/// The columns that tell most of what one wants to know.
pub const FIELDS: &[Field] = &[
    Field::Id,
    Field::State,
    Field::Priority,
    Field::Kind,
    Field::Assignee,
    Field::Labels,
    Field::Blocked,
    Field::Title,
];

/// How far a column may be cut that somebody chose.
const CHOSEN: usize = 12;

impl Field {
    /// The names of all columns.
    pub fn names() -> impl Iterator<Item = &'static str> {
        SHAPES.iter().map(|(_, name, _)| *name)
    }

    fn shape(self) -> Column {
        let shape = SHAPES.iter().find(|(field, ..)| *field == self);
        shape.expect("every field is in the table").2
    }
}

impl FromStr for Field {
    type Err = String;

    fn from_str(text: &str) -> Result<Field, String> {
        let name = match text {
            "priority" => "p",
            "label" => "labels",
            other => other,
        };
        let known = SHAPES.iter().find(|(_, known, _)| *known == name);
        let names: Vec<_> = Field::names().collect();
        known.map(|(field, ..)| *field).ok_or_else(|| format!("the columns are {}", names.join(", ")))
    }
}

/// Lays tasks out in columns. Of the usual ones a narrow terminal spares some; none of those that somebody chose.
pub fn task_table(rows: &[Row<'_>], chosen: Option<&[Field]>, now: Timestamp, fit: Fit) -> String {
    let fields = chosen.unwrap_or(FIELDS);
    let column = |field: &Field| match (field.shape(), chosen) {
        (shape, None) => shape,
        (shape, Some(_)) => {
            Column { shortest: shape.shortest.map(|least| least.min(CHOSEN)), dispensable: None, ..shape }
        }
    };
    let columns: Vec<Column> = fields.iter().map(column).collect();
    table(&columns, rows, |row, column| cell(row, fields[column], now), fit)
}

fn cell<'a>(row: &Row<'a>, field: Field, now: Timestamp) -> Cell<'a> {
    let task = row.task;
    let front = &task.front;
    let word = |value: &'a Option<String>| Cell::from(value.as_deref().unwrap_or_default());
    match field {
        Field::Id => Cell::from(task.id.as_str()).linked(row.address.clone()),
        Field::State => Cell::toned(task.state.folder(), Tone::of_state(task.state)),
        Field::Priority => Cell::toned(front.priority.word(), Tone::of_priority(front.priority)),
        Field::Kind => word(&front.kind),
        Field::Assignee => Cell::from(task.assignee().map(Actor::as_str).unwrap_or_default()),
        Field::Labels => match front.labels.as_slice() {
            [label] => Cell::from(label.as_str()),
            labels => Cell::from(labels.join(",")),
        },
        Field::Age => Cell::from(age(task, now)),
        Field::Attempts if front.attempts == 0 => Cell::default(),
        Field::Attempts => Cell::toned(front.attempts.to_string(), Tone::Attention),
        Field::Due => due(task, now),
        Field::Milestone => word(&front.milestone),
        Field::Size => word(&front.size),
        Field::Risk => word(&front.risk),
        Field::Phase => Cell::from(front.phase.map(|phase| phase.word()).unwrap_or_default()),
        Field::Needs => Cell::from(front.needs.join(",")),
        Field::Parent => word(&front.parent),
        Field::Branch => Cell::from(task.branch().unwrap_or_default()),
        Field::Blocked => Cell::toned(blocked_by(row).unwrap_or_default(), Tone::Attention),
        Field::Title => match front.title.as_deref().filter(|title| !title.trim().is_empty()) {
            Some(title) => Cell::from(title),
            None => Cell::from(task.title()),
        },
        Field::Path => Cell::toned(task.path.as_str(), Tone::Faint).linked(row.address.clone()),
    }
}

/// How long ago a task was written down.
pub fn age(task: &Task, now: Timestamp) -> String {
    task.front.created.map(|created| span(now.seconds_since(created))).unwrap_or_default()
}

fn due(task: &Task, now: Timestamp) -> Cell<'_> {
    let Some(due) = task.front.due.as_deref() else { return Cell::default() };
    let is_over = Timestamp::parse(due).is_some_and(|day| day.date() < now.date());
    Cell::toned(due, if is_over && task.state.is_open() { Tone::Bad } else { Tone::Plain })
}

/// What keeps an open task from going on, if something does.
pub fn blocked_by(row: &Row<'_>) -> Option<String> {
    if !row.task.state.is_open() {
        return None;
    }
    if let Some(blocked) = &row.task.front.blocked {
        let reason = blocked.reason.trim();
        return Some(if reason.is_empty() { blocked.kind.clone() } else { format!("{}: {reason}", blocked.kind) });
    }
    match row.task.open_questions().len() {
        0 if row.waits_for.is_empty() => None,
        0 => Some(row.waits_for.join(", ")),
        1 => Some("a question".to_owned()),
        count => Some(format!("{count} questions")),
    }
}

/// The same as a sentence of its own.
pub fn blocked_words(row: &Row<'_>) -> Option<String> {
    let why = blocked_by(row)?;
    Some(match row.task.front.blocked {
        Some(_) => format!("blocked: {why}"),
        None if row.task.open_questions().is_empty() => format!("waits for {why}"),
        None => "waits for an answer".to_owned(),
    })
}

/// The address of a file for a terminal's links.
pub fn file_address(root: &str, path: &str) -> String {
    let mut address = "file://".to_owned();
    for byte in format!("{root}/{path}").bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'-' | b'_' | b'.' | b'~' => address.push(byte.into()),
            byte => address.push_str(&format!("%{byte:02X}")),
        }
    }
    address
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_holds_nothing_that_would_end_it() {
        assert_eq!(file_address("/a b", "c\u{1b}\\ü.md"), "file:///a%20b/c%1B%5C%C3%BC.md");
    }
}
