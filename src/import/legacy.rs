//! The first tool that kept tasks in `.mcp/tasks/`: markdown without front matter, one file a task, a folder a state.

use std::collections::BTreeMap;

use crate::model::{CRITERIA, DONE, ERRORS, GOAL, State, Timestamp, is_placeholder};
use crate::text::Survey;

use super::Unreadable;
use super::file::SourceFile;
use super::foreign::{ForeignTask, Source, moment};
use super::words;

/// The folders and where their tasks go: feedback is what came back to be done again.
const FOLDERS: &[(&str, State)] = &[
    ("pending", State::Pending),
    ("ready", State::Ready),
    ("in-progress", State::InProgress),
    ("review", State::Review),
    ("feedback", State::Ready),
    ("completed", State::Done),
    ("done", State::Done),
    ("failed", State::Failed),
];

/// One file, as read.
struct Found {
    task: ForeignTask,
    updated: Option<Timestamp>,
    text: String,
}

/// Reads the files of all folders.
pub fn read(files: &[SourceFile]) -> Result<Source, Unreadable> {
    let mut source = Source::default();
    let mut found: BTreeMap<String, Vec<Found>> = BTreeMap::new();
    let mut order = Vec::new();
    for file in files.iter().filter(|file| file.path.ends_with(".md")) {
        let folder = file.path.rsplit('/').nth(1).unwrap_or_default();
        let Some((folder, state)) = FOLDERS.iter().find(|(name, _)| *name == folder) else {
            source.odd("not_a_task", &file.path, "it lies in none of the state folders; it is left out");
            continue;
        };
        let one = task(file, folder, *state, &mut source);
        let key = one.task.key.clone();
        if !found.contains_key(&key) {
            order.push(key.clone());
        }
        found.entry(key).or_default().push(one);
    }
    for key in order {
        if let Some(versions) = found.remove(&key) {
            source.tasks.extend(newest(versions, &mut source.oddities));
        }
    }
    Ok(source)
}

/// Of several files of one id the one that was changed last; the others are kept as text in it.
fn newest(mut versions: Vec<Found>, oddities: &mut Vec<super::Oddity>) -> Option<ForeignTask> {
    versions.sort_by_key(|found| (found.updated, found.task.state));
    let Found { mut task, text, .. } = versions.pop()?;
    for other in versions {
        let is_same = other.text == text;
        let what = if is_same { "the same" } else { "different" };
        oddities.push(super::Oddity {
            code: "repeated_id",
            place: other.task.place.clone(),
            message: format!("{} lies in {} too, with {what} content; the newer file counts", task.key, task.place),
        });
        if !is_same {
            let quoted: Vec<_> = other.text.lines().map(|line| format!("> {line}").trim_end().to_owned()).collect();
            task.section(&format!("As it lay in {}", other.task.place), &quoted.join("\n"));
        }
    }
    Some(task)
}

