//! One task as text for reading: what it is, then its file with the boxes numbered.

use crate::git::Commit;
use crate::model::{Task, Timestamp, span};

use super::markdown::markdown;
use super::tone::Tone;
use super::visible::{visible, visible_lines};

/// Renders a task as plain text, for other programs.
pub fn show(task: &Task, commits: &[Commit], now: Timestamp) -> String {
    anstream::adapter::strip_str(&show_page(task, commits, now, None)).to_string()
}

/// Renders a task with its colours. Where a width is given, its markdown is laid out for reading; else it is the text of the file.
pub fn show_page(task: &Task, commits: &[Commit], now: Timestamp, width: Option<usize>) -> String {
    let mut text = format!("{}  {}\n", task.id, Tone::Strong.paint(&visible(&task.title())));
    let mut fact = |name: &str, value: String| {
        if !value.is_empty() {
            let tone = match name {
                "state" => Tone::of_state(task.state),
                "priority" => Tone::of_priority(task.front.priority),
                "blocked" | "attempts" => Tone::Attention,
                _ => Tone::Plain,
            };
            text.push_str(&format!(
                "  {} {}\n",
                Tone::Faint.paint(&format!("{name:<10}")),
                tone.paint(&visible(&value))
            ));
        }
    };
    let front = &task.front;
    let claim = task.claim.as_ref();
    fact("state", task.state.to_string());
    fact("priority", front.priority.to_string());
    fact("kind", front.kind.clone().unwrap_or_default());
    fact("phase", front.phase.map(|phase| phase.word().to_owned()).unwrap_or_default());
    fact("labels", front.labels.join(", "));
    fact("depends on", front.depends_on.join(", "));
    fact("needs", front.needs.join(", "));
    fact("parent", front.parent.clone().unwrap_or_default());
    let since = claim.and_then(|claim| claim.claimed).map(|at| format!(", for {}", span(now.seconds_since(at))));
    fact("assignee", task.assignee().map(|actor| format!("{actor}{}", since.unwrap_or_default())).unwrap_or_default());
    let is_unsynced = claim.is_some_and(|claim| claim.is_unsynced);
    fact("remote", if is_unsynced { "has not heard of it yet: `mcp sync`" } else { "" }.to_owned());
    fact("branch", task.branch().unwrap_or_default().to_owned());
    fact("base", task.base().map(|base| base.chars().take(8).collect()).unwrap_or_default());
    fact("tested", front.tested.as_deref().map(|tree| tree.chars().take(8).collect()).unwrap_or_default());
    fact("attempts", if front.attempts > 0 { front.attempts.to_string() } else { String::new() });
    fact(
        "blocked",
        front.blocked.as_ref().map(|blocked| format!("{}: {}", blocked.kind, blocked.reason)).unwrap_or_default(),
    );
    fact("resolution", front.resolution.clone().unwrap_or_default());
    fact("file", task.path.clone());
    for commit in commits {
        let when = span(now.seconds_since(Timestamp::from_unix(commit.time)));
        let (name, subject) = (Tone::Faint.paint("commit    "), visible(&commit.subject));
        text.push_str(&format!("  {name} {} {subject} ({when} ago)\n", commit.id.short()));
    }
    text.push('\n');
    match width {
        Some(width) => text.push_str(&markdown(&numbered(task), width)),
        None => text.push_str(&visible_lines(&numbered(task))),
    }
    if !text.ends_with('\n') {
        text.push('\n');
    }
    text
}

/// The body with each box of criteria and definition of done numbered as `edit --check` counts them.
fn numbered(task: &Task) -> String {
    let document = &task.document;
    let start = document.as_str().len() - document.body().len();
    let mut body = document.body().to_owned();
    let mut marks = Vec::new();
    for section in [crate::model::CRITERIA, crate::model::DONE] {
        marks.extend(document.checkboxes(section).into_iter().map(|checkbox| checkbox.mark.end));
    }
    for (index, end) in marks.iter().enumerate().rev() {
        // Behind the closing bracket.
        let at = end - start + 1;
        if body.is_char_boundary(at) {
            body.insert_str(at, &format!(" {}.", index + 1));
        }
    }
    body.trim_start_matches(['\n', '\r']).to_owned()
}
