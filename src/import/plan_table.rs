//! Tasks of a plan that are rows of a table; a row about a task that has a heading tells its state.

use crate::text::Table;

use super::foreign::{ForeignTask, Source};
use super::plan::Plan;
use super::plan_fields::{listed, set};
use super::plan_heads::id_at_start;
use super::words;

/// What a column holds.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Column {
    Id,
    Title,
    Status,
    DependsOn,
    Key(&'static str),
    Goal,
    Other,
}

fn column(head: &str) -> Column {
    match words::plain(head).as_str() {
        "id" | "no" | "nr" | "number" | "key" | "" if !head.trim().is_empty() || head.trim() == "#" => Column::Id,
        "task" | "title" | "name" | "item" | "feature" | "what" | "story" => Column::Title,
        "status" | "state" | "done" => Column::Status,
        "depends on" | "dependencies" | "blocked by" | "after" => Column::DependsOn,
        "priority" | "prio" => Column::Key("priority"),
        "owner" | "assignee" | "agent" | "who" => Column::Key("assignee"),
        "labels" | "tags" => Column::Key("labels"),
        "due" | "deadline" => Column::Key("due"),
        "milestone" | "phase" => Column::Key("milestone"),
        "size" | "estimate" | "effort" => Column::Key("size"),
        "goal" | "description" | "notes" => Column::Goal,
        _ => Column::Other,
    }
}

/// Reads the tables that belong to no task yet and have at least a title and a status, or an id and a title.
pub(super) fn read(plan: &mut Plan<'_>, source: &mut Source, start: usize) {
    for table in plan.survey.tables.clone() {
        let columns: Vec<_> = table.head.iter().map(|head| column(head)).collect();
        let has = |wanted| columns.contains(&wanted);
        if plan.is_covered(table.range.start) || !has(Column::Title) || !(has(Column::Status) || has(Column::Id)) {
            continue;
        }
        rows(plan, &table, &columns, source, start);
        plan.covered.push(table.range);
    }
}

fn rows(plan: &mut Plan<'_>, table: &Table, columns: &[Column], source: &mut Source, start: usize) {
    for (offset, row) in &table.rows {
        let cell = |wanted| columns.iter().position(|column| *column == wanted).and_then(|index| row.get(index));
        let title = cell(Column::Title).cloned().unwrap_or_default();
        if title.is_empty() {
            continue;
        }
        let place = plan.place(*offset);
        let id = cell(Column::Id).filter(|id| !id.is_empty()).map(|id| {
            let is_number = id.chars().all(|c| c.is_ascii_digit() || c == '.');
            if is_number { format!("T{id}") } else { id_at_start(id).map_or_else(|| id.clone(), |(id, _)| id) }
        });
        let key = match &id {
            Some(id) => plan.key_of(id),
            None => plan.made_key(&title),
        };
        let status = cell(Column::Status).map(String::as_str).unwrap_or_default();
        let known = source.tasks[start..].iter().position(|task| task.key == key && id.is_some());
        if let Some(index) = known.map(|index| start + index) {
            summarized(index, status, &place, source);
            continue;
        }
        let mut task = ForeignTask::new(key, &place, &title);
        if !status.is_empty() && words::set_state(&mut task, status).is_none() {
            source.odd("unknown_status", &place, format!("{} has the status `{status}`; it goes to pending", task.key));
            task.keep("status", status);
        }
        for ((column, head), value) in columns.iter().zip(&table.head).zip(row) {
            match column {
                Column::Key(key) => set(&mut task, key, value),
                Column::DependsOn => task.depends_on = listed(value).iter().map(|word| numbered(word)).collect(),
                Column::Goal => task.section(crate::model::GOAL, value),
                Column::Other => task.keep(head, value),
                Column::Id | Column::Title | Column::Status => {}
            }
        }
        source.tasks.push(task);
    }
}

/// A bare number in such a column is a task's.
fn numbered(word: &str) -> String {
    let digits = word.trim_start_matches('#');
    let is_number = !digits.is_empty() && digits.chars().all(|c| c.is_ascii_digit() || c == '.');
    if is_number { format!("T{digits}") } else { word.to_owned() }
}

/// A row about a task that stands in the plan with all its fields.
fn summarized(index: usize, status: &str, place: &str, source: &mut Source) {
    let mut said = ForeignTask::new("", "", "x");
    let Some(state) = words::set_state(&mut said, status) else { return };
    let task = &mut source.tasks[index];
    if task.state == state {
        return;
    }
    let message =
        format!("{} is {} where it is described and {state} in the table, which is left aside", task.key, task.state);
    source.odd("status_disagrees", place, message);
}