fn task(file: &SourceFile, folder: &str, state: State, source: &mut Source) -> Found {
    let text = file.text.replace("\r\n", "\n");
    let name = file.path.rsplit('/').next().unwrap_or_default().trim_end_matches(".md");
    let survey = Survey::of(&text);
    let head = survey.titles.iter().find(|title| title.level == 1).map(|title| title.text.trim()).unwrap_or_default();
    let head = head.strip_prefix("Task:").unwrap_or(head).trim();
    let (id, title) = head.split_once(" - ").unwrap_or((name, head));
    if id != name {
        source.odd("name_disagrees", &file.path, format!("its first line says {id}, its name {name}, which counts"));
    }
    let mut task = ForeignTask::new(name, &file.path, title);
    task.state = state;
    let mut updated = None;
    let ends = survey.titles.iter().skip(1).map(|title| title.range.start).chain([text.len()]);
    let mut open: Option<(String, String)> = None;
    let mut sections: Vec<(String, String)> = Vec::new();
    for (title, end) in survey.titles.iter().zip(ends) {
        let content = &text[title.range.end..end];
        match field(&title.text).filter(|_| title.level == 2) {
            Some((name, value)) => {
                match name {
                    "Status" => status(value, folder, &mut task, source),
                    "Priority" => match words::priority(value) {
                        Some(priority) => task.set("priority", &priority.to_string()),
                        None => task.keep("priority", value),
                    },
                    "Agent" if !is_nobody(value) => task.assign(value),
                    "Created" => task.created(value),
                    "Last Updated" => {
                        updated = moment(value);
                        task.keep("updated", value);
                    }
                    "Classification" => match words::plain(value).as_str() {
                        "functional" => task.set("functional", "yes"),
                        "non functional" => task.set("functional", "no"),
                        _ if is_placeholder(value) => {}
                        _ => task.keep("classification", value),
                    },
                    // A counter that nothing was counted in says nothing.
                    _ if is_nobody(value) || value.starts_with("0/") => {}
                    name => task.keep(&name.to_lowercase(), value),
                }
                task.section("Imported text", content);
            }
            // What stands below the title, and deeper headings, belong to the section around them.
            None if title.level == 1 => task.section(GOAL, content),
            None if title.level == 2 => {
                sections.extend(open.take());
                open = Some((title.text.trim().to_owned(), content.to_owned()));
            }
            None => {
                let raw = &text[title.range.start..end];
                match &mut open {
                    Some((_, content)) => content.push_str(raw),
                    None => task.section("Imported text", raw),
                }
            }
        }
    }
    sections.extend(open);
    for (title, content) in &sections {
        section(title, content, folder, &mut task, source);
    }
    Found { task, updated, text }
}

/// `Status: ready` in a heading; the tool grew fields as it went.
fn field(heading: &str) -> Option<(&str, &str)> {
    let (name, value) = heading.split_once(':')?;
    Some((name.trim(), value.trim()))
}

fn status(value: &str, folder: &str, task: &mut ForeignTask, source: &mut Source) {
    let same = |word: &str| words::plain(word).replace("completed", "done");
    if same(value) != same(folder) {
        let message = format!("{} says `{value}` but lies in {folder}, which counts", task.key);
        source.odd("status_disagrees", &task.place, message);
        task.keep("status", value);
    } else if folder == "feedback" {
        task.keep("status", value);
    }
}

fn is_nobody(value: &str) -> bool {
    is_placeholder(value) || matches!(value.to_lowercase().as_str(), "none" | "unassigned" | "n/a")
}

fn section(title: &str, content: &str, folder: &str, task: &mut ForeignTask, source: &mut Source) {
    let known = words::section(title);
    let content = &without_placeholders(content);
    if known == Some(ERRORS) && is_placeholder(content) && matches!(folder, "feedback" | "failed") {
        let message =
            format!("{} came back, but its error context is a placeholder: what failed was overwritten", task.key);
        source.odd("error_context_lost", &task.place, message);
    }
    match known {
        Some(section @ (CRITERIA | DONE)) => drop(task.criteria(section, content)),
        Some(section) => task.section(section, content),
        None if title == "Git Context" => git_context(content, task),
        None => task.section(title, content),
    }
}

/// The content without bullets and boxes that hold nothing but what the tool writes until somebody knows.
fn without_placeholders(content: &str) -> String {
    let says_nothing = |line: &&str| {
        let Some(words) = line.trim_start().strip_prefix("- ") else { return false };
        let words = ["[ ] ", "[x] "].iter().find_map(|mark| words.strip_prefix(mark)).unwrap_or(words).trim();
        words.starts_with('[') && is_placeholder(words)
    };
    let is_kept = |line: &&str| !says_nothing(line);
    content.split_inclusive('\n').filter(is_kept).collect()
}

fn git_context(content: &str, task: &mut ForeignTask) {
    for line in content.lines() {
        let line = line.trim().trim_start_matches('-').trim();
        match line.split_once(':').map(|(name, value)| (name.trim(), value.trim())) {
            Some((_, value)) if is_placeholder(value) || is_nobody(value) => {}
            Some(("Branch", value)) => task.set("branch", value),
            Some(("PR", value)) => task.set("pr", value),
            Some((name, value)) => task.keep(&name.to_lowercase(), value),
            None if is_placeholder(line) => {}
            None => task.section("Git context", line),
        }
    }
}
