//! What a verb did.

use serde::Serialize;

use crate::model::Event;

use super::task::{TaskTwin, task_twin};

/// Printed by every verb about one task.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct EventDocument<'a> {
    /// What happened, such as `claimed`.
    pub event: &'a str,
    /// It had happened before, and nothing was changed.
    pub noop: bool,
    /// The task after it.
    pub task: TaskTwin<'a>,
    /// Things worth knowing about how it went.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
    /// The checkout that `claim --worktree` made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub worktree: Option<String>,
    /// The parts that `split` made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parts: Option<Vec<TaskTwin<'a>>>,
    /// The whole that `complete` completed with its last part.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parent: Option<TaskTwin<'a>>,
    /// What `complete --next` claimed; null when there was nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<Option<TaskTwin<'a>>>,
}

/// What a verb about one task did.
pub fn event_document(event: &Event) -> EventDocument<'_> {
    EventDocument {
        event: event.event,
        noop: event.is_noop,
        task: task_twin(&event.task),
        notes: event.notes.clone(),
        worktree: None,
        parts: None,
        parent: None,
        next: None,
    }
}

/// Many tasks that were created together.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct BatchDocument<'a> {
    /// What was created.
    pub batch: BatchTwin<'a>,
}

/// Many tasks that were created together.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct BatchTwin<'a> {
    /// They had been created from the very same plan before.
    pub noop: bool,
    /// In the order of the plan.
    pub tasks: Vec<TaskTwin<'a>>,
}
