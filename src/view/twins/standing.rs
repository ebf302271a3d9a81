//! Where things stand, and what waits for a person.

use serde::Serialize;
use std::collections::BTreeMap;

use crate::model::{Actor, BoardProblem, State, Timestamp};

use super::retro::RetroTwin;
use super::task::TaskTwin;

/// How many tasks are where.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct StatusDocument<'a> {
    /// Where things stand.
    pub status: StatusTwin<'a>,
}

/// Where things stand.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct StatusTwin<'a> {
    /// Who asks.
    pub actor: &'a Actor,
    /// How many tasks are in each state.
    pub states: BTreeMap<State, usize>,
    /// The task that commits here count for.
    pub task: Option<TaskTwin<'a>>,
    /// Retrospectives.
    pub retro: StatusRetro<'a>,
    /// Files that could not be read, and others that need a word.
    pub problems: &'a [BoardProblem],
}

/// How retrospectives stand.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct StatusRetro<'a> {
    /// One is due.
    pub due: bool,
    /// How many done tasks are in none yet.
    pub waiting: usize,
    /// After how many one is due; 0: never.
    pub every: usize,
    /// Those that are not closed.
    pub open: Vec<RetroTwin<'a>>,
}

/// What waits for a person.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct InboxDocument<'a> {
    /// What waits.
    pub inbox: InboxTwin<'a>,
}

/// What waits for a person.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct InboxTwin<'a> {
    /// Questions first, then what is blocked, reviews, and what failed.
    pub items: Vec<InboxItemTwin<'a>>,
    /// What could not be read.
    pub problems: &'a [BoardProblem],
}

/// One thing that waits.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct InboxItemTwin<'a> {
    /// Why it waits.
    #[cfg_attr(test, schemars(extend("enum" = ["question", "blocked", "review", "failed"])))]
    pub waiting: &'a str,
    /// The task.
    pub task: TaskTwin<'a>,
    /// In words.
    pub text: &'a str,
    /// Since when.
    pub since: Option<Timestamp>,
    /// The command that goes on from here.
    pub how: &'a str,
}
