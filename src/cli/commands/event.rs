//! What is told of a verb about one task.

use anyhow::Result;

use crate::engine::{Committed, Workspace};
use crate::model::Event;
use crate::view::twins::event_document;

use super::super::context::Context;

/// Tells an event, and commits the board's paths where the settings want it.
pub fn tell(context: &Context, workspace: &Workspace, event: &Event, ends_task: bool) -> Result<()> {
    context.ui.document(&event_document(event));
    narrate(context, workspace, event, ends_task)
}

/// The same without the JSON document, for commands that have more to put into theirs.
pub fn narrate(context: &Context, workspace: &Workspace, event: &Event, ends_task: bool) -> Result<()> {
    let committed = workspace.commit_event(event, ends_task)?;
    let ui = &context.ui;
    ui.data(event.id().as_str());
    let task = &event.task;
    if event.is_noop {
        ui.say(&format!("{} {}: nothing to do", task.id, already(event.event)));
    } else {
        let by =
            task.assignee().filter(|_| event.event == "claimed").map_or_else(String::new, |by| format!(" by {by}"));
        let moved = if event.from == task.state {
            format!("in {}", task.state)
        } else {
            format!("{} → {}", event.from, task.state)
        };
        ui.say(&format!("{} {}{by}: {} ({moved})", task.id, event.event, task.title()));
    }
    for note in &event.notes {
        ui.say(note);
    }
    match committed {
        Committed::As(commit) => {
            ui.say(&format!("committed the board as {commit}"));
            if !workspace.has_committed_settings()? {
                ui.hint("others have this task, but not the board's settings: `git add .mcp` and a commit give them all of it");
            }
        }
        Committed::Left(why) => ui.warn(&format!("the board's change is not committed: {why}")),
        Committed::NotAsked => {}
    }
    if !event.is_noop && ["released", "completed", "dropped"].contains(&event.event) {
        match workspace.settle_worktree(event.id()) {
            Ok(settled) => settled.line().iter().for_each(|line| ui.say(line)),
            Err(error) => ui.warn(&format!("the worktree of {} is left as it is: {error:#}", event.id())),
        }
    }
    Ok(())
}

/// What is true already when a verb finds nothing to do.
fn already(event: &str) -> &str {
    match event {
        "claimed" => "is yours already",
        "prepared" | "retried" | "reopened" | "released" => "is ready already",
        "submitted" => "is in review already",
        "approved" => "has your approval already",
        "rejected" => "has been rejected with these words already",
        "completed" => "is done already",
        "failed" => "is in failed already",
        "dropped" => "has been dropped already",
        "noted" => "has this note already",
        "asked" => "has this question already",
        "blocked" => "is blocked for this reason already",
        "unblocked" => "is not blocked",
        "restored" => "is where it belongs already",
        "attached" => "has these commits already",
        _ => "is so already",
    }
}
