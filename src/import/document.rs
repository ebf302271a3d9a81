//! A foreign task as the text of a task file, and the imprint by which a later import knows what has changed since.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use sha2::{Digest as _, Sha256};

use crate::model::{Actor, Edit, Entry, KEYS, LOG, ORDER, Setting, State, Task, TaskId, apply_all, one_line};
use crate::text::{Document, EditRefused, Value};

use super::foreign::{ForeignTask, IMPORTED, Own};

/// The key that holds the imprint.
pub const IMPRINT: &str = "imported";
/// Keys that are not the source's to say.
const OURS: &[&str] = &["id", "rev", "source", IMPRINT];

/// A short fingerprint of each field: of the state, of each key, of each section.
pub type Imprint = BTreeMap<String, String>;

/// Makes the text of a task: its fields, its references as ids of ours. `source` is none for a task of our own.
pub fn document_of(
    task: &ForeignTask,
    ids: &BTreeMap<String, TaskId>,
    source: Option<&str>,
    log: &[Entry],
) -> Result<Document, EditRefused> {
    let mut document = Document::parse(format!("---\n---\n{}", body(task))).map_err(refused)?;
    let mut edits = vec![Edit::set("title", &task.title)];
    edits.extend(task.keys.iter().map(|(key, setting)| Edit::Set((*key).to_owned(), setting.clone())));
    let id_of = |key: &String| ids.get(key).cloned().or_else(|| TaskId::parse(key).filter(|_| task.own.is_some()));
    let depends_on: Vec<_> = task.depends_on.iter().filter_map(id_of).map(|id| id.to_string()).collect();
    if !depends_on.is_empty() {
        edits.push(Edit::Set("depends_on".to_owned(), Setting::List(depends_on)));
    }
    if let Some(parent) = task.parent.as_ref().and_then(id_of) {
        edits.push(Edit::set("parent", parent));
    }
    if let Some(source) = source {
        edits.push(Edit::set("source", source));
    }
    // In their order, so that none has to be put between others.
    let rank = |edit: &Edit| match edit {
        Edit::Set(key, _) => KEYS.iter().position(|known| known == key),
        _ => None,
    };
    edits.sort_by_key(rank);
    apply_all(&edits, &mut document)?;
    if source.is_some() {
        let imprint = imprint(&document, task.state);
        apply_all(&[imprint_edit(&imprint)], &mut document)?;
    }
    if !log.is_empty() {
        let lines: Vec<_> = log.iter().map(Entry::to_string).collect();
        let end = if document.as_str().ends_with("\n\n") || document.body().is_empty() { "" } else { "\n" };
        let text = format!("{}{end}## {LOG}\n\n{}\n", document.as_str(), lines.join("\n"));
        document = Document::parse(text).map_err(refused)?;
    }
    must_hold(&document, task, !log.is_empty())?;
    Ok(document)
}

/// The text of a task of ours as it was exported, with what has changed since in the layout that carries it: state, keys
/// and sections that the layout shows.
pub fn caught_up(task: &ForeignTask, own: &Own, ids: &BTreeMap<String, TaskId>) -> Result<Document, EditRefused> {
    let mut document = Document::parse(own.text.clone()).map_err(refused)?;
    if !own.is_changed {
        return Ok(document);
    }
    let read = |document: Document| Task::read(own.id.clone(), task.state, String::new(), document).map_err(refused);
    let (old, new) = (read(document.clone())?, read(document_of(task, ids, None, &[])?)?);
    let mut edits = Vec::new();
    if one_line(&old.title()) != new.title() {
        edits.push(Edit::set("title", new.title()));
    }
    if old.front.priority != new.front.priority {
        edits.push(Edit::set("priority", new.front.priority));
    }
    for (key, old, new) in
        [("labels", &old.front.labels, &new.front.labels), ("depends_on", &old.front.depends_on, &new.front.depends_on)]
    {
        if old != new {
            edits.push(Edit::Set(key.to_owned(), Setting::List(new.clone())));
        }
    }
    let name = |actor: &Option<Actor>| actor.as_ref().map(Actor::to_string);
    for (key, old, new) in [
        ("parent", old.front.parent.clone(), new.front.parent.clone()),
        ("milestone", old.front.milestone.clone(), new.front.milestone.clone()),
        ("assignee", name(&old.front.assignee), name(&new.front.assignee)),
    ] {
        match new {
            Some(new) if old.as_ref() != Some(&new) => edits.push(Edit::set(key, new)),
            None if old.is_some() => edits.push(Edit::Unset(key.to_owned())),
            _ => {}
        }
    }
    for (title, content) in task.sections.iter().filter(|(title, _)| !title.is_empty()) {
        let before = document.section_text(title).map(|text| text.replace('\r', ""));
        if before.as_deref().map(str::trim) != Some(content.trim()) {
            edits.push(Edit::Replace { section: title.clone(), content: content.clone() });
        }
    }
    apply_all(&edits, &mut document)?;
    Ok(document)
}

