//! beads: one JSON object a line.

use serde_json::Value;

use crate::model::{CRITERIA, NOTES, State};

use super::Unreadable;
use super::file::SourceFile;
use super::foreign::{ForeignTask, Source, moment};
use super::json::{Fields, text_of};
use super::words;

/// Reads the lines of an issue database.
pub fn read(files: &[SourceFile]) -> Result<Source, Unreadable> {
    let mut source = Source::default();
    for file in files {
        for (index, line) in file.text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
            let place = format!("{}:{}", file.path, index + 1);
            let value: Value = serde_json::from_str(line).map_err(|error| Unreadable::at(&place, error))?;
            let fields = Fields::of(&value).ok_or_else(|| Unreadable::at(&place, "not a JSON object"))?;
            let task = issue(fields, &place, &mut source);
            source.tasks.push(task);
        }
    }
    Ok(source)
}

fn issue(mut fields: Fields, place: &str, source: &mut Source) -> ForeignTask {
    let key = fields.text("id").unwrap_or_else(|| place.to_owned());
    let mut task = ForeignTask::new(key, place, &fields.text("title").unwrap_or_default());
    let status = fields.text("status").unwrap_or_else(|| "open".to_owned());
    if words::set_state(&mut task, &status).is_none() {
        source.odd("unknown_status", place, format!("{} has the status `{status}`; it goes to pending", task.key));
        task.keep("status", &status);
    } else if !matches!(status.as_str(), "open" | "in_progress" | "closed") {
        task.keep("status", &status);
    }
    if let Some(word) = fields.text("priority") {
        words::priority(&word).into_iter().for_each(|priority| task.set("priority", &priority.to_string()));
        if !words::is_lossless(&word) {
            task.keep("priority", &word);
        }
    }
    if let Some(word) = fields.text("issue_type") {
        match words::kind(&word) {
            Some(kind) => task.set("kind", kind),
            None => task.keep("issue_type", &word),
        }
    }
    task.set_list("labels", fields.texts("labels"));
    fields.text("assignee").iter().for_each(|name| task.assign(name));
    fields.text("created_at").iter().for_each(|date| task.created(date));
    fields.text("description").iter().for_each(|text| task.section(crate::model::GOAL, text));
    if let Some(text) = fields.text("acceptance_criteria") {
        task.criteria(CRITERIA, &text);
    }
    fields.text("design").iter().for_each(|text| task.section("Design", text));
    fields.text("notes").iter().for_each(|text| task.section(NOTES, text));
    task.parent = fields.text("parent");
    dependencies(fields.list("dependencies"), &mut task, source);
    for comment in fields.list("comments") {
        let Some(mut comment) = Fields::of(&comment) else { continue };
        let at = comment.text("created_at").as_deref().and_then(moment);
        let author = comment.text("author").unwrap_or_default();
        task.comment(at, &author, &comment.text("text").unwrap_or_default());
    }
    // Counts of what stands elsewhere.
    fields.forget(&["dependency_count", "dependent_count", "comment_count", "content_hash"]);
    fields.keep_rest(&mut task);
    if task.state == State::Done && task.sections.is_empty() {
        source.odd("empty", place, format!("{} says nothing but its title", task.key));
    }
    task
}

fn dependencies(list: Vec<Value>, task: &mut ForeignTask, source: &mut Source) {
    for dependency in list {
        let Some(mut fields) = Fields::of(&dependency) else { continue };
        let Some(other) = fields.text("depends_on_id") else { continue };
        match fields.text("type").as_deref().unwrap_or("blocks") {
            "blocks" => task.depends_on.push(other),
            "parent-child" => match &task.parent {
                Some(parent) if *parent != other => {
                    let message = format!("{} is a part of {parent} and of {other}; the first counts", task.key);
                    source.odd("two_parents", &task.place, message);
                    task.keep("parent-child", &other);
                }
                _ => task.parent = Some(other),
            },
            kind => task.keep(kind, &other),
        }
        let note =
            fields.take("metadata").map(|value| text_of(&value)).filter(|text| !matches!(text.as_str(), "" | "{}"));
        note.iter().for_each(|note| task.keep("dependency", note));
    }
}
