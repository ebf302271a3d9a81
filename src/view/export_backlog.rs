//! Tasks as a folder of Backlog.md: its keys and sections where it has them, and each file whole in a comment at the end.

use std::collections::BTreeMap;

use serde_json::json;

use crate::model::{CRITERIA, DONE, GOAL, NOTES, Priority, State, Task, carry, one_line};

/// The files of the folder, each with its path below it.
pub fn export_backlog(tasks: &[&Task], project: &str) -> Vec<(String, String)> {
    let mut tasks = tasks.to_vec();
    tasks.sort_by_key(|task| (task.front.created, task.id.clone()));
    let numbers: BTreeMap<&str, usize> =
        tasks.iter().enumerate().map(|(index, task)| (task.id.as_str(), index + 1)).collect();
    let config = format!(
        "project_name: {}\nstatuses: [\"To Do\", \"Ready\", \"In Progress\", \"Review\", \"Done\", \"Failed\"]\n\
         default_status: \"To Do\"\ntask_prefix: \"task\"\nlabels: []\ndate_format: yyyy-mm-dd hh:mm\n",
        json!(project)
    );
    let mut files = vec![("config.yml".to_owned(), config)];
    files.extend(tasks.iter().map(|task| {
        let folder = if task.state == State::Done { "completed" } else { "tasks" };
        let number = numbers[task.id.as_str()];
        let name = file_name(&task.title());
        (format!("{folder}/task-{number} - {name}.md"), file(task, number, &numbers))
    }));
    files
}

/// The title as Backlog.md writes it into names: words with dashes between them.
fn file_name(title: &str) -> String {
    let kept: String =
        title.chars().map(|c| if c.is_alphanumeric() || matches!(c, '.' | '_') { c } else { ' ' }).collect();
    let words: Vec<_> = kept.split_ascii_whitespace().collect();
    let mut name = words.join("-");
    // Names have at most 255 bytes.
    while name.len() > 120 {
        name.pop();
    }
    if name.is_empty() { "task".to_owned() } else { name }
}

fn file(task: &Task, number: usize, numbers: &BTreeMap<&str, usize>) -> String {
    let front = &task.front;
    let reference =
        |id: &String| numbers.get(id.as_str()).map_or_else(|| id.clone(), |number| format!("TASK-{number}"));
    let status = match task.state {
        State::Pending => "To Do",
        State::Ready => "Ready",
        State::InProgress => "In Progress",
        State::Review => "Review",
        State::Done => "Done",
        State::Failed => "Failed",
    };
    let mut lines = vec![
        format!("id: TASK-{number}"),
        // What JSON writes every reader of YAML reads.
        format!("title: {}", json!(one_line(&task.title()))),
        format!("status: {status}"),
        format!("assignee: {}", json!(front.assignee.iter().map(|actor| format!("@{actor}")).collect::<Vec<_>>())),
    ];
    if let Some(created) = front.created {
        lines.push(format!("created_date: '{}'", created.to_string().replace('T', " ").get(..16).unwrap_or_default()));
    }
    lines.push(format!("labels: {}", json!(front.labels)));
    lines.push(format!("dependencies: {}", json!(front.depends_on.iter().map(reference).collect::<Vec<_>>())));
    if let Some(parent) = &front.parent {
        lines.push(format!("parent_task_id: {}", reference(parent)));
    }
    if let Some(milestone) = &front.milestone {
        lines.push(format!("milestone: {}", json!(milestone)));
    }
    lines.push(format!(
        "priority: {}",
        match front.priority {
            Priority::P0 => "high",
            Priority::P1 => "medium",
            Priority::P2 => "low",
        }
    ));
    let layout = format!("---\n{}\n---\n\n{}", lines.join("\n"), body(task));
    carry(&layout, &task.id, task.document.as_str())
}

fn body(task: &Task) -> String {
    let text = task.document.as_str();
    let mut body = String::new();
    let preamble = task.document.preamble().trim();
    if !preamble.is_empty() {
        body.push_str(&format!("{preamble}\n\n"));
    }
    for section in task.document.sections() {
        let content = text[section.content.clone()].trim();
        let title = &section.title;
        let marked = |name: &str, mark: &str| {
            format!("## {name}\n\n<!-- SECTION:{mark}:BEGIN -->\n{content}\n<!-- SECTION:{mark}:END -->\n\n")
        };
        let boxed = |name: &str, mark: &str| {
            format!("## {name}\n<!-- {mark}:BEGIN -->\n{}\n<!-- {mark}:END -->\n\n", numbered(content))
        };
        body.push_str(&match title.as_str() {
            GOAL => marked("Description", "DESCRIPTION"),
            CRITERIA => boxed("Acceptance Criteria", "AC"),
            DONE => boxed("Definition of Done", "DOD"),
            NOTES => marked("Implementation Notes", "NOTES"),
            _ => format!("## {title}\n\n{content}\n\n"),
        });
    }
    body.trim_end().to_owned() + "\n"
}

/// Boxes with the numbers by which Backlog.md counts them.
fn numbered(content: &str) -> String {
    let mut number = 0;
    let lines = content.lines().map(|line| {
        let start = line.trim_start();
        let is_box = ["- [ ] ", "- [x] ", "- [X] "].iter().any(|mark| start.starts_with(mark));
        if !is_box {
            return line.to_owned();
        }
        number += 1;
        let at = line.len() - start.len() + 6;
        format!("{}#{number} {}", &line[..at], &line[at..])
    });
    lines.collect::<Vec<_>>().join("\n")
}
