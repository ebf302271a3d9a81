//! What happens on a board, a document a line.

use serde::Serialize;

use crate::model::{Actor, BoardProblem, Entry, Happening, State, Task, TaskId, Timestamp};

use super::super::happening::told;

/// The first line says that watching has begun, each other one what happened.
#[derive(Debug, Default, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct WatchDocument<'a> {
    /// In the first line.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub watching: Option<WatchingTwin>,
    /// In every other line.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub happened: Option<HappenedTwin<'a>>,
}

/// What is watched.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct WatchingTwin {
    /// How many open tasks there are.
    pub open: usize,
}

/// One thing that happened.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct HappenedTwin<'a> {
    /// `logged`: an entry came into the task's log; `moved`, `edited`: the log does not say so; `appeared`, `gone`: the task was not
    /// there before, or is not any more; `problem`, `mended`: a file cannot be read, or can be again.
    #[cfg_attr(test, schemars(extend("enum" = ["logged", "moved", "edited", "appeared", "gone", "problem", "mended"])))]
    pub kind: &'a str,
    /// What the log says, else when it was seen.
    pub at: Timestamp,
    /// What happened, in words.
    pub text: String,
    /// Which task.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub task: Option<&'a TaskId>,
    /// Its title.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Where it stands now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<State>,
    /// Of a move: where it stood.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<State>,
    /// The file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<&'a str>,
    /// Who did it, as far as the log says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub actor: Option<&'a Actor>,
    /// The lines below the entry's first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub details: Option<&'a str>,
    /// Of an edit: the keys and sections that are other ones.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parts: Option<&'a [String]>,
    /// What cannot be read, and why.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub problem: Option<&'a BoardProblem>,
}

impl<'a> HappenedTwin<'a> {
    /// What happened, to which task, as it is seen now.
    pub fn of(task: Option<&'a Task>, happening: &'a Happening, now: Timestamp) -> HappenedTwin<'a> {
        let (at, text) = told(task, happening, now);
        let mut twin = HappenedTwin {
            kind: kind(happening),
            at,
            text,
            task: task.map(|task| &task.id),
            title: task.map(Task::title),
            state: task.map(|task| task.state),
            from: None,
            path: task.map(|task| task.path.as_str()),
            actor: None,
            details: None,
            parts: None,
            problem: None,
        };
        match happening {
            Happening::Logged(Entry { actor, details, .. }) => {
                twin.actor = Some(actor);
                twin.details = Some(details.as_str()).filter(|details| !details.is_empty());
            }
            Happening::Moved { from, .. } => twin.from = Some(*from),
            Happening::Edited(parts) => twin.parts = Some(parts),
            Happening::Damaged(problem) => twin.problem = Some(problem),
            Happening::Mended { place } => twin.path = Some(place),
            Happening::Appeared | Happening::Gone => {}
        }
        twin
    }
}

fn kind(happening: &Happening) -> &'static str {
    match happening {
        Happening::Logged(_) => "logged",
        Happening::Moved { .. } => "moved",
        Happening::Edited(_) => "edited",
        Happening::Appeared => "appeared",
        Happening::Gone => "gone",
        Happening::Damaged(_) => "problem",
        Happening::Mended { .. } => "mended",
    }
}