/// The sections in our order, then the source's own, then what has no place.
fn body(task: &ForeignTask) -> String {
    let rank = |title: &str| match ORDER.iter().position(|known| known.eq_ignore_ascii_case(title)) {
        Some(rank) => rank,
        None if title == IMPORTED => ORDER.len() + 1,
        None => ORDER.len(),
    };
    let mut sections: Vec<_> = task.sections.iter().collect();
    // A task of ours has its sections in the order that somebody gave them.
    if task.own.is_none() {
        sections.sort_by_key(|(title, _)| rank(title));
    }
    let mut body = String::new();
    for (title, content) in sections {
        let gap = if body.is_empty() { "" } else { "\n" };
        let _ = match title.as_str() {
            "" => writeln!(body, "{gap}{content}"),
            title if content.is_empty() => writeln!(body, "{gap}## {}", heading(title)),
            title => writeln!(body, "{gap}## {}\n\n{content}", heading(title)),
        };
    }
    body
}

/// A title as it can stand in a heading.
fn heading(title: &str) -> String {
    let known = ORDER.iter().find(|known| known.eq_ignore_ascii_case(title));
    known.map_or_else(|| one_line(title).trim_end_matches('#').trim().to_owned(), |known| (*known).to_owned())
}

/// The text was put together, not edited: it must read as what it was made of.
fn must_hold(document: &Document, task: &ForeignTask, has_log: bool) -> Result<(), EditRefused> {
    let found = document.sections();
    let titled = task.sections.iter().filter(|(title, _)| !title.is_empty());
    let wanted = titled.clone().count() + usize::from(has_log);
    let text = document.as_str();
    let is_there =
        |content: &String| found.iter().any(|section| text[section.content.clone()].trim() == content.trim());
    match found.len() == wanted && titled.clone().all(|(_, content)| is_there(content)) {
        true => Ok(()),
        false => Err(EditRefused { reason: "its sections cannot be told apart".to_owned() }),
    }
}

fn refused(problem: crate::text::Problem) -> EditRefused {
    EditRefused { reason: problem.to_string() }
}

/// The imprint of a task's text as it stands.
pub fn imprint(document: &Document, state: State) -> Imprint {
    let mut imprint = Imprint::new();
    imprint.insert("state".to_owned(), print_of(state.folder()));
    for key in document.keys().into_iter().filter(|key| !OURS.contains(&key.as_str())) {
        if let Some(value) = document.key(&key) {
            imprint.insert(key, print_of(&super::yaml::text_of(&value)));
        }
    }
    for section in document.sections().into_iter().filter(|section| !section.title.eq_ignore_ascii_case(LOG)) {
        let text = document.as_str()[section.content].trim().replace('\r', "");
        imprint.entry(section.title).or_insert_with(|| print_of(&text));
    }
    imprint
}

/// The imprint that an import wrote down; empty if there is none.
pub fn imprint_of(document: &Document) -> Imprint {
    let Some(Value::Mapping(map)) = document.key(IMPRINT) else { return Imprint::new() };
    map.iter().filter_map(|(key, value)| Some((key.as_str()?.to_owned(), value.as_str()?.to_owned()))).collect()
}

/// The edit that writes an imprint down.
pub fn imprint_edit(imprint: &Imprint) -> Edit {
    Edit::Set(IMPRINT.to_owned(), Setting::Map(imprint.clone().into_iter().collect()))
}

/// Eight letters, which no reader of YAML takes for a number.
fn print_of(text: &str) -> String {
    let digest = Sha256::digest(text.as_bytes());
    digest.iter().take(4).flat_map(|byte| [byte >> 4, byte & 15]).map(|half| char::from(b'a' + half)).collect()
}
