//! What two clones told each other.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::model::{Actor, BoardProblem, State, TaskId};

/// Printed by `sync`.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct SyncDocument<'a> {
    /// What was exchanged.
    pub sync: SyncTwin<'a>,
}

/// What was exchanged with the remote that settles claims.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct SyncTwin<'a> {
    /// Its name in this clone.
    pub remote: &'a str,
    /// Tasks of which others did something.
    pub taken_in: &'a BTreeSet<TaskId>,
    /// Tasks of which something was done on both sides.
    pub merged: &'a BTreeSet<TaskId>,
    /// Tasks of which something was done here.
    pub sent: &'a BTreeSet<TaskId>,
    /// Changes of state or holder made here of which the remote heard too late; the exit code is 4.
    pub gave_way: Vec<GaveWayTwin<'a>>,
    /// What became of files here.
    pub notes: &'a [String],
    /// Tasks that could not be exchanged; the exit code is 1.
    pub problems: &'a [BoardProblem],
}

/// What stands instead of a change that came too late.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct GaveWayTwin<'a> {
    /// Which task.
    pub task: &'a TaskId,
    /// Where it stands.
    pub state: State,
    /// Who has it.
    pub holder: Option<&'a Actor>,
    /// And where: folder and machine.
    pub place: Option<&'a str>,
}
