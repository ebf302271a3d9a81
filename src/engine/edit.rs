//! `edit`: change single keys, tick boxes, without opening the file; and `split` into parts.

use std::collections::BTreeMap;

use anyhow::Result;

use crate::git::is_branch_name;
use crate::model::{Actor, Change, Edit, Event, KEYS, Priority, Refusal, Setting, Task, TaskId, Timestamp, one_line};

use super::create::{Draft, must_be_title};
use super::workspace::Workspace;

/// What to change about a task.
#[derive(Clone, Debug, Default)]
pub struct Edits {
    /// `key=value`; an empty value takes the key out.
    pub set: Vec<(String, String)>,
    /// Boxes to tick, by their number in `show`.
    pub check: Vec<usize>,
    /// Boxes to clear.
    pub uncheck: Vec<usize>,
    /// Ticks every box.
    pub check_all: bool,
    /// Words to put into lists, and to take out of them: key and word.
    pub add: Vec<(String, String)>,
    /// Words to take out of lists: key and word.
    pub remove: Vec<(String, String)>,
}

/// Keys that the program keeps itself.
const OWN: &[&str] = &["id", "rev", "created", "tested", "attempts", "base"];
/// Keys that hold lists.
const LISTS: &[&str] = &["labels", "depends_on", "needs", "checks"];

impl Workspace {
    /// Makes edits to a task's keys and boxes.
    pub fn edit(&self, id: &TaskId, edits: &Edits) -> Result<Event> {
        let repository = self.repository()?;
        let mut resolved = edits.clone();
        for (key, value) in resolved.set.iter_mut().chain(&mut resolved.add) {
            if matches!(key.as_str(), "depends_on" | "parent") {
                let ids: Result<Vec<_>> =
                    words(value).into_iter().map(|word| self.resolve(&repository, &word)).collect();
                let ids = ids?;
                if ids.contains(id) {
                    let message = match key.as_str() {
                        "parent" => format!("{id} cannot be a part of itself"),
                        _ => format!("{id} cannot wait for itself"),
                    };
                    return Err(Refusal::BadInput { message, hint: None }.into());
                }
                *value = ids.iter().map(TaskId::to_string).collect::<Vec<_>>().join(",");
            }
        }
        self.change(id, |task, now| decide(task, &resolved, self.actor(), now))
    }

    /// Makes parts of a task: each its own task, named in order, with this one as parent.
    ///
    /// Gives the event of the whole, and those of its parts.
    pub fn split(&self, id: &TaskId, titles: &[String], in_sequence: bool) -> Result<(Event, Vec<Event>)> {
        if titles.is_empty() {
            let hint = Some(format!("`mcp split {id} \"first part\" \"second part\"`"));
            return Err(Refusal::BadInput { message: "a split names its parts".to_owned(), hint }.into());
        }
        // All of them before the first is written, so that a mistake leaves nothing half done.
        for title in titles {
            must_be_title(title)?;
        }
        let repository = self.repository()?;
        let parent = self.load(&repository, id)?.task;
        if !parent.state.is_open() {
            let hint = format!("`mcp show {id}` tells where it is");
            return Err(Refusal::WrongState { task: id.clone(), is: parent.state, verb: "split", hint }.into());
        }
        let mut events: Vec<Event> = Vec::new();
        for title in titles {
            let before = events.last().filter(|_| in_sequence).map(|event| event.id().to_string());
            events.push(self.create(&Draft {
                title: title.clone(),
                kind: parent.front.kind.clone().filter(|kind| self.store.template(kind).is_ok()),
                priority: Some(parent.front.priority),
                labels: parent.front.labels.clone(),
                needs: parent.front.needs.clone(),
                parent: Some(id.to_string()),
                depends_on: before.into_iter().collect(),
                ..Draft::default()
            })?);
        }
        let names: Vec<_> = events.iter().map(|event| event.id().to_string()).collect();
        let whole = self.change(id, |task, now| {
            Ok(Change::staying(task, "split").logged(now, self.actor(), format!("split into {}", names.join(", "))))
        })?;
        Ok((whole, events))
    }
}

