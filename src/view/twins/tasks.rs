//! A list of tasks.

use serde::Serialize;

use crate::model::{BoardProblem, Task, TaskId};

use super::task::{TaskTwin, task_twin};

/// Printed by `list`, `search` and `next`; `next` has one task or none.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct TasksDocument<'a> {
    /// The tasks, in order.
    pub tasks: Vec<TaskTwin<'a>>,
    /// Files that could not be read, and others that need a word.
    pub problems: &'a [BoardProblem],
    /// What to do with the task that `next` names, or why there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
    /// What `next --explain` passed over.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub explain: Option<Vec<PassedOver<'a>>>,
}

/// A task that is not the next one.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct PassedOver<'a> {
    /// Its id.
    pub id: &'a TaskId,
    /// Why.
    pub why: String,
}

/// A list of tasks and what could not be read.
pub fn tasks_document<'a>(tasks: &[&'a Task], problems: &'a [BoardProblem], why: Option<&str>) -> TasksDocument<'a> {
    TasksDocument {
        tasks: tasks.iter().map(|task| task_twin(task)).collect(),
        problems,
        why: why.map(str::to_owned),
        explain: None,
    }
}
