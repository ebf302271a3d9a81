//! The parts of a brief that tell what has happened to a task: failures, questions, changes, what was tried.

use crate::model::{BriefFacts, ERRORS, Entry, LOG, LinkedTask, QUESTIONS, REVIEW, State, Task, span};

use super::brief_parts::{quoted, section};
use super::visible::{visible, visible_lines};

/// The last failing check or rejection, whole; newer ones first.
pub fn last_failure(facts: &BriefFacts) -> Vec<String> {
    let task = &facts.task;
    let rejected = |entry: &Entry| entry.text.starts_with("rejected");
    let failures = task.entries(ERRORS);
    let mut all: Vec<Entry> = failures.clone();
    all.extend(task.entries(REVIEW).into_iter().filter(rejected));
    let Some(last) = all.into_iter().max_by_key(|entry| entry.at) else {
        // What another tool or a person wrote there is no entry of ours.
        let own = quoted(section(task, ERRORS));
        return if own.is_empty() { vec!["Nothing has failed so far.".to_owned()] } else { own };
    };
    let ago = span(facts.now.seconds_since(last.at));
    let words = last.text.split(" tree:").next().unwrap_or_default();
    let mut lines = vec![format!("> {ago} ago, {}: {}", last.actor, visible(words))];
    let is_mended = task.evidence().iter().any(|line| line.at >= last.at && !line.is_red)
        && task.front.attempts == 0
        && task.state != State::Ready;
    if is_mended {
        lines.push("Mended since: the checks have passed.".to_owned());
    }
    lines.extend(quoted(&last.details));
    lines
}

/// Questions with their answers, open ones first.
pub fn questions(task: &Task) -> Vec<String> {
    let mut items: Vec<String> = task.document.entries(QUESTIONS).into_iter().map(|item| item.text).collect();
    // Open ones first.
    items.sort_by_key(|item| !item.starts_with("[ ]"));
    let lines = |item: &String| -> Vec<String> {
        let item = visible_lines(item.trim_end());
        let mut lines = item.lines().filter(|line| !line.trim().is_empty());
        let first = lines.next().map(|line| format!("- {}", line.trim()));
        first.into_iter().chain(lines.map(|line| format!("  {}", line.trim_end()))).collect()
    };
    items.iter().flat_map(lines).collect()
}

/// The whole of which it is a part, and the tasks before it.
pub fn linked(facts: &BriefFacts) -> Vec<String> {
    let line = |what: &str, task: &LinkedTask| {
        let state = task.state.map_or("unknown".to_owned(), |state| state.to_string());
        let title = task.title.as_deref().map_or_else(String::new, |title| format!(": {}", visible(title)));
        format!("- {what} {} ({state}){title}", visible(&task.id))
    };
    let parent = facts.parent.iter().map(|task| line("part of", task));
    parent.chain(facts.depends_on.iter().map(|task| line("needs", task))).collect()
}

/// What the commits changed, file by file, and what is not committed.
pub fn done_so_far(facts: &BriefFacts) -> Vec<String> {
    let mut lines = Vec::new();
    let (mut added, mut removed) = (0, 0);
    for change in &facts.changes {
        match change.lines {
            Some((more, fewer)) => {
                added += more;
                removed += fewer;
                lines.push(format!("- {} | +{more} -{fewer}", visible(&change.path)));
            }
            None => lines.push(format!("- {} | not text", visible(&change.path))),
        }
    }
    if !facts.commits.is_empty() {
        let commits = if facts.commits.len() == 1 { "1 commit" } else { &format!("{} commits", facts.commits.len()) };
        let files = if facts.changes.len() == 1 { "1 file" } else { &format!("{} files", facts.changes.len()) };
        lines.insert(0, format!("{files} in {commits}, +{added} -{removed}"));
    }
    if !facts.uncommitted.is_empty() {
        let names: Vec<_> =
            facts.uncommitted.iter().map(|path| format!("- {} | not committed", visible(path))).collect();
        lines.splice(0..0, names);
    }
    lines
}

/// Commits, notes and earlier failures, newest first.
pub fn tried(facts: &BriefFacts) -> Vec<String> {
    let task = &facts.task;
    let mut lines: Vec<String> =
        facts.commits.iter().map(|(id, subject)| format!("- commit {id} {}", visible(subject))).collect();
    let mut entries: Vec<Entry> = task.entries(LOG);
    entries.retain(|entry| {
        let words = entry.text.as_str();
        ["note", "released", "retried", "reopened", "failed"].iter().any(|start| words.starts_with(start))
    });
    let mut failures = task.entries(ERRORS);
    failures.sort_by_key(|entry| entry.at);
    // The last one stands in a part of its own.
    failures.pop();
    entries.extend(failures);
    entries.sort_by_key(|entry| std::cmp::Reverse(entry.at));
    for entry in entries {
        let words = entry.text.split(" tree:").next().unwrap_or_default();
        lines.push(format!("- {}: {}", entry.actor, visible(words)));
        if entry.text.starts_with("note") {
            lines.extend(quoted(&entry.details).into_iter().map(|line| format!("  {line}")));
        }
    }
    lines
}