fn decide(task: &Task, edits: &Edits, actor: &Actor, now: Timestamp) -> Result<Change> {
    let mut change = Change::staying(task, "edited");
    let mut said = Vec::new();
    for (key, value) in &edits.set {
        let edit = setting(key, value)?;
        let old = task.document.key(key);
        let is_same = match &edit {
            Edit::Set(_, new) => old == Some(new.clone().into()),
            _ => old.is_none(),
        };
        if !is_same {
            said.push(if value.trim().is_empty() {
                format!("{key} removed")
            } else {
                format!("{key}: {}", one_line(value))
            });
            change = change.edit(edit);
        }
    }
    for key in LISTS {
        let old = list_of(task, key);
        let mut new = old.clone();
        new.retain(|word| !edits.remove.iter().any(|(list, gone)| list == key && gone == word));
        for word in edits.add.iter().filter(|(list, _)| list == key).flat_map(|(_, value)| words(value)) {
            if !new.contains(&word) {
                new.push(word);
            }
        }
        if new != old {
            said.push(format!("{key}: {}", new.join(", ")));
            let edit = if new.is_empty() {
                Edit::Unset((*key).to_owned())
            } else {
                Edit::Set((*key).to_owned(), Setting::List(new))
            };
            change = change.edit(edit);
        }
    }
    let criteria = task.criteria();
    // What is said of a single box counts more than what is said of all.
    let mut boxes: BTreeMap<usize, bool> = BTreeMap::new();
    if edits.check_all {
        boxes.extend(criteria.iter().map(|criterion| (criterion.number, true)));
    }
    boxes.extend(edits.check.iter().map(|number| (*number, true)));
    boxes.extend(edits.uncheck.iter().map(|number| (*number, false)));
    for (number, is_met) in boxes {
        let Some(criterion) = criteria.iter().find(|criterion| criterion.number == number) else {
            let hint = Some(format!("`mcp show {}` numbers its {} boxes", task.id, criteria.len()));
            return Err(Refusal::BadInput { message: format!("{} has no box {number}", task.id), hint }.into());
        };
        if criterion.is_met != is_met {
            let verb = if is_met { "checked" } else { "unchecked" };
            said.push(format!("{verb} {number}: {}", criterion.text));
            change =
                change.edit(Edit::Check { section: criterion.section.to_owned(), number: criterion.within, is_met });
        }
    }
    if said.is_empty() {
        return Ok(Change::noop(task, "edited"));
    }
    Ok(change.logged(now, actor, said.join("; ")))
}

fn setting(key: &str, value: &str) -> Result<Edit> {
    let bad = |message: String, hint: Option<String>| anyhow::Error::from(Refusal::BadInput { message, hint });
    if OWN.contains(&key) {
        return Err(bad(format!("`{key}` is kept by the tool"), None));
    }
    if key == "evidence" {
        let hint = Some(
            "it comes with the kind; `mcp complete ID --force --reason TEXT` overrides the gate, and says so"
                .to_owned(),
        );
        return Err(bad("`evidence` is not turned off by a command".to_owned(), hint));
    }
    if matches!(key, "goal" | "ac" | "criteria" | "acceptance_criteria") {
        let hint = Some("`mcp prep ID --goal TEXT --ac TEXT` fills it in; so does any editor".to_owned());
        return Err(bad(format!("`{key}` is a section of the task, not a key"), hint));
    }
    if key == "blocked" {
        return Err(bad("`blocked` is set by `mcp block` and `mcp unblock`".to_owned(), None));
    }
    let is_word = !key.is_empty() && key.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-'));
    if !is_word {
        return Err(bad(format!("`{key}` is not a key"), Some("say `--set KEY=VALUE`".to_owned())));
    }
    if !KEYS.contains(&key)
        && let Some(near) = crate::text::suggestion(key, KEYS.iter().copied())
    {
        return Err(bad(
            format!("`{key}` is not a key of ours"),
            Some(format!("did you mean `{near}`? other keys go into the file by hand")),
        ));
    }
    let value = value.trim();
    if key == "title" && one_line(value).is_empty() {
        return Err(Refusal::EmptyTitle.into());
    }
    if value.is_empty() {
        return Ok(Edit::Unset(key.to_owned()));
    }
    if LISTS.contains(&key) {
        return Ok(Edit::Set(key.to_owned(), Setting::List(words(value))));
    }
    match key {
        "priority" => {
            let priority: Priority = value.parse().map_err(|message| bad(message, None))?;
            Ok(Edit::set(key, priority))
        }
        "phase" if !matches!(value, "red" | "green" | "refactor") => {
            Err(bad("a phase is red, green or refactor".to_owned(), None))
        }
        "functional" if !matches!(value, "yes" | "no") => Err(bad("`functional` is yes or no".to_owned(), None)),
        "due" if Timestamp::parse(value).is_none() => {
            let hint = Some("say it as 2026-11-20".to_owned());
            Err(bad(format!("`{value}` is not a day"), hint))
        }
        "branch" if !is_branch_name(value) => Err(bad(format!("`{value}` is no name of a branch"), None)),
        "assignee" | "reviewer" => {
            let actor = Actor::named(value).ok_or_else(|| bad(format!("`{value}` is not a name"), None))?;
            Ok(Edit::set(key, actor))
        }
        _ => Ok(Edit::set(key, one_line(value))),
    }
}

fn list_of(task: &Task, key: &str) -> Vec<String> {
    match key {
        "labels" => task.front.labels.clone(),
        "depends_on" => task.front.depends_on.clone(),
        "needs" => task.front.needs.clone(),
        _ => task.front.checks.clone(),
    }
}

fn words(value: &str) -> Vec<String> {
    value.split(',').map(one_line).filter(|word| !word.is_empty()).collect()
}
