//! What an import does to a task that came with an earlier one: only what has changed at the source since, and only where
//! nobody has changed it here.

use std::collections::BTreeSet;

use anyhow::Result;

use crate::git::Repository;
use crate::import::{Imprint, imprint, imprint_edit, imprint_of};
use crate::model::{Change, Edit, Entry, LOG, Setting, State, Task, TaskId, said};
use crate::text::{Document, Value};

use super::import_report::{Imported, Kept, Updated};
use super::workspace::Workspace;

/// A task as the source has it now.
pub(super) struct Update {
    pub(super) id: TaskId,
    /// The value of `source`.
    pub(super) name: String,
    pub(super) document: Document,
    pub(super) state: State,
    /// What was said there that is not in our file.
    pub(super) comments: Vec<Entry>,
}

/// What an update comes to.
struct Decided {
    change: Change,
    fields: Vec<String>,
    kept: Vec<String>,
}

impl Workspace {
    /// Performs updates one by one; gives the paths of the tasks that changed.
    pub(super) fn update_all(
        &self,
        updates: Vec<Update>,
        takes_theirs: bool,
        imported: &mut Imported,
    ) -> Result<Vec<String>> {
        let mut paths = Vec::new();
        for update in updates {
            let mut said = (Vec::new(), Vec::new());
            let event = self.change(&update.id, |task, now| {
                let decided = decide(task, &update, takes_theirs);
                said = (decided.fields, decided.kept);
                if decided.change.is_noop || said.0.is_empty() {
                    return Ok(decided.change);
                }
                let text = format!("{} {}: {}", said::IMPORTED, update.name.replacen(':', " ", 1), said.0.join(", "));
                Ok(decided.change.logged(now, self.actor(), text))
            })?;
            if !event.is_noop {
                paths.push(event.task.path.clone());
            }
            tell(update, said.0, said.1, imported);
        }
        Ok(paths)
    }

    /// Says what updates would do.
    pub(super) fn would_update(
        &self,
        repository: &Repository,
        updates: Vec<Update>,
        takes_theirs: bool,
        imported: &mut Imported,
    ) -> Result<()> {
        for update in updates {
            let task = self.load(repository, &update.id)?.task;
            let decided = decide(&task, &update, takes_theirs);
            tell(update, decided.fields, decided.kept, imported);
        }
        Ok(())
    }
}

fn tell(update: Update, fields: Vec<String>, kept: Vec<String>, imported: &mut Imported) {
    let Update { id, name, .. } = update;
    imported.kept.extend(kept.into_iter().map(|field| Kept { id: id.clone(), source: name.clone(), field }));
    match fields.is_empty() {
        true => imported.unchanged += 1,
        false => imported.updated.push(Updated { id, source: name, fields }),
    }
}

/// For each field: as it was imported, as it is here, as it is there.
fn decide(task: &Task, update: &Update, takes_theirs: bool) -> Decided {
    let old = imprint_of(&task.document);
    let here = imprint(&task.document, task.state);
    let there = imprint_of(&update.document);
    let mut written: Imprint = old.clone();
    let mut decided = Decided { change: Change::staying(task, "imported"), fields: Vec::new(), kept: Vec::new() };
    let names: BTreeSet<&String> = old.keys().chain(there.keys()).collect();
    for name in names.into_iter().filter(|name| old.get(*name) != there.get(*name)) {
        let is_alike = here.get(name) == there.get(name);
        let is_ours = here.get(name) != old.get(name) && !is_prepared(name, task, &old);
        // Whoever holds a task decides where it stands.
        let is_held = name == "state" && task.claim.as_ref().is_some_and(|claim| claim.holder.is_some());
        if !is_alike && (is_held || is_ours && !takes_theirs) {
            decided.kept.push(name.clone());
            continue;
        }
        match there.get(name) {
            Some(print) => written.insert(name.clone(), print.clone()),
            None => written.remove(name),
        };
        if is_alike {
            continue;
        }
        decided.fields.push(name.clone());
        match name.as_str() {
            "state" => decided.change.to = update.state,
            name => decided.change.edits.push(edit_of(name, &update.document)),
        }
    }
    decided.change.edits.extend(update.comments.iter().map(|entry| Edit::append(LOG, entry)));
    if !update.comments.is_empty() {
        decided.fields.push("comments".to_owned());
    }
    match written == old && decided.fields.is_empty() {
        true => decided.change = Change::noop(task, "imported"),
        false => decided.change.edits.push(imprint_edit(&written)),
    }
    decided
}

/// Whether the state differs from the imported one only because somebody prepared the task.
fn is_prepared(name: &str, task: &Task, old: &Imprint) -> bool {
    let pending = imprint(&task.document, State::Pending);
    name == "state" && task.state == State::Ready && old.get("state") == pending.get("state")
}

/// The edit that gives a task the source's key or section, or takes it away.
fn edit_of(name: &str, document: &Document) -> Edit {
    if let Some(value) = document.key(name) {
        return Edit::Set(name.to_owned(), setting_of(&value));
    }
    match document.section_text(name) {
        Some(content) => Edit::Replace { section: name.to_owned(), content: content.to_owned() },
        None if crate::model::KEYS.contains(&name) => Edit::Unset(name.to_owned()),
        None => Edit::Replace { section: name.to_owned(), content: String::new() },
    }
}

fn setting_of(value: &Value) -> Setting {
    let text = |value: &Value| match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        Value::Bool(truth) => truth.to_string(),
        _ => String::new(),
    };
    match value {
        Value::Number(number) => number.as_u64().map_or_else(|| Setting::Text(number.to_string()), Setting::Number),
        Value::Sequence(list) => Setting::List(list.iter().map(text).collect()),
        Value::Mapping(map) => Setting::Map(map.iter().map(|(key, value)| (text(key), text(value))).collect()),
        other => Setting::Text(text(other)),
    }
}
