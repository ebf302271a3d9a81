//! A task, as every document holds it.

use serde::Serialize;

use crate::model::{Actor, Blocked, Priority, State, Task, TaskId, Timestamp};

/// One task, as every document holds it.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct TaskTwin<'a> {
    /// Its id.
    pub id: &'a TaskId,
    /// Its title: of the front matter, else its first heading, else its id.
    pub title: String,
    /// The folder that it lies in, in the checkout of its holder.
    pub state: State,
    /// How urgent it is.
    pub priority: Priority,
    /// The template that it came from.
    pub kind: Option<&'a str>,
    /// Free words.
    pub labels: &'a [String],
    /// Ids of tasks that must be done first.
    pub depends_on: &'a [String],
    /// Capabilities that a worker must have.
    pub needs: &'a [String],
    /// The id of the task of which it is a part.
    pub parent: Option<&'a str>,
    /// Who holds it, or for whom it is kept.
    pub assignee: Option<&'a Actor>,
    /// When it was written down.
    pub created: Option<Timestamp>,
    /// Grows with every change of state or holder.
    pub rev: u64,
    /// Where the work happens.
    pub branch: Option<&'a str>,
    /// The commit from which the work started.
    pub base: Option<&'a str>,
    /// The code tree that the checks last passed on.
    pub tested: Option<&'a str>,
    /// Failing code trees in a row.
    pub attempts: u32,
    /// Why it cannot go on.
    pub blocked: Option<&'a Blocked>,
    /// Its file, below the top of the checkout.
    pub path: &'a str,
    /// It was changed with `--offline`, and the remote that settles claims has not heard of it.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub unsynced: bool,
}

/// A task.
pub fn task_twin(task: &Task) -> TaskTwin<'_> {
    let front = &task.front;
    TaskTwin {
        id: &task.id,
        title: task.title(),
        state: task.state,
        priority: front.priority,
        kind: front.kind.as_deref(),
        labels: &front.labels,
        depends_on: &front.depends_on,
        needs: &front.needs,
        parent: front.parent.as_deref(),
        assignee: task.assignee(),
        created: front.created,
        rev: task.rev(),
        branch: task.branch(),
        base: task.base(),
        tested: front.tested.as_deref(),
        attempts: front.attempts,
        blocked: front.blocked.as_ref(),
        path: &task.path,
        unsynced: task.claim.as_ref().is_some_and(|claim| claim.is_unsynced),
    }
}
