//! The board, column by column.

use serde::Serialize;

use crate::model::{BoardProblem, State, Timestamp};

use super::task::TaskTwin;

/// Printed by `board`.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct BoardDocument<'a> {
    /// The board.
    pub board: BoardTwin<'a>,
}

/// The board.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct BoardTwin<'a> {
    /// The six states, in the order in which work flows.
    pub columns: Vec<ColumnTwin<'a>>,
    /// Files that could not be read, and others that need a word.
    pub problems: &'a [BoardProblem],
}

/// A column.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ColumnTwin<'a> {
    /// Which state.
    pub state: State,
    /// All tasks of the state that were asked for, shown or not.
    pub count: usize,
    /// Those that the board shows: of closed ones the last.
    pub cards: Vec<CardTwin<'a>>,
}

/// A task on the board.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct CardTwin<'a> {
    /// The task.
    pub task: TaskTwin<'a>,
    /// Tasks that must be done first and are not.
    pub waits_for: &'a [String],
    /// What keeps it from going on, in words.
    pub blocked_by: Option<String>,
    /// Since when its holder has it.
    pub claimed: Option<Timestamp>,
}
