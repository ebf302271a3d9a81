//! What happened on the board, as a line.

use crate::model::{Happening, Task, Timestamp, one_line};

use super::visible::visible;

/// One line: when, which task, who, what, and the task's title behind it.
pub fn happening_line(task: Option<&Task>, happening: &Happening, now: Timestamp) -> String {
    let (at, text) = told(task, happening, now);
    let actor = match happening {
        Happening::Logged(entry) => format!("{} ", entry.actor),
        _ => String::new(),
    };
    let about = task.map_or_else(String::new, |task| format!("{} ", task.id));
    let title = task.map_or_else(String::new, |task| format!("  · {}", one_line(&task.title())));
    visible(&format!("{}  {about}{actor}{text}{title}", &at.to_string()[11..19]))
}

/// When it happened, and what.
pub(super) fn told(task: Option<&Task>, happening: &Happening, now: Timestamp) -> (Timestamp, String) {
    let state = task.map_or_else(String::new, |task| task.state.to_string());
    match happening {
        Happening::Logged(entry) => (entry.at, entry.text.clone()),
        Happening::Moved { from, to } => (now, format!("moved from {from} to {to}")),
        Happening::Edited(parts) => (now, format!("edited: {}", parts.join(", "))),
        Happening::Appeared => (now, format!("appeared in {state}")),
        Happening::Gone => (now, "is not here any more: no file and no cell".to_owned()),
        Happening::Damaged(problem) => (now, format!("{}: {}", problem.place, problem.message)),
        Happening::Mended { place } => (now, format!("{place}: nothing is wrong any more")),
    }
}
