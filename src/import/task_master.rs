//! task-master: a JSON file of tags, each with tasks and their subtasks.

use serde_json::Value;

use crate::model::{GOAL, NOTES, VALIDATION};

use super::Unreadable;
use super::file::SourceFile;
use super::foreign::{ForeignTask, Source};
use super::json::{Fields, text_of};
use super::words;

/// Below this a number in a subtask's dependencies means one of its siblings.
const SIBLINGS: u64 = 100;
/// The tag of those who use none.
const MASTER: &str = "master";

/// Reads the tasks of all tags.
pub fn read(files: &[SourceFile]) -> Result<Source, Unreadable> {
    let mut source = Source::default();
    for file in files {
        let value: Value = serde_json::from_str(&file.text).map_err(|error| Unreadable::at(&file.path, error))?;
        let no_tasks = || Unreadable::at(&file.path, "it has no list `tasks`, neither below a tag nor at the top");
        let top = value.as_object().ok_or_else(no_tasks)?;
        if top.get("tasks").is_some_and(Value::is_array) {
            // The form of before there were tags.
            tag(MASTER, &value, &file.path, &mut source);
            continue;
        }
        if !top.values().any(|value| value.get("tasks").is_some_and(Value::is_array)) {
            return Err(no_tasks());
        }
        for (name, value) in top {
            tag(name, value, &file.path, &mut source);
        }
    }
    Ok(source)
}

fn tag(name: &str, value: &Value, path: &str, source: &mut Source) {
    for value in value.get("tasks").and_then(Value::as_array).into_iter().flatten() {
        let Some(mut fields) = Fields::of(value) else { continue };
        let subtasks = fields.list("subtasks");
        let id = fields.text("id").unwrap_or_default();
        let key = |id: &str| if name == MASTER { id.to_owned() } else { format!("{name}/{id}") };
        let mut task = one(fields, key(&id), name, path, source);
        let dependencies = std::mem::take(&mut task.depends_on);
        task.depends_on = dependencies.iter().map(|id| key(id)).collect();
        source.tasks.push(task);
        for value in &subtasks {
            let Some(mut fields) = Fields::of(value) else { continue };
            let own = fields.text("id").unwrap_or_default();
            // Some versions write the whole number.
            let own = own.strip_prefix(&format!("{id}.")).unwrap_or(&own).to_owned();
            let raw = fields.list("dependencies");
            fields.forget(&["parentTaskId", "parentId"]);
            let mut task = one(fields, key(&format!("{id}.{own}")), name, path, source);
            task.parent = Some(key(&id));
            task.depends_on = raw.iter().map(|value| key(&sibling(value, &id))).collect();
            source.tasks.push(task);
        }
    }
}

/// A subtask's dependency as the number of a task or subtask of the tag.
fn sibling(value: &Value, parent: &str) -> String {
    match value.as_u64() {
        Some(number) if number < SIBLINGS => format!("{parent}.{number}"),
        _ => text_of(value),
    }
}

fn one(mut fields: Fields, key: String, tag: &str, path: &str, source: &mut Source) -> ForeignTask {
    let place = format!("{path} {key}");
    let mut task = ForeignTask::new(key, &place, &fields.text("title").unwrap_or_default());
    if let Some(status) = fields.text("status")
        && words::set_state(&mut task, &status).is_none()
    {
        source.odd("unknown_status", &place, format!("its status is `{status}`; it goes to pending"));
        task.keep("status", &status);
    }
    if let Some(word) = fields.text("priority") {
        match words::priority(&word) {
            Some(priority) => task.set("priority", &priority.to_string()),
            None => task.keep("priority", &word),
        }
    }
    if tag != MASTER {
        task.set_list("labels", [tag.to_owned()]);
    }
    task.depends_on = fields.texts("dependencies");
    fields.text("assignee").iter().for_each(|name| task.assign(name));
    fields.text("description").iter().for_each(|text| task.section(GOAL, text));
    fields.text("details").iter().for_each(|text| task.section(NOTES, text));
    fields.text("testStrategy").iter().for_each(|text| task.section(VALIDATION, text));
    if let Some(text) = fields.text("acceptanceCriteria") {
        task.criteria(crate::model::CRITERIA, &text);
    }
    fields.forget(&["id"]);
    fields.keep_rest(&mut task);
    task
}
