//! What happened on the board, as a line and as JSON.

use serde_json::{Value, json};

use crate::model::{Happening, Task, Timestamp, one_line};

use super::json::problem_twin;
use super::visible::visible;

/// One line: when, which task, who, what, and the task's title behind it.
pub fn happening_line(task: Option<&Task>, happening: &Happening, now: Timestamp) -> String {
    let (at, actor, text) = told(task, happening, now);
    let actor = actor.map_or_else(String::new, |actor| format!("{actor} "));
    let about = task.map_or_else(String::new, |task| format!("{} ", task.id));
    let title = task.map_or_else(String::new, |task| format!("  · {}", one_line(&task.title())));
    visible(&format!("{}  {about}{actor}{text}{title}", &at.to_string()[11..19]))
}

/// The same for programs.
pub fn happening_twin(task: Option<&Task>, happening: &Happening, now: Timestamp) -> Value {
    let (at, actor, text) = told(task, happening, now);
    let kind = match happening {
        Happening::Logged(_) => "logged",
        Happening::Moved { .. } => "moved",
        Happening::Edited(_) => "edited",
        Happening::Appeared => "appeared",
        Happening::Gone => "gone",
        Happening::Damaged(_) => "problem",
        Happening::Mended { .. } => "mended",
    };
    let mut twin = json!({ "kind": kind, "at": at, "text": text });
    if let Some(task) = task {
        twin["task"] = json!(task.id);
        twin["title"] = json!(task.title());
        twin["state"] = json!(task.state);
        twin["path"] = json!(task.path);
    }
    if let Some(actor) = actor {
        twin["actor"] = json!(actor);
    }
    match happening {
        Happening::Logged(entry) if !entry.details.is_empty() => twin["details"] = json!(entry.details),
        Happening::Moved { from, .. } => twin["from"] = json!(from),
        Happening::Edited(parts) => twin["parts"] = json!(parts),
        Happening::Damaged(problem) => twin["problem"] = problem_twin(problem),
        Happening::Mended { place } => twin["path"] = json!(place),
        _ => {}
    }
    twin
}

/// When it happened, who did it where that is known, and what.
fn told(task: Option<&Task>, happening: &Happening, now: Timestamp) -> (Timestamp, Option<String>, String) {
    let state = task.map_or_else(String::new, |task| task.state.to_string());
    match happening {
        Happening::Logged(entry) => (entry.at, Some(entry.actor.to_string()), entry.text.clone()),
        Happening::Moved { from, to } => (now, None, format!("moved from {from} to {to}")),
        Happening::Edited(parts) => (now, None, format!("edited: {}", parts.join(", "))),
        Happening::Appeared => (now, None, format!("appeared in {state}")),
        Happening::Gone => (now, None, "is not here any more: no file and no cell".to_owned()),
        Happening::Damaged(problem) => (now, None, format!("{}: {}", problem.place, problem.message)),
        Happening::Mended { place } => (now, None, format!("{place}: nothing is wrong any more")),
    }
}
